"""The server's own alarms: by the clock and by readings, each once, and none that flickers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from models.execution import commands as c
from models.execution import records as r
from models.execution.outcome import Accepted, Fault, Outcome
from models.tag_value import Quality, TagValue
from server.workers.watch_alarms import LIMIT_DELAY, SILENCE, AlarmWatch, WatchedTag
from tests import world as w

SCALE = "FLOOR-SCALE-01"
TAG = f"{SCALE}.net_weight"
LIMIT = f"limit:{TAG}"
SILENT = f"communication:{SCALE}"
WATCHED = WatchedTag(
    tag=TAG, physical_asset_id=SCALE, usual=(0.0, 150.0), possible=(-5.0, 200.0), poll_s=1.0
)


class Plant:
    """A world that is watched; time moves with the test."""

    def __init__(self, *tags: WatchedTag) -> None:
        self.world = w.installed()
        self.live: dict[str, TagValue] = {}
        self.is_away = False
        self.watch = AlarmWatch(tags, self, self.records, self.submit, lambda: self.world.time)

    def latest(self, tag: str) -> TagValue | None:
        return self.live.get(tag)

    def records(self, kind: str) -> Mapping[str, r.Record]:
        return {
            name.partition(":")[2]: record
            for name, record in self.world.states.items()
            if name.startswith(f"{kind}:") and record is not None
        }

    async def submit(self, command: c.Command) -> Outcome:
        if self.is_away:
            return Fault(reason="the log is away", retry=True)
        self.world.must(command, w.SYSTEM)
        return Accepted()

    def shows(self, value: float, quality: Quality = Quality.GOOD) -> None:
        now = self.world.time
        self.live[TAG] = TagValue(TAG, value, quality, now, now)

    async def looks(self, after: timedelta = timedelta(0)) -> None:
        self.world.time += after
        await self.watch.look()

    def alarm(self, name: str) -> r.AlarmRecord | None:
        found = self.world.states.get(f"alarm:{name}")
        return found if isinstance(found, r.AlarmRecord) else None

    def state(self, name: str) -> str:
        found = self.alarm(name)
        return found.state if found is not None and found.active else ""


async def test_a_calibration_is_due_soon_then_overdue_then_renewed() -> None:
    plant = Plant()
    name = f"calibration:{SCALE}"
    asset = plant.world.states[f"physical_asset:{SCALE}"]
    assert isinstance(asset, r.PhysicalAssetRecord)
    due = asset.calibration_due_time
    assert due is not None
    plant.world.time = due - timedelta(days=8)
    await plant.looks()
    assert plant.state(name) == ""
    await plant.looks(timedelta(days=2))
    assert plant.state(name) == "DueSoon"
    before = len(plant.world.events)
    await plant.looks()
    assert len(plant.world.events) == before, "what stands is not reported again"
    plant.world.time = due
    await plant.looks()
    assert plant.state(name) == "Overdue"
    renewed = c.RecordCalibration(
        physical_asset_id=SCALE, due_time=due + timedelta(days=365), certificate="CAL-9"
    )
    plant.world.must(renewed, w.SYSTEM)
    await plant.looks()
    assert plant.state(name) == ""


async def test_a_device_that_says_nothing_is_lost_until_it_speaks() -> None:
    plant = Plant(WATCHED)
    await plant.looks(SILENCE - timedelta(seconds=5))
    assert plant.state(SILENT) == "", "it has only just been started"
    await plant.looks(timedelta(seconds=10))
    assert plant.state(SILENT) == "Lost"
    plant.shows(10.0)
    await plant.looks()
    assert plant.state(SILENT) == ""
    await plant.looks(SILENCE + timedelta(seconds=1))
    assert plant.state(SILENT) == "Lost"
    plant.shows(10.0, Quality.BAD)
    await plant.looks()
    assert plant.state(SILENT) == "Lost", "what can't be trusted is nothing"


async def test_a_reading_beyond_its_limit_is_an_alarm_when_it_stays_there() -> None:
    plant = Plant(WATCHED)
    plant.shows(151.0)
    await plant.looks()
    assert plant.state(LIMIT) == ""
    plant.shows(149.0)
    await plant.looks(timedelta(seconds=5))
    plant.shows(151.0)
    await plant.looks(timedelta(seconds=5))
    assert plant.state(LIMIT) == "", "it came back in between"
    plant.shows(151.0)
    await plant.looks(LIMIT_DELAY)
    assert plant.state(LIMIT) == "High"
    plant.shows(201.0)
    await plant.looks()
    await plant.looks(LIMIT_DELAY)
    assert plant.state(LIMIT) == "HighHigh"
    for value, wanted in ((-1.0, "Low"), (-6.0, "LowLow"), (1.0, "")):
        plant.shows(value)
        await plant.looks()
        plant.shows(value)
        await plant.looks(LIMIT_DELAY)
        assert plant.state(LIMIT) == wanted


async def test_without_a_reading_nobody_says_that_it_is_over() -> None:
    plant = Plant(WATCHED)
    plant.shows(201.0)
    await plant.looks()
    plant.shows(201.0)
    await plant.looks(LIMIT_DELAY)
    assert plant.state(LIMIT) == "HighHigh"
    await plant.looks(timedelta(minutes=5))
    assert plant.state(LIMIT) == "HighHigh"
    assert plant.state(SILENT) == "Lost"


async def test_what_is_no_longer_watched_is_over() -> None:
    plant = Plant(WATCHED)
    await plant.looks(SILENCE * 2)
    assert plant.state(SILENT) == "Lost"
    plant.watch = AlarmWatch((), plant, plant.records, plant.submit, lambda: plant.world.time)
    await plant.looks()
    assert plant.state(SILENT) == ""


async def test_a_log_that_is_away_is_tried_again() -> None:
    plant = Plant(WATCHED)
    plant.is_away = True
    await plant.looks(SILENCE * 2)
    assert plant.alarm(SILENT) is None
    plant.is_away = False
    await plant.looks()
    assert plant.state(SILENT) == "Lost"


async def test_a_server_that_was_just_started_gives_no_all_clear() -> None:
    plant = Plant(WATCHED)
    await plant.looks(SILENCE * 2)
    assert plant.state(SILENT) == "Lost"
    events = len(plant.world.events)
    plant.watch = AlarmWatch(
        (WATCHED,), plant, plant.records, plant.submit, lambda: plant.world.time
    )
    await plant.looks()
    await plant.looks(SILENCE * 2)
    assert plant.state(SILENT) == "Lost"
    assert len(plant.world.events) == events, "it neither went nor came again"
    plant.shows(10.0)
    await plant.looks()
    assert plant.state(SILENT) == ""


async def test_one_bad_reading_is_no_loss_of_a_device_that_was_just_heard() -> None:
    plant = Plant(WATCHED)
    plant.shows(10.0)
    await plant.looks()
    for _ in range(3):
        plant.shows(10.0)
        await plant.looks(SILENCE / 3)
        plant.shows(10.0, Quality.BAD)
        await plant.looks(SILENCE / 3)
        assert plant.state(SILENT) == ""
    await plant.looks(SILENCE)
    assert plant.state(SILENT) == "Lost"


async def test_an_alarm_of_limits_that_were_taken_away_is_over() -> None:
    plant = Plant(WATCHED)
    plant.shows(201.0)
    await plant.looks()
    plant.shows(201.0)
    await plant.looks(LIMIT_DELAY)
    assert plant.state(LIMIT) == "HighHigh"
    unlimited = replace(WATCHED, usual=None, possible=None)
    plant.watch = AlarmWatch(
        (unlimited,), plant, plant.records, plant.submit, lambda: plant.world.time
    )
    plant.shows(201.0)
    await plant.looks()
    assert plant.state(LIMIT) == ""


async def test_of_several_tags_one_that_is_heard_is_enough() -> None:
    other = replace(WATCHED, tag=f"{SCALE}.tare", usual=None, possible=None)
    for tags in ((WATCHED, other), (other, WATCHED)):
        plant = Plant(*tags)
        plant.shows(10.0)
        await plant.looks()
        for _ in range(5):
            plant.shows(10.0)
            await plant.looks(SILENCE / 2)
        assert plant.state(SILENT) == ""
        await plant.looks(SILENCE * 2)
        assert plant.state(SILENT) == "Lost"


async def test_a_reading_that_goes_to_and_fro_between_two_limits_is_an_alarm() -> None:
    plant = Plant(WATCHED)
    states = set[str]()
    for number in range(40):
        plant.shows(201.0 if number % 2 else 199.0)
        await plant.looks(timedelta(seconds=1))
        states.add(plant.state(LIMIT))
    assert states & {"High", "HighHigh"}
    assert plant.state(LIMIT) != ""
    raised = [x for x in plant.world.events if getattr(x, "alarm_id", "") == LIMIT]
    assert len(raised) == 1, "and it does not fill the log"


async def test_what_is_no_number_is_no_all_clear() -> None:
    plant = Plant(WATCHED)
    plant.shows(201.0)
    await plant.looks()
    plant.shows(201.0)
    await plant.looks(LIMIT_DELAY)
    for _ in range(5):
        plant.shows(float("nan"))
        await plant.looks(LIMIT_DELAY)
    assert plant.state(LIMIT) == "HighHigh"
    plant.shows(float("inf"))
    await plant.looks()
    assert plant.state(LIMIT) == "HighHigh"
