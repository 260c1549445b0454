"""Decisions about overrides: two people let a refusal not count, once."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign, signing_view
from models.execution.decisions.steps import refused
from models.execution.exception_kinds import OVERRIDE
from models.execution.finding import Finding, open_exception
from models.execution.gates import JOB_ORDER_GATES, SIGNER_GATES
from models.execution.outcome import Refusal
from models.execution.overridden import NEVER_OVERRIDABLE, OVERRIDABLE
from models.execution.principal import Role
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.views import StepView, session_view, step_view


def override(command: c.OverrideGate, snapshot: Snapshot) -> Decision:
    """Let a refusal not count once: signed by a supervisor and the quality unit, and reviewed.

    The next command about the step that only this refusal stands in the way of, uses it up.
    """
    session = session_view(command.station, snapshot)
    if isinstance(session, Refusal):
        return refused(session, command.identity.person_id)
    at = step_view(session, command.step_id)
    if isinstance(at, Refusal):
        return refused(at, command.identity.person_id)
    order = session.job_order
    first = signing_view(order.job_order_id, command.identity, snapshot)
    second = signing_view(order.job_order_id, command.second, snapshot)
    if isinstance(first, Refusal):
        return refused(first)
    if isinstance(second, Refusal):
        return refused(second)
    refusals = Verdict.of(
        ask(JOB_ORDER_GATES, order),
        ask(SIGNER_GATES, first),
        ask(SIGNER_GATES, second),
        role_is_suitable(command.identity, {Role.SUPERVISOR}, "override as the first"),
        role_is_suitable(command.second, {Role.QUALITY}, "override as the second"),
        _independent(command, at),
        _overridable(command, at),
    ).refusals
    events: tuple[e.Event, ...] = ()
    if not refusals:
        meaning = f"override of {command.code}"
        overridden = e.GateOverridden(
            job_order_id=order.job_order_id,
            step_id=command.step_id,
            code=command.code,
            reason=command.reason,
            signature=sign(first, meaning, command.reason),
            second=sign(second, meaning, command.reason),
        )
        events = (overridden, _to_be_reviewed(command, at))
    return Decision(
        events=events,
        refusals=refusals,
        person_id=command.identity.person_id,
        job_order_id=order.job_order_id,
        step_id=command.step_id,
    )


def _independent(command: c.OverrideGate, at: StepView) -> Iterator[Refusal]:
    first, second = command.identity.person_id, command.second.person_id
    if first is not None and first == second:
        text = f"{command.identity.account} and {command.second.account} are both {first}"
        yield refuse("override-not-independent", first, text)
    for person_id in dict.fromkeys((first, second)):
        if person_id in (*at.step.performers, at.session.person_id):
            text = f"{person_id} works on step {at.step.step_id}"
            yield refuse("override-not-independent", str(person_id), text)


def _overridable(command: c.OverrideGate, at: StepView) -> Iterator[Refusal]:
    code, declared = command.code, at.specification.overridable
    offers = tuple(item for item in declared if item in OVERRIDABLE)
    if code in NEVER_OVERRIDABLE:
        yield refuse("gate-not-overridable", code, f"nobody overrides {code}", offers)
    elif code not in offers:
        text = f"step {at.step.step_id} does not let {code} be overridden"
        yield refuse("gate-not-overridable", code, text, offers)


def _to_be_reviewed(command: c.OverrideGate, at: StepView) -> e.ExceptionOpened:
    found = Finding(
        kind=OVERRIDE,
        description=f"{command.code} was overridden: {command.reason}",
        step_id=command.step_id,
        person_id=command.identity.person_id,
        subject=command.code,
        equipment_id=command.station,
    )
    directive = at.session.directive.work_directive
    return open_exception(at.session.job_order, directive, found)
