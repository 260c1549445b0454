"""What is given to an aggregate: raw values, the intervals asked for, and how to judge them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np

from server.faces.opcua.history.aggregates.status import (
    DOUBTFUL,
    FINE,
    UNUSABLE,
    Codes,
    Flags,
    Grades,
    Real,
    Whole,
    grades,
)

RESOLUTION_US: Final = 1000
"""The time resolution of OPC 10000-13, 5.4.2.4: what comes "just before" or "just after"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """AggregateConfiguration (OPC 10000-13, 4.2.1.2) and the Stepped property of the variable."""

    treat_uncertain_as_bad: bool = True
    percent_data_bad: int = 100
    percent_data_good: int = 100
    use_sloped_extrapolation: bool = False
    stepped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Raw values in order of their times (microseconds since 1970, UTC), with StatusCodes.

    They reach beyond the intervals on both sides as far as there is anything: the first point is
    the beginning of the archive unless something stands before the intervals, and likewise the
    last. A value that is Bad or missing may be any number.
    """

    times: Whole
    values: Real
    codes: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Spans of time, each from ``lo`` to ``hi``, in the order in which they are answered.

    Forwards an interval holds its ``lo`` and not its ``hi``, backwards the other way round
    (OPC 10000-13, 5.4.2.2). ``short`` says which are cut off by the end of the request.
    """

    lo: Whole
    hi: Whole
    short: Flags
    backwards: bool = False

    @property
    def stamps(self) -> Whole:
        """The time under which each is answered: where it begins."""
        return self.hi if self.backwards else self.lo


class Work:
    """Raw values laid over intervals; what several aggregates need is worked out once."""

    def __init__(self, points: Points, intervals: Intervals, configuration: Configuration) -> None:
        self.configuration = configuration
        self.points = points
        self.times = points.times
        self.values = points.values
        self.lo, self.hi, self.stamps = intervals.lo, intervals.hi, intervals.stamps
        self.backwards = intervals.backwards
        self.raw_grades: Grades = grades(points.codes)
        """The grades as stored."""
        self.grades: Grades = self.raw_grades
        """The grades as the configuration has them judged."""
        if configuration.treat_uncertain_as_bad:
            doubtful = self.raw_grades == DOUBTFUL
            self.grades = np.where(doubtful, UNUSABLE, self.raw_grades).astype(np.int8)
        self._short = intervals.short

    @property
    def size(self) -> int:
        """How many values there are to answer."""
        return len(self.lo)

    @property
    def is_empty(self) -> bool:
        """Whether there is no raw value anywhere."""
        return len(self.times) == 0

    def span(self, times: Whole) -> tuple[Whole, Whole]:
        """Return for each interval which of ``times`` lie in it, as first and one past the last."""
        side: Literal["left", "right"] = "right" if self.backwards else "left"
        first = np.searchsorted(times, self.lo, side)
        last = np.searchsorted(times, self.hi, side)
        return first.astype(np.int64), last.astype(np.int64)

    @cached_property
    def raw_span(self) -> tuple[Whole, Whole]:
        """Which raw values lie in each interval."""
        return self.span(self.times)

    @cached_property
    def before_archive(self) -> Flags:
        """Which intervals end before the archive begins."""
        if self.is_empty:
            return np.ones(self.size, dtype=np.bool_)
        first = self.times[0]
        return self.hi < first if self.backwards else self.hi <= first

    @cached_property
    def without_data(self) -> Flags:
        """Which intervals end before the archive begins, or begin after it ends."""
        if self.is_empty:
            return self.before_archive
        last = self.times[-1]
        return self.before_archive | (self.lo >= last if self.backwards else self.lo > last)

    @cached_property
    def starts_late(self) -> Flags:
        """Which intervals hold the beginning of the archive, but not as their own beginning."""
        if self.is_empty:
            return np.zeros(self.size, dtype=np.bool_)
        return (self.lo < self.times[0]) & ~self.without_data

    @cached_property
    def ends_early(self) -> Flags:
        """Which intervals hold the end of the archive: more may still come for them."""
        if self.is_empty:
            return np.zeros(self.size, dtype=np.bool_)
        return (self.hi > self.times[-1]) & ~self.without_data

    @property
    def short(self) -> Flags:
        """Which intervals the end of the request cuts off."""
        return self._short & ~self.without_data

    @cached_property
    def partial(self) -> Flags:
        """Which intervals are not complete (OPC 10000-13, 5.3.3.2)."""
        return self.starts_late | self.ends_early | self.short

    @cached_property
    def known_end(self) -> Whole:
        """Where each interval ends as far as anything is known: never beyond the last value."""
        if self.is_empty:
            return self.lo
        end = np.minimum(self.hi, self.times[-1] + RESOLUTION_US)
        return np.maximum(np.where(self.without_data, self.lo, end), self.lo)

    @cached_property
    def is_good(self) -> Flags:
        """Which raw values are Good."""
        return self.grades == FINE

    @cached_property
    def is_usable(self) -> Flags:
        """Which raw values are not Bad, as the configuration has them judged."""
        return self.grades != UNUSABLE
