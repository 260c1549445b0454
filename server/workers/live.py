"""The latest reading of every tag, for decisions and for screens."""

from collections.abc import Callable, Collection, Iterable

from models.tag_value import TagValue


class LiveTable:
    """Holds one reading per tag; implements ``command_path.ports.LiveTagValues``."""

    def __init__(self) -> None:
        self._latest: dict[str, TagValue] = {}
        self._watched: list[set[str]] = []

    def watch(self) -> Callable[[], Collection[str]]:
        """Return what gives the tags that had a reading since it was asked last; all at first."""
        news = set(self._latest)
        self._watched.append(news)

        def take() -> Collection[str]:
            taken = tuple(news)
            news.clear()
            return taken

        return take

    def latest(self, tag: str) -> TagValue | None:
        """Return the latest reading, or None when none ever arrived."""
        return self._latest.get(tag)

    def take(self, values: Iterable[TagValue]) -> None:
        """Keep the readings that are not older than what is known."""
        for value in values:
            known = self._latest.get(value.tag)
            if known is None or known.source_time <= value.source_time:
                self._latest[value.tag] = value
                for news in self._watched:
                    news.add(value.tag)
