"""Days of the site: one that is an hour short or long ends at the site's midnight as well."""

from datetime import UTC, datetime, timedelta

import pytest

from mappings.plant.dates import end_of_day, start_of_day
from models.execution.qualified import missing_qualifications
from models.execution.records import PersonRecord
from models.isa95.personnel import Person, Qualification
from tests import world as w


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        ("Europe/Berlin", "2026-03-28", "2026-03-27T23:00+00:00", 24),
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00+00:00", 23),  # clocks go forward
        ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00+00:00", 24),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00+00:00", 25),  # and back
        ("America/New_York", "2026-11-01", "2026-11-01T04:00+00:00", 25),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30+00:00", 23.5),
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00+00:00", 23),  # there is no midnight
        ("UTC", "2026-03-29", "2026-03-29T00:00+00:00", 24),
    ],
)
def test_a_day_begins_and_ends_by_the_clock_of_the_site(
    zone: str, day: str, begins: str, hours: float
) -> None:
    start, end = start_of_day(day, zone, None), end_of_day(day, zone, None)
    assert start == datetime.fromisoformat(begins)
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("time", "refused"),
    [
        ("2026-03-29T21:59:59+00:00", []),  # 23:59:59 in summer time
        ("2026-03-29T22:00:00+00:00", ["qualification-expired"]),
    ],
)
def test_a_qualification_holds_through_its_last_day_when_clocks_change(
    time: str, refused: list[str]
) -> None:
    ends = end_of_day("2026-03-29", "Europe/Berlin", None)
    held = Qualification(qualification_id="weighing", expiration_time=ends)
    record = PersonRecord(person=Person(person_id="op-01", name="", qualifications=(held,)))
    now = datetime.fromisoformat(time).astimezone(UTC)
    found = missing_qualifications(record, (w.requirement("weighing"),), now)
    assert [one.code for one in found] == refused
