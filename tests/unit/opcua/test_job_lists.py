"""What a receiver lists, in which order, and of which work centre a job order is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution.job_order_state import JobOrderState
from models.execution.records import JobOrderRecord
from models.isa95.equipment import Equipment, EquipmentLevel
from server.faces.opcua.job_control.job_lists import MAX_OVER, JobList
from server.faces.opcua.job_control.work_centers import SITE, work_centers
from tests import lifecycle as cell
from tests import world as w
from tests.lifecycle import ORDER, RECIPE

STORED = cell.cell().world.job_order(ORDER)
S = JobOrderState
L = EquipmentLevel


def order(name: str, state: JobOrderState = S.ALLOWED_TO_START, **more: object) -> JobOrderRecord:
    return replace(STORED, job_order_id=name, state=state, **more)  # type: ignore[arg-type]


def ended(name: str, minutes: int) -> JobOrderRecord:
    return order(name, S.ENDED, end_time=w.NOON + timedelta(minutes=minutes))


def test_what_is_worked_on_comes_first_then_the_most_urgent_then_the_oldest() -> None:
    jobs = JobList(10)
    for one in (
        order("waits", S.NOT_ALLOWED_TO_START, priority=1),
        order("whenever", stored_time=w.NOON),
        order("later", priority=5, stored_time=w.NOON + timedelta(hours=1)),
        order("sooner", priority=5, stored_time=w.NOON),
        order("urgent", priority=1),
        order("held", S.INTERRUPTED),
        order("runs", S.RUNNING),
        ended("over", 1),
        ended("just over", 2),
    ):
        jobs.put(one)
    assert list(jobs) == [
        "runs", "held", "urgent", "sooner", "later", "whenever", "waits", "just over", "over",
    ]  # fmt: skip


def test_a_job_order_moves_on_the_list_and_stands_on_it_once() -> None:
    jobs = JobList(10)
    jobs.put(order("a"))
    jobs.put(order("b"))
    jobs.put(order("b", S.RUNNING))
    assert (list(jobs), jobs.live) == (["b", "a"], 2)
    jobs.put(ended("b", 1))
    assert (list(jobs), jobs.live) == (["a", "b"], 1)


def test_what_is_cleared_or_cancelled_leaves() -> None:
    jobs = JobList(10)
    jobs.put(ended("a", 1))
    jobs.put(replace(ended("a", 1), cleared_time=w.NOON))
    jobs.put(order("b", S.ABORTED, cancelled=True))
    assert list(jobs) == []


def test_the_list_is_bounded_at_both_ends() -> None:
    jobs = JobList(3)
    for number in range(5):
        jobs.put(order(f"live-{number}", priority=number))
    gone = [
        name for number in range(MAX_OVER + 2) for name in jobs.put(ended(f"e{number}", number))
    ]
    assert gone == ["e0", "e1"], "the oldest give way"
    listed = list(jobs)
    assert listed[:3] == ["live-0", "live-1", "live-2"]
    assert len(listed) == 3 + MAX_OVER
    assert "live-4" in jobs, "it is known, and comes up when there is room"
    jobs.drop("live-0")
    assert list(jobs)[:3] == ["live-1", "live-2", "live-3"]


def equipment(
    name: str, level: EquipmentLevel, parent: str | None = None, *classes: str
) -> Equipment:
    return Equipment(
        equipment_id=name,
        description=name,
        level=level,
        parent=parent,
        equipment_classes=classes,
        is_station=bool(classes),
    )


PLANT = work_centers(
    (
        equipment("SITE", L.SITE),
        equipment("HALL", L.AREA, "SITE"),
        equipment("LINE", L.PRODUCTION_LINE, "HALL"),
        equipment("FILL", L.WORK_UNIT, "LINE", "cell"),
        equipment("PACK", L.PRODUCTION_LINE, "HALL", "packer"),
        equipment("DESK", L.WORK_UNIT, "HALL", "desk"),
        equipment("ALONE", L.WORK_UNIT, None, "cell"),
        equipment("ROUND", L.WORK_UNIT, "ROUND", "desk"),
    )
)


@pytest.mark.parametrize(
    ("station", "center"),
    [("FILL", "LINE"), ("PACK", "PACK"), ("DESK", "HALL"), ("ALONE", "ALONE"), ("ROUND", "ROUND")],
)
def test_a_station_is_of_the_nearest_work_centre_else_of_its_area_else_of_itself(
    station: str, center: str
) -> None:
    assert PLANT.center_of[station] == center


def test_a_job_order_is_of_every_work_centre_that_can_perform_its_steps() -> None:
    assert PLANT.of_job_order(STORED, RECIPE) == {"LINE", "ALONE"}
    assert PLANT.of_job_order(replace(STORED, stations=("FILL",)), RECIPE) == {"LINE"}


def test_a_job_order_stays_of_the_work_centre_where_its_steps_were_performed() -> None:
    performed = replace(STORED.steps[0], station="PACK")
    begun = replace(STORED, steps=(performed, *STORED.steps[1:]), stations=("FILL",))
    assert PLANT.of_job_order(begun, RECIPE) == {"LINE", "PACK"}


def test_the_site_has_all_stations() -> None:
    assert set(PLANT.stations(SITE)) == {"FILL", "PACK", "DESK", "ALONE", "ROUND"}
    assert PLANT.stations("LINE") == ("FILL",)
