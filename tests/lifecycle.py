"""A small recipe with branches, loops and a verification, and worlds in which it is performed."""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from models.execution import commands as c
from models.execution.commands import ExceptionDisposition
from models.execution.principal import Principal
from models.isa95.equipment import Equipment, EquipmentLevel
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    BranchRule,
    EvidenceSpecification,
    Instruction,
    Source,
    StepSpecification,
    ValueKind,
    WorkMaster,
)
from tests import world as w
from tests.world import World, identity

CELL: Final = "CELL-01"
ORDER: Final = "JO-7"
LOT: Final = "LOT-JO-7"
EVIDENCE: Final = {"010": "charged", "020": "ph", "030": "note", "040": "closed"}
"""The one value that each step records."""

KINDS: Final[Mapping[str, ValueKind]] = {
    "charged": ValueKind.BOOLEAN,
    "ph": ValueKind.NUMBER,
    "note": ValueKind.TEXT,
    "closed": ValueKind.BOOLEAN,
}
BRANCHES: Final[Mapping[str, tuple[BranchRule, ...]]] = {
    "020": (
        BranchRule(evidence_id="ph", upper=Decimal(4), next_step_id="010", limit=2),
        BranchRule(evidence_id="ph", lower=Decimal(9)),
        BranchRule(evidence_id="ph", lower=Decimal(8), next_step_id="040"),
    ),
    "030": (BranchRule(evidence_id="note", equals="again", next_step_id="020", limit=1),),
}
"""A low pH goes back to the charge, a high one past the correction, a too high one nowhere."""


def step(step_id: str) -> StepSpecification:
    """Return a step of the recipe; the third is verified."""
    evidence_id = EVIDENCE[step_id]
    return StepSpecification(
        step_id=step_id,
        description=f"Step {step_id}",
        process_segment_id="CELL",
        equipment_class="cell",
        instruction=Instruction(text="Do it."),
        evidence=(
            EvidenceSpecification(
                evidence_id=evidence_id,
                description=evidence_id,
                kind=KINDS[evidence_id],
                sources=(Source.MANUAL,),
            ),
        ),
        verification=step_id == "030",
        branches=BRANCHES.get(step_id, ()),
    )


RECIPE: Final = WorkMaster(
    work_master_id="WM-CELL",
    version="1",
    description="A recipe that branches",
    material_definition_id="GRANULATE",
    quantity=w.kilograms("1000"),
    steps=tuple(step(step_id) for step_id in EVIDENCE),
    approved=True,
)
_STATION: Final = Equipment(
    equipment_id=CELL,
    description="A cell",
    level=EquipmentLevel.WORK_UNIT,
    equipment_classes=("cell",),
    is_station=True,
)


def installation() -> Iterator[tuple[c.Command, Principal]]:
    """Yield what brings the recipe and its station on record, and who asks for it."""
    yield c.DefineMasterData(items=(*w.PLANT.master_data, _STATION, RECIPE)), w.SYSTEM
    yield from w.approvals((RECIPE,))


@cache
def _installed() -> World:
    world = World()
    for command, principal in installation():
        world.must(command, principal)
    return world


def installed() -> World:
    """Return a world of one's own that knows the recipe and its station."""
    known = copy(_installed())
    known.states, known.heads = dict(known.states), dict(known.heads)
    known.events = []
    return known


