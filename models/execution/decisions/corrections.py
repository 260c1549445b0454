"""Decisions about what is added to evidence later: corrections, files."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from models.attachment import objection
from models.execution import commands as c
from models.execution import events as e
from models.execution.correcting import (
    Corrected,
    beyond_maximum,
    events_of,
    find,
    outside_tolerance,
    overdrawn,
)
from models.execution.correction_effects import effects
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign, signing_view
from models.execution.decisions.steps import about, refused
from models.execution.exception_kinds import CORRECTION, EXCEPTION_CODES
from models.execution.finding import Finding, already_open, open_exception
from models.execution.gates import (
    JOB_ORDER_GATES,
    OPEN_JOB_ORDER_GATES,
    SIGNER_GATES,
    WORK_GATES,
)
from models.execution.limits import outside_limits
from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.records import Evidence
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
from models.execution.views import SigningView, StepView, running_step_view
from models.isa95.work_definition import Source

MAX_FILES: Final = 20
"""Files that one piece of evidence may have."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_AT_WORK: Final = (StepState.IN_PROGRESS, StepState.EXCEPTION, StepState.HELD)


def correct(command: c.CorrectEvidence, snapshot: Snapshot) -> Decision:
    """Correct a value on record; the original stays, and the quality unit reviews it.

    A new value outside of the limits goes on record only when its exception is accepted.
    """
    who = command.identity
    view = signing_view(command.job_order_id, who, snapshot, command.step_id)
    if isinstance(view, Refusal):
        return refused(view, who.person_id)
    order, found = view.job_order, find(view.step, command.evidence_id)
    refusals = Verdict.of(
        ask(OPEN_JOB_ORDER_GATES, order),
        ask(SIGNER_GATES, view),
        _on_record(command, view, found),
        _corrector(command, view, found),
        _new_value(command, view, found),
    ).refusals
    events: tuple[e.Event, ...] = ()
    if found is not None:
        corrected = e.EvidenceCorrected(
            job_order_id=order.job_order_id,
            step_id=command.step_id,
            evidence_id=command.evidence_id,
            original=found.original,
            value=command.value,
            reason=command.reason,
            signature=sign(view, "corrected", command.reason),
        )
        events = _withheld(view, corrected, refusals) if refusals else _accepted(view, corrected)
    return Decision(
        events=events,
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
        step_id=command.step_id,
        source=Source.MANUAL,
    )


def _on_record(
    command: c.CorrectEvidence, view: SigningView, found: Corrected | None
) -> Iterator[Refusal]:
    if found is None and view.step is not None:
        text = f"step {command.step_id} has nothing on record as {command.evidence_id}"
        values = [item.evidence_id for item in view.step.evidence]
        weights = [item.material_sublot_id for item in view.step.consumed]
        offers = tuple(dict.fromkeys((*values, *weights)))
        yield refuse("evidence-not-on-record", command.evidence_id, text, offers)


def _corrector(
    command: c.CorrectEvidence, view: SigningView, found: Corrected | None
) -> Iterator[Refusal]:
    """Refuse those who may not: performers may correct themselves while the step is at work.

    What nobody may type (a weight, a device's value) only the quality unit corrects.
    """
    if found is None:
        return
    if found.forbids_manual(view.specification):
        yield from role_is_suitable(command.identity, {Role.QUALITY}, "correct a device's value")
        return
    mine = command.identity.person_id in found.step.performers
    if not (mine and found.step.state in _AT_WORK):
        roles = {Role.SUPERVISOR, Role.QUALITY}
        yield from role_is_suitable(command.identity, roles, "correct this value")


def _new_value(
    command: c.CorrectEvidence, view: SigningView, found: Corrected | None
) -> Iterator[Refusal]:
    if found is None:
        return
    if isinstance(found.item, Evidence):
        known = view.specification.evidence if view.specification else ()
        wanted = next((x for x in known if x.evidence_id == command.evidence_id), None)
        if wanted is not None:
            yield from outside_limits(wanted, command.value, view.job_order)
        return
    yield from outside_tolerance(found, view.specification, command.value)
    yield from beyond_maximum(found, view.specification, command.value, view.job_order)
    yield from overdrawn(command.value, found.item, view.snapshot)


def _withheld(
    view: SigningView, corrected: e.EvidenceCorrected, refusals: tuple[Refusal, ...]
) -> tuple[e.Event, ...]:
    """Return the exception that opens when the new value alone stands in the way."""
    if not {refusal.code for refusal in refusals} <= EXCEPTION_CODES:
        return ()
    found = Finding(
        kind=refusals[0].code,
        description=f"corrected: {refusals[0].obstacle}",
        step_id=corrected.step_id,
        person_id=view.identity.person_id,
        subject=corrected.evidence_id,
        withheld=corrected,
    )
    if already_open(view.job_order, found):
        return ()
    return (open_exception(view.job_order, view.directive.work_directive, found),)


def _accepted(view: SigningView, corrected: e.EvidenceCorrected) -> tuple[e.Event, ...]:
    """Return the correction, its review, and what is to be decided about because of it."""
    order, directive = view.job_order, view.directive.work_directive
    text = f"{corrected.evidence_id}: {corrected.original!r} is {corrected.value!r} now"
    review = Finding(
        kind=CORRECTION,
        description=f"{text}: {corrected.reason}",
        step_id=corrected.step_id,
        person_id=view.identity.person_id,
        subject=corrected.evidence_id,
    )
    findings = (review, *effects(order, directive, corrected, view.time))
    opened = (
        open_exception(order, directive, finding, before=place)
        for place, finding in enumerate(findings)
    )
    return (*events_of(order, corrected), *opened)


def attach(command: c.AttachFile, snapshot: Snapshot) -> Decision:
    """Put on record that a stored file belongs to a piece of evidence of the running step."""
    shown = (command.job_order_id, command.step_id)
    view = running_step_view(command.station, snapshot, shown)
    if isinstance(view, Refusal):
        return refused(view)
    refusals = Verdict.of(
        ask(JOB_ORDER_GATES, view.session.job_order),
        ask(WORK_GATES, view),
        _fits(command, view),
    ).refusals
    attached = e.FileAttached(
        job_order_id=view.session.job_order.job_order_id,
        step_id=view.step.step_id,
        evidence_id=command.evidence_id,
        file_name=command.file_name,
        media_type=command.media_type,
        sha256=command.sha256,
        size=command.size,
        person_id=view.session.person_id,
    )
    return replace(about(view, refusals, attached), source=Source.MANUAL, result=command.sha256)


def _fits(command: c.AttachFile, view: StepView) -> Iterator[Refusal]:
    name = command.evidence_id
    asked = tuple(item.evidence_id for item in view.specification.evidence)
    if name not in asked:
        text = f"{view.subject} does not ask for {name}"
        yield refuse("evidence-not-required", name, text, offers=asked)
    reason = objection(command.media_type, command.size)
    if _SHA256.fullmatch(command.sha256) is None:
        reason = "the SHA-256 is not 64 lower-case hexadecimal digits"
    if sum(item.evidence_id == name for item in view.step.attachments) >= MAX_FILES:
        reason = f"{name} has {MAX_FILES} files, as many as it may have"
    if reason is not None:
        yield refuse("attachment-not-accepted", command.file_name, reason)
