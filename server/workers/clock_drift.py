"""Whether the clocks of the devices go with ours: an audit trail is no better than its times."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from models.tag_value import Quality, TagValue

diagnostics = logging.getLogger("interlock.ingest")

MOST_S: Final = 2.0
"""Seconds that the newest reading of a chunk may be older or younger than its arrival."""


class ClockDrift:
    """Compares source and server times, device by device; says when one begins or ends to drift.

    Only the newest good reading of a chunk counts: a value that did not change for long may
    come with the time of its last change. What is kept is bounded by the number of devices.
    """

    def __init__(self, most_s: float = MOST_S) -> None:
        self._most_s = most_s
        self._drifting: set[str] = set()
        self.count = 0
        """Chunks with a time too far off, since the start."""

    def news(self, device: str, values: Sequence[TagValue]) -> tuple[datetime, str] | None:
        """Return when and what is new about the clock of a device, or None."""
        good = [one for one in values if one.quality is Quality.GOOD]
        if not good:
            return None
        newest = max(good, key=lambda one: one.source_time)
        drift_s = (newest.source_time - newest.server_time).total_seconds()
        if abs(drift_s) > self._most_s:
            self.count += 1
            return self._began(device, newest.server_time, drift_s)
        if device in self._drifting:
            self._drifting.discard(device)
            diagnostics.warning("%s: its clock goes with ours again", device)
            return newest.server_time, f"cleared, {device}"
        return None

    def _began(self, device: str, time: datetime, drift_s: float) -> tuple[datetime, str] | None:
        if device in self._drifting:
            return None
        self._drifting.add(device)
        diagnostics.warning(
            "%s: its clock is %+.1f s off ours; at most %g s are tolerated, set it",
            device,
            drift_s,
            self._most_s,
        )
        return time, f"active, {device} {drift_s:+.1f} s"