@dataclass(frozen=True)
class Cell:
    """A world with one job order for the recipe; each method does what has to be accepted."""

    world: World

    def store(self, *, allowed: bool = True) -> "Cell":
        self.world.must(
            c.StoreJobOrder(
                job_order_id=ORDER,
                work_master_id=RECIPE.work_master_id,
                quantity=RECIPE.quantity,
                allowed_to_start=allowed,
            )
        )
        return self

    def enter(self, account: str = "op-01", job_order_id: str = ORDER) -> "Cell":
        self.world.must(
            c.OpenStationSession(
                station=CELL, job_order_id=job_order_id, identity=identity(account)
            )
        )
        return self

    def start(self, step_id: str) -> "Cell":
        self.world.must(c.StartStep(station=CELL, step_id=step_id))
        return self

    def record(self, step_id: str, value: str) -> "Cell":
        self.world.must(record(step_id, value))
        return self

    def complete(self) -> "Cell":
        self.world.must(COMPLETE)
        return self

    def perform(self, step_id: str, value: str = "true") -> "Cell":
        """Do a step from its start to its end, the verification included."""
        self.start(step_id).record(step_id, value).complete()
        if step_id == "030":
            self.world.must(VERIFY)
        return self

    def state(self, step_id: str) -> str:
        found = self.world.job_order(ORDER).step(step_id)
        assert found is not None
        return found.state.value

    def states(self) -> list[str]:
        return [item.state.value for item in self.world.job_order(ORDER).steps]


def cell(*, allowed: bool = True) -> Cell:
    """Return a cell that knows the job order, and nobody works on it."""
    return Cell(installed()).store(allowed=allowed)


def working() -> Cell:
    """Return a cell in which the step with the branches is in progress."""
    return cell().enter().perform("010").start("020")


def record(step_id: str, value: str) -> c.RecordEvidence:
    return c.RecordEvidence(
        station=CELL, evidence_id=EVIDENCE[step_id], value=value, source=Source.MANUAL
    )


def dispose(
    how: ExceptionDisposition, account: str = "qa-01", number: int = 1, step_id: str = ""
) -> c.DispositionException:
    return c.DispositionException(
        job_order_id=ORDER,
        exception_id=f"{ORDER}-E{number}",
        disposition=how,
        reason="seen and decided",
        identity=identity(account),
        step_id=step_id,
    )


def pause(account: str = "sup-01", job_order_id: str = ORDER) -> c.PauseJobOrder:
    return c.PauseJobOrder(job_order_id=job_order_id, reason="stop", identity=identity(account))


def resume(account: str = "sup-01") -> c.ResumeJobOrder:
    return c.ResumeJobOrder(job_order_id=ORDER, reason="go on", identity=identity(account))


def abort(account: str = "sup-01", job_order_id: str = ORDER) -> c.AbortJobOrder:
    return c.AbortJobOrder(job_order_id=job_order_id, reason="no", identity=identity(account))


def release(job_order_id: str = ORDER) -> c.ReleaseJobOrder:
    return c.ReleaseJobOrder(job_order_id=job_order_id, identity=identity("qa-01"))


def split(*amounts: str) -> c.SplitJobOrder:
    quantities = tuple(Quantity.parse(f"{amount} kg") for amount in amounts)
    return c.SplitJobOrder(job_order_id=ORDER, quantities=quantities)


def update(
    amount: str = "1000",
    *,
    job_order_id: str = ORDER,
    priority: int | None = None,
    stations: tuple[str, ...] = (),
    remark: str = "",
) -> c.UpdateJobOrder:
    return c.UpdateJobOrder(
        job_order_id=job_order_id,
        work_master_id=RECIPE.work_master_id,
        quantity=Quantity.parse(f"{amount} kg"),
        priority=priority,
        stations=stations,
        remark=remark,
    )


COMPLETE: Final = c.CompleteStep(station=CELL)
HOLD: Final = c.HoldStep(station=CELL, reason="the stirrer squeaks")
VERIFY: Final = c.VerifyStep(station=CELL, step_id="030", identity=identity("op-02"))
START: Final = c.StartJobOrder(job_order_id=ORDER)
REVOKE: Final = c.RevokeStartJobOrder(job_order_id=ORDER)
STOP: Final = c.StopJobOrder(job_order_id=ORDER, reason="the line is needed")
CANCEL: Final = c.CancelJobOrder(job_order_id=ORDER, reason="withdrawn")
CLEAR: Final = c.ClearJobOrder(job_order_id=ORDER)
PUT_ON_HOLD: Final = c.HoldJobOrder(job_order_id=ORDER, reason="asked for by line control")
DEVIATION: Final = c.OpenDeviation(station=CELL, description="a spill")
