"""Decisions about job orders as a whole: store, start, abort, release."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.signing import sign, signing_view
from models.execution.gates import EXCEPTION_GATES, RELEASE_GATES, SIGNER_GATES
from models.execution.job_order_state import JOB_ORDER_TRANSITIONS, JobOrderTransition
from models.execution.needs.parts import produced_lot_id
from models.execution.outcome import Refusal
from models.execution.principal import Identity, Role
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse
from models.execution.signature import Signature
from models.execution.snapshot import Snapshot
from models.isa95.material import Disposition, MaterialLot
from models.isa95.quantity import Quantity
from models.isa95.work_definition import MaterialSpecification, StepSpecification, WorkMaster

_DECIMALS: Final = Decimal("0.000001")
"""Scaled amounts are rounded to a millionth of their unit, half to even."""


def store(command: c.StoreJobOrder, snapshot: Snapshot) -> Decision:
    """Store the job order with its own frozen, scaled copy of the WorkMaster."""
    master = _work_master(command, snapshot)
    refusals = Verdict.of(_storable(command, snapshot), _approved(command, master)).refusals
    if refusals or master is None:
        return Decision(refusals=refusals, job_order_id=command.job_order_id)
    directive = _scaled(master, command.quantity)
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
            )
        ),
    ]
    if snapshot.material_definition(directive.material_definition_id) is not None:
        events.append(
            e.MaterialLotListed(
                material_definition_id=directive.material_definition_id, material_lot_id=lot_id
            )
        )
    if command.allowed_to_start:
        events += _allowed(command.job_order_id, directive.steps[0].step_id)
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
    )


def _allowed(job_order_id: str, first_step_id: str) -> tuple[e.Event, ...]:
    return (
        e.JobOrderAllowedToStart(job_order_id=job_order_id),
        e.StepBecameReady(job_order_id=job_order_id, step_id=first_step_id),
    )


def _work_master(command: c.StoreJobOrder, snapshot: Snapshot) -> WorkMaster | None:
    record = snapshot.work_master(command.work_master_id)
    versions = record.versions if record else ()
    if command.work_master_version:
        wanted = command.work_master_version
        return next((master for master in versions if master.version == wanted), None)
    candidates = [master for master in versions if master.approved] or list(versions)
    return candidates[-1] if candidates else None


def _storable(command: c.StoreJobOrder, snapshot: Snapshot) -> Iterator[Refusal]:
    order_id, lot_id = command.job_order_id, produced_lot_id(command)
    if snapshot.job_order(order_id) is not None:
        yield refuse("job-order-exists", order_id, f"job order {order_id} is already stored")
    elif snapshot.material_lot(lot_id) is not None:
        yield refuse("material-lot-exists", lot_id, f"lot {lot_id} already exists")


def _approved(command: c.StoreJobOrder, master: WorkMaster | None) -> Iterator[Refusal]:
    wanted = f"{command.work_master_id} {command.work_master_version or ''}".strip()
    if master is None:
        yield refuse("work-master-unknown", wanted, f"there is no WorkMaster {wanted}")
        return
    if not master.approved:
        name = f"{master.work_master_id} version {master.version}"
        yield refuse("work-master-not-approved", name, f"{name} is not approved")
    amount, unit = command.quantity, master.quantity.unit
    if amount.value <= 0 or not amount.converts_to(unit):
        text = f"{amount} can't be made; {master.work_master_id} makes amounts in {unit}"
        yield refuse("quantity-not-possible", command.job_order_id, text)
    elif _vanishes(master, amount):
        text = f"{amount} is too little; a material of {master.work_master_id} would round to 0"
        yield refuse("quantity-not-possible", command.job_order_id, text)


def _vanishes(master: WorkMaster, quantity: Quantity) -> bool:
    """Return whether an amount would be rounded away, so that weighing nothing would do."""
    scaled = _scaled(master, quantity)
    return any(material.quantity.value == 0 for step in scaled.steps for material in step.materials)


def _scaled(master: WorkMaster, quantity: Quantity) -> WorkMaster:
    """Return the WorkMaster for another batch size, its amounts and tolerances in proportion."""
    factor = quantity.to(master.quantity.unit).value / master.quantity.value

    def amount(nominal: Quantity) -> Quantity:
        scaled = (nominal.value * factor).quantize(_DECIMALS, ROUND_HALF_EVEN)
        return Quantity(scaled, nominal.unit)

    def material(item: MaterialSpecification) -> MaterialSpecification:
        return replace(
            item,
            quantity=amount(item.quantity),
            below=amount(item.below),
            above=amount(item.above),
        )

    def step(item: StepSpecification) -> StepSpecification:
        return replace(item, materials=tuple(material(m) for m in item.materials))

    if factor == 1:
        return master
    return replace(master, quantity=quantity, steps=tuple(step(s) for s in master.steps))


def start(command: c.StartJobOrder, snapshot: Snapshot) -> Decision:
    """Allow the job order to start; work begins with its first step (OPC 10031-4, 6.2.1.5)."""
    order = _known(command.job_order_id, snapshot)
    if isinstance(order, Refusal):
        return Decision(refusals=(order,), job_order_id=command.job_order_id)
    if (order.state, JobOrderTransition.START) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order.job_order_id} is {order.state.value}"
        no = refuse("job-order-not-startable", order.job_order_id, text)
        return Decision(refusals=(no,), job_order_id=order.job_order_id)
    events = _allowed(order.job_order_id, order.steps[0].step_id)
    return Decision(events=events, job_order_id=order.job_order_id)


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
        signature = sign(view, "aborted", command.reason)
        events = (
            e.JobOrderAborted(
                job_order_id=order.job_order_id, reason=command.reason, signature=signature
            ),
            e.MaterialLotDispositionChanged(
                material_lot_id=order.material_lot_id,
                disposition=Disposition.RESTRICTED,
                status="job order aborted",
            ),
        )
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
    )


def _abortable(order: JobOrderRecord) -> Iterator[Refusal]:
    if (order.state, JobOrderTransition.ABORT) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order.job_order_id} is {order.state.value}"
        yield refuse("job-order-not-active", order.job_order_id, text)


def release(command: c.ReleaseJobOrder, snapshot: Snapshot) -> Decision:
    """Release what was produced and end the job order, signed by the quality unit."""
    view = signing_view(command.job_order_id, command.identity, snapshot)
    if isinstance(view, Refusal):
        return Decision(refusals=(view,), person_id=command.identity.person_id)
    order, who = view.job_order, command.identity
    refusals = Verdict.of(
        _releasable(order),
        ask(SIGNER_GATES, view),
        role_is_suitable(who, {Role.QUALITY}, "release a job order"),
        ask(EXCEPTION_GATES, order.open_exceptions()),
        ask(RELEASE_GATES, view),
    ).refusals
    return Decision(
        events=() if refusals else _released(order, sign(view, "released", "")),
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
    )


def _released(order: JobOrderRecord, signature: Signature) -> tuple[e.Event, ...]:
    closed = (
        e.StepClosed(job_order_id=order.job_order_id, step_id=step.step_id) for step in order.steps
    )
    return (
        *closed,
        e.JobOrderReleased(job_order_id=order.job_order_id, signature=signature),
        e.MaterialLotDispositionChanged(
            material_lot_id=order.material_lot_id,
            disposition=Disposition.UNRESTRICTED,
            status="released",
        ),
    )


def _releasable(order: JobOrderRecord) -> Iterator[Refusal]:
    if (order.state, JobOrderTransition.STOP) not in JOB_ORDER_TRANSITIONS:
        text = f"job order {order.job_order_id} is {order.state.value}"
        yield refuse("job-order-not-active", order.job_order_id, text)


def role_is_suitable(identity: Identity, roles: set[Role], what: str) -> Iterator[Refusal]:
    """Refuse ``role-not-suitable`` for an identity with none of the roles."""
    if not roles & identity.roles:
        wanted = " or ".join(sorted(role.value for role in roles))
        text = f"account {identity.account} may not {what}; the role {wanted} may"
        yield refuse("role-not-suitable", identity.account, text)


def _known(job_order_id: str, snapshot: Snapshot) -> JobOrderRecord | Refusal:
    order = snapshot.job_order(job_order_id)
    if order is None:
        text = f"there is no job order {job_order_id}"
        return refuse("job-order-unknown", job_order_id, text)
    return order


def revoke_start(command: c.RevokeStartJobOrder, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
