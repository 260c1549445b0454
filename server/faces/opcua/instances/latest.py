"""What is over and still shown: the last of them, as many as are wanted."""

from bisect import bisect_left, insort
from datetime import datetime


class Latest:
    """The last that were over, by time and then by id: the same after every start."""

    def __init__(self) -> None:
        self._order: list[tuple[datetime, str]] = []
        self._times: dict[str, datetime] = {}

    def __contains__(self, name: str) -> bool:
        """Tell whether this is one of the last."""
        return name in self._times

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._order)

    def settle(self, name: str, time: datetime, at_most: int) -> list[str]:
        """Take one in; return those that give way, which may be that very one."""
        if self._times.get(name) != time:
            self.forget(name)
            insort(self._order, (time, name))
            self._times[name] = time
        gone = [one for _, one in self._order[: max(0, len(self._order) - at_most)]]
        for one in gone:
            self.forget(one)
        return gone

    def forget(self, name: str) -> None:
        """Drop one that is not over any more; nothing happens when it is not here."""
        time = self._times.pop(name, None)
        if time is not None:
            del self._order[bisect_left(self._order, (time, name))]
