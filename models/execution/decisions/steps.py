"""Decisions about steps: begin, complete, verify."""

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.signing import sign, signing_view
from models.execution.gates import (
    BEGIN_GATES,
    COMPLETION_GATES,
    EXCEPTION_GATES,
    JOB_ORDER_GATES,
    SIGNER_GATES,
    VERIFICATION_GATES,
    WORK_GATES,
)
from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.records import JobOrderRecord
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
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
    if order.state is JobOrderState.ALLOWED_TO_START:
        return about(view, refusals, e.JobOrderRunBegan(job_order_id=order.job_order_id), began)
    return about(view, refusals, began)


def complete_step(command: c.CompleteStep, snapshot: Snapshot) -> Decision:
    """Declare the running step complete, if nothing is missing and nothing is open."""
    shown = (command.job_order_id, command.step_id)
    view = running_step_view(command.station, snapshot, shown)
    if isinstance(view, Refusal):
        return refused(view)
    order = view.session.job_order
    refusals = Verdict.of(
        ask(JOB_ORDER_GATES, order),
        ask(WORK_GATES, view),
        ask(EXCEPTION_GATES, order.open_exceptions(view.step.step_id)),
        ask(COMPLETION_GATES, view),
    ).refusals
    completed = e.StepCompleted(
        job_order_id=order.job_order_id,
        step_id=view.step.step_id,
        person_id=view.session.person_id,
    )
    if view.specification.verification:
        return about(view, refusals, completed)
    return about(view, refusals, completed, *_next_ready(order, view.step.step_id))


def _next_ready(order: JobOrderRecord, finished_step_id: str) -> tuple[e.Event, ...]:
    """Return that the next step became ready, when there is one and it waits."""
    ids = [step.step_id for step in order.steps]
    following = order.steps[ids.index(finished_step_id) + 1 :]
    if not following or following[0].state is not StepState.PLANNED:
        return ()
    ready = e.StepBecameReady(job_order_id=order.job_order_id, step_id=following[0].step_id)
    return (ready,)


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
    refusals = Verdict.of(
        ask(JOB_ORDER_GATES, order),
        ask(SIGNER_GATES, view),
        ask(VERIFICATION_GATES, view),
        ask(EXCEPTION_GATES, order.open_exceptions(command.step_id)),
    ).refusals
    events: tuple[e.Event, ...] = ()
    if not refusals:
        verified = e.StepVerified(
            job_order_id=order.job_order_id,
            step_id=command.step_id,
            signature=sign(view, "verified", ""),
        )
        events = (verified, *_next_ready(order, command.step_id))
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
        step_id=command.step_id,
    )


def confirm_step(command: c.ConfirmStep, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
