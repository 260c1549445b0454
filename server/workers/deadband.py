"""Which readings are worth storing: those that differ from the last stored one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from models.tag_value import TagValue

MAX_SILENCE: Final = timedelta(seconds=60)
"""A tag that stands still is stored this often, so that its history shows that it was read."""


class Deadband:
    """Remembers what was stored last of every tag."""

    def __init__(self, widths: Mapping[str, float]) -> None:
        self._widths = widths
        self._stored: dict[str, TagValue] = {}

    def is_news(self, value: TagValue) -> bool:
        """Return whether the reading differs by quality, by more than its deadband, or in age."""
        last = self._stored.get(value.tag)
        if last is None or last.quality is not value.quality:
            return True
        if value.source_time - last.source_time >= MAX_SILENCE:
            return True
        if _is_number(last.value) and _is_number(value.value):
            assert isinstance(last.value, int | float)
            assert isinstance(value.value, int | float)
            return abs(value.value - last.value) > self._widths.get(value.tag, 0.0)
        return last.value != value.value

    def stored(self, value: TagValue) -> None:
        """Remember a reading that is kept."""
        self._stored[value.tag] = value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
