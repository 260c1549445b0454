"""What has to hold of every job order, whatever was asked for: of two records, and of the plant."""

from collections.abc import Mapping
from dataclasses import replace

from models.execution import records as r
from models.execution import streams
from models.execution.finished import is_live
from models.execution.job_order_state import JobOrderState
from models.execution.step_state import StepState
from models.isa95.material import Disposition

States = Mapping[str, "r.Record | None"]

_AT_WORK = (StepState.READY, StepState.IN_PROGRESS, StepState.HELD, StepState.EXCEPTION)


def changed_rightly(before: r.JobOrderRecord, after: r.JobOrderRecord) -> None:
    """Assert what no command may change any more: what was asked for, and what is over."""
    if before.start_time is not None:
        assert _asked(after) == _asked(before), "something else is asked for after work began"
    assert after.material_lot_id == before.material_lot_id, "another lot"
    assert after.material_definition_id == before.material_definition_id, "another product"
    known = [item.exception_id for item in before.exceptions]
    assert [item.exception_id for item in after.exceptions][: len(known)] == known
    if not is_live(before):
        left = replace(
            after,
            exceptions=before.exceptions,
            cleared_time=before.cleared_time,
            ended_parts=before.ended_parts,
        )
        assert left == before, "it was over"


def stands_rightly(order: r.JobOrderRecord, states: States) -> None:
    """Assert how a job order stands beside its WorkMaster copy, its lot and the equipment."""
    directive = states[streams.work_directive(order.job_order_id)]
    assert isinstance(directive, r.WorkDirectiveRecord)
    copied = directive.work_directive
    assert copied.quantity.to(order.quantity.unit) == order.quantity
    assert (copied.work_master_id, copied.version) == (
        order.work_master_id,
        order.work_master_version,
    )
    assert [one.step_id for one in copied.steps] == [one.step_id for one in order.steps]
    if is_live(order):
        return
    lot = states[streams.material_lot(order.material_lot_id)]
    assert isinstance(lot, r.MaterialLotRecord)
    is_free = lot.material_lot.disposition is Disposition.UNRESTRICTED
    assert order.release is not None or not is_free, "a lot that nobody has released"
    assert order.release is None or not order.ended_early
    assert order.parts or not any(step.state in _AT_WORK for step in order.steps)
    if order.cancelled:
        assert order.state is JobOrderState.ABORTED
        assert not any(step.performers or step.consumed for step in order.steps), "there was work"
    for record in states.values():
        if isinstance(record, r.EquipmentRecord):
            in_use = {name for name, _ in record.in_use_steps}
            assert order.job_order_id not in in_use, "equipment that nothing sets free"


def _asked(order: r.JobOrderRecord) -> tuple[object, ...]:
    return (
        order.work_master_id,
        order.work_master_version,
        order.quantity,
        order.lot_allocations,
        order.stations,
        order.planned_start,
        order.planned_end,
        order.priority,
        tuple(step.step_id for step in order.steps),
    )
