"""What an event makes of people, accounts and attempts."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r
from models.isa95.personnel import Qualification


def personnel(record: r.Record | None, event: e.Event, time: datetime) -> r.Record | None:
    """Take in who is qualified, who is locked out, and what was refused to whom."""
    match event, record:
        case e.CommandRefused(), None | r.AttemptsRecord():
            was = record or r.AttemptsRecord(account=event.account)
            return replace(was, refused=was.refused + 1)
        case e.CommandDenied(), None | r.AttemptsRecord():
            was = record or r.AttemptsRecord(account=event.account)
            return replace(was, denied=was.denied + 1)
        case _, r.PersonRecord():
            return _person(record, event, time)
        case _, None | r.AccountRecord():
            return _account(record, event)
        case _:
            return None


def _person(record: r.PersonRecord, event: e.Event, time: datetime) -> r.PersonRecord | None:
    match event:
        case e.QualificationRecorded():
            found = Qualification(
                qualification_id=event.qualification_id,
                level=event.level,
                expiration_time=event.expiration_time,
                training_id=event.training_id,
            )
            others = tuple(
                one
                for one in record.person.qualifications
                if one.qualification_id != event.qualification_id
            )
            person = replace(record.person, qualifications=(*others, found))
            return replace(record, person=person)
        case e.AuthorizationGranted():
            granted = r.Authorization(
                qualification_id=event.qualification_id,
                level=event.level,
                expiration_time=event.expiration_time,
            )
            left = _others(record, event.qualification_id, time)
            return replace(record, authorizations=(*left, granted))
        case e.AuthorizationRevoked():
            left = _others(record, event.qualification_id, time)
            return replace(record, authorizations=left)
        case _:
            return None


def _others(
    record: r.PersonRecord, qualification_id: str, time: datetime
) -> tuple[r.Authorization, ...]:
    """Return the authorizations for other things; those of days gone by are dropped."""
    return tuple(
        one
        for one in record.authorizations
        if one.qualification_id != qualification_id and one.expiration_time > time
    )


def _account(record: r.AccountRecord | None, event: e.Event) -> r.AccountRecord | None:
    match event, record:
        case e.AccountDefined(), None | r.AccountRecord():
            said = event.account
            was = record or r.AccountRecord(account=said.account)
            return replace(was, person_id=said.person_id, roles=said.roles, stations=said.stations)
        case e.LoginFailed(), r.AccountRecord():
            return replace(record, failed_logins=record.failed_logins + 1)
        case e.LoginSucceeded(), r.AccountRecord():
            return replace(record, failed_logins=0)
        case e.AccountLocked(), r.AccountRecord():
            return replace(record, locked=True, reason=event.reason)
        case e.AccountUnlocked(), r.AccountRecord():
            return replace(record, locked=False, failed_logins=0, reason="")
        case _:
            return None
