"""Decisions about holds: of a step, of a job order, and what lifts them.

A hold of a step is a hold of its job order (it propagates to the parent, in one decision), and a
hold of the job order is one of every step that is under way. Equipment whose step is not in
progress loses its permit, so the hold reaches the machine as well.
"""

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign, signing_view
from models.execution.decisions.steps import about, refused
from models.execution.gates import (
    EXCEPTION_GATES,
    HOLD_GATES,
    JOB_ORDER_GATES,
    RESUME_GATES,
    RUNNING_GATES,
    SIGNER_GATES,
)
from models.execution.job_order_state import JOB_ORDER_TRANSITIONS, JobOrderTransition
from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.records import ExceptionRecord, JobOrderRecord
from models.execution.signature import Signature
from models.execution.snapshot import Snapshot
from models.execution.step_state import STEP_TRANSITIONS, StepState, StepTransition
from models.execution.views import running_step_view

_MAY_HOLD = {Role.SUPERVISOR, Role.QUALITY}


def held(
    order: JobOrderRecord,
    reason: str,
    *,
    person_id: str | None = None,
    signature: Signature | None = None,
    deliberate: bool = False,
) -> tuple[e.Event, ...]:
    """Return that the job order is held, with every step of it that is under way.

    Nothing happens to a job order that does not run. ``person_id`` is who held the steps, None
    for a rule or a device; ``deliberate`` when an account did, though no person is known.
    """
    if (order.state, JobOrderTransition.PAUSE) not in JOB_ORDER_TRANSITIONS:
        return ()
    steps = tuple(
        e.StepHeld(
            job_order_id=order.job_order_id,
            step_id=step.step_id,
            reason=reason,
            person_id=person_id,
        )
        for step in order.steps
        if (step.state, StepTransition.HOLD) in STEP_TRANSITIONS
    )
    paused = e.JobOrderPaused(
        job_order_id=order.job_order_id,
        reason=reason,
        signature=signature,
        deliberate=deliberate or person_id is not None,
    )
    return (*steps, paused)


def hold_step(command: c.HoldStep, snapshot: Snapshot) -> Decision:
    """Hold the step at the station, and its job order: whoever stands there may stop the work."""
    shown = (command.job_order_id, command.step_id)
    view = running_step_view(command.station, snapshot, shown)
    if isinstance(view, Refusal):
        return refused(view)
    order = view.session.job_order
    refusals = Verdict.of(ask(JOB_ORDER_GATES, order), ask(HOLD_GATES, view)).refusals
    person_id = view.session.person_id
    return about(view, refusals, *held(order, command.reason, person_id=person_id))


def pause(command: c.PauseJobOrder, snapshot: Snapshot) -> Decision:
    """Hold a running job order, signed by a supervisor or the quality unit."""
    who = command.identity
    view = signing_view(command.job_order_id, who, snapshot)
    if isinstance(view, Refusal):
        return refused(view, who.person_id)
    order = view.job_order
    refusals = Verdict.of(
        ask(RUNNING_GATES, order),
        ask(SIGNER_GATES, view),
        role_is_suitable(who, _MAY_HOLD, "hold a job order"),
    ).refusals
    events: tuple[e.Event, ...] = ()
    if not refusals:
        signature = sign(view, "held", command.reason)
        events = held(order, command.reason, person_id=who.person_id, signature=signature)
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
    )


def resume(command: c.ResumeJobOrder, snapshot: Snapshot) -> Decision:
    """Let a held job order go on, signed; not before its exceptions allow it."""
    who = command.identity
    view = signing_view(command.job_order_id, who, snapshot)
    if isinstance(view, Refusal):
        return refused(view, who.person_id)
    order = view.job_order
    refusals = Verdict.of(
        ask(RESUME_GATES, order),
        ask(SIGNER_GATES, view),
        role_is_suitable(who, _MAY_HOLD, "resume a job order"),
        ask(EXCEPTION_GATES, _in_the_way(order)),
    ).refusals
    events: tuple[e.Event, ...] = ()
    if not refusals:
        signature = sign(view, "resumed", command.reason)
        events = _resumed(order, command.reason, signature)
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
    )


def _resumed(order: JobOrderRecord, reason: str, signature: Signature) -> tuple[e.Event, ...]:
    order_id = order.job_order_id
    steps = tuple(
        e.StepResumed(job_order_id=order_id, step_id=step.step_id)
        for step in order.steps
        if step.state is StepState.HELD
    )
    resumed = e.JobOrderResumed(job_order_id=order_id, reason=reason, signature=signature)
    return (resumed, *steps)


def _in_the_way(order: JobOrderRecord) -> tuple[ExceptionRecord, ...]:
    """Return the exceptions that keep the job order held.

    They are those that a held step waits for, and any that is under investigation.
    """
    held_steps = (step for step in order.steps if step.state is StepState.HELD)
    waited_for = {item for step in held_steps for item in order.open_exceptions(step.step_id)}
    investigated = c.ExceptionDisposition.INVESTIGATE
    return tuple(
        item
        for item in order.open_exceptions()
        if item in waited_for or item.disposition is investigated
    )
