"""What the server itself finds out, by the clock and by readings: put on record as alarms.

Calibrations that are due, devices that say nothing, readings beyond the limits of the plant's
files. What holds on for too short a time is no alarm, so that a reading on its limit doesn't fill
the log; and nothing is reported while it has just been started.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from models.execution import alarm_kinds as k
from models.execution import commands as c
from models.execution import records as r
from models.execution.outcome import Accepted, Outcome
from models.tag_value import Quality
from server.command_path.ports import Clock, LiveTagValues

diagnostics = logging.getLogger("interlock.alarms")

LOOK_S: Final = 1.0
"""How often it is looked."""

CALIBRATION_WARNING: Final = timedelta(days=7)
"""How long before its end a calibration is due soon."""

LIMIT_DELAY: Final = timedelta(seconds=10)
"""How long a reading has to lie beyond its limit, or within it again."""

SILENCE: Final = timedelta(seconds=15)
"""How long a device says nothing before its communication is lost; longer where it is asked less
often, three times as long as between two questions."""

_POLLS: Final = 3

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedTag:
    """A tag with the values that are usual (``usual``), and those that can be (``possible``)."""

    tag: str
    physical_asset_id: str
    usual: Range | None = None
    possible: Range | None = None
    poll_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found of one alarm: its state, empty where all is well, and for how long to wait."""

    physical_asset_id: str
    state: str
    severity: int
    text: str
    delay: timedelta = timedelta(0)


Submit = Callable[[c.Command], Awaitable[Outcome]]


