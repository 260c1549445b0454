"""What the lists of a receiver hold: job orders that are not over, then those that ended last.

A change of one job order costs what finding its place costs, however many there are.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Final

from models.execution.finished import is_live
from models.execution.job_order_state import JobOrderState
from models.execution.records import JobOrderRecord

MAX_OVER: Final = 50
"""Job orders that are over which are still listed; the oldest gives way to the next."""

_S: Final = JobOrderState
_RANKS: Final = {
    _S.RUNNING: 0,
    _S.INTERRUPTED: 1,
    _S.ALLOWED_TO_START: 2,
    _S.NOT_ALLOWED_TO_START: 3,
}
_NO_PRIORITY: Final = 2**31

_Key = tuple[bool, int, int, float, str]


class JobList:
    """The job orders of one receiver, by their ids, in the order in which they are listed."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._keys: list[_Key] = []
        self._key_of: dict[str, _Key] = {}
        self.live = 0
        """Job orders that are not over."""

    def __contains__(self, job_order_id: str) -> bool:
        """Tell whether the list knows the job order, though it may stand behind its end."""
        return job_order_id in self._key_of

    def __iter__(self) -> Iterator[str]:
        """Yield the job orders that are listed: of those not over, as many as there is room for."""
        yield from (key[-1] for key in self._keys[: min(self.live, self._at_most)])
        yield from (key[-1] for key in self._keys[self.live :])

    def put(self, order: JobOrderRecord) -> tuple[str, ...]:
        """List a job order, where it stands now; return those that gave way to it."""
        self.drop(order.job_order_id)
        if not order.is_listed:
            return ()
        key = _key(order)
        insort(self._keys, key)
        self._key_of[order.job_order_id] = key
        self.live += not key[0]
        gone = [one[-1] for one in self._keys[self.live + MAX_OVER :]]
        for name in gone:
            self.drop(name)
        return tuple(gone)

    def drop(self, job_order_id: str) -> None:
        """Take a job order off the list, if it stands on it."""
        key = self._key_of.pop(job_order_id, None)
        if key is not None:
            del self._keys[bisect_left(self._keys, key)]
            self.live -= not key[0]


def _key(order: JobOrderRecord) -> _Key:
    """Return the place: what is worked on first, then by urgency and age; the last ended first."""
    if not is_live(order):
        ended = order.end_time.timestamp() if order.end_time else 0.0
        return True, 0, 0, -ended, order.job_order_id
    rank = _RANKS[order.state]
    urgency = _NO_PRIORITY if order.priority is None else order.priority
    stored = order.stored_time.timestamp() if order.stored_time else 0.0
    return False, rank, urgency, stored, order.job_order_id
