"""Decisions that other systems ask for about a job order as a whole: update, hold, stop, cancel.

None of them is signed, because none can make anything count as good: they ask for something else
before work begins, or they stop. What goes on, completes or releases is signed, elsewhere.
"""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.equipment_use import uses_ended
from models.execution.decisions.holds import held
from models.execution.decisions.job_orders import aborted_steps, known_job_order, part_ended
from models.execution.finished import is_live
from models.execution.gates import EXCEPTION_GATES, ORDER_GATES, RUNNING_GATES
from models.execution.job_order_state import JOB_ORDER_TRANSITIONS, JobOrderTransition
from models.execution.outcome import Refusal
from models.execution.principal import Principal
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse
from models.execution.scaling import scaled
from models.execution.snapshot import Snapshot
from models.execution.work_master_views import OrderedView, ordered_version
from models.isa95.material import Disposition
from models.isa95.work_definition import WorkMaster


def update(command: c.UpdateJobOrder, snapshot: Snapshot) -> Decision:
    """Replace what is asked of a job order whose work has not begun (OPC 10031-4, 6.2.1.7).

    Its copy of the WorkMaster is made anew where version or amount change; what is open about the
    job order is settled before that. It goes on making the same material into the same lot: for
    another product, cancel it and store another.
    """
    order = known_job_order(command.job_order_id, snapshot)
    if isinstance(order, Refusal):
        return Decision(refusals=(order,), job_order_id=command.job_order_id)
    found = ordered_version(command.work_master_id, command.work_master_version, snapshot)
    view = OrderedView(
        wanted=found.wanted,
        master=found.master,
        lifecycle=found.lifecycle,
        snapshot=snapshot,
        job_order_id=order.job_order_id,
        quantity=command.quantity,
    )
    refusals = Verdict.of(
        _updatable(order, command),
        ask(ORDER_GATES, view),
        _same_product(order, view.master),
        ask(EXCEPTION_GATES, order.open_exceptions()) if _is_other(view, order) else (),
    ).refusals
    if refusals or view.master is None:
        return Decision(refusals=refusals, job_order_id=order.job_order_id)
    updated = _updated(command, order, view.master)
    if not _is_other(view, order):
        return Decision(events=(updated,), job_order_id=order.job_order_id)
    copied = e.WorkDirectiveCopied(
        job_order_id=order.job_order_id, work_directive=scaled(view.master, command.quantity)
    )
    return Decision(events=(copied, updated), job_order_id=order.job_order_id)


def _is_other(view: OrderedView, order: JobOrderRecord) -> bool:
    """Return whether another version or amount is asked for than the job order has a copy of."""
    master = view.master
    wanted = (master.work_master_id, master.version, view.quantity) if master else None
    return wanted != (order.work_master_id, order.work_master_version, order.quantity)


def _updatable(order: JobOrderRecord, command: c.UpdateJobOrder) -> Iterator[Refusal]:
    order_id = order.job_order_id
    if (order.state, JobOrderTransition.UPDATE) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order_id} is {order.state.value}"
        yield refuse("job-order-not-updatable", order_id, text)
    elif order.part_of and command.quantity != order.quantity:
        text = f"job order {order_id} is a part of {order.part_of}, and has to stay as large"
        yield refuse("job-order-not-updatable", order_id, text)


def _same_product(order: JobOrderRecord, master: WorkMaster | None) -> Iterator[Refusal]:
    if master is not None and master.material_definition_id != order.material_definition_id:
        text = f"job order {order.job_order_id} makes {order.material_definition_id}"
        made = f"{master.work_master_id} makes {master.material_definition_id}"
        yield refuse("job-order-of-other-product", order.job_order_id, f"{text}; {made}")


def _updated(
    command: c.UpdateJobOrder, order: JobOrderRecord, master: WorkMaster
) -> e.JobOrderUpdated:
    return e.JobOrderUpdated(
        job_order_id=order.job_order_id,
        work_master_id=master.work_master_id,
        work_master_version=master.version,
        quantity=command.quantity,
        step_ids=tuple(step.step_id for step in master.steps),
        planned_start=command.planned_start or order.planned_start,
        planned_end=command.planned_end or order.planned_end,
        priority=order.priority if command.priority is None else command.priority,
        lot_allocations=command.lot_allocations or order.lot_allocations,
        stations=command.stations or order.stations,
        remark=command.remark,
    )


