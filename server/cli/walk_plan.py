"""Who does what in the demo: one row for each step of WM-VITC-500."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

    ``vessel_kg`` is what the vessel weighs that is tared before the scan. ``slip`` is a container
    that is scanned by mistake first, when somebody is watching.
    """

    containers: tuple[str, ...]
    slip: str = ""
    instrument: str
    scale: str
    vessel_kg: float
    mass_kg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A piece of evidence: captured from a device, typed or scanned; ``{lot}`` as above."""

    evidence: str
    value: str = ""
    source: str = "manual"
    instrument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """A call that makes something true. ``{lot}`` in its words is the lot that is made.

    ``account`` opens the session, where it is not the terminal of the station; ``person`` signs.
    """

    call: str
    words: Mapping[str, str]
    account: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """How the people of the demo perform one step.

    ``remedies`` are what they do about a refusal that a dry run announces, by its code.
    """

    station: str
    person: str
    verifier: str = ""
    weighing: Weighing | None = None
    values: tuple[Value, ...] = ()
    blends: bool = False
    remedies: Mapping[str, tuple[Preparation, ...]] = field(default_factory=dict)


def _containers(*lots: str) -> tuple[str, ...]:
    return tuple(f"{lot}-C{number}" for lot in lots for number in (1, 2, 3, 4))


_CLEANED: Final = (
    Preparation(
        call="RecordCleaning",
        words=MappingProxyType({"equipment": "BLEND-01", "cleanliness": "WetClean"}),
        person="op-01",
    ),
)
_CHECKED: Final = tuple(
    Preparation(
        call="VerifyDevice",
        words=MappingProxyType({"instrument": one, "passed": "true", "description": found}),
    )
    for one, found in (
        ("METAL-DETECTOR-01", "Fe 1.0, NonFe 1.2 and 316 1.5 mm rejected"),
        ("CHECKWEIGHER-01", "Light test bottle rejected"),
    )
)
_STAGED: Final = tuple(
    Preparation(
        call="MoveContainer",
        words=MappingProxyType({"container": one, "storage_location": "PACK-01"}),
        account="wh-01",
    )
    for one in ("BOT-2601-C1", "LBL-2601-C1")
)
_READ: Final = (
    Preparation(
        call="ConfirmInstruction",
        words=MappingProxyType({"document": "WI-140", "revision": "7"}),
    ),
)

BEFORE_RELEASE: Final = tuple(
    Preparation(
        call="RecordTestResult",
        words=MappingProxyType({"material_lot": "{lot}", "test": one, "value": value}),
        account="lab-01",
    )
    for one, value in (("ASSAY", "100.3"), ("IDENTITY", "pass"))
)
"""What the laboratory finds before the quality unit releases the lot."""

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
                vessel_kg=0.6,
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
                vessel_kg=0.4,
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
                vessel_kg=0.05,
                mass_kg=0.1502,
            ),
        ),
        "040": StepPlan(
            station="BLEND-01",
            person="op-01",
            blends=True,
            remedies=MappingProxyType(
                dict.fromkeys(
                    ("equipment-not-clean", "clean-hold-expired", "dirty-hold-expired"), _CLEANED
                )
            ),
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
                Value(evidence="lot-code", value="{lot}", source="scan"),
            ),
            remedies=MappingProxyType({"instruction-not-read": _READ}),
        ),
        "080": StepPlan(
            station="PACK-01",
            person="op-01",
            values=(Value(evidence="bottle-count", value="132"),),
            remedies=MappingProxyType(
                {"device-not-verified": _CHECKED, "components-not-staged": _STAGED}
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
