"""Decisions about job orders as a whole: store, start, abort."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.equipment_use import uses_ended
from models.execution.decisions.signing import sign, signing_view
from models.execution.gates import (
    ORDER_GATES,
    SIGNER_GATES,
)
from models.execution.job_order_state import JOB_ORDER_TRANSITIONS, JobOrderTransition
from models.execution.needs.parts import produced_lot_id
from models.execution.outcome import Refusal
from models.execution.principal import Identity, Role
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse
from models.execution.scaling import scaled
from models.execution.signature import Signature
from models.execution.snapshot import Snapshot
from models.execution.step_state import STEP_TRANSITIONS, StepState, StepTransition
from models.execution.work_master_views import OrderedView, ordered_version
from models.isa95.material import Disposition, MaterialLot
from models.isa95.work_definition import WorkMaster


def store(command: c.StoreJobOrder, snapshot: Snapshot) -> Decision:
    """Store the job order with its own frozen, scaled copy of the WorkMaster."""
    view = _ordered(command, snapshot)
    refusals = Verdict.of(_storable(command, snapshot), ask(ORDER_GATES, view)).refusals
    if refusals or view.master is None:
        return Decision(refusals=refusals, job_order_id=command.job_order_id)
    directive = scaled(view.master, command.quantity)
    lot_id = produced_lot_id(command)
    events: list[e.Event] = [
        e.WorkDirectiveCopied(job_order_id=command.job_order_id, work_directive=directive),
        _stored(command, directive, lot_id),
        e.MaterialLotDefined(
            material_lot=MaterialLot(
                material_lot_id=lot_id,
                material_definition_id=directive.material_definition_id,
                disposition=Disposition.IN_PROCESS,
                status="in production",
            ),
            job_order_id=command.job_order_id,
        ),
    ]
    if snapshot.material_definition(directive.material_definition_id) is not None:
        events.append(
            e.MaterialLotListed(
                material_definition_id=directive.material_definition_id, material_lot_id=lot_id
            )
        )
    if command.allowed_to_start:
        first = directive.steps[0].step_id
        events += allowed_to_start(command.job_order_id, first, command.remark)
    return Decision(events=tuple(events), job_order_id=command.job_order_id, result=lot_id)


def _stored(command: c.StoreJobOrder, directive: WorkMaster, lot_id: str) -> e.JobOrderStored:
    return e.JobOrderStored(
        job_order_id=command.job_order_id,
        work_master_id=directive.work_master_id,
        work_master_version=directive.version,
        material_definition_id=directive.material_definition_id,
        material_lot_id=lot_id,
        quantity=command.quantity,
        step_ids=tuple(step.step_id for step in directive.steps),
        planned_start=command.planned_start,
        planned_end=command.planned_end,
        priority=command.priority,
        operations_schedule_id=command.operations_schedule_id,
        erp_reference=command.erp_reference,
        lot_allocations=command.lot_allocations,
        remark=command.remark,
        stations=command.stations,
    )


def allowed_to_start(
    job_order_id: str, first_step_id: str, remark: str = ""
) -> tuple[e.Event, e.Event]:
    """Return that a job order whose first step is planned may begin."""
    return (
        e.JobOrderAllowedToStart(job_order_id=job_order_id, remark=remark),
        e.StepBecameReady(job_order_id=job_order_id, step_id=first_step_id),
    )


def _ordered(command: c.StoreJobOrder, snapshot: Snapshot) -> OrderedView:
    found = ordered_version(command.work_master_id, command.work_master_version, snapshot)
    return OrderedView(
        wanted=found.wanted,
        master=found.master,
        lifecycle=found.lifecycle,
        snapshot=snapshot,
        job_order_id=command.job_order_id,
        quantity=command.quantity,
    )


def _storable(command: c.StoreJobOrder, snapshot: Snapshot) -> Iterator[Refusal]:
    order_id, lot_id = command.job_order_id, produced_lot_id(command)
    if snapshot.job_order(order_id) is not None:
        yield refuse("job-order-exists", order_id, f"job order {order_id} is already stored")
    elif snapshot.material_lot(lot_id) is not None:
        yield refuse("material-lot-exists", lot_id, f"lot {lot_id} already exists")


def start(command: c.StartJobOrder, snapshot: Snapshot) -> Decision:
    """Allow the job order to start; work begins with its first step (OPC 10031-4, 6.2.1.5)."""
    order = known_job_order(command.job_order_id, snapshot)
    if isinstance(order, Refusal):
        return Decision(refusals=(order,), job_order_id=command.job_order_id)
    if (order.state, JobOrderTransition.START) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order.job_order_id} is {order.state.value}"
        no = refuse("job-order-not-startable", order.job_order_id, text)
        return Decision(refusals=(no,), job_order_id=order.job_order_id)
    first = order.steps[0].step_id
    allowed, ready = allowed_to_start(order.job_order_id, first, command.remark)
    again = order.steps[0].state is StepState.READY  # it was allowed before, and revoked
    return Decision(
        events=(allowed,) if again else (allowed, ready), job_order_id=order.job_order_id
    )


def revoke_start(command: c.RevokeStartJobOrder, snapshot: Snapshot) -> Decision:
    """Take the permission to start back, before work has begun (OPC 10031-4, 6.2.1.6).

    The first step stays ready; nobody begins it while its job order may not start.
    """
    order = known_job_order(command.job_order_id, snapshot)
    if isinstance(order, Refusal):
        return Decision(refusals=(order,), job_order_id=command.job_order_id)
    if (order.state, JobOrderTransition.REVOKE_START) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order.job_order_id} is {order.state.value}"
        no = refuse("job-order-not-revocable", order.job_order_id, text)
        return Decision(refusals=(no,), job_order_id=order.job_order_id)
    revoked = e.JobOrderStartRevoked(job_order_id=order.job_order_id, remark=command.remark)
    return Decision(events=(revoked,), job_order_id=order.job_order_id)


def abort(command: c.AbortJobOrder, snapshot: Snapshot) -> Decision:
    """Give the job order up, signed by a supervisor or the quality unit."""
    view = signing_view(command.job_order_id, command.identity, snapshot)
    if isinstance(view, Refusal):
        return Decision(refusals=(view,), person_id=command.identity.person_id)
    order, who = view.job_order, command.identity
    refusals = Verdict.of(
        ask(SIGNER_GATES, view),
        role_is_suitable(who, {Role.SUPERVISOR, Role.QUALITY}, "abort a job order"),
        _abortable(order),
    ).refusals
    events: tuple[e.Event, ...] = ()
    if not refusals:
        given_up = aborted(order, command.reason, sign(view, "aborted", command.reason))
        events = (*given_up, *uses_ended(order, given_up, snapshot))
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
    )


def aborted_steps(order: JobOrderRecord) -> tuple[e.StepAborted, ...]:
    """Return that the unfinished steps of a job order are given up."""
    return tuple(
        e.StepAborted(job_order_id=order.job_order_id, step_id=step.step_id)
        for step in order.steps
        if (step.state, StepTransition.ABORT) in STEP_TRANSITIONS
    )


def aborted(order: JobOrderRecord, reason: str, signature: Signature) -> tuple[e.Event, ...]:
    """Return that a job order is given up: its unfinished steps, itself, and its lot."""
    return (
        *aborted_steps(order),
        e.JobOrderAborted(job_order_id=order.job_order_id, reason=reason, signature=signature),
        e.MaterialLotDispositionChanged(
            material_lot_id=order.material_lot_id,
            disposition=Disposition.RESTRICTED,
            status="job order aborted",
        ),
        *part_ended(order),
    )


def part_ended(order: JobOrderRecord) -> tuple[e.Event, ...]:
    """Return what the end of a part is to the job order that was split."""
    if not order.part_of:
        return ()
    ended = e.JobOrderPartEnded(job_order_id=order.part_of, part_id=order.job_order_id)
    return (ended,)


def _abortable(order: JobOrderRecord) -> Iterator[Refusal]:
    if (order.state, JobOrderTransition.ABORT) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order.job_order_id} is {order.state.value}"
        yield refuse("job-order-not-active", order.job_order_id, text)


def role_is_suitable(identity: Identity, roles: set[Role], what: str) -> Iterator[Refusal]:
    """Refuse ``role-not-suitable`` for an identity with none of the roles."""
    if not roles & identity.roles:
        wanted = " or ".join(sorted(role.value for role in roles))
        text = f"account {identity.account} may not {what}; the role {wanted} may"
        yield refuse("role-not-suitable", identity.account, text)


def known_job_order(job_order_id: str, snapshot: Snapshot) -> JobOrderRecord | Refusal:
    """Return the job order of that id, or that there is none."""
    order = snapshot.job_order(job_order_id)
    if order is None:
        text = f"there is no job order {job_order_id}"
        return refuse("job-order-unknown", job_order_id, text)
    return order
