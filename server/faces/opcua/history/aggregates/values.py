"""What is found by looking at the raw values one by one (5.4.3.5, 10 to 14, 21, 24 to 27, 37 ff.).

Bounds play no part. A value that is not Good is never used, it only spoils the StatusCode.
"""

from dataclasses import dataclass

import numpy as np

from server.faces.opcua.history.aggregates.answer import (
    Answer,
    Kind,
    bits_where,
    finish,
    full,
    percent_code,
)
from server.faces.opcua.history.aggregates.reduce import counts, spread, sums
from server.faces.opcua.history.aggregates.series import Work
from server.faces.opcua.history.aggregates.status import (
    BAD,
    BAD_NO_DATA,
    CALCULATED,
    FINE,
    GOOD,
    UNCERTAIN_SUBNORMAL,
    UNUSABLE,
    Codes,
    Real,
    Whole,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodValues:
    """The Good raw values alone, and which of them lie in each interval."""

    times: Whole
    values: Real
    first: Whole
    last: Whole
    places: Whole
    """Where each of them stands among all raw values."""

    @property
    def count(self) -> Whole:
        """How many there are in each interval."""
        return self.last - self.first


def good_values(work: Work) -> GoodValues:
    """Pick out the Good raw values."""
    places = np.flatnonzero(work.raw_grades == FINE)
    times = work.times[places]
    first, last = work.span(times)
    return GoodValues(
        times=times, values=work.values[places], first=first, last=last, places=places
    )


def count_code(work: Work) -> Codes:
    """Judge each interval by how many of its raw values are Good, and how many Bad."""
    first, last = work.raw_span
    good = counts(work.raw_grades == FINE, first, last)
    bad = counts(work.raw_grades == UNUSABLE, first, last)
    return percent_code(work, good, bad, last - first)


def average(work: Work) -> Answer:
    """Return the mean of the Good raw values (5.4.3.5); Partial is not for it."""
    good = good_values(work)
    held = good.count > 0
    values = np.divide(
        sums(good.values, good.first, good.last), good.count, out=np.zeros(work.size), where=held
    )
    codes = np.where(held, count_code(work), BAD_NO_DATA).astype(np.uint32)
    never = np.zeros(work.size, dtype=np.bool_)
    bits = bits_where(held, CALCULATED)
    return finish(work, values, codes, bits, kind=Kind.REAL, partial=never)


def count(work: Work) -> Answer:
    """Return how many Good raw values there are (5.4.3.21)."""
    values = good_values(work).count.astype(np.float64)
    codes = count_code(work)
    bits = bits_where(codes < BAD, CALCULATED)
    return finish(work, values, codes, bits, kind=Kind.COUNT)


def number_of_transitions(work: Work) -> Answer:
    """Return how often the value was another than before (5.4.3.24).

    The first value of the archive is a transition, too: nothing was there before.
    """
    places = np.flatnonzero(work.is_usable)
    values = work.values[places]
    is_new = np.append(True, values[1:] != values[:-1])[: len(values)]
    first, last = work.span(work.times[places])
    codes = count_code(work)
    return finish(
        work,
        counts(is_new, first, last).astype(np.float64),
        codes,
        bits_where(codes < BAD, CALCULATED),
        kind=Kind.COUNT,
    )


def _spread_code(work: Work, good: GoodValues) -> Codes:
    """Good where nothing was left out, Uncertain where something was, Bad where nothing is left."""
    first, last = work.raw_span
    complete = good.count == last - first
    codes = np.where(complete, GOOD, UNCERTAIN_SUBNORMAL)
    return np.where(good.count > 0, codes, BAD_NO_DATA).astype(np.uint32)


def _spread(work: Work, *, is_sample: bool, is_variance: bool) -> Answer:
    good = good_values(work)
    held = good.count > 0
    means = np.divide(
        sums(good.values, good.first, good.last), good.count, out=np.zeros(work.size), where=held
    )
    own_means, places = spread(means, good.first, good.last)
    ends = np.cumsum(good.count)
    squares = sums((good.values[places] - own_means) ** 2, ends - good.count, ends)
    divisor = np.maximum(good.count - 1 if is_sample else good.count, 1)
    variances = squares / divisor
    values = variances if is_variance else np.sqrt(variances)
    bits = bits_where(held, CALCULATED)
    return finish(work, values, _spread_code(work, good), bits, kind=Kind.REAL)


def standard_deviation_sample(work: Work) -> Answer:
    """Return the standard deviation with n - 1; 0 for a single value (5.4.3.37)."""
    return _spread(work, is_sample=True, is_variance=False)


def variance_sample(work: Work) -> Answer:
    """Return the square of the standard deviation with n - 1 (5.4.3.38)."""
    return _spread(work, is_sample=True, is_variance=True)


def standard_deviation_population(work: Work) -> Answer:
    """Return the standard deviation with n (5.4.3.39)."""
    return _spread(work, is_sample=False, is_variance=False)


def variance_population(work: Work) -> Answer:
    """Return the square of the standard deviation with n (5.4.3.40)."""
    return _spread(work, is_sample=False, is_variance=True)


def start(work: Work) -> Answer:
    """Return the earliest raw value, under its own time and with its own status (5.4.3.25)."""
    return _end_value(work, is_last=False)


def end(work: Work) -> Answer:
    """Return the latest raw value, under its own time and with its own status (5.4.3.26)."""
    return _end_value(work, is_last=True)


def _end_value(work: Work, *, is_last: bool) -> Answer:
    first, last = work.raw_span
    held = last > first
    place = np.clip(last - 1 if is_last else first, 0, len(work.times) - 1)
    codes = np.where(held, work.points.codes[place], BAD_NO_DATA).astype(np.uint32)
    return finish(
        work,
        work.values[place],
        codes,
        full(work, 0),
        kind=Kind.SOURCE,
        times=np.where(held, work.times[place], work.stamps),
    )


def delta(work: Work) -> Answer:
    """Return the latest Good raw value less the earliest (5.4.3.27)."""
    good = good_values(work)
    held = good.count > 0
    top = max(len(good.values) - 1, 0)
    padded = good.values if len(good.values) else np.zeros(1)
    places = good.places if len(good.places) else np.zeros(1, dtype=np.int64)
    early, late = np.clip(good.first, 0, top), np.clip(good.last - 1, 0, top)
    first, last = work.raw_span
    skipped = (places[early] != first) | (places[late] != last - 1)
    codes = np.where(skipped, UNCERTAIN_SUBNORMAL, GOOD)
    codes = np.where(held, codes, BAD_NO_DATA).astype(np.uint32)
    bits = bits_where(held, CALCULATED)
    return finish(work, padded[late] - padded[early], codes, bits, kind=Kind.SOURCE)
