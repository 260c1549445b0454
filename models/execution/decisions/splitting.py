"""Decisions about partial batches: one job order becomes several."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import allowed_to_start
from models.execution.gates import EXCEPTION_GATES
from models.execution.job_order_state import (
    JOB_ORDER_TRANSITIONS,
    JobOrderState,
    JobOrderTransition,
)
from models.execution.needs.parts import MAX_PARTS, part_id
from models.execution.outcome import Refusal
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse
from models.execution.scaling import scaled, vanishes
from models.execution.snapshot import Snapshot
from models.isa95.material import Disposition, MaterialLot
from models.isa95.quantity import Quantity
from models.isa95.work_definition import WorkMaster


def split(command: c.SplitJobOrder, snapshot: Snapshot) -> Decision:
    """End a job order that has not begun, and store its parts in its place.

    Part n has the id of the job order with ``-n``, a lot of its own, and its own copy of the
    frozen WorkMaster in proportion. What the ERP wrote goes with each part; it hears of them
    together, when the last one has ended. What is open about the job order is settled before.
    """
    order_id = command.job_order_id
    order, directive = snapshot.job_order(order_id), snapshot.work_directive(order_id)
    if order is None or directive is None:
        no = refuse("job-order-unknown", order_id, f"there is no job order {order_id}")
        return Decision(refusals=(no,), job_order_id=order_id)
    master = directive.work_directive
    refusals = Verdict.of(
        _splittable(order),
        ask(EXCEPTION_GATES, order.open_exceptions()),
        _adding_up(command, order, master),
        _new(command, order, snapshot),
    ).refusals
    events = () if refusals else tuple(_events(command, order, master, snapshot))
    return Decision(events=events, refusals=refusals, job_order_id=order_id)


def _splittable(order: JobOrderRecord) -> Iterator[Refusal]:
    order_id = order.job_order_id
    if (order.state, JobOrderTransition.SPLIT) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order_id} is {order.state.value}"
        yield refuse("job-order-not-splittable", order_id, text)
    elif order.part_of:
        text = f"job order {order_id} is itself a part of {order.part_of}"
        yield refuse("job-order-not-splittable", order_id, text)


def _adding_up(
    command: c.SplitJobOrder, order: JobOrderRecord, master: WorkMaster
) -> Iterator[Refusal]:
    order_id, wanted = command.job_order_id, command.quantities
    if not 2 <= len(wanted) <= MAX_PARTS:  # noqa: PLR2004 -- one part is no split
        text = f"{len(wanted)} parts were stated; 2 to {MAX_PARTS} are possible"
        yield refuse("parts-do-not-add-up", order_id, text)
        return
    for quantity in wanted:
        if quantity.value <= 0 or not quantity.converts_to(order.quantity.unit):
            text = f"{quantity} can't be a part of {order.quantity}"
            yield refuse("quantity-not-possible", order_id, text)
            return
    total = sum(wanted[1:], start=wanted[0])
    if total.to(order.quantity.unit).value != order.quantity.value:
        text = f"the parts are {total} together; job order {order_id} is for {order.quantity}"
        yield refuse("parts-do-not-add-up", order_id, text)
    elif any(vanishes(master, quantity) for quantity in wanted):
        text = f"a part is too little; a material of {master.work_master_id} would round to 0"
        yield refuse("quantity-not-possible", order_id, text)


def _new(command: c.SplitJobOrder, order: JobOrderRecord, snapshot: Snapshot) -> Iterator[Refusal]:
    for number in range(1, min(len(command.quantities), MAX_PARTS) + 1):
        order_id = part_id(order.job_order_id, number)
        lot_id = part_id(order.material_lot_id, number)
        if snapshot.job_order(order_id) is not None:
            yield refuse("job-order-exists", order_id, f"job order {order_id} is already stored")
        if snapshot.material_lot(lot_id) is not None:
            yield refuse("material-lot-exists", lot_id, f"lot {lot_id} already exists")


def _events(
    command: c.SplitJobOrder, order: JobOrderRecord, master: WorkMaster, snapshot: Snapshot
) -> Iterator[e.Event]:
    order_id, count = order.job_order_id, len(command.quantities)
    parts = tuple(part_id(order_id, number) for number in range(1, count + 1))
    yield e.JobOrderSplit(job_order_id=order_id, parts=parts)
    yield e.MaterialLotDispositionChanged(
        material_lot_id=order.material_lot_id,
        disposition=Disposition.CLOSED,
        status="job order split",
    )
    listed = snapshot.material_definition(order.material_definition_id) is not None
    for number, quantity in enumerate(command.quantities, start=1):
        yield from _part(order, master, quantity, number)
        if listed:
            yield e.MaterialLotListed(
                material_definition_id=order.material_definition_id,
                material_lot_id=part_id(order.material_lot_id, number),
            )


def _part(
    order: JobOrderRecord, master: WorkMaster, quantity: Quantity, number: int
) -> Iterator[e.Event]:
    order_id = part_id(order.job_order_id, number)
    lot_id = part_id(order.material_lot_id, number)
    directive = scaled(master, quantity)
    yield e.WorkDirectiveCopied(job_order_id=order_id, work_directive=directive)
    yield e.JobOrderStored(
        job_order_id=order_id,
        work_master_id=order.work_master_id,
        work_master_version=order.work_master_version,
        material_definition_id=order.material_definition_id,
        material_lot_id=lot_id,
        quantity=quantity,
        step_ids=tuple(step.step_id for step in directive.steps),
        planned_start=order.planned_start,
        planned_end=order.planned_end,
        priority=order.priority,
        operations_schedule_id=order.operations_schedule_id,
        erp_reference=order.erp_reference,
        lot_allocations=order.lot_allocations,
        part_of=order.job_order_id,
        stations=order.stations,
    )
    lot = MaterialLot(
        material_lot_id=lot_id,
        material_definition_id=order.material_definition_id,
        disposition=Disposition.IN_PROCESS,
        status="in production",
    )
    yield e.MaterialLotDefined(material_lot=lot, job_order_id=order_id)
    if order.state is JobOrderState.ALLOWED_TO_START:
        yield from allowed_to_start(order_id, directive.steps[0].step_id)