class AlarmWatch:
    """Reports alarms that come up, change and go. ``records`` gives all records of a kind."""

    def __init__(
        self,
        tags: Iterable[WatchedTag],
        live: LiveTagValues,
        records: Callable[[str], Mapping[str, r.Record]],
        submit: Submit,
        clock: Clock,
    ) -> None:
        self._tags = tuple(tags)
        self._live = live
        self._records = records
        self._submit = submit
        self._clock = clock
        self._began = clock()
        self._since: dict[str, tuple[str, datetime]] = {}
        self._heard: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look until cancelled; a log that is away is tried again."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except Exception:  # noqa: BLE001 -- a database that is away must not end the watch
                diagnostics.exception("an alarm could not be put on record; trying again")

    async def look(self) -> None:
        """Look once, and report what is new."""
        now = self._clock()
        findings = dict(self._findings(now))
        for alarm_id, finding in findings.items():
            if self._is_news(alarm_id, finding, now):
                await self._report(alarm_id, finding)
        for alarm_id, record in tuple(self._records("alarm").items()):
            if isinstance(record, r.AlarmRecord) and record.active and alarm_id not in findings:
                text = f"{record.physical_asset_id} is no longer watched"
                await self._report(alarm_id, Finding(record.physical_asset_id, "", 0, text))

    def _findings(self, now: datetime) -> Iterator[tuple[str, Finding]]:
        assets = self._records("physical_asset")
        for name, record in assets.items():
            if isinstance(record, r.PhysicalAssetRecord) and record.defined.requires_calibration:
                yield k.alarm_id(k.CALIBRATION, name), _calibration(name, record, now)
        known = [tag for tag in self._tags if tag.physical_asset_id in assets]
        silent = self._silent(known, now)
        for name, is_silent in silent.items():
            yield k.alarm_id(k.COMMUNICATION, name), self._communication(name, is_silent=is_silent)
        yield from self._limits(known, silent)

    def _limits(
        self, tags: Iterable[WatchedTag], silent: Mapping[str, bool | None]
    ) -> Iterator[tuple[str, Finding]]:
        for tag in tags:
            if not (tag.usual or tag.possible):
                continue  # an alarm of limits that were taken away is over
            if silent[tag.physical_asset_id] is False:
                found = self._limit(tag)
                if found is not None:
                    yield k.alarm_id(k.LIMIT, tag.tag), found
                    continue
            name = k.alarm_id(k.LIMIT, tag.tag)
            if name in self._records("alarm"):
                yield name, self._unchanged(name, tag.physical_asset_id)

    def _communication(self, name: str, *, is_silent: bool | None) -> Finding:
        if is_silent is None:
            return self._unchanged(k.alarm_id(k.COMMUNICATION, name), name)
        text = f"{name} {'delivers nothing that can be trusted' if is_silent else 'delivers'}"
        return Finding(name, "Lost" if is_silent else "", 700, text)

    def _silent(self, tags: Iterable[WatchedTag], now: datetime) -> dict[str, bool | None]:
        """Return for each device whether it has said nothing good on any tag for too long.

        None while that is not known: nothing was heard since the start, which was just now.
        """
        silent: dict[str, bool | None] = {}
        for tag in tags:
            most = max(SILENCE, timedelta(seconds=_POLLS * tag.poll_s))
            reading = self._live.latest(tag.tag)
            if reading is not None and reading.quality is not Quality.BAD:
                self._heard[tag.tag] = reading.server_time
            heard = self._heard.get(tag.tag)
            is_late = now - (heard or self._began) > most
            found = is_late if heard is not None or is_late else None
            before = silent.get(tag.physical_asset_id, True)
            # One tag that is heard is enough; one that may still be is not known to be silent.
            silent[tag.physical_asset_id] = found if before is True or found is False else before
        return silent

    def _limit(self, tag: WatchedTag) -> Finding | None:
        reading = self._live.latest(tag.tag)
        value = reading.value if reading is not None else None
        if reading is None or reading.quality is Quality.BAD or isinstance(value, bool | str):
            return None
        if value is None or math.isnan(value):
            return None  # what is no number is within no limits
        state, limit, severity = _beyond(float(value), tag)
        text = f"{tag.tag} is {value:g}"
        text += f", beyond {limit:g}" if state else ", within its limits"
        return Finding(tag.physical_asset_id, state, severity, text, LIMIT_DELAY)

    def _unchanged(self, alarm_id: str, physical_asset_id: str) -> Finding:
        """Return what stands: without a reading nobody knows that it is over."""
        was = self._records("alarm").get(alarm_id)
        state, severity, text = (
            (was.state, was.severity, was.message)
            if isinstance(was, r.AlarmRecord) and was.active
            else ("", 0, "")
        )
        return Finding(physical_asset_id, state, severity, text)

    def _is_news(self, alarm_id: str, finding: Finding, now: datetime) -> bool:
        was = self._records("alarm").get(alarm_id)
        stands = was.state if isinstance(was, r.AlarmRecord) and was.active else ""
        if finding.state == stands:
            self._since.pop(alarm_id, None)
            return False
        # From when it is no longer what stands, whatever it is: one that goes to and fro between
        # two limits is beyond the first of them all the time.
        since = self._since.get(alarm_id)
        if since is None or since[0] != stands:
            since = self._since[alarm_id] = (stands, now)
        return now - since[1] >= finding.delay

    async def _report(self, alarm_id: str, finding: Finding) -> None:
        command = c.ReportAlarm(
            alarm_id=alarm_id,
            physical_asset_id=finding.physical_asset_id,
            description=finding.text,
            state=finding.state,
            severity=finding.severity,
        )
        outcome = await self._submit(command)
        if not isinstance(outcome, Accepted):
            diagnostics.error("%s is not on record: %s", alarm_id, outcome)


def _calibration(name: str, record: r.PhysicalAssetRecord, now: datetime) -> Finding:
    due = record.calibration_due_time
    if record.calibration_failed:
        return Finding(name, "Failed", 800, f"The calibration of {name} failed")
    if due is None:
        return Finding(name, "Overdue", 700, f"{name} was never calibrated")
    if due <= now:
        return Finding(name, "Overdue", 700, f"The calibration of {name} ended {due:%Y-%m-%d}")
    if due - now <= CALIBRATION_WARNING:
        return Finding(name, "DueSoon", 300, f"The calibration of {name} ends {due:%Y-%m-%d}")
    return Finding(name, "", 0, f"The calibration of {name} holds until {due:%Y-%m-%d}")


def _beyond(value: float, tag: WatchedTag) -> tuple[str, float, int]:
    """Return which limit a value has passed, the gravest first, and how grave that is."""
    for limits, words, severity in (
        (tag.possible, ("LowLow", "HighHigh"), 800),
        (tag.usual, ("Low", "High"), 500),
    ):
        if limits is not None and value < limits[0]:
            return words[0], limits[0], severity
        if limits is not None and value > limits[1]:
            return words[1], limits[1], severity
    return "", 0.0, 0
