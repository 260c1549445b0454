"""Decisions about people: qualifications, temporary authorizations."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign_record, signer_view
from models.execution.gates import SIGNER_GATES
from models.execution.outcome import Refusal
from models.execution.principal import Principal, Role
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot

LONGEST: Final = timedelta(hours=24)
"""How long an authorization may last at most."""

LEVELS: Final = range(1, 10)

_MAY_AUTHORIZE: Final = {Role.SUPERVISOR, Role.QUALITY}


def qualify(command: c.RecordQualification, principal: Principal, snapshot: Snapshot) -> Decision:
    """Put on record what a person is qualified for; an earlier result no longer counts."""
    refusals = Verdict.of(
        _known(command.person_id, snapshot),
        _level(command.person_id, command.level),
        _another(command.person_id, principal.person_id),
    ).refusals
    recorded = e.QualificationRecorded(
        person_id=command.person_id,
        qualification_id=command.qualification_id,
        level=command.level,
        expiration_time=command.expiration_time,
        training_id=command.training_id,
    )
    return Decision(
        events=() if refusals else (recorded,), refusals=refusals, person_id=principal.person_id
    )


def grant(command: c.GrantAuthorization, snapshot: Snapshot) -> Decision:
    """Authorize a person for a time, signed by somebody else whose role it is."""
    who = command.identity
    refusals = Verdict.of(
        ask(SIGNER_GATES, signer_view(who, snapshot)),
        role_is_suitable(who, _MAY_AUTHORIZE, "authorize"),
        _known(command.person_id, snapshot),
        _another(command.person_id, who.person_id),
        _level(command.person_id, command.level),
        _temporary(command, snapshot),
    ).refusals
    if refusals:
        return Decision(refusals=refusals, person_id=who.person_id)
    meaning = f"authorized for {command.qualification_id} at level {command.level}"
    granted = e.AuthorizationGranted(
        person_id=command.person_id,
        qualification_id=command.qualification_id,
        level=command.level,
        expiration_time=command.expiration_time,
        reason=command.reason,
        signature=sign_record(
            who,
            snapshot.person(who.person_id),
            streams.person(command.person_id),
            snapshot,
            meaning,
            command.reason,
        ),
    )
    return Decision(events=(granted,), person_id=who.person_id)


def revoke(command: c.RevokeAuthorization, snapshot: Snapshot) -> Decision:
    """End an authorization before its time, signed."""
    who = command.identity
    refusals = Verdict.of(
        ask(SIGNER_GATES, signer_view(who, snapshot)),
        role_is_suitable(who, _MAY_AUTHORIZE, "revoke an authorization"),
        _known(command.person_id, snapshot),
        _in_force(command, snapshot),
    ).refusals
    if refusals:
        return Decision(refusals=refusals, person_id=who.person_id)
    revoked = e.AuthorizationRevoked(
        person_id=command.person_id,
        qualification_id=command.qualification_id,
        reason=command.reason,
        signature=sign_record(
            who,
            snapshot.person(who.person_id),
            streams.person(command.person_id),
            snapshot,
            f"authorization for {command.qualification_id} revoked",
            command.reason,
        ),
    )
    return Decision(events=(revoked,), person_id=who.person_id)


def _known(person_id: str, snapshot: Snapshot) -> Iterator[Refusal]:
    if snapshot.person(person_id) is None:
        yield refuse("person-unknown", person_id, f"{person_id} is not a person of this plant")


def _another(person_id: str, actor: str | None) -> Iterator[Refusal]:
    if person_id == actor:
        text = f"{person_id} can't be the one who decides that {person_id} is able"
        yield refuse("self-authorization", person_id, text)


def _level(person_id: str, level: int) -> Iterator[Refusal]:
    if level not in LEVELS:
        text = f"there is no level {level}"
        yield refuse("qualification-level-not-possible", person_id, text)


def _temporary(command: c.GrantAuthorization, snapshot: Snapshot) -> Iterator[Refusal]:
    if not snapshot.time < command.expiration_time <= snapshot.time + LONGEST:
        text = (
            f"it would end at {command.expiration_time:%Y-%m-%d %H:%M} UTC;"
            f" it is {snapshot.time:%Y-%m-%d %H:%M} UTC"
        )
        yield refuse("authorization-time-not-possible", command.person_id, text)


def _in_force(command: c.RevokeAuthorization, snapshot: Snapshot) -> Iterator[Refusal]:
    record = snapshot.person(command.person_id)
    found = any(
        one.qualification_id == command.qualification_id and one.expiration_time > snapshot.time
        for one in (record.authorizations if record else ())
    )
    if record is not None and not found:
        text = f"{command.person_id} has no authorization for {command.qualification_id}"
        yield refuse("authorization-unknown", command.person_id, text)
