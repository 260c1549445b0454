"""The latest readings, and who is told which of them are new."""

from datetime import UTC, datetime, timedelta

from models.tag_value import Quality, TagValue
from server.workers.live import LiveTable

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def reading(tag: str, value: float, seconds: float = 0) -> TagValue:
    time = NOON + timedelta(seconds=seconds)
    return TagValue(tag, value, Quality.GOOD, time, time)


def test_a_watcher_is_told_once_of_what_is_new() -> None:
    live = LiveTable()
    live.take([reading("A.x", 1.0)])
    news = live.watch()
    other = live.watch()
    assert list(news()) == ["A.x"], "what was there before counts as new at first"
    assert list(news()) == []
    live.take([reading("A.x", 2.0, 1), reading("B.y", 1.0), reading("B.y", 3.0, 1)])
    assert sorted(news()) == ["A.x", "B.y"]
    assert sorted(other()) == ["A.x", "B.y"]


def test_a_reading_that_is_older_than_what_is_known_is_no_news() -> None:
    live = LiveTable()
    live.take([reading("A.x", 2.0, 5)])
    news = live.watch()
    news()
    live.take([reading("A.x", 1.0)])
    assert list(news()) == []
    latest = live.latest("A.x")
    assert latest is not None
    assert latest.value == 2.0
