"""What a step does to the equipment at which it is performed: use, dirt, allergens, clearance."""

from collections.abc import Iterable, Iterator

from models.execution import events as e
from models.execution.allergens import allergens_of, brought_materials, consumed_materials
from models.execution.records import JobOrderRecord, StepRecord
from models.execution.snapshot import Snapshot
from models.execution.views import StepView
from models.isa95.work_definition import StepSpecification


def use_began(view: StepView) -> tuple[e.Event, ...]:
    """Return what the beginning of a step does to the equipment of its station."""
    session = view.session
    directive = session.directive.work_directive
    materials = (*brought_materials(directive, view.step.step_id),)
    began = e.EquipmentUseBegan(
        equipment_id=session.station,
        job_order_id=session.job_order.job_order_id,
        step_id=view.step.step_id,
        material_definition_id=directive.material_definition_id,
        material_lot_id=session.job_order.material_lot_id,
        allergens=allergens_of(
            (*materials, *consumed_materials(session.job_order)), session.snapshot
        ),
    )
    return (began,)


def use_ended(order: JobOrderRecord, step: StepRecord, snapshot: Snapshot) -> tuple[e.Event, ...]:
    """Return what the end of a step (complete, aborted, done anew) does to its equipment.

    Nothing, where the step does not use it: it was begun before uses were on record, or has
    ended already.
    """
    station = step.station or ""
    equipment = snapshot.equipment(station)
    if equipment is None or (order.job_order_id, step.step_id) not in equipment.in_use_steps:
        return ()
    ended = e.EquipmentUseEnded(
        equipment_id=station,
        job_order_id=order.job_order_id,
        step_id=step.step_id,
        allergens=allergens_of(consumed_materials(order), snapshot),
    )
    return (ended,)


def uses_ended(
    order: JobOrderRecord, events: Iterable[e.Event], snapshot: Snapshot
) -> tuple[e.Event, ...]:
    """Return the uses that end because steps are aborted or done anew, as the events say."""
    left = {x.step_id for x in events if isinstance(x, e.StepAborted | e.StepReopened)}
    steps = (step for step in order.steps if step.step_id in left)
    return tuple(event for step in steps for event in use_ended(order, step, snapshot))


def line_cleared(
    order: JobOrderRecord, step: StepRecord | None, specification: StepSpecification | None
) -> Iterator[e.Event]:
    """Yield that the line is clear, once a step that clears it is finished.

    That is its completion, or, where another person verifies it, the verification.
    """
    if specification and specification.clears_line and step and step.station:
        yield e.LineCleared(
            equipment_id=step.station, job_order_id=order.job_order_id, step_id=step.step_id
        )
