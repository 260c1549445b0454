"""Readings as a client sees them, in columns: value, status and both times of each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from models import tag_columns as tc
from models.tag_columns import TagColumns
from models.tag_value import Quality
from server.faces.opcua.history.aggregates.answer import Answer, Kind
from server.faces.opcua.history.aggregates.series import Points
from server.faces.opcua.instances.tag_nodes import LIMIT_HIGH, LIMIT_LOW, STATUS, TagRow

_V: Final = ua.VariantType
_INT64: Final = np.iinfo(np.int64)

DTYPES: Final[Mapping[ua.VariantType, np.dtype[Any]]] = MappingProxyType(
    {
        _V.Double: np.dtype("<f8"),
        _V.Int64: np.dtype("<i8"),
        _V.Boolean: np.dtype("u1"),
        _V.Int32: np.dtype("<i4"),
        _V.StatusCode: np.dtype("<u4"),
    }
)
"""How values of each type lie on the wire; text lies in no array."""

_ANSWERED: Final = MappingProxyType(
    {Kind.REAL: _V.Double, Kind.COUNT: _V.Int32, Kind.QUALITY: _V.StatusCode}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Values of one type. Times are microseconds since 1970, UTC; ``NO_TIME`` where there is none.

    ``numbers`` holds the values, or where they are text the place of each in ``strings``.
    """

    variant_type: ua.VariantType
    times: NDArray[np.int64]
    server_times: NDArray[np.int64]
    codes: NDArray[np.uint32]
    held: NDArray[np.bool_]
    numbers: NDArray[Any]
    strings: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.times)

    def part(self, first: int, last: int) -> Self:
        """Return the rows from ``first`` up to ``last``, which is not one of them."""
        where = slice(first, last)
        return replace(
            self,
            times=self.times[where],
            server_times=self.server_times[where],
            codes=self.codes[where],
            held=self.held[where],
            numbers=self.numbers[where],
        )

    def turned(self) -> Self:
        """Return the rows in the opposite order."""
        return replace(
            self,
            times=self.times[::-1],
            server_times=self.server_times[::-1],
            codes=self.codes[::-1],
            held=self.held[::-1],
            numbers=self.numbers[::-1],
        )

    def points(self) -> Points:
        """Return them for an aggregate; what has no value is Bad there. They must be in order."""
        no_value = np.uint32(ua.StatusCodes.BadNoData)
        absent = ~self.held & (self.codes < np.uint32(ua.StatusCodes.Bad))
        numbers = self.numbers
        if self.variant_type is _V.String:  # equal texts are equal numbers
            ranks = np.unique(np.array(self.strings, dtype=object), return_inverse=True)[1]
            numbers = ranks[numbers]
        return Points(
            times=self.times,
            values=np.where(self.held, numbers, 0).astype(np.float64),
            codes=np.where(absent, no_value, self.codes).astype(np.uint32),
        )


NO_TIME: Final = _INT64.min


def rows_of(row: TagRow, columns: TagColumns) -> Rows:
    """Return readings of a tag with the statuses that their live values had.

    A value that is not of the declared type means that the mapping declares it wrongly: it is
    Bad_ConfigurationError, never bent until it fits.
    """
    kinds = np.frombuffer(columns.kinds, dtype=np.int16)
    held = kinds != tc.NOTHING
    codes = _codes(np.frombuffer(columns.qualities, dtype=np.int16))
    strings: tuple[str, ...] = ()
    if row.variant_type is _V.String:
        strings = tuple(_text(columns, place) for place in range(len(columns)))
        numbers: NDArray[Any] = np.arange(len(columns))
    else:
        numbers, fits = _numbers(row.variant_type, kinds, columns)
        wrong = held & ~fits
        codes = np.where(wrong, ua.StatusCodes.BadConfigurationError, codes).astype(np.uint32)
        held = held & fits
        codes = np.where(held, _beyond(row, codes, numbers), codes).astype(np.uint32)
    return Rows(
        variant_type=row.variant_type,
        times=np.frombuffer(columns.times, dtype=np.int64),
        server_times=np.frombuffer(columns.server_times, dtype=np.int64),
        codes=codes,
        held=held,
        numbers=numbers,
        strings=strings,
    )


def _codes(qualities: NDArray[np.int16]) -> NDArray[np.uint32]:
    codes = np.full(len(qualities), STATUS[Quality.BAD], dtype=np.uint32)
    for quality in (Quality.GOOD, Quality.UNCERTAIN):
        codes[qualities == quality.value] = STATUS[quality]
    return codes


def _text(columns: TagColumns, place: int) -> str:
    found = columns.texts.get(place)
    return found if found is not None else str(columns.reading("", place).value)


