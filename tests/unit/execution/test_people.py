"""Who may do it: qualifications, authorizations for a time, personnel classes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution import streams
from models.execution.principal import Principal, Role
from models.execution.records import PersonRecord, WorkDirectiveRecord
from models.isa95.work_definition import Source
from tests import world as w

TRAINING = Principal(account="training-01", roles=frozenset({Role.TRAINING}), face="rest")
START = c.StartStep(station="DISP-01", step_id="010")


def qualified(**changes: object) -> c.RecordQualification:
    """Return that op-04 passed the training for weighing, or what was changed of that."""
    said = c.RecordQualification(
        person_id="op-04",
        qualification_id="weighing",
        level=1,
        expiration_time=None,
        training_id="TR-110",
    )
    return replace(said, **changes)  # type: ignore[arg-type]  # the test knows the fields


def granted(**changes: object) -> c.GrantAuthorization:
    """Return that a supervisor lets op-04 weigh for eight hours, or what was changed of that."""
    said = c.GrantAuthorization(
        person_id="op-04",
        qualification_id="weighing",
        level=1,
        expiration_time=w.NOON + timedelta(hours=8),
        reason="Operator 2 is ill",
        identity=w.identity("sup-01"),
    )
    return replace(said, **changes)  # type: ignore[arg-type]  # the test knows the fields


def revoked(person_id: str = "op-04", account: str = "qa-01") -> c.RevokeAuthorization:
    return c.RevokeAuthorization(
        person_id=person_id,
        qualification_id="weighing",
        reason="Operator 2 is back",
        identity=w.identity(account),
    )


def person(world: w.World, person_id: str = "op-04") -> PersonRecord:
    record = world.states[streams.person(person_id)]
    assert isinstance(record, PersonRecord)
    return record


def change_step(world: w.World, step_id: str = "010", **changes: object) -> None:
    """Let the frozen WorkMaster copy of JO-1 ask for something else."""
    record = world.states[streams.work_directive("JO-1")]
    assert isinstance(record, WorkDirectiveRecord)
    steps = tuple(
        replace(step, **changes) if step.step_id == step_id else step  # type: ignore[arg-type]  # as above
        for step in record.work_directive.steps
    )
    directive = replace(record.work_directive, steps=steps)
    world.states[streams.work_directive("JO-1")] = replace(record, work_directive=directive)


def test_a_training_that_is_recorded_opens_the_step() -> None:
    world = w.at_station(account="op-04")
    assert "person-not-qualified" in world.refused(START)
    world.must(qualified(), TRAINING)
    world.must(START)


def test_the_latest_result_of_a_training_is_the_one_that_counts() -> None:
    world = w.at_station()
    world.must(qualified(person_id="op-01", expiration_time=world.time), TRAINING)
    held = [
        q for q in person(world, "op-01").person.qualifications if "weigh" in q.qualification_id
    ]
    assert len(held) == 1
    assert world.refused(START) == ("qualification-expired",)


def test_a_refusal_names_the_training_that_would_help() -> None:
    world = w.at_station(account="op-03")  # whose weighing has lapsed
    refusals = world.do(START).refusals
    assert [(one.code, one.offers) for one in refusals] == [("qualification-expired", ("TR-110",))]


def test_a_level_too_low_names_the_training_too() -> None:
    world = w.at_station()
    change_step(world, qualifications=(w.requirement("weighing", 9),))
    refusals = world.do(START).refusals
    assert [(one.code, one.offers) for one in refusals] == [("person-not-qualified", ("TR-110",))]


def test_a_training_that_the_person_never_had_is_named_too() -> None:
    world = w.at_station(account="op-04")
    refusals = world.do(START).refusals
    assert [(one.code, one.offers) for one in refusals] == [("person-not-qualified", ("TR-110",))]


def test_an_authorization_opens_the_step_and_ends_by_itself_in_the_middle_of_the_shift() -> None:
    world = w.at_station(account="op-04")
    world.must(granted(), w.account("sup-01"))
    world.must(START)
    world.time = w.NOON + timedelta(hours=8)
    world.must(
        c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=w.identity("op-04"))
    )
    clear = c.RecordEvidence(
        station="DISP-01", evidence_id="booth-is-clear", value="true", source=Source.MANUAL
    )
    assert world.refused(clear) == ("authorization-ended",)
    world.must(granted(expiration_time=world.time + timedelta(hours=1)), w.account("sup-01"))
    world.must(clear)


def test_an_authorization_that_is_revoked_opens_nothing() -> None:
    world = w.at_station(account="op-04")
    world.must(granted(), w.account("sup-01"))
    world.must(revoked(), w.account("qa-01"))
    assert "person-not-qualified" in world.refused(START)
    assert world.refused(revoked(), w.account("qa-01")) == ("authorization-unknown",)


def test_a_qualification_that_is_in_force_outlives_an_authorization() -> None:
    world = w.at_station()
    world.must(granted(person_id="op-01"), w.account("sup-01"))
    world.time = w.NOON + timedelta(hours=9)
    world.must(
        c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=w.identity("op-01"))
    )
    world.must(START)


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (granted(identity=w.identity("op-01")), ("role-not-suitable",)),
        (granted(person_id="sup-01"), ("self-authorization",)),
        (granted(person_id="op-99"), ("person-unknown",)),
        (granted(level=0), ("qualification-level-not-possible",)),
        (granted(expiration_time=w.NOON), ("authorization-time-not-possible",)),
        (
            granted(expiration_time=w.NOON + timedelta(hours=25)),
            ("authorization-time-not-possible",),
        ),
        (
            granted(person_id="qa-01", level=10, identity=w.identity("qa-01")),
            ("self-authorization", "qualification-level-not-possible"),
        ),
        (revoked("op-99"), ("person-unknown",)),
        (revoked("op-01"), ("authorization-unknown",)),
        (revoked(account="op-01"), ("role-not-suitable", "authorization-unknown")),
    ],
)
def test_who_may_authorize_whom_and_for_how_long(
    command: c.Command, refused: tuple[str, ...]
) -> None:
    assert w.installed().refused(command, w.account("sup-01")) == refused


def test_the_limit_of_an_authorization_is_24_hours_to_the_second() -> None:
    world = w.installed()
    longest = world.time + timedelta(hours=24)
    world.must(granted(expiration_time=longest), w.account("sup-01"))


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (qualified(person_id="op-99"), ("person-unknown",)),
        (qualified(level=10), ("qualification-level-not-possible",)),
        (qualified(level=-1), ("qualification-level-not-possible",)),
        (qualified(person_id="op-01"), ("self-authorization",)),
    ],
)
def test_nobody_qualifies_themselves_and_nobody_unknown_is_qualified(
    command: c.Command, refused: tuple[str, ...]
) -> None:
    trainer = replace(TRAINING, person_id="op-01")
    assert w.installed().refused(command, trainer) == refused


def test_authorizations_of_days_gone_by_are_not_kept() -> None:
    world = w.installed()
    for name in ("weighing", "blending", "packaging"):
        world.must(
            granted(qualification_id=name, expiration_time=world.time + timedelta(hours=1)),
            w.account("sup-01"),
        )
        world.time += timedelta(hours=2)
    assert [one.qualification_id for one in person(world).authorizations] == ["packaging"]


def test_a_step_for_another_class_of_persons_does_not_begin() -> None:
    world = w.at_station()
    change_step(world, personnel_classes=("quality", "supervisor"))
    refusals = world.do(START).refusals
    assert [one.code for one in refusals] == ["personnel-class-not-suitable"]
    assert "quality or supervisor" in refusals[0].obstacle
    change_step(world, personnel_classes=("quality", "operator"))
    world.must(START)


def test_an_administrator_verifies_nothing_even_with_the_qualification() -> None:
    world = w.at_station()
    world.must(START)
    world.must(
        c.RecordEvidence(
            station="DISP-01", evidence_id="booth-is-clear", value="true", source=Source.MANUAL
        )
    )
    world.must(c.CompleteStep(station="DISP-01"))
    who = replace(w.identity("op-02"), roles=frozenset({Role.ADMINISTRATOR}))
    verify = c.VerifyStep(station="DISP-01", step_id="010", identity=who)
    assert world.refused(verify) == ("role-not-suitable",)


def test_one_person_with_two_accounts_is_one_person() -> None:
    world = w.at_station()
    world.must(START)
    world.must(
        c.RecordEvidence(
            station="DISP-01", evidence_id="booth-is-clear", value="true", source=Source.MANUAL
        )
    )
    world.must(c.CompleteStep(station="DISP-01"))
    for account in ("op-01", "op-01b"):
        verify = c.VerifyStep(station="DISP-01", step_id="010", identity=w.identity(account))
        assert world.refused(verify) == ("self-verification",)
