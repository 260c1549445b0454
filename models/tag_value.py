"""A reading of one tag: a value with its quality and two times."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique


@unique
class Quality(Enum):
    """How far a reading can be trusted; the numbers are those of OPC quality (192, 64, 0)."""

    GOOD = 192
    UNCERTAIN = 64
    BAD = 0


@dataclass(frozen=True, slots=True)
class TagValue:
    """One reading of a tag, after OPC UA DataValue (OPC 10000-4, 7.11).

    ``source_time`` is when the device (or the adapter that polled it) took the value,
    ``server_time`` when it arrived here; both UTC. ``sequence`` breaks ties of equal source
    times within one tag.
    """

    tag: str
    value: float | int | bool | str | None
    quality: Quality
    source_time: datetime
    server_time: datetime
    sequence: int = 0
