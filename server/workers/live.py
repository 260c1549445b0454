"""The latest reading of every tag, for decisions and for screens."""

from collections.abc import Iterable

from models.tag_value import TagValue


class LiveTable:
    """Holds one reading per tag; implements ``command_path.ports.LiveTagValues``."""

    def __init__(self) -> None:
        self._latest: dict[str, TagValue] = {}

    def latest(self, tag: str) -> TagValue | None:
        """Return the latest reading, or None when none ever arrived."""
        return self._latest.get(tag)

    def take(self, values: Iterable[TagValue]) -> None:
        """Keep the readings that are not older than what is known."""
        for value in values:
            known = self._latest.get(value.tag)
            if known is None or known.source_time <= value.source_time:
                self._latest[value.tag] = value
