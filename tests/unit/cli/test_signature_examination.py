"""Every signature of the log is checked against what was signed, and named when it fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import chain, codec, events
from models.execution.signature import Signature
from models.execution.signing_check import SCHEME, content_hash
from models.isa95.personnel import Person
from tests.unit.cli.test_log_examination import NOON, Stored, sealed, told

PERSON = "person:op-04"
OTHER = "person:op-03"
EMPTY = Signature(
    person_id="sup-01",
    account="sup-01",
    name="Supervisor 1",
    meaning="authorized",
    time=NOON,
    content_hash="",
)


def authorized(log: Stored, stream: str, *, over: str = "", version: int = 0) -> None:
    """Sign an authorization of one person, over that person's record or over another one's."""
    over = over or stream
    rows = [row for row in log.rows if row.stream == over]
    version = version or len(rows)
    unbound = replace(EMPTY, scheme=SCHEME, stream=over, version=version, remark="is ill")
    signature = replace(unbound, content_hash=content_hash(unbound, rows[version - 1].hash))
    granted(log, stream, signature)


def granted(log: Stored, stream: str, signature: Signature) -> None:
    log.append(
        stream,
        events.AuthorizationGranted(
            person_id=stream.partition(":")[2],
            qualification_id="weighing",
            level=1,
            expiration_time=NOON + timedelta(hours=8),
            reason="is ill",
            signature=signature,
        ),
    )


@pytest.fixture
def log() -> Stored:
    stored = Stored()
    for stream in (PERSON, OTHER):
        person = Person(person_id=stream.partition(":")[2], name="Operator")
        stored.append(stream, events.PersonDefined(person=person))
    authorized(stored, PERSON)
    authorized(stored, PERSON, over=OTHER)
    authorized(stored, PERSON)
    return stored


async def test_signatures_that_hold_are_counted(log: Stored) -> None:
    report = await told(log)
    assert not report.breaks, report.breaks
    assert (report.signatures, report.unbound_signatures) == (3, 0)


def rewrite(log: Stored, index: int, old: str, new: str) -> None:
    """Change a text in a row, and write it anew with everything that follows, key and all."""
    row = log.rows[index]
    assert old in row.payload
    log.rows[index] = replace(row, payload=row.payload.replace(old, new))
    previous = chain.GENESIS
    for at, one in enumerate(log.rows):
        if one.stream == row.stream:
            log.rows[at] = sealed(replace(one, previous_hash=previous))
            previous = log.rows[at].hash
    log.project(row.stream)


def signed_content(log: Stored) -> None:
    rewrite(log, 0, '"Operator"', '"operator"')


def content_signed_from_elsewhere(log: Stored) -> None:
    rewrite(log, 1, '"Operator"', '"operator"')


def the_meaning(log: Stored) -> None:
    rewrite(log, 2, '"authorized"', '"approved"')


def the_time(log: Stored) -> None:
    old = codec.time_text(NOON)
    rewrite(log, 2, f'"time":"{old}"', f'"time":"{old.replace("12:", "11:")}"')


def cut_off_what_was_signed(log: Stored) -> None:
    log.rows[3] = replace(
        log.rows[3], payload=log.rows[3].payload.replace('"version":1', '"version":9')
    )
    rewrite(log, 3, '"is ill"', '"is ill"')


def copied_to_another_person(log: Stored) -> None:
    event = codec.loads(events.AuthorizationGranted, log.rows[2].payload)
    granted(log, OTHER, replace(event.signature, stream=OTHER))


@pytest.mark.parametrize(
    ("tamper", "where", "reason"),
    [
        (signed_content, f"{PERSON} version 2", "is not what stands there now"),
        (content_signed_from_elsewhere, f"{PERSON} version 3", "is not what stands there now"),
        (the_meaning, f"{PERSON} version 2", "is not what stands there now"),
        (the_time, f"{PERSON} version 2", "is not what stands there now"),
        (cut_off_what_was_signed, f"{PERSON} version 3", "which it signs, is gone"),
        (copied_to_another_person, f"{OTHER} version 2", "is not what stands there now"),
    ],
)
async def test_even_whoever_has_the_key_forges_no_signature_in_silence(
    log: Stored, tamper: Callable[[Stored], None], where: str, reason: str
) -> None:
    tamper(log)
    found = [one for one in (await told(log)).breaks if one.where.startswith("signature of")]
    assert any(where in one.where and reason in one.reason for one in found), found
    assert all("Supervisor 1" in one.where for one in found)


async def test_one_byte_without_the_key_names_the_signature_too(log: Stored) -> None:
    row = log.rows[0]
    log.rows[0] = replace(row, payload=row.payload.replace('"Operator"', '"Operatop"'))
    found = [one.where for one in (await told(log)).breaks]
    assert found[0] == f"{PERSON} version 1"
    assert f"signature of Supervisor 1 (authorized) in {PERSON} version 2" in found


async def test_a_signature_of_release_0_1_0_is_said_to_be_bound_by_its_row_alone(
    log: Stored,
) -> None:
    granted(log, OTHER, replace(EMPTY, content_hash="0" * 64))
    report = await told(log)
    assert not report.breaks
    assert (report.signatures, report.unbound_signatures) == (4, 1)


async def test_a_signature_that_can_not_be_read_is_named(log: Stored) -> None:
    row = log.rows[4]
    log.rows[4] = sealed(replace(row, payload=row.payload.replace('"meaning"', '"meanink"')))
    found = [one for one in (await told(log)).breaks if "can't be read" in one.reason]
    assert [one.where for one in found] == [f"{PERSON} version 4"]
