"""Many readings of one tag as columns: what a chart, an average or a wire needs at once."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from models.tag_value import Quality, TagValue

NOTHING: Final = 0
FLOAT: Final = 1
INTEGER: Final = 2
BOOLEAN: Final = 3
STRING: Final = 4
"""What a reading holds."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_EXACT_INTEGER: Final = 2**53


def microseconds(time: datetime) -> int:
    """Return a time as microseconds since 1970-01-01 UTC, exactly."""
    return (time - _EPOCH) // _MICROSECOND


def instant(us: int) -> datetime:
    """Return the time that lies so many microseconds after 1970-01-01 UTC."""
    return _EPOCH + us * _MICROSECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class TagColumns:
    """Readings of one tag in order: one array per property, all of one length.

    Times are microseconds since 1970-01-01 UTC, ``qualities`` the numbers of ``Quality``.
    ``values`` holds numbers, truth as 1 and 0, and 0 for nothing; what a double cannot hold
    exactly (text, and whole numbers beyond 2^53) stands in ``texts`` under its place.
    """

    times: "array[int]" = field(default_factory=lambda: array("q"))
    server_times: "array[int]" = field(default_factory=lambda: array("q"))
    sequences: "array[int]" = field(default_factory=lambda: array("i"))
    qualities: "array[int]" = field(default_factory=lambda: array("h"))
    kinds: "array[int]" = field(default_factory=lambda: array("h"))
    values: "array[float]" = field(default_factory=lambda: array("d"))
    texts: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many readings there are."""
        return len(self.times)

    @classmethod
    def of(cls, readings: Sequence[TagValue]) -> Self:
        """Return readings as columns, in the order in which they are given."""
        parts = [split(reading.value) for reading in readings]
        return cls(
            times=array("q", [microseconds(one.source_time) for one in readings]),
            server_times=array("q", [microseconds(one.server_time) for one in readings]),
            sequences=array("i", [one.sequence for one in readings]),
            qualities=array("h", [one.quality.value for one in readings]),
            kinds=array("h", [kind for kind, _, _ in parts]),
            values=array("d", [number for _, number, _ in parts]),
            texts={place: text for place, (_, _, text) in enumerate(parts) if text is not None},
        )

    def reading(self, tag: str, place: int) -> TagValue:
        """Return one reading as the value it was stored as."""
        return TagValue(
            tag=tag,
            value=self._value(place),
            quality=Quality(self.qualities[place]),
            source_time=instant(self.times[place]),
            server_time=instant(self.server_times[place]),
            sequence=self.sequences[place],
        )

    def _value(self, place: int) -> float | int | bool | str | None:
        number, text = self.values[place], self.texts.get(place)
        match self.kinds[place]:
            case 0:
                return None
            case 2:
                return int(number) if text is None else int(text)
            case 3:
                return bool(number)
            case 4:
                return text
            case _:
                return number


def split(value: float | str | None) -> tuple[int, float, str | None]:
    """Return kind, number and text of a value, as they are kept."""
    match value:
        case None:
            return NOTHING, 0.0, None
        case bool():
            return BOOLEAN, float(value), None
        case int():
            if abs(value) <= _EXACT_INTEGER:
                return INTEGER, float(value), None
            return INTEGER, 0.0, str(value)
        case float():
            return FLOAT, value, None
        case str():
            return STRING, 0.0, value
