"""Days in plant files: a date holds through its day at the site; ``+200d`` counts from today."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY_REMEDY: Final = "write the last good day as 2027-06-30"

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_RELATIVE: Final = re.compile(r"([+-]\d{1,5})d")
_RELATIVE_ENTRY: Final = re.compile(
    r"^(?P<before>[^#\n]*?\b(?:expires|received|calibration_due):\s*)(?P<day>[+-]\d{1,5}d)\b",
    re.MULTILINE,
)
_YEARS: Final = range(1970, 2200)


def time_zone(text: str) -> str:
    """Return the name of a time zone that exists."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"unknown time zone '{text}'"
        raise ValueError(message) from error
    return text


def start_of_day(text: str, zone: str, today: date | None) -> datetime:
    """Return the first moment of a day at the site, in UTC."""
    return _midnight(zone, _day(text, today))


def end_of_day(text: str, zone: str, today: date | None) -> datetime:
    """Return the first moment after a day at the site, in UTC: 00:00 of the day that follows."""
    return _midnight(zone, _day(text, today) + timedelta(days=1))


def _midnight(zone: str, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _day(text: str, today: date | None) -> date:
    day = _any_day(text, today)
    if day.year not in _YEARS:
        message = f"'{text}' lies outside the years {_YEARS.start} to {_YEARS.stop - 1}"
        raise ValueError(message)
    return day


def _any_day(text: str, today: date | None) -> date:
    relative = _RELATIVE.fullmatch(text)
    if relative is not None and today is None:
        message = f"'{text}' counts from a day of installation, and there is none here"
        raise ValueError(message)
    if relative is not None and today is not None:
        return today + timedelta(days=int(relative[1]))
    if _DAY.fullmatch(text) is None:
        message = f"'{text}' is not a day"
        raise ValueError(message)
    return date.fromisoformat(text)


def with_fixed_dates(text: str, today: date) -> str:
    """Return a plant file in which every relative day is written out; comments stay."""

    def fixed(entry: re.Match[str]) -> str:
        return entry["before"] + _day(entry["day"], today).isoformat()

    count = 1
    while count:  # one entry of each line at a time
        text, count = _RELATIVE_ENTRY.subn(fixed, text)
    return text


def copy_with_fixed_dates(source: Path, target: Path, today: date) -> None:
    """Write the plant files of ``source`` into ``target``, so that no date moves any more."""
    for file in sorted(source.rglob("*.yaml")):
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(with_fixed_dates(file.read_text("utf-8"), today), "utf-8")
