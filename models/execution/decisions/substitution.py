"""Decisions about substitution: another material in place of the one asked for.

Only what the material's definition declares equivalent can be asked for, and each use takes the
signature of the quality unit. The approval is listed among the exceptions, already decided.
"""

from collections.abc import Iterator
from dataclasses import replace

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign, signing_view
from models.execution.decisions.steps import about, refused
from models.execution.decisions.weighing import work
from models.execution.exception_kinds import SUBSTITUTION
from models.execution.finding import Finding, open_exception
from models.execution.gates import JOB_ORDER_GATES, SIGNER_GATES
from models.execution.material_views import needed_materials
from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.records import JobOrderRecord, Substitution
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.views import SigningView, StepView, running_step_view
from models.isa95.material import Substitute


def request(command: c.RequestSubstitution, snapshot: Snapshot) -> Decision:
    """Ask, at the station, to use an equivalent of a material that the step still needs."""
    shown = (command.job_order_id, command.step_id)
    view = running_step_view(command.station, snapshot, shown)
    if isinstance(view, Refusal):
        return refused(view)
    order, name = view.session.job_order, command.material_definition_id
    declared = _substitutes(name, snapshot)
    chosen = next((x for x in declared if x.material_definition_id == command.substitute_id), None)
    refusals = Verdict.of(
        *work(view),
        _needed(command, view),
        _equivalent(command, declared) if chosen is None else (),
        _new(command, view),
    ).refusals
    if refusals or chosen is None:
        return about(view, refusals)
    asked = e.SubstitutionRequested(
        job_order_id=order.job_order_id,
        step_id=view.step.step_id,
        substitution_id=f"{order.job_order_id}-S{len(order.substitutions) + 1}",
        material_definition_id=name,
        substitute_id=command.substitute_id,
        reason=command.reason,
        person_id=view.session.person_id,
        factor=chosen.factor,
    )
    return replace(about(view, (), asked), result=asked.substitution_id)


def _substitutes(material_definition_id: str, snapshot: Snapshot) -> tuple[Substitute, ...]:
    record = snapshot.material_definition(material_definition_id)
    return record.material_definition.substitutes if record else ()


def _needed(command: c.RequestSubstitution, view: StepView) -> Iterator[Refusal]:
    name = command.material_definition_id
    needed = needed_materials(view.step, view.specification.materials)
    names = tuple(material.material_definition_id for material in needed)
    if name not in names:
        yield refuse("material-not-needed", name, f"{view.subject} does not need {name}", names)


def _equivalent(
    command: c.RequestSubstitution, declared: tuple[Substitute, ...]
) -> Iterator[Refusal]:
    name, instead = command.material_definition_id, command.substitute_id
    offers = tuple(item.material_definition_id for item in declared)
    text = f"{instead} is not defined as an equivalent of {name}"
    yield refuse("substitute-not-equivalent", instead, text, offers)


def _new(command: c.RequestSubstitution, view: StepView) -> Iterator[Refusal]:
    wanted = (view.step.step_id, command.material_definition_id, command.substitute_id)
    for item in view.session.job_order.substitutions:
        if wanted == (item.step_id, item.material_definition_id, item.substitute_id):
            state = "approved" if item.approval else "waiting for its approval"
            text = f"{item.substitution_id} asks for the same and is {state}"
            yield refuse("substitution-exists", item.substitution_id, text)


def approve(command: c.ApproveSubstitution, snapshot: Snapshot) -> Decision:
    """Approve a substitution, and list it as an exception that this signature has decided."""
    who = command.identity
    view = signing_view(command.job_order_id, who, snapshot)
    if isinstance(view, Refusal):
        return refused(view, who.person_id)
    order = view.job_order
    waiting = [item for item in order.substitutions if item.approval is None]
    found = next((x for x in waiting if x.substitution_id == command.substitution_id), None)
    refusals = Verdict.of(
        ask(JOB_ORDER_GATES, order),
        ask(SIGNER_GATES, view),
        role_is_suitable(who, {Role.QUALITY}, "approve a substitution"),
        _waits(command, waiting) if found is None else _another(found, view),
    ).refusals
    return Decision(
        events=() if refusals or found is None else _approved(command, view, order, found),
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
        step_id=found.step_id if found else None,
    )


def _waits(command: c.ApproveSubstitution, waiting: list[Substitution]) -> Iterator[Refusal]:
    name = command.substitution_id
    text = f"{name} is no substitution of {command.job_order_id} that waits for an approval"
    offers = tuple(item.substitution_id for item in waiting)
    yield refuse("substitution-unknown", name, text, offers)


def _another(found: Substitution, view: SigningView) -> Iterator[Refusal]:
    person_id, account = view.identity.person_id, view.identity.account
    step = view.job_order.step(found.step_id)
    if person_id in (found.person_id, *(step.performers if step else ())):
        text = f"{person_id} (account {account}) asked for {found.substitution_id} or works on it"
        yield refuse("substitution-self-approval", str(person_id), text)


def _approved(
    command: c.ApproveSubstitution, view: SigningView, order: JobOrderRecord, found: Substitution
) -> tuple[e.Event, ...]:
    signature = sign(view, "substitution approved", command.reason)
    finding = Finding(
        kind=SUBSTITUTION,
        description=f"{found.substitute_id} in place of {found.material_definition_id}:"
        f" {found.reason}",
        step_id=found.step_id,
        person_id=found.person_id,
        subject=found.substitution_id,
    )
    opened = open_exception(order, view.directive.work_directive, finding)
    return (
        e.SubstitutionApproved(
            job_order_id=order.job_order_id,
            substitution_id=found.substitution_id,
            reason=command.reason,
            signature=signature,
        ),
        opened,
        e.ExceptionDispositioned(
            job_order_id=order.job_order_id,
            exception_id=opened.exception_id,
            disposition=c.ExceptionDisposition.ACCEPT,
            reason=command.reason,
            signature=signature,
        ),
    )
