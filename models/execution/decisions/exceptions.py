"""Decisions about exceptions: how one opens, and what is done about it."""

from collections.abc import Iterator
from dataclasses import replace

from models.execution import commands as c
from models.execution import events as e
from models.execution.consumption import yield_variance
from models.execution.correcting import events_of, find, overdrawn
from models.execution.correction_effects import effects
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.devices import freed
from models.execution.decisions.equipment_use import uses_ended
from models.execution.decisions.holds import held
from models.execution.decisions.job_orders import aborted, role_is_suitable
from models.execution.decisions.signing import sign, signing_view
from models.execution.decisions.steps import refused
from models.execution.dispositions import barred, deciders, is_possible, possible, still_counts
from models.execution.exception_kinds import DEVIATION
from models.execution.finding import Finding, Withheld, exception_of, open_exception
from models.execution.finished import is_given_up
from models.execution.gates import OPEN_JOB_ORDER_GATES, SIGNER_GATES
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
    """Return the refused decision with the exception that its refusals open, if they do."""
    return replace(decision, events=exception_of(view, decision.refusals, withheld))


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
    return is_given_up(order) and command.disposition is _WAYS.SCRAP


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
    """Refuse to let a weight stand whose container or lot would not have given it."""
    if command.disposition is not _WAYS.ACCEPT or not still_counts(found, order):
        return
    withheld = found.withheld
    if isinstance(withheld, e.WeightCaptured | e.EvidenceRecorded):
        yield from _instrument_gives(withheld, snapshot)
    if isinstance(withheld, e.EvidenceCorrected):
        target = find(order.step(withheld.step_id), withheld.evidence_id)
        if target is not None:
            yield from overdrawn(withheld.value, target.item, snapshot)
    elif isinstance(withheld, e.WeightCaptured):
        yield from _something_was_weighed(withheld)
        yield from _container_gives(withheld, snapshot)
        yield from _lot_gives(withheld, snapshot)


def _something_was_weighed(weighed: e.WeightCaptured) -> Iterator[Refusal]:
    if weighed.quantity.value <= 0:
        name = weighed.instrument_id
        yield refuse("weight-not-positive", name, f"{name} had shown {weighed.quantity}")


def _container_gives(weighed: e.WeightCaptured, snapshot: Snapshot) -> Iterator[Refusal]:
    name = weighed.material_sublot_id
    sublot = snapshot.material_sublot(name)
    if sublot is None or sublot.remaining < weighed.quantity:
        text = f"{name} does not hold {weighed.quantity}"
        yield refuse("container-overdrawn", name, text)
    elif sublot.held:
        yield refuse("container-held", name, f"{name} is held: {sublot.held}")


def _instrument_gives(
    measured: e.WeightCaptured | e.EvidenceRecorded, snapshot: Snapshot
) -> Iterator[Refusal]:
    """Refuse what an instrument showed that has failed a calibration since: it proves nothing."""
    name = measured.instrument_id or ""
    asset = snapshot.physical_asset(name)
    if asset is not None and asset.calibration_failed:
        text = f"{name} failed its last calibration (certificate {asset.certificate})"
        yield refuse("calibration-failed", name, text)


def _lot_gives(weighed: e.WeightCaptured, snapshot: Snapshot) -> Iterator[Refusal]:
    """Refuse a lot that could not be used now any more: only the tolerance is to be waived."""
    name = weighed.material_lot_id
    lot = snapshot.material_lot(name)
    if lot is None:
        yield refuse("material-wrong", name, f"there is no lot {name}")
        return
    restricted = restriction(lot.material_lot)
    if restricted is not None:
        yield refuse("material-lot-restricted", name, restricted)
    expired = expiry(lot.material_lot, snapshot.time)
    if expired is not None:
        yield refuse("material-lot-expired", name, expired)


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
    if wanted is _WAYS.ACCEPT:
        yield from freed(found)
    if wanted is _WAYS.ACCEPT and still_counts(found, order):
        yield from _accepted(found, view)
    elif wanted is _WAYS.REWORK:
        yield from reopen(order, target, reason)
    elif wanted is _WAYS.INVESTIGATE:
        who = command.identity.person_id
        yield from held(order, reason, person_id=who, signature=signature)
    elif wanted is _WAYS.SCRAP and not is_given_up(order):
        for event in aborted(order, reason, signature):
            if isinstance(event, e.MaterialLotDispositionChanged):
                yield replace(event, disposition=Disposition.CLOSED, status="scrapped")
            else:
                yield event


def _accepted(found: ExceptionRecord, view: SigningView) -> Iterator[e.Event]:
    """Put on record what the exception had held back, with its variance if it was too much."""
    withheld = found.withheld
    order, directive = view.job_order, view.directive.work_directive
    if isinstance(withheld, e.EvidenceCorrected):
        yield from events_of(order, withheld)
        findings = effects(order, directive, withheld, view.time)
        for place, finding in enumerate(findings):
            yield open_exception(order, directive, finding, before=place)
    elif withheld is not None:
        yield withheld
    if isinstance(withheld, e.WeightCaptured):
        yield drawn(withheld)
        variance = yield_variance(order, directive, withheld)
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
