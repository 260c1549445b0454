"""Decisions about exceptions: how one opens, and what is done about it."""

from collections.abc import Iterator
from dataclasses import replace

from models.execution import commands as c
from models.execution import events as e
from models.execution.consumption import yield_variance
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.equipment_use import uses_ended
from models.execution.decisions.holds import held
from models.execution.decisions.job_orders import aborted, role_is_suitable
from models.execution.decisions.signing import sign, signing_view
from models.execution.decisions.steps import refused
from models.execution.dispositions import barred, deciders, is_possible, possible, still_counts
from models.execution.exception_kinds import DEVIATION, EXCEPTION_CODES
from models.execution.finding import Finding, Withheld, already_open, open_exception
from models.execution.gates import OPEN_JOB_ORDER_GATES, SIGNER_GATES
from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.records import ExceptionRecord, JobOrderRecord
from models.execution.refusal_codes import refuse
from models.execution.routing import reopen, rework_target
from models.execution.snapshot import Snapshot
from models.execution.usable_lot import expiry, restriction
from models.execution.views import SigningView, StepView, session_view
from models.isa95.material import Disposition

_WAYS = c.ExceptionDisposition


def next_exception_id(order: JobOrderRecord) -> str:
    """Return the id of the job order's next exception."""
    return order.next_exception_id


def with_exception(decision: Decision, view: StepView, withheld: Withheld | None) -> Decision:
    """Open an exception when the value itself is all that stands in the way.

    With anything else wrong (an overdue scale, a stale reading) the value proves nothing, and
    nothing is opened; nor is a second one about what is open already. ``withheld`` is what would
    be on record if the value were accepted.
    """
    codes = {refusal.code for refusal in decision.refusals}
    if not codes or not codes <= EXCEPTION_CODES:
        return decision
    first, session = decision.refusals[0], view.session
    found = Finding(
        kind=first.code,
        description=first.obstacle,
        step_id=view.step.step_id,
        person_id=session.person_id,
        subject=first.subject,
        equipment_id=session.station,
        material_lot_id=withheld.material_lot_id if isinstance(withheld, e.WeightCaptured) else "",
        withheld=withheld,
    )
    if already_open(session.job_order, found):
        return decision
    directive = session.directive.work_directive
    return replace(decision, events=(open_exception(session.job_order, directive, found),))


def open_deviation(command: c.OpenDeviation, snapshot: Snapshot) -> Decision:
    """Put on record what a person saw; the job order can't be released before it is settled."""
    session = session_view(command.station, snapshot)
    if isinstance(session, Refusal):
        return refused(session)
    order = session.job_order
    step = order.step_at(command.station)
    refusals = Verdict.of(ask(OPEN_JOB_ORDER_GATES, order)).refusals
    found = Finding(
        kind=DEVIATION,
        description=command.description,
        step_id=step.step_id if step else None,
        person_id=session.person_id,
        equipment_id=session.station,
        reported=command.severity,
    )
    opened = open_exception(order, session.directive.work_directive, found)
    return Decision(
        events=() if refusals else (opened,),
        refusals=refusals,
        person_id=session.person_id,
        job_order_id=order.job_order_id,
        step_id=opened.step_id,
        result=opened.exception_id,
    )


def report(command: c.ReportException, snapshot: Snapshot) -> Decision:
    """Put on record what a person saw away from a station; anybody who can sign may."""
    who = command.identity
    view = signing_view(command.job_order_id, who, snapshot, command.step_id or None)
    if isinstance(view, Refusal):
        return refused(view, who.person_id)
    order = view.job_order
    refusals = Verdict.of(ask(OPEN_JOB_ORDER_GATES, order), ask(SIGNER_GATES, view)).refusals
    found = Finding(
        kind=DEVIATION,
        description=command.description,
        step_id=command.step_id or None,
        person_id=who.person_id,
        reported=command.severity,
    )
    opened = open_exception(order, view.directive.work_directive, found)
    return Decision(
        events=() if refusals else (opened,),
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
        step_id=opened.step_id,
        result=opened.exception_id,
    )


def disposition(command: c.DispositionException, snapshot: Snapshot) -> Decision:
    """Decide what is done about an exception, as a person who may by its risk."""
    who = command.identity
    view = signing_view(command.job_order_id, who, snapshot)
    if isinstance(view, Refusal):
        return refused(view, who.person_id)
    order = view.job_order
    found = next(
        (x for x in order.open_exceptions() if x.exception_id == command.exception_id), None
    )
    if found is None:
        refusals = Verdict.of(
            ask(OPEN_JOB_ORDER_GATES, order), ask(SIGNER_GATES, view), _unknown(command, order)
        ).refusals
    else:
        refusals = Verdict.of(
            ask(() if _is_scrapped(command, order) else OPEN_JOB_ORDER_GATES, order),
            ask(SIGNER_GATES, view),
            role_is_suitable(
                who, set(deciders(found, command.disposition)), "disposition it like this"
            ),
            _independent(command, found, view),
            _leads_somewhere(command, found, view),
            _acceptable(command, found, order, snapshot),
        ).refusals
    events: tuple[e.Event, ...] = ()
    if not refusals and found is not None:
        events = tuple(_decided(command, found, view))
        events = (*events, *uses_ended(order, events, snapshot))
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
        step_id=found.step_id if found else None,
    )


