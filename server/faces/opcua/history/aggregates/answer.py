"""What an aggregate answers, and the rules by which StatusCodes come about."""

from dataclasses import dataclass
from enum import Enum, unique

import numpy as np

from server.faces.opcua.history.aggregates.series import Work
from server.faces.opcua.history.aggregates.status import (
    BAD,
    BAD_NO_DATA,
    GOOD,
    PARTIAL,
    UNCERTAIN_SUBNORMAL,
    Codes,
    Flags,
    Real,
    Whole,
    with_bits,
)


@unique
class Kind(Enum):
    """The DataType of the answer."""

    SOURCE = "same as the variable"
    REAL = "Double"
    COUNT = "Int32"
    QUALITY = "StatusCode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One value per interval; where ``has_value`` is false the value is null."""

    times: Whole
    values: Real
    has_value: Flags
    codes: Codes
    kind: Kind


def full(work: Work, code: int) -> Codes:
    """Return the same code for every interval."""
    return np.full(work.size, code, dtype=np.uint32)


def bits_where(flags: Flags, bits: int) -> Codes:
    """Return the bits where the flag stands, and none elsewhere."""
    return np.where(flags, bits, 0).astype(np.uint32)


def finish(  # noqa: PLR0913 -- the parts of an answer, most by name
    work: Work,
    values: Real,
    codes: Codes,
    bits: Codes,
    *,
    kind: Kind,
    has_value: Flags | None = None,
    partial: Flags | None = None,
    partial_without_value: bool = False,
    times: Whole | None = None,
    outside: Flags | None = None,
) -> Answer:
    """Put an answer together: no value where the code is Bad, Partial where it belongs.

    ``outside`` of the archive everything is Bad_NoData. ``partial`` says which intervals are not
    complete for this aggregate; an interval without a value is marked only on wish.
    """
    outside = work.without_data if outside is None else outside
    codes = np.where(outside, BAD_NO_DATA, codes).astype(np.uint32)
    held = (codes & np.uint32(BAD)) == 0
    if has_value is not None:
        held &= has_value
    incomplete = work.partial if partial is None else partial
    marked = incomplete & ~outside & (held | partial_without_value)
    bits = np.where(outside, 0, bits).astype(np.uint32) | bits_where(marked, PARTIAL)
    stamps = work.stamps if times is None else np.where(outside, work.stamps, times)
    return Answer(
        times=stamps,
        values=np.where(held, values, 0.0),
        has_value=held,
        codes=with_bits(codes, bits),
        kind=kind,
    )


def percent_code(work: Work, good: Whole, bad: Whole, total: Whole) -> Codes:
    """Judge an interval by its shares of Good and Bad, counted or timed (5.4.3.2.1).

    What is Uncertain counts as neither: it keeps an interval from being Good, and makes none Bad.
    """
    rules = work.configuration
    is_bad = (bad > 0) & (bad * 100 >= rules.percent_data_bad * total)
    is_good = good * 100 >= rules.percent_data_good * total
    codes = np.where(is_good, GOOD, UNCERTAIN_SUBNORMAL)
    return np.where(is_bad, BAD, codes).astype(np.uint32)
