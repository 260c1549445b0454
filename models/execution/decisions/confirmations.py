"""Decisions about two-person control: both sign at the step, within the time it allows."""

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign, signing_view
from models.execution.gates import CONFIRMATION_GATES, JOB_ORDER_GATES, SIGNER_GATES
from models.execution.gates.step_is_in_progress import step_is_in_progress
from models.execution.gates.step_is_performed_at_its_station import (
    step_is_performed_at_its_station,
)
from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.views import StepView, session_view, step_view

_PRODUCERS = {Role.OPERATOR, Role.SUPERVISOR, Role.QUALITY}
_STEP_GATES = (step_is_performed_at_its_station, step_is_in_progress)


def confirm_step(command: c.ConfirmStep, snapshot: Snapshot) -> Decision:
    """Take the signature of one of the two people at the step.

    The same person signing again renews the own signature. One that came too long before the
    other person's lapses, so that both begin anew.
    """
    who = command.identity
    at = _step(command, snapshot)
    if isinstance(at, Refusal):
        return Decision(refusals=(at,), person_id=who.person_id)
    order = at.session.job_order
    view = signing_view(order.job_order_id, who, snapshot, command.step_id)
    if isinstance(view, Refusal):
        return Decision(refusals=(view,), person_id=who.person_id)
    refusals = Verdict.of(
        ask(JOB_ORDER_GATES, order),
        ask(_STEP_GATES, at),
        ask(SIGNER_GATES, view),
        role_is_suitable(who, _PRODUCERS, "confirm a step"),
        ask(CONFIRMATION_GATES, view),
    ).refusals
    events: tuple[e.Event, ...] = tuple(
        e.StepConfirmationLapsed(
            job_order_id=order.job_order_id, step_id=command.step_id, person_id=refusal.subject
        )
        for refusal in refusals
        if refusal.code == "confirmation-window-passed"
    )
    if not refusals:
        signature = sign(view, "confirmed", "")
        confirmed = e.StepConfirmed(
            job_order_id=order.job_order_id, step_id=command.step_id, signature=signature
        )
        events = (confirmed,)
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
        step_id=command.step_id,
    )


def _step(command: c.ConfirmStep, snapshot: Snapshot) -> StepView | Refusal:
    """Return the step at the station, as the one that is worked on there."""
    session = session_view(command.station, snapshot)
    if isinstance(session, Refusal):
        return session
    at = step_view(session, command.step_id)
    if isinstance(at, StepView) and at.step.station not in (None, command.station):
        text = f"step {command.step_id} is worked on at {at.step.station}"
        return refuse("context-mismatch", command.step_id, text)
    return at
