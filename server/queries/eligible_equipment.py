"""Which equipment a step could be performed at now: the gates themselves are asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.execution.decision import ask
from models.execution.gates import EQUIPMENT_GATES
from models.execution.outcome import Refusal
from models.execution.records import EquipmentRecord
from models.execution.snapshot import Snapshot
from models.execution.views import SessionView, StepView
from models.isa95.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A station of the class that a step asks for, and why the step can't begin there.

    ``capacity`` is what it holds, None when nobody said; without ``refusals`` it is offered.
    """

    equipment_id: str
    description: str
    capacity: Quantity | None
    refusals: tuple[Refusal, ...]

    @property
    def is_offered(self) -> bool:
        """Whether nothing about the equipment stands in the way."""
        return not self.refusals


def candidates(
    job_order_id: str, step_id: str, equipment: Iterable[EquipmentRecord], view: Snapshot
) -> tuple[Candidate, ...]:
    """Return the stations of the step's class, those first at which it could begin.

    Status, size, cleanliness, allergens and calibration are asked; the room and the
    prerequisites of a line are for who stands there. Nothing for an unknown job order or step.
    """
    found = tuple(_candidates(job_order_id, step_id, equipment, view))
    return tuple(sorted(found, key=lambda item: (not item.is_offered, item.equipment_id)))


def eligible_equipment(
    job_order_id: str, step_id: str, equipment: Iterable[EquipmentRecord], view: Snapshot
) -> tuple[str, ...]:
    """Return the stations at which the step could begin, and no others."""
    found = candidates(job_order_id, step_id, equipment, view)
    return tuple(item.equipment_id for item in found if item.is_offered)


def _candidates(
    job_order_id: str, step_id: str, equipment: Iterable[EquipmentRecord], view: Snapshot
) -> Iterator[Candidate]:
    order, directive = view.job_order(job_order_id), view.work_directive(job_order_id)
    step = order.step(step_id) if order else None
    specification = directive.work_directive.step(step_id) if directive else None
    if order is None or directive is None or step is None or specification is None:
        return
    for record in equipment:
        described = record.equipment
        wanted = specification.equipment_class in described.equipment_classes
        if not (described.is_station and wanted):
            continue
        session = SessionView(
            station=described.equipment_id,
            equipment=record,
            person_id="",
            person=None,
            job_order=order,
            directive=directive,
            snapshot=view,
        )
        at = StepView(session=session, step=step, specification=specification)
        yield Candidate(
            equipment_id=described.equipment_id,
            description=described.description,
            capacity=described.capacity,
            refusals=tuple(ask(EQUIPMENT_GATES, at)),
        )