def _numbers(
    variant_type: ua.VariantType, kinds: NDArray[np.int16], columns: TagColumns
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return the values as numbers of the type, and which of them are."""
    given = np.frombuffer(columns.values, dtype=np.float64)
    fits = (kinds != tc.STRING) & (kinds != tc.NOTHING)
    if variant_type is _V.Boolean:
        numbers = (given != 0).astype(DTYPES[_V.Boolean])
        numbers[[place for place in columns.texts if kinds[place] == tc.INTEGER]] = 1
        return numbers, fits
    numbers = given.copy()
    if variant_type is _V.Int64:
        fits &= (given == np.trunc(given)) & (np.abs(given) < _INT64.max)
        numbers = np.where(fits, given, 0).astype(np.int64)
    for place, text in columns.texts.items():
        if kinds[place] == tc.INTEGER:  # beyond what a double holds exactly
            whole = int(text)
            fits[place] = variant_type is _V.Double or _INT64.min <= whole <= _INT64.max
            numbers[place] = whole if fits[place] else 0
    return numbers, fits


def _beyond(row: TagRow, codes: NDArray[np.uint32], numbers: NDArray[Any]) -> NDArray[np.uint32]:
    """Return the statuses with what the ranges say, as the live value has it (10000-8, 6.3)."""
    usual, instrument = row.eu_range, row.instrument_range
    if instrument is not None:
        inside = (numbers >= instrument[0]) & (numbers <= instrument[1])
        exceeded = ua.StatusCodes.UncertainEngineeringUnitsExceeded
        codes = np.where((codes == 0) & ~inside, exceeded, codes)
    outer = usual or instrument
    if outer is not None:
        low, high = numbers < outer[0], numbers > outer[1]
        codes = codes | np.where(low, LIMIT_LOW, 0) | np.where(high, LIMIT_HIGH, 0)
    return codes.astype(np.uint32)


def rows_of_answer(answer: Answer, like: Rows) -> Rows:
    """Return what an aggregate answered about rows ``like`` these, in the type that it has."""
    variant_type = _ANSWERED.get(answer.kind, like.variant_type)
    strings: tuple[str, ...] = ()
    values = np.where(answer.has_value, answer.values, 0.0)
    if variant_type is _V.String:
        strings = tuple(np.unique(np.array(like.strings, dtype=object)).tolist())
        numbers: NDArray[Any] = values.astype(np.int64)
    elif variant_type is _V.Int64:  # OPC 10000-13, 5.4.2.3 leaves open how an estimate is rounded
        numbers = np.rint(np.clip(values, -(2.0**63), 2.0**63 - 1024)).astype(np.int64)
    elif variant_type is _V.Boolean:
        numbers = (values != 0).astype(np.uint8)
    else:
        numbers = values.astype(DTYPES[variant_type])
    return Rows(
        variant_type=variant_type,
        times=answer.times,
        server_times=answer.times,
        codes=answer.codes,
        held=answer.has_value,
        numbers=numbers,
        strings=strings,
    )


def missing(like: Rows, time: int, code: int) -> Rows:
    """Return one row that says that there is nothing at a time."""
    return Rows(
        variant_type=like.variant_type,
        times=np.array([time], dtype=np.int64),
        server_times=np.array([NO_TIME], dtype=np.int64),
        codes=np.array([code], dtype=np.uint32),
        held=np.zeros(1, dtype=np.bool_),
        numbers=np.zeros(1, dtype=like.numbers.dtype),
    )


def joined(parts: list[Rows]) -> Rows:
    """Return rows of one type one after the other."""
    if len(parts) == 1:
        return parts[0]
    strings: list[str] = []
    numbers = []
    for part in parts:
        is_text = part.variant_type is _V.String
        numbers.append(part.numbers + len(strings) if is_text else part.numbers)
        strings += part.strings
    return Rows(
        variant_type=parts[0].variant_type,
        times=np.concatenate([part.times for part in parts]),
        server_times=np.concatenate([part.server_times for part in parts]),
        codes=np.concatenate([part.codes for part in parts]),
        held=np.concatenate([part.held for part in parts]),
        numbers=np.concatenate(numbers),
        strings=tuple(strings),
    )


def cut_rows(rows: Rows, bounds: tuple[tuple[int, int], ...]) -> Rows:
    """Return the part of each value that an IndexRange names (OPC 10000-4, 7.27).

    Only text has parts; what has none is Bad_IndexRangeNoData.
    """
    low, high = bounds[0]
    texts = [rows.strings[number] for number in rows.numbers] if rows.strings else []
    reaches = np.array([len(text) > low for text in texts], dtype=np.bool_)
    if not texts or len(bounds) > 1:
        reaches = np.zeros(len(rows), dtype=np.bool_)
    lost = rows.held & ~reaches
    return replace(
        rows,
        codes=np.where(lost, ua.StatusCodes.BadIndexRangeNoData, rows.codes).astype(np.uint32),
        held=rows.held & reaches,
        numbers=np.arange(len(rows)) if texts else rows.numbers,
        strings=tuple(text[low : high + 1] for text in texts),
    )
