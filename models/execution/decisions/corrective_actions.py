"""Decisions about corrective and preventive actions (CAPA): opened, carried out, judged."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign, sign_for, signer_view, signing_view
from models.execution.decisions.steps import refused
from models.execution.gates import SIGNER_GATES
from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.records import CorrectiveActionRecord
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.views import SigningView

_BOTH = {Role.SUPERVISOR, Role.QUALITY}


def open_action(command: c.OpenCorrectiveAction, snapshot: Snapshot) -> Decision:
    """Open an action for an exception, settled or not, of a job order that may have ended."""
    who = command.identity
    view = signing_view(command.job_order_id, who, snapshot)
    if isinstance(view, Refusal):
        return refused(view, who.person_id)
    refusals = Verdict.of(
        ask(SIGNER_GATES, view),
        role_is_suitable(who, _BOTH, "open a corrective action"),
        _openable(command, view),
    ).refusals
    opened = e.CorrectiveActionOpened(
        corrective_action_id=command.corrective_action_id,
        job_order_id=command.job_order_id,
        exception_id=command.exception_id,
        description=command.description,
        due_time=command.due_time,
        signature=sign(view, "corrective action opened", command.description),
    )
    linked = e.CorrectiveActionLinked(
        job_order_id=command.job_order_id,
        exception_id=command.exception_id,
        corrective_action_id=command.corrective_action_id,
    )
    return Decision(
        events=() if refusals else (opened, linked),
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=command.job_order_id,
        result=command.corrective_action_id,
    )


def _openable(command: c.OpenCorrectiveAction, view: SigningView) -> Iterator[Refusal]:
    action_id, known = command.corrective_action_id, view.job_order.exceptions
    if view.snapshot.corrective_action(action_id) is not None:
        text = f"corrective action {action_id} was opened before"
        yield refuse("corrective-action-exists", action_id, text)
    if command.exception_id not in [item.exception_id for item in known]:
        text = f"job order {command.job_order_id} has no exception {command.exception_id}"
        offers = tuple(item.exception_id for item in known)
        yield refuse("exception-unknown", command.exception_id, text, offers)


def record_action(command: c.RecordCorrectiveAction, snapshot: Snapshot) -> Decision:
    """Put on record that the action was carried out, by whoever signs."""
    who, action = command.identity, snapshot.corrective_action(command.corrective_action_id)
    if action is None:
        return _unknown(command)
    view = signer_view(who, snapshot)
    roles = {Role.SUPERVISOR, Role.QUALITY, Role.MAINTENANCE}
    refusals = Verdict.of(
        ask(SIGNER_GATES, view),
        role_is_suitable(who, roles, "carry a corrective action out"),
        _is_open(action),
    ).refusals
    recorded = e.CorrectiveActionRecorded(
        corrective_action_id=action.corrective_action_id,
        description=command.description,
        signature=sign_for(
            view, action.corrective_action_id, action, "carried out", command.description
        ),
    )
    return _about(action, command, refusals, recorded)


def close_action(command: c.CloseCorrectiveAction, snapshot: Snapshot) -> Decision:
    """Judge whether the action was effective, as somebody of the quality unit who did not do it.

    Only an effective one is closed; any other is to be carried out anew.
    """
    who, action = command.identity, snapshot.corrective_action(command.corrective_action_id)
    if action is None:
        return _unknown(command)
    view = signer_view(who, snapshot)
    refusals = Verdict.of(
        ask(SIGNER_GATES, view),
        role_is_suitable(who, {Role.QUALITY}, "judge a corrective action"),
        _is_open(action),
        _judgeable(action, who.person_id),
    ).refusals
    meaning = "effective" if command.effective else "not effective"
    closed = e.CorrectiveActionClosed(
        corrective_action_id=action.corrective_action_id,
        description=command.description,
        effective=command.effective,
        signature=sign_for(view, action.corrective_action_id, action, meaning, command.description),
    )
    return _about(action, command, refusals, closed)


def _is_open(action: CorrectiveActionRecord) -> Iterator[Refusal]:
    if action.closed is not None:
        name = action.corrective_action_id
        text = f"{name} was closed by {action.closed.person_id} at {action.closed.time:%Y-%m-%d}"
        yield refuse("corrective-action-closed", name, text)


def _judgeable(action: CorrectiveActionRecord, person_id: str | None) -> Iterator[Refusal]:
    name = action.corrective_action_id
    if action.recorded is None or action.effective is False:
        again = " again since it was found not effective" if action.recorded else ""
        text = f"{name} was not carried out{again}"
        yield refuse("corrective-action-not-carried-out", name, text)
    recorded = (action.recorded.person_id,) if action.recorded else ()
    if person_id in (*recorded, *action.helpers):
        yield refuse("self-judgement", str(person_id), f"{person_id} carried {name} out")


def _unknown(command: c.RecordCorrectiveAction | c.CloseCorrectiveAction) -> Decision:
    name = command.corrective_action_id
    no = refuse("corrective-action-unknown", name, f"there is no corrective action {name}")
    return refused(no, command.identity.person_id)


def _about(
    action: CorrectiveActionRecord,
    command: c.RecordCorrectiveAction | c.CloseCorrectiveAction,
    refusals: tuple[Refusal, ...],
    event: e.Event,
) -> Decision:
    return Decision(
        events=() if refusals else (event,),
        refusals=refusals,
        person_id=command.identity.person_id,
        job_order_id=action.job_order_id,
        result=action.corrective_action_id,
    )
