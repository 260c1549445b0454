"""Whether equipment may run now: what is driven down to its PLC as a permit."""

from models.execution.job_order_state import JobOrderState
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
from models.isa95.equipment import EquipmentStatus


def may_run(equipment_id: str, view: Snapshot) -> bool:
    """Return whether a step of a running job order is in progress at the equipment.

    A step in exception, a closed session, an ended job order, equipment in maintenance or out of
    service, and anything unknown is a no.
    """
    equipment = view.equipment(equipment_id)
    if equipment is None or equipment.status is not EquipmentStatus.AVAILABLE:
        return False
    session = view.station(equipment_id)
    if session is None or session.job_order_id is None:
        return False
    order = view.job_order(session.job_order_id)
    if order is None or order.state is not JobOrderState.RUNNING:
        return False
    step = order.step_at(equipment_id)
    return step is not None and step.state is StepState.IN_PROGRESS