def _is_scrapped(command: c.DispositionException, order: JobOrderRecord) -> bool:
    """Return whether only the paper is to be closed of what was given up already."""
    return order.state is JobOrderState.ABORTED and command.disposition is _WAYS.SCRAP


def _unknown(command: c.DispositionException, order: JobOrderRecord) -> Iterator[Refusal]:
    text = f"{command.exception_id} is not an open exception of {order.job_order_id}"
    open_ones = tuple(item.exception_id for item in order.open_exceptions())
    yield refuse("exception-unknown", command.exception_id, text, offers=open_ones)


def _independent(
    command: c.DispositionException, found: ExceptionRecord, view: SigningView
) -> Iterator[Refusal]:
    person_id = command.identity.person_id
    people = barred(found, view.job_order, view.directive.work_directive)
    if person_id is not None and person_id in people:
        text = f"{found.exception_id} is about what {person_id} did"
        yield refuse("self-disposition", person_id, text)


def _rework_step(command: c.DispositionException, found: ExceptionRecord, view: SigningView) -> str:
    if command.step_id:
        return command.step_id
    return rework_target(view.directive.work_directive, view.job_order, found.step_id or "")


def _leads_somewhere(
    command: c.DispositionException, found: ExceptionRecord, view: SigningView
) -> Iterator[Refusal]:
    order, target = view.job_order, _rework_step(command, found, view)
    wanted = command.disposition
    if wanted is _WAYS.REWORK and target and order.step(target) is None:
        text = f"job order {order.job_order_id} has no step {target}"
        yield refuse("step-unknown", target, text)
    elif not is_possible(found, wanted, order, target):
        step = order.step(found.step_id) if found.step_id else None
        where = f"with step {step.step_id} {step.state.value}" if step else "of no step"
        text = f"{wanted.value} leads nowhere for {found.kind} {where}"
        offers = tuple(way.value for way in possible(found, order, target))
        yield refuse("disposition-not-possible", found.exception_id, text, offers)


def _acceptable(
    command: c.DispositionException,
    found: ExceptionRecord,
    order: JobOrderRecord,
    snapshot: Snapshot,
) -> Iterator[Refusal]:
    """Refuse to accept a weight whose lot or container could not be used now any more.

    Accepting a weight consumes material: only its tolerance is the quality unit's to waive.
    """
    if command.disposition is not _WAYS.ACCEPT or not still_counts(found, order):
        return
    weighed = found.withheld
    if not isinstance(weighed, e.WeightCaptured):
        return
    sublot = snapshot.material_sublot(weighed.material_sublot_id)
    if sublot is None or sublot.remaining < weighed.quantity:
        text = f"{weighed.material_sublot_id} does not hold {weighed.quantity}"
        yield refuse("container-overdrawn", weighed.material_sublot_id, text)
    elif sublot.held:
        text = f"{weighed.material_sublot_id} is held: {sublot.held}"
        yield refuse("container-held", weighed.material_sublot_id, text)
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


def _decided(
    command: c.DispositionException, found: ExceptionRecord, view: SigningView
) -> Iterator[e.Event]:
    """Yield the disposition and what it leads to; what, says ``DISPOSITION_RESULT``."""
    order, wanted = view.job_order, command.disposition
    target = _rework_step(command, found, view) if wanted is _WAYS.REWORK else ""
    signature = sign(view, f"disposition {wanted.value}", command.reason)
    yield e.ExceptionDispositioned(
        job_order_id=order.job_order_id,
        exception_id=found.exception_id,
        disposition=wanted,
        reason=command.reason,
        signature=signature,
        step_id=target,
    )
    reason = f"{found.exception_id}: {command.reason}"
    if wanted is _WAYS.ACCEPT and still_counts(found, order):
        yield from _accepted(found, view)
    elif wanted is _WAYS.REWORK:
        yield from reopen(order, target, reason)
    elif wanted is _WAYS.INVESTIGATE:
        who = command.identity.person_id
        yield from held(order, reason, person_id=who, signature=signature)
    elif wanted is _WAYS.SCRAP and order.state is not JobOrderState.ABORTED:
        for event in aborted(order, reason, signature):
            if isinstance(event, e.MaterialLotDispositionChanged):
                yield replace(event, disposition=Disposition.CLOSED, status="scrapped")
            else:
                yield event


def _accepted(found: ExceptionRecord, view: SigningView) -> Iterator[e.Event]:
    """Put on record what the exception had held back, with its variance if it was too much."""
    if found.withheld is None:
        return
    yield found.withheld
    if isinstance(found.withheld, e.WeightCaptured):
        yield drawn(found.withheld)
        directive = view.directive.work_directive
        variance = yield_variance(view.job_order, directive, found.withheld)
        yield from () if variance is None else (variance,)


def drawn(weighed: e.WeightCaptured) -> e.MaterialSublotDrawn:
    """Return what a weighing takes out of its container."""
    return e.MaterialSublotDrawn(
        material_sublot_id=weighed.material_sublot_id,
        material_lot_id=weighed.material_lot_id,
        quantity=weighed.quantity,
        job_order_id=weighed.job_order_id,
        step_id=weighed.step_id,
    )
