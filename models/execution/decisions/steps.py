"""Decisions about steps: begin, complete, verify."""

from dataclasses import replace

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.equipment_use import line_cleared, use_began, use_ended
from models.execution.decisions.signing import sign, signing_view
from models.execution.finding import exception_of
from models.execution.gates import (
    BEGIN_GATES,
    COMPLETION_GATES,
    EXCEPTION_GATES,
    JOB_ORDER_GATES,
    OPEN_JOB_ORDER_GATES,
    SIGNER_GATES,
    VERIFICATION_GATES,
    WORK_GATES,
)
from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.routing import branch_exception, onward
from models.execution.snapshot import Snapshot
from models.execution.views import StepView, running_step_view, session_view, step_view


def refused(view: Refusal, person_id: str | None = None) -> Decision:
    """Return the decision for a command that has nothing to act on."""
    return Decision(refusals=(view,), person_id=person_id)


def about(view: StepView, refusals: tuple[Refusal, ...], *events: e.Event) -> Decision:
    """Return the decision about a step: the events, unless something refuses."""
    return Decision(
        events=() if refusals else events,
        refusals=refusals,
        person_id=view.session.person_id,
        job_order_id=view.session.job_order.job_order_id,
        step_id=view.step.step_id,
    )


def start_step(command: c.StartStep, snapshot: Snapshot) -> Decision:
    """Begin a step; the first one also begins the run of the job order."""
    session = session_view(command.station, snapshot)
    if isinstance(session, Refusal):
        return refused(session)
    view = step_view(session, command.step_id)
    if isinstance(view, Refusal):
        return refused(view, session.person_id)
    order = session.job_order
    refusals = Verdict.of(
        ask(JOB_ORDER_GATES, order),
        ask(BEGIN_GATES, view),
    ).refusals
    began = e.StepBegan(
        job_order_id=order.job_order_id,
        step_id=command.step_id,
        station=command.station,
        person_id=session.person_id,
    )
    events = (began, *use_began(view))
    if order.state is JobOrderState.ALLOWED_TO_START:
        return about(view, refusals, e.JobOrderRunBegan(job_order_id=order.job_order_id), *events)
    return about(view, refusals, *events)


def complete_step(command: c.CompleteStep, snapshot: Snapshot) -> Decision:
    """Declare the running step complete, if nothing is missing and nothing is open.

    What was recorded decides what follows; where it leads to no step, an exception is opened.
    """
    shown = (command.job_order_id, command.step_id)
    view = running_step_view(command.station, snapshot, shown)
    if isinstance(view, Refusal):
        return refused(view)
    order = view.session.job_order
    directive = view.session.directive.work_directive
    after = onward(directive, order, view.step.step_id)
    refusals = Verdict.of(
        ask(JOB_ORDER_GATES, order),
        ask(WORK_GATES, view),
        ask(EXCEPTION_GATES, order.open_exceptions(view.step.step_id)),
        ask(COMPLETION_GATES, view),
        after.refusals,
    ).refusals
    if refusals:
        decision = about(view, refusals)
        return replace(decision, events=exception_of(view, refusals))
    completed = e.StepCompleted(
        job_order_id=order.job_order_id,
        step_id=view.step.step_id,
        person_id=view.session.person_id,
    )
    events = (completed, *use_ended(order, view.step, snapshot))
    if view.specification.verification:
        return about(view, refusals, *events)
    cleared = line_cleared(order, view.step, view.specification)
    return about(view, refusals, *events, *cleared, *after.events)


def verify_step(command: c.VerifyStep, snapshot: Snapshot) -> Decision:
    """Sign that a complete step was done right, as another qualified person."""
    who = command.identity
    session = session_view(command.station, snapshot)
    if isinstance(session, Refusal):
        return refused(session, who.person_id)
    order = session.job_order
    view = signing_view(order.job_order_id, who, snapshot, command.step_id)
    if isinstance(view, Refusal):
        return refused(view, who.person_id)
    directive = session.directive.work_directive
    after = onward(directive, order, command.step_id)
    refusals = Verdict.of(
        ask(OPEN_JOB_ORDER_GATES, order),
        ask(SIGNER_GATES, view),
        ask(VERIFICATION_GATES, view),
        ask(EXCEPTION_GATES, order.open_exceptions(command.step_id)),
        after.refusals,
    ).refusals
    events = branch_exception(directive, order, view.step, refusals)
    if not refusals:
        verified = e.StepVerified(
            job_order_id=order.job_order_id,
            step_id=command.step_id,
            signature=sign(view, "verified", ""),
        )
        cleared = line_cleared(order, view.step, view.specification)
        events = (verified, *cleared, *after.events)
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
        step_id=command.step_id,
    )
