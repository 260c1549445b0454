"""Who does what in the demo: one row for each step of WM-VITC-500."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

WORK_MASTER_ID: Final = "WM-VITC-500"
OBSERVER: Final = "scada-01"
PLANNER: Final = "planner-01"
RELEASER: Final = "qa-01"
RELEASE_STATION: Final = "QA-01"

TERMINALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "DISP-01": "hmi-disp",
        "BLEND-01": "hmi-blend",
        "ENCAP-01": "hmi-encap",
        "PACK-01": "hmi-pack",
        "QC-01": "hmi-qc",
        "QA-01": "hmi-qa",
    }
)
"""The shared terminal of each station."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What is dispensed: from which containers, in the order of expiry, and on which scale.

    ``slip`` is a container that is scanned by mistake first, when somebody is watching.
    """

    containers: tuple[str, ...]
    slip: str = ""
    instrument: str
    scale: str
    mass_kg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A piece of evidence: captured from a device, or typed or scanned."""

    evidence: str
    value: str = ""
    source: str = "manual"
    instrument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """How the people of the demo perform one step."""

    station: str
    person: str
    verifier: str = ""
    weighing: Weighing | None = None
    values: tuple[Value, ...] = ()
    blends: bool = False


def _containers(*lots: str) -> tuple[str, ...]:
    return tuple(f"{lot}-C{number}" for lot in lots for number in (1, 2, 3, 4))


STEPS: Final[Mapping[str, StepPlan]] = MappingProxyType(
    {
        "010": StepPlan(
            station="DISP-01",
            person="op-01",
            verifier="op-02",
            weighing=Weighing(
                containers=_containers("AA-2601", "AA-2602"),
                slip="AA-2603-C1",
                instrument="FLOOR-SCALE-01",
                scale="FLOOR-SCALE",
                mass_kg=10.04,
            ),
        ),
        "020": StepPlan(
            station="DISP-01",
            person="op-01",
            verifier="op-02",
            weighing=Weighing(
                containers=_containers("MCC-2601"),
                slip="MS-2601-C1",
                instrument="FLOOR-SCALE-01",
                scale="FLOOR-SCALE",
                mass_kg=4.98,
            ),
        ),
        "030": StepPlan(
            station="DISP-01",
            person="op-01",
            verifier="op-02",
            weighing=Weighing(
                containers=_containers("MS-2601"),
                instrument="BENCH-SCALE-01",
                scale="BENCH-SCALE",
                mass_kg=0.1502,
            ),
        ),
        "040": StepPlan(
            station="BLEND-01",
            person="op-01",
            blends=True,
            values=(
                Value(evidence="speed", source="device"),
                Value(evidence="revolutions", source="device"),
                Value(evidence="temperature", source="device"),
            ),
        ),
        "050": StepPlan(
            station="QC-01",
            person="op-02",
            verifier="qa-01",
            values=(Value(evidence="moisture", value="2.8", instrument="MOISTURE-ANALYSER-01"),),
        ),
        "060": StepPlan(
            station="ENCAP-01",
            person="op-01",
            values=(
                Value(evidence="average-fill-weight", value="756.2"),
                Value(evidence="capsule-count", value="19800"),
            ),
        ),
        "070": StepPlan(
            station="PACK-01",
            person="op-01",
            verifier="op-02",
            values=(
                Value(evidence="line-is-empty", value="true"),
                Value(evidence="documents-removed", value="true"),
                Value(evidence="label", value="LABEL-VITC-R3", source="scan"),
            ),
        ),
        "080": StepPlan(
            station="PACK-01",
            person="op-01",
            values=(
                Value(evidence="metal-detector-checked", value="true"),
                Value(evidence="checkweigher-checked", value="true"),
                Value(evidence="bottle-count", value="132"),
            ),
        ),
        "090": StepPlan(
            station="PACK-01",
            person="op-01",
            verifier="op-02",
            values=(
                Value(evidence="labels-issued", value="140"),
                Value(evidence="labels-applied", value="132"),
                Value(evidence="labels-destroyed", value="8"),
                Value(evidence="produced-quantity", value="14.97"),
            ),
        ),
        "100": StepPlan(
            station="QA-01",
            person="qa-01",
            values=(Value(evidence="record-reviewed", value="true"),),
        ),
    }
)
