"""Minimum, Maximum and Range, with and without bounds (OPC 10000-13, 5.4.3.10 to 19)."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from server.faces.opcua.history.aggregates import bounds as b
from server.faces.opcua.history.aggregates.answer import (
    Answer,
    Kind,
    bits_where,
    finish,
    percent_code,
)
from server.faces.opcua.history.aggregates.reduce import counts, over_spans, spread
from server.faces.opcua.history.aggregates.series import RESOLUTION_US, Work
from server.faces.opcua.history.aggregates.status import (
    BAD_NO_DATA,
    CALCULATED,
    DOUBTFUL,
    GOOD,
    INTERPOLATED,
    MULTIPLE_VALUES,
    UNCERTAIN_SUBNORMAL,
    UNUSABLE,
    Codes,
    Flags,
    Real,
    Whole,
)
from server.faces.opcua.history.aggregates.stretches import line_regions
from server.faces.opcua.history.aggregates.values import good_values

_FAR: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Extremes:
    """The least or greatest of the values of each interval, and the first that has it."""

    values: Real
    times: Whole
    held: Flags
    repeated: Flags


def _extremes(
    values: Real, times: Whole, first: Whole, last: Whole, *, is_maximum: bool
) -> Extremes:
    empty = -np.inf if is_maximum else np.inf
    function = np.maximum if is_maximum else np.minimum
    best = over_spans(function, values, first, last, empty)
    own_best, places = spread(best, first, last)
    is_best = values[places] == own_best
    ends = np.cumsum(last - first)
    begins = ends - (last - first)
    moments = np.where(is_best, times[places], _FAR)
    return Extremes(
        values=best,
        times=over_spans(np.minimum, moments, begins, ends, _FAR),
        held=last > first,
        repeated=counts(is_best, begins, ends) > 1,
    )


def minimum(work: Work) -> Answer:
    """Return the least Good raw value (5.4.3.10)."""
    return _raw_extreme(work, is_maximum=False, at_its_time=False)


def maximum(work: Work) -> Answer:
    """Return the greatest Good raw value (5.4.3.11)."""
    return _raw_extreme(work, is_maximum=True, at_its_time=False)


def minimum_actual_time(work: Work) -> Answer:
    """Return the least Good raw value under its own time (5.4.3.12)."""
    return _raw_extreme(work, is_maximum=False, at_its_time=True)


def maximum_actual_time(work: Work) -> Answer:
    """Return the greatest Good raw value under its own time (5.4.3.13)."""
    return _raw_extreme(work, is_maximum=True, at_its_time=True)


def _raw_extreme(work: Work, *, is_maximum: bool, at_its_time: bool) -> Answer:
    found = _good_extremes(work, is_maximum=is_maximum)
    codes = _raw_code(work, found, is_maximum=is_maximum)
    bits = bits_where(found.held & found.repeated, MULTIPLE_VALUES)
    if not at_its_time:
        is_first = (found.times == work.stamps) & (codes == GOOD)
        bits |= bits_where(found.held & ~is_first, CALCULATED)
    times = np.where(found.held, found.times, work.stamps) if at_its_time else None
    return finish(work, found.values, codes, bits, kind=Kind.SOURCE, times=times)


def _good_extremes(work: Work, *, is_maximum: bool) -> Extremes:
    good = good_values(work)
    return _extremes(good.values, good.times, good.first, good.last, is_maximum=is_maximum)


def _raw_code(work: Work, found: Extremes, *, is_maximum: bool) -> Codes:
    """Uncertain where something is Bad, or an Uncertain value lies beyond the one found."""
    first, last = work.raw_span
    some_bad = counts(work.grades == UNUSABLE, first, last) > 0
    places = np.flatnonzero(work.grades == DOUBTFUL)
    held_first, held_last = work.span(work.times[places])
    rival = _extremes(
        work.values[places], work.times[places], held_first, held_last, is_maximum=is_maximum
    )
    beaten = rival.values > found.values if is_maximum else rival.values < found.values
    doubtful = some_bad | (rival.held & beaten)
    codes = np.where(doubtful, UNCERTAIN_SUBNORMAL, GOOD)
    return np.where(found.held, codes, BAD_NO_DATA).astype(np.uint32)


def range_(work: Work) -> Answer:
    """Return the greatest less the least Good raw value (5.4.3.14)."""
    low = _good_extremes(work, is_maximum=False)
    high = _good_extremes(work, is_maximum=True)
    codes = _raw_code(work, low, is_maximum=False) | _raw_code(work, high, is_maximum=True)
    values = np.where(low.held, high.values, 0.0) - np.where(low.held, low.values, 0.0)
    codes = np.where(low.held, codes, BAD_NO_DATA).astype(np.uint32)
    bits = bits_where(low.held, CALCULATED)
    return finish(work, values, codes, bits, kind=Kind.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bounded:
    """An extreme with the bounds in view. ``from_end``: the end bound is it, and no other is."""

    values: Real
    times: Whole
    held: Flags
    bits: Codes
    repeated: Flags
    from_end: Flags


def _bounded(work: Work, stretches: b.Segments, *, is_maximum: bool) -> _Bounded:
    places = np.flatnonzero(work.is_usable)
    first, last = work.span(work.times[places])
    raw = _extremes(work.values[places], work.times[places], first, last, is_maximum=is_maximum)
    worst = -np.inf if is_maximum else np.inf
    start = b.simple(work, work.stamps, stretches)
    ends = b.simple(work, work.lo if work.backwards else work.hi, stretches)
    has_start = start.is_usable & ~start.is_raw  # a raw one is among the raw values already
    has_end = ends.is_usable & (not work.configuration.stepped)
    by_start = np.where(has_start, start.values, worst)
    by_raw = np.where(raw.held, raw.values, worst)
    by_end = np.where(has_end, ends.values, worst)
    choose = np.maximum if is_maximum else np.minimum
    best = choose(choose(by_start, by_raw), by_end)
    held = has_start | raw.held | has_end
    at_start, at_raw, at_end = (
        has_start & (by_start == best), raw.held & (by_raw == best), has_end & (by_end == best)
    )  # fmt: skip
    from_end = at_end & ~at_start & ~at_raw
    before_end = work.hi - RESOLUTION_US if not work.backwards else work.lo + RESOLUTION_US
    times = np.where(at_start, work.stamps, np.where(at_raw, raw.times, before_end))
    bits = np.where(at_start, INTERPOLATED, CALCULATED)
    bits = np.where(at_raw & ~at_start & (raw.times == work.stamps), 0, bits)
    bits = np.where(from_end & ~ends.is_raw, INTERPOLATED, bits)
    how_many = at_start.astype(np.int64) + at_raw + at_end
    return _Bounded(
        values=np.where(held, best, 0.0),
        times=times,
        held=held,
        bits=bits.astype(np.uint32),
        repeated=(how_many > 1) | (at_raw & raw.repeated),
        from_end=from_end,
    )


def _time_code(work: Work, stretches: b.Segments, held: Flags) -> Codes:
    regions = line_regions(work, stretches)
    codes = percent_code(work, regions.good, regions.bad, regions.total)
    return np.where(held, codes, BAD_NO_DATA).astype(np.uint32)


def _bounded_extreme(work: Work, *, is_maximum: bool, at_its_time: bool) -> Answer:
    stretches = b.segments(work)
    found = _bounded(work, stretches, is_maximum=is_maximum)
    codes = _time_code(work, stretches, found.held)
    bits, times = found.bits, None
    if at_its_time:
        estimated = (found.bits == INTERPOLATED) | found.from_end
        bits, times = bits_where(estimated, INTERPOLATED), found.times
        times = np.where(found.held, times, work.stamps)
    bits = np.where(found.held, bits, 0).astype(np.uint32)
    bits |= bits_where(found.held & found.repeated, MULTIPLE_VALUES)
    return finish(work, found.values, codes, bits, kind=Kind.SOURCE, times=times)


def minimum2(work: Work) -> Answer:
    """Return the least value, bounds included (5.4.3.15)."""
    return _bounded_extreme(work, is_maximum=False, at_its_time=False)


def maximum2(work: Work) -> Answer:
    """Return the greatest value, bounds included (5.4.3.16)."""
    return _bounded_extreme(work, is_maximum=True, at_its_time=False)


def minimum_actual_time2(work: Work) -> Answer:
    """Return the least value, bounds included, under its own time (5.4.3.17)."""
    return _bounded_extreme(work, is_maximum=False, at_its_time=True)


def maximum_actual_time2(work: Work) -> Answer:
    """Return the greatest value, bounds included, under its own time (5.4.3.18)."""
    return _bounded_extreme(work, is_maximum=True, at_its_time=True)


def range2(work: Work) -> Answer:
    """Return Maximum2 less Minimum2 (5.4.3.19)."""
    stretches = b.segments(work)
    low = _bounded(work, stretches, is_maximum=False)
    high = _bounded(work, stretches, is_maximum=True)
    codes = _time_code(work, stretches, low.held)
    bits = bits_where(low.held, CALCULATED)
    return finish(work, high.values - low.values, codes, bits, kind=Kind.SOURCE)
