"""Bounding values at any time: interpolated and simple (OPC 10000-13, 3.1.8 and 3.1.9)."""

from dataclasses import dataclass

import numpy as np

from server.faces.opcua.history.aggregates.series import Work
from server.faces.opcua.history.aggregates.status import (
    BAD_NO_DATA,
    DOUBTFUL,
    FINE,
    GOOD,
    UNCERTAIN_SUBNORMAL,
    UNUSABLE,
    Codes,
    Flags,
    Grades,
    Real,
    Whole,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Values at given times. ``codes`` are without historian bits; ``is_raw``: stored as such."""

    values: Real
    codes: Codes
    is_raw: Flags

    @property
    def is_usable(self) -> Flags:
        """Which of them have a value."""
        return self.codes < np.uint32(BAD_NO_DATA & 0xC0000000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The stretch from each raw value to the next, as simple bounding values see it.

    ``slopes`` are per microsecond; a stretch that is stepped, or ends at a Bad value, is level.
    ``own`` is the grade of the value it begins with, ``grades`` that of what lies on the line.
    """

    slopes: Real
    own: Grades
    grades: Grades


def segments(work: Work) -> Segments:
    """Return the stretches between the raw values."""
    own = work.grades
    if work.is_empty:
        return Segments(slopes=np.zeros(0), own=own, grades=own)
    after = np.append(own[1:], UNUSABLE).astype(np.int8)
    if work.configuration.stepped:
        return Segments(slopes=np.zeros(len(own)), own=own, grades=own)
    lengths = np.append(np.diff(work.times), 0)
    rises = np.append(np.diff(work.values), 0.0)
    sloped = (own != UNUSABLE) & (after != UNUSABLE) & (lengths > 0)
    slopes = np.divide(rises, lengths, out=np.zeros(len(own)), where=sloped)
    worse = np.where((own == FINE) & (after != FINE), DOUBTFUL, own)
    return Segments(slopes=slopes, own=own, grades=worse.astype(np.int8))


def simple(work: Work, at: Whole, stretches: Segments | None = None) -> Bounds:
    """Return the simple bounding values; beyond the last raw value there is none."""
    if work.is_empty:
        return _none(at)
    stretches = stretches or segments(work)
    place = np.searchsorted(work.times, at, "right") - 1
    held = np.maximum(place, 0)
    is_raw = (place >= 0) & (work.times[held] == at)
    values = work.values[held] + stretches.slopes[held] * (at - work.times[held])
    grade = np.where(is_raw, stretches.own[held], stretches.grades[held])
    absent = (place < 0) | (grade == UNUSABLE) | (at > work.times[-1])
    codes = np.where(grade == DOUBTFUL, UNCERTAIN_SUBNORMAL, GOOD)
    codes = np.where(is_raw, work.points.codes[held], codes)
    codes = np.where(absent, BAD_NO_DATA, codes).astype(np.uint32)
    return Bounds(values=np.where(absent, 0.0, values), codes=codes, is_raw=is_raw & ~absent)


def interpolated(work: Work, at: Whole) -> Bounds:
    """Return the interpolated bounding values: Bad values are skipped, the end is extrapolated."""
    where = np.flatnonzero(work.is_usable)
    if len(where) == 0:
        return _none(at)
    times, values, own = work.times[where], work.values[where], work.grades[where]
    before = np.searchsorted(times, at, "right") - 1
    held = np.maximum(before, 0)
    is_last = held == len(where) - 1
    after = np.minimum(held + 1, len(where) - 1)
    is_raw = (before >= 0) & (times[held] == at)
    stepped = work.configuration.stepped
    if stepped:
        latest = np.searchsorted(work.times, at, "right") - 1
        skipped = latest > where[held]
        doubtful = is_last & (latest >= len(work.times) - 1)
        estimated = values[held]
    else:
        skipped = where[after] > where[held] + 1
        doubtful = is_last | (own[after] != FINE)
        estimated = values[held] + _slopes(work, times, values)[held] * (at - times[held])
    doubtful = doubtful | skipped | (own[held] != FINE)
    codes = np.where(doubtful, UNCERTAIN_SUBNORMAL, GOOD)
    codes = np.where(is_raw, work.points.codes[where[held]], codes)
    codes = np.where(before < 0, BAD_NO_DATA, codes).astype(np.uint32)
    found = np.where(is_raw, values[held], estimated)
    return Bounds(values=np.where(before < 0, 0.0, found), codes=codes, is_raw=is_raw)


def _slopes(work: Work, times: Whole, values: Real) -> Real:
    """Return the rise per microsecond after each usable value, the last one extrapolated."""
    slopes = slopes_between(times, values)
    if work.configuration.use_sloped_extrapolation and len(times) > 1:
        slopes[-1] = slopes[-2]
    return slopes


def slopes_between(times: Whole, values: Real) -> Real:
    """Return the rise per microsecond from each value to the next; 0 after the last."""
    lengths = np.append(np.diff(times), 0)
    rises = np.append(np.diff(values), 0.0)
    return np.divide(rises, lengths, out=np.zeros(len(times)), where=lengths > 0)


def _none(at: Whole) -> Bounds:
    return Bounds(
        values=np.zeros(len(at)),
        codes=np.full(len(at), BAD_NO_DATA, dtype=np.uint32),
        is_raw=np.zeros(len(at), dtype=np.bool_),
    )
