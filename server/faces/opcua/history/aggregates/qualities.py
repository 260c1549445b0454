"""Times in a state, and how good the data are (OPC 10000-13, 5.4.3.22, 23 and 31 to 36)."""

import numpy as np

from server.faces.opcua.history.aggregates import bounds as b
from server.faces.opcua.history.aggregates.answer import (
    Answer,
    Kind,
    bits_where,
    finish,
    full,
    percent_code,
)
from server.faces.opcua.history.aggregates.reduce import over_spans, spread
from server.faces.opcua.history.aggregates.series import Work
from server.faces.opcua.history.aggregates.status import (
    BAD_NO_DATA,
    CALCULATED,
    FINE,
    GOOD,
    MULTIPLE_VALUES,
    Codes,
    Real,
    Whole,
    severity,
)
from server.faces.opcua.history.aggregates.stretches import (
    first_region,
    time_in,
    value_regions,
)

_MICROSECONDS_PER_MS: float = 1000.0


def _always_good(work: Work, values: Real) -> Answer:
    return finish(work, values, full(work, GOOD), full(work, CALCULATED), kind=Kind.REAL)


def duration_good(work: Work) -> Answer:
    """Return for how long the data are Good, in milliseconds (5.4.3.31)."""
    return _always_good(work, value_regions(work).good / _MICROSECONDS_PER_MS)


def duration_bad(work: Work) -> Answer:
    """Return for how long the data are Bad, in milliseconds (5.4.3.32)."""
    return _always_good(work, value_regions(work).bad / _MICROSECONDS_PER_MS)


def percent_good(work: Work) -> Answer:
    """Return which part of the interval is Good, in percent (5.4.3.33)."""
    regions = value_regions(work)
    return _always_good(work, _percent(regions.good, regions.total))


def percent_bad(work: Work) -> Answer:
    """Return which part of the interval is Bad, in percent (5.4.3.34)."""
    regions = value_regions(work)
    return _always_good(work, _percent(regions.bad, regions.total))


def _percent(part: Whole, total: Whole) -> Real:
    return np.divide(part * 100.0, total, out=np.zeros(len(part)), where=total > 0)


def duration_in_state_zero(work: Work) -> Answer:
    """Return for how long the value was zero and Good, in milliseconds (5.4.3.22)."""
    return _in_state(work, is_zero=True)


def duration_in_state_non_zero(work: Work) -> Answer:
    """Return for how long the value was not zero and Good, in milliseconds (5.4.3.23)."""
    return _in_state(work, is_zero=False)


def _in_state(work: Work, *, is_zero: bool) -> Answer:
    """Measure states: each holds until the next value, whatever the line between them does."""
    stretches = b.segments(work)
    first = first_region(work, stretches)
    matches = (work.values == 0.0) == is_zero
    starts_so = ((first.bounds.values == 0.0) == is_zero) & (first.grades == FINE)
    inner = time_in(work.is_good & matches, work.times, first.ends, work.known_end)
    spent = inner + np.where(starts_so, first.ends - work.lo, 0)
    regions = value_regions(work)
    codes = percent_code(work, regions.good, regions.bad, regions.total)
    values = spent / _MICROSECONDS_PER_MS
    return finish(work, values, codes, full(work, CALCULATED), kind=Kind.REAL)


def worst_quality(work: Work) -> Answer:
    """Return the worst StatusCode among the raw values (5.4.3.35)."""
    first, last = work.raw_span
    return _worst(work, work.points.codes, first, last)


def worst_quality2(work: Work) -> Answer:
    """Return the worst StatusCode among the raw values and the simple bounds (5.4.3.36)."""
    stretches = b.segments(work)
    far = work.lo if work.backwards else work.hi
    start, ends = b.simple(work, work.stamps, stretches), b.simple(work, far, stretches)
    first, last = work.raw_span
    lengths = last - first + 2
    stop = np.cumsum(lengths)
    codes = np.zeros(int(stop[-1]) if work.size else 0, dtype=np.uint32)
    inner, places = spread(stop - lengths + 1 - first, first, last)
    codes[inner + places] = work.points.codes[places]
    codes[stop - lengths] = start.codes
    codes[stop - 1] = ends.codes
    begin = stop - lengths + _is_raw_at(work, work.stamps)  # then it is among the raw values
    return _worst(work, codes, begin, stop)


def _is_raw_at(work: Work, at: Whole) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    first, last = (np.searchsorted(work.times, at, side) for side in ("left", "right"))
    return last > first


def _worst(work: Work, codes: Codes, first: Whole, last: Whole) -> Answer:
    held = last > first
    worst = over_spans(np.maximum, severity(codes), first, last, np.uint32(0))
    own_worst, places = spread(worst, first, last)
    is_worst = severity(codes[places]) == own_worst
    ends = np.cumsum(last - first)
    begins = ends - (last - first)
    moments = np.where(is_worst, places, len(codes))
    earliest = over_spans(np.minimum, moments, begins, ends, len(codes) - 1)
    how_many = over_spans(np.add, is_worst.astype(np.int64), begins, ends, 0)
    values = codes[np.clip(earliest, 0, len(codes) - 1)].astype(np.float64)
    status = np.where(held, GOOD, BAD_NO_DATA).astype(np.uint32)
    bits = bits_where(held, CALCULATED) | bits_where(how_many > 1, MULTIPLE_VALUES)
    return finish(work, values, status, bits, kind=Kind.QUALITY)