def hold(command: c.HoldJobOrder, principal: Principal, snapshot: Snapshot) -> Decision:
    """Hold a running job order on the word of an account; only a signature resumes it."""
    order = known_job_order(command.job_order_id, snapshot)
    if isinstance(order, Refusal):
        return Decision(refusals=(order,), job_order_id=command.job_order_id)
    refusals = Verdict.of(ask(RUNNING_GATES, order)).refusals
    paused = held(order, command.reason, person_id=principal.person_id, deliberate=True)
    return Decision(
        events=() if refusals else paused,
        refusals=refusals,
        person_id=principal.person_id,
        job_order_id=order.job_order_id,
    )


def stop(command: c.StopJobOrder, principal: Principal, snapshot: Snapshot) -> Decision:
    """End a job order early (OPC 10031-4, 6.2.1.10), whatever is open about it.

    Unfinished steps are aborted and the lot is restricted: a job order that was stopped is never
    complete, and what it made can't be released.
    """
    order = known_job_order(command.job_order_id, snapshot)
    if isinstance(order, Refusal):
        return Decision(refusals=(order,), job_order_id=command.job_order_id)
    if (order.state, JobOrderTransition.STOP) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order.job_order_id} is {order.state.value}"
        no = refuse("job-order-not-stoppable", order.job_order_id, text)
        return Decision(refusals=(no,), job_order_id=order.job_order_id)
    stopped = e.JobOrderStopped(
        job_order_id=order.job_order_id, reason=command.reason, person_id=principal.person_id
    )
    restricted = e.MaterialLotDispositionChanged(
        material_lot_id=order.material_lot_id,
        disposition=Disposition.RESTRICTED,
        status="job order stopped",
    )
    steps = aborted_steps(order)
    ended = (*steps, stopped, restricted, *part_ended(order))
    return Decision(
        events=(*ended, *uses_ended(order, steps, snapshot)),
        person_id=principal.person_id,
        job_order_id=order.job_order_id,
    )


def cancel(command: c.CancelJobOrder, principal: Principal, snapshot: Snapshot) -> Decision:
    """Take back a job order before any work (OPC 10031-4, 6.2.1.12); its lot will not come.

    What is open about it is settled before, as when it is split.
    """
    order = known_job_order(command.job_order_id, snapshot)
    if isinstance(order, Refusal):
        return Decision(refusals=(order,), job_order_id=command.job_order_id)
    refusals = Verdict.of(
        _cancellable(order), ask(EXCEPTION_GATES, order.open_exceptions())
    ).refusals
    cancelled = (
        *aborted_steps(order),
        e.JobOrderCancelled(
            job_order_id=order.job_order_id, reason=command.reason, person_id=principal.person_id
        ),
        e.MaterialLotDispositionChanged(
            material_lot_id=order.material_lot_id,
            disposition=Disposition.CLOSED,
            status="job order cancelled",
        ),
        *part_ended(order),
    )
    return Decision(
        events=() if refusals else cancelled,
        refusals=refusals,
        person_id=principal.person_id,
        job_order_id=order.job_order_id,
    )


def _cancellable(order: JobOrderRecord) -> Iterator[Refusal]:
    if (order.state, JobOrderTransition.CANCEL) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order.job_order_id} is {order.state.value}"
        yield refuse("job-order-not-cancellable", order.job_order_id, text)


def clear(command: c.ClearJobOrder, snapshot: Snapshot) -> Decision:
    """Take a job order that is over off the lists (OPC 10031-4, 6.2.1.13), never off the record."""
    order = known_job_order(command.job_order_id, snapshot)
    if isinstance(order, Refusal):
        return Decision(refusals=(order,), job_order_id=command.job_order_id)
    if is_live(order) or not order.is_listed:
        how = "is" if is_live(order) else "is off the lists already, and"
        text = f"job order {order.job_order_id} {how} {order.state.value}"
        no = refuse("job-order-not-clearable", order.job_order_id, text)
        return Decision(refusals=(no,), job_order_id=order.job_order_id)
    cleared = e.JobOrderCleared(job_order_id=order.job_order_id, remark=command.remark)
    return Decision(events=(cleared,), job_order_id=order.job_order_id)
