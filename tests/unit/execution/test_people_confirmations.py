"""Two-person control: two different qualified people, both within the window."""

from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.isa95.work_definition import Source
from tests import world as w
from tests.unit.execution.test_people import change_step

COMPLETE = c.CompleteStep(station="DISP-01")


def confirm(account: str, step_id: str = "010") -> c.ConfirmStep:
    return c.ConfirmStep(station="DISP-01", step_id=step_id, identity=w.identity(account))


def at_two_person_step(window_s: float | None = 60) -> w.World:
    """Return a world in which a step under two-person control could be completed otherwise."""
    world = w.at_station()
    change_step(world, two_person_window_s=window_s)
    world.must(c.StartStep(station="DISP-01", step_id="010"))
    world.must(
        c.RecordEvidence(
            station="DISP-01", evidence_id="booth-is-clear", value="true", source=Source.MANUAL
        )
    )
    return world


def signers(world: w.World) -> list[str]:
    step = world.job_order("JO-1").step("010")
    assert step is not None
    return [one.person_id for one in step.confirmations]


def test_two_people_within_the_window_complete_the_step() -> None:
    world = at_two_person_step()
    assert world.refused(COMPLETE) == ("confirmation-missing",)
    world.must(confirm("op-01"))
    assert world.refused(COMPLETE) == ("confirmation-missing",)
    world.time += timedelta(seconds=55)
    world.must(confirm("op-02"))
    world.must(COMPLETE)


@pytest.mark.parametrize(("after_s", "refused"), [(60, ()), (61, ("confirmation-window-passed",))])
def test_the_window_ends_to_the_second(after_s: int, refused: tuple[str, ...]) -> None:
    world = at_two_person_step()
    first = world.time
    world.must(confirm("op-01"))
    world.time = first + timedelta(seconds=after_s)
    assert world.refused(confirm("op-02")) == refused


def test_a_signature_that_came_too_early_lapses_and_both_begin_anew() -> None:
    world = at_two_person_step()
    world.must(confirm("op-01"))
    world.time += timedelta(seconds=61)
    decision = world.do(confirm("op-02"))
    assert [type(event) for event in decision.events] == [e.StepConfirmationLapsed]
    assert signers(world) == []
    assert world.refused(COMPLETE) == ("confirmation-missing",)
    world.must(confirm("op-02"))
    world.must(confirm("op-01"))
    world.must(COMPLETE)


def test_the_same_person_renews_the_own_signature_and_never_signs_for_two() -> None:
    world = at_two_person_step()
    world.must(confirm("op-01"))
    world.time += timedelta(seconds=61)
    world.must(confirm("op-01b"))  # the same human being under another account
    assert signers(world) == ["op-01"]
    assert world.refused(COMPLETE) == ("confirmation-missing",)
    world.must(confirm("op-02"))  # within the window of the renewed one
    world.must(COMPLETE)


@pytest.mark.parametrize(
    ("account", "refused"),
    [
        ("op-03", ("qualification-expired",)),
        ("op-04", ("person-not-qualified",)),
        ("admin-01", ("person-unknown", "role-not-suitable")),
    ],
)
def test_both_have_to_be_qualified(account: str, refused: tuple[str, ...]) -> None:
    world = at_two_person_step()
    change_step(world, two_person_window_s=60, qualifications=(w.requirement("weighing"),))
    assert world.refused(confirm(account)) == refused
    assert signers(world) == []


def test_a_third_signature_does_not_undo_the_two() -> None:
    world = at_two_person_step()
    world.must(confirm("op-01"))
    world.must(confirm("op-02"))
    world.time += timedelta(minutes=5)
    assert world.refused(confirm("sup-01"))[0] == "confirmation-complete"
    world.must(COMPLETE)


def test_whoever_confirmed_can_not_verify() -> None:
    world = at_two_person_step()
    world.must(confirm("op-01"))
    world.must(confirm("op-02"))
    world.must(COMPLETE)
    verify = c.VerifyStep(station="DISP-01", step_id="010", identity=w.identity("op-02"))
    assert world.refused(verify) == ("self-verification",)


def test_a_step_that_does_not_ask_for_two_is_not_confirmed() -> None:
    world = at_two_person_step(None)
    assert world.refused(confirm("op-01")) == ("confirmation-not-asked-for",)
    world.must(COMPLETE)


def test_a_step_that_does_not_run_or_does_not_exist_is_not_confirmed() -> None:
    world = w.at_station()
    change_step(world, two_person_window_s=60)
    assert world.refused(confirm("op-01")) == ("step-not-in-progress",)
    assert world.refused(confirm("op-01", "999")) == ("step-unknown",)
