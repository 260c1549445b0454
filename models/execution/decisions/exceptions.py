"""Decisions about exceptions: how one opens, and what is done about it."""

from collections.abc import Iterator
from dataclasses import replace

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign, signing_view
from models.execution.decisions.steps import refused
from models.execution.gates import OPEN_JOB_ORDER_GATES, SIGNER_GATES
from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.records import ExceptionRecord, JobOrderRecord
from models.execution.refusal_codes import EXCEPTION_CODES, refuse
from models.execution.snapshot import Snapshot
from models.execution.usable_lot import expiry, restriction
from models.execution.views import StepView, session_view


def next_exception_id(order: JobOrderRecord) -> str:
    """Return the id of the job order's next exception."""
    return f"{order.job_order_id}-E{len(order.exceptions) + 1}"


def with_exception(
    decision: Decision, view: StepView, withheld: e.WeightCaptured | e.EvidenceRecorded | None
) -> Decision:
    """Open an exception when the value itself is all that stands in the way.

    With anything else wrong (an overdue scale, a stale reading) the value proves nothing, and
    nothing is opened. ``withheld`` is what would be on record if the value were accepted.
    """
    codes = {refusal.code for refusal in decision.refusals}
    if not codes or not codes <= EXCEPTION_CODES:
        return decision
    first = decision.refusals[0]
    opened = e.ExceptionOpened(
        job_order_id=view.session.job_order.job_order_id,
        exception_id=next_exception_id(view.session.job_order),
        kind=first.code,
        description=first.obstacle,
        step_id=view.step.step_id,
        person_id=view.session.person_id,
        withheld=withheld,
    )
    return replace(decision, events=(opened,))


def open_deviation(command: c.OpenDeviation, snapshot: Snapshot) -> Decision:
    """Put on record what a person saw; the job order can't be released before it is settled."""
    session = session_view(command.station, snapshot)
    if isinstance(session, Refusal):
        return refused(session)
    order = session.job_order
    step = order.step_at(command.station)
    refusals = Verdict.of(ask(OPEN_JOB_ORDER_GATES, order)).refusals
    opened = e.ExceptionOpened(
        job_order_id=order.job_order_id,
        exception_id=next_exception_id(order),
        kind="deviation",
        description=command.description,
        step_id=step.step_id if step else None,
        person_id=session.person_id,
    )
    return Decision(
        events=() if refusals else (opened,),
        refusals=refusals,
        person_id=session.person_id,
        job_order_id=order.job_order_id,
        step_id=opened.step_id,
        result=opened.exception_id,
    )


def disposition(command: c.DispositionException, snapshot: Snapshot) -> Decision:
    """Settle an exception; only the quality unit lets a value stand that was refused."""
    who = command.identity
    view = signing_view(command.job_order_id, who, snapshot)
    if isinstance(view, Refusal):
        return refused(view, who.person_id)
    order = view.job_order
    found = next(
        (x for x in order.open_exceptions() if x.exception_id == command.exception_id), None
    )
    refusals = Verdict.of(
        ask(OPEN_JOB_ORDER_GATES, order),
        ask(SIGNER_GATES, view),
        role_is_suitable(who, _deciders(command.disposition), "disposition it like this"),
        _is_open(command, order, found),
        _acceptable(command, found, snapshot),
    ).refusals
    events: tuple[e.Event, ...] = ()
    if not refusals and found is not None:
        decided = e.ExceptionDispositioned(
            job_order_id=order.job_order_id,
            exception_id=found.exception_id,
            disposition=command.disposition,
            reason=command.reason,
            signature=sign(view, f"disposition {command.disposition.value}", command.reason),
        )
        events = (decided, *_accepted(command, found))
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
        step_id=found.step_id if found else None,
    )


def _deciders(wanted: c.ExceptionDisposition) -> set[Role]:
    if wanted is c.ExceptionDisposition.ACCEPT:
        return {Role.QUALITY}
    return {Role.SUPERVISOR, Role.QUALITY}


def _is_open(
    command: c.DispositionException, order: JobOrderRecord, found: ExceptionRecord | None
) -> Iterator[Refusal]:
    if found is None:
        text = f"{command.exception_id} is not an open exception of {order.job_order_id}"
        open_ones = tuple(item.exception_id for item in order.open_exceptions())
        yield refuse("exception-unknown", command.exception_id, text, offers=open_ones)


def _acceptable(
    command: c.DispositionException, found: ExceptionRecord | None, snapshot: Snapshot
) -> Iterator[Refusal]:
    """Refuse to accept a weight whose lot or container could not be used now any more.

    Accepting a weight consumes material: only its tolerance is the quality unit's to waive.
    """
    if found is None or command.disposition is not c.ExceptionDisposition.ACCEPT:
        return
    weighed = found.withheld
    if not isinstance(weighed, e.WeightCaptured):
        return
    sublot = snapshot.material_sublot(weighed.material_sublot_id)
    if sublot is None or sublot.remaining < weighed.quantity:
        text = f"{weighed.material_sublot_id} does not hold {weighed.quantity}"
        yield refuse("container-overdrawn", weighed.material_sublot_id, text)
    lot = snapshot.material_lot(weighed.material_lot_id)
    if lot is None:
        text = f"there is no lot {weighed.material_lot_id}"
        yield refuse("material-wrong", weighed.material_lot_id, text)
        return
    restricted = restriction(lot.material_lot)
    if restricted is not None:
        yield refuse("material-lot-restricted", weighed.material_lot_id, restricted)
    expired = expiry(lot.material_lot, snapshot.time)
    if expired is not None:
        yield refuse("material-lot-expired", weighed.material_lot_id, expired)


def _accepted(command: c.DispositionException, found: ExceptionRecord) -> Iterator[e.Event]:
    """Put on record what the exception had held back."""
    if command.disposition is not c.ExceptionDisposition.ACCEPT or found.withheld is None:
        return
    yield found.withheld
    if isinstance(found.withheld, e.WeightCaptured):
        yield drawn(found.withheld)


def drawn(weighed: e.WeightCaptured) -> e.MaterialSublotDrawn:
    """Return what a weighing takes out of its container."""
    return e.MaterialSublotDrawn(
        material_sublot_id=weighed.material_sublot_id,
        material_lot_id=weighed.material_lot_id,
        quantity=weighed.quantity,
        job_order_id=weighed.job_order_id,
        step_id=weighed.step_id,
    )


def report(command: c.ReportException, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
