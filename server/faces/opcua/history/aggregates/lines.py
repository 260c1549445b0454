"""Interpolative, the bounds, and what is measured under the line (5.4.3.4 to 9, 28 to 30)."""

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
from server.faces.opcua.history.aggregates.series import Work
from server.faces.opcua.history.aggregates.status import (
    BAD_NO_DATA,
    CALCULATED,
    EXTRA_DATA,
    FINE,
    GOOD,
    INTERPOLATED,
    UNCERTAIN_SUBNORMAL,
    UNUSABLE,
    Flags,
    Real,
    Whole,
    with_bits,
)
from server.faces.opcua.history.aggregates.stretches import Line, line_regions

_MICROSECONDS: float = 1e6


def interpolative(work: Work) -> Answer:
    """Return the interpolated bounding value at the beginning of each interval (5.4.3.4)."""
    return at_times(work, work.stamps, simple=False)


def at_times(work: Work, at: Whole, *, simple: bool) -> Answer:
    """Return the value at each of the times, none of which needs an interval (10000-11, 6.5.5)."""
    found = b.simple(work, at) if simple else b.interpolated(work, at)
    bits = bits_where(found.is_usable & ~found.is_raw, INTERPOLATED)
    bits |= bits_where(found.is_raw & (_how_many(work, at) > 1), EXTRA_DATA)
    return Answer(
        times=at,
        values=np.where(found.is_usable, found.values, 0.0),
        has_value=found.is_usable,
        codes=with_bits(found.codes, bits),
        kind=Kind.SOURCE,
    )


def _how_many(work: Work, at: Whole) -> Whole:
    first, last = (np.searchsorted(work.times, at, side) for side in ("left", "right"))
    found: Whole = last - first
    return found


def start_bound(work: Work) -> Answer:
    """Return the simple bounding value at the beginning of each interval (5.4.3.28)."""
    found = b.simple(work, work.stamps)
    bits = bits_where(found.is_usable & ~found.is_raw, INTERPOLATED)
    return finish(
        work, found.values, found.codes, bits, kind=Kind.SOURCE, partial_without_value=True
    )


def end_bound(work: Work) -> Answer:
    """Return the simple bounding value at the end of each interval (5.4.3.29)."""
    found = b.simple(work, _far_ends(work))
    bits = full(work, CALCULATED)
    return finish(
        work, found.values, found.codes, bits, kind=Kind.SOURCE, partial_without_value=True
    )


def delta_bounds(work: Work) -> Answer:
    """Return how far the end bound is from the start bound (5.4.3.30)."""
    start, end = b.simple(work, work.stamps), b.simple(work, _far_ends(work))
    usable = start.is_usable & end.is_usable
    good = usable & (start.codes == GOOD) & (end.codes == GOOD)
    codes = np.where(good, GOOD, UNCERTAIN_SUBNORMAL)
    codes = np.where(usable, codes, BAD_NO_DATA).astype(np.uint32)
    return finish(
        work,
        end.values - start.values,
        codes,
        bits_where(usable, CALCULATED),
        kind=Kind.SOURCE,
        partial_without_value=True,
    )


def _far_ends(work: Work) -> Whole:
    return work.lo if work.backwards else work.hi


def time_average(work: Work) -> Answer:
    """Return the area under the sloped line divided by its length (5.4.3.6)."""
    return _interpolated_area(work, is_total=False)


def total(work: Work) -> Answer:
    """Return the area under the sloped line, in value times seconds (5.4.3.8)."""
    return _interpolated_area(work, is_total=True)


def time_average2(work: Work) -> Answer:
    """Return the area under the line divided by its length, without what is Bad (5.4.3.7)."""
    return _simple_area(work, is_total=False)


def total2(work: Work) -> Answer:
    """Return the area under the line, without what is Bad, in value times seconds (5.4.3.9)."""
    return _simple_area(work, is_total=True)


def _interpolated_area(work: Work, *, is_total: bool) -> Answer:
    """Draw straight lines between what is not Bad; after the end the line is extrapolated.

    Stepped makes no difference here: the standard wants a slope, and has TimeAverage2 for steps.
    """
    where = np.flatnonzero(work.is_usable)
    if len(where) == 0:
        return _nothing(work)
    times, values = work.times[where], work.values[where]
    slopes = b.slopes_between(times, values)
    if work.configuration.use_sloped_extrapolation and len(times) > 1:
        slopes[-1] = slopes[-2]
    line = Line(
        times=times, values=values, slopes=slopes, counts=np.ones(len(times), dtype=np.bool_)
    )
    lo = np.clip(work.lo, times[0], None)
    hi = np.maximum(work.hi, lo)
    known = hi > lo
    areas = line.areas(lo, hi)
    values = _per_length(areas, hi - lo, known, is_total=is_total)
    good = known & (work.lo >= times[0]) & ~_is_doubtful(work, where, lo, hi)
    codes = np.where(good, GOOD, UNCERTAIN_SUBNORMAL)
    codes = np.where(known, codes, BAD_NO_DATA).astype(np.uint32)
    return finish(
        work,
        values,
        codes,
        bits_where(known, CALCULATED),
        kind=Kind.REAL,
        partial=work.starts_late | work.short,
        outside=work.before_archive,
    )


def _is_doubtful(work: Work, where: Whole, lo: Whole, hi: Whole) -> Flags:
    """Say which intervals touch a line that skips Bad values, or ends in an Uncertain one."""
    own = work.grades[where] != FINE
    skips = np.append(np.diff(where) > 1, True)  # the last line leads beyond the last value
    bad = own | np.append(own[1:], True) | skips
    before = np.concatenate(([0], np.cumsum(bad)))
    times = work.times[where]
    first = np.searchsorted(times, lo, "right") - 1
    last = np.maximum(np.searchsorted(times, hi, "left") - 1, first)
    found: Flags = before[last + 1] - before[first] > 0
    return found


def _simple_area(work: Work, *, is_total: bool) -> Answer:
    stretches = b.segments(work)
    usable = stretches.grades != UNUSABLE
    line = Line(times=work.times, values=work.values, slopes=stretches.slopes, counts=usable)
    lo = np.maximum(work.lo, work.times[0])
    hi = np.maximum(work.known_end, lo)
    regions = line_regions(work, stretches)
    lengths = regions.total - regions.bad
    known = lengths > 0
    values = _per_length(line.areas(lo, hi), lengths, known, is_total=is_total)
    codes = percent_code(work, regions.good, regions.bad, regions.total)
    codes = np.where(known, codes, BAD_NO_DATA).astype(np.uint32)
    bits = bits_where(known, CALCULATED)
    return finish(work, values, codes, bits, kind=Kind.REAL)


def _per_length(areas: Real, lengths: Whole, known: Flags, *, is_total: bool) -> Real:
    if is_total:
        return areas / _MICROSECONDS
    return np.divide(areas, lengths, out=np.zeros(len(areas)), where=known)


def _nothing(work: Work) -> Answer:
    codes = full(work, BAD_NO_DATA)
    return finish(work, np.zeros(work.size), codes, full(work, 0), kind=Kind.REAL)
