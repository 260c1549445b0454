"""Areas under lines, and times spent in a state, from stretch to stretch between values."""

from dataclasses import dataclass

import numpy as np

from server.faces.opcua.history.aggregates.bounds import Bounds, Segments, segments, simple
from server.faces.opcua.history.aggregates.reduce import sums
from server.faces.opcua.history.aggregates.series import RESOLUTION_US, Work
from server.faces.opcua.history.aggregates.status import (
    FINE,
    UNUSABLE,
    Flags,
    Grades,
    Real,
    Whole,
    grades,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through values, from each to the next; ``counts`` says which stretches take part."""

    times: Whole
    values: Real
    slopes: Real
    counts: Flags

    def areas(self, lo: Whole, hi: Whole) -> Real:
        """Return the area in value times microseconds; ``lo`` never lies before the first value."""
        first = np.searchsorted(self.times, lo, "right") - 1
        last = np.maximum(np.searchsorted(self.times, hi, "left") - 1, first)
        ends = np.append(self.times[1:], self.times[-1:])
        whole = self._pieces(np.arange(len(self.times)), self.times, ends)
        one = self._pieces(first, lo, hi)
        head = self._pieces(first, lo, ends[first])
        tail = self._pieces(last, self.times[last], hi)
        between = sums(whole, first + 1, np.maximum(last, first + 1))
        return np.where(first == last, one, head + between + tail)

    def _pieces(self, place: Whole, lo: Whole, hi: Whole) -> Real:
        lengths = np.maximum(hi - lo, 0)
        middle = (lo - self.times[place]) + lengths / 2
        heights = self.values[place] + self.slopes[place] * middle
        return np.where(self.counts[place], heights, 0.0) * lengths


def time_in(flags: Flags, times: Whole, lo: Whole, hi: Whole) -> Whole:
    """Return how many microseconds between lo and hi belong to stretches with the flag.

    Before the first value there is no stretch; the last one goes on as far as it is asked for.
    """
    lengths = np.append(np.diff(times), 0)
    before = np.concatenate(([0], np.cumsum(np.where(flags, lengths, 0))))

    def until(at: Whole) -> Whole:
        place = np.searchsorted(times, at, "right") - 1
        held = np.maximum(place, 0)
        rest = np.where(flags[held], at - times[held], 0)
        found: Whole = np.where(place < 0, 0, before[held] + rest)
        return found

    return np.maximum(until(hi) - until(lo), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """How long each interval is Good and Bad, in microseconds, and how long it is at all."""

    good: Whole
    bad: Whole
    total: Whole


def line_regions(work: Work, stretches: Segments) -> Regions:
    """Divide intervals as lines between simple bounding values do (5.4.3.2.2).

    On a sloped line what ends in a Bad or Uncertain value is Uncertain from its beginning.
    """
    lo, hi = work.lo, work.known_end
    missing = _before_archive(work)
    return Regions(
        good=time_in(stretches.grades == FINE, work.times, lo, hi),
        bad=time_in(stretches.grades == UNUSABLE, work.times, lo, hi) + missing,
        total=hi - lo,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRegion:
    """The stretch from the beginning of an interval to its first value after that."""

    grades: Grades
    ends: Whole
    bounds: Bounds


def first_region(work: Work, stretches: Segments) -> FirstRegion:
    """Return the first region of each interval: its grade is that of the bounding value."""
    bounds = simple(work, work.lo, stretches)
    place = np.searchsorted(work.times, work.lo, "right")
    following = np.append(work.times, work.times[-1] + RESOLUTION_US)[place]
    grade = np.where(bounds.is_usable, grades(bounds.codes), UNUSABLE).astype(np.int8)
    return FirstRegion(
        grades=grade, ends=np.clip(following, work.lo, work.known_end), bounds=bounds
    )


def value_regions(work: Work) -> Regions:
    """Divide intervals by the grades of their values alone, as DurationGood does (5.4.3.31)."""
    stretches = segments(work)
    first = first_region(work, stretches)
    lengths = first.ends - work.lo
    inner = [
        time_in(stretches.own == grade, work.times, first.ends, work.known_end)
        for grade in (FINE, UNUSABLE)
    ]
    return Regions(
        good=inner[0] + np.where(first.grades == FINE, lengths, 0),
        bad=inner[1] + np.where(first.grades == UNUSABLE, lengths, 0),
        total=work.known_end - work.lo,
    )


def _before_archive(work: Work) -> Whole:
    begins = np.minimum(np.maximum(work.times[0], work.lo), work.known_end)
    return np.maximum(begins - work.lo, 0)
