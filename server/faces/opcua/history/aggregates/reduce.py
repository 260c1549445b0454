"""Sums, least and greatest over many spans of one array at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.faces.opcua.history.aggregates.status import Real, Whole


def over_spans(
    function: "np.ufunc", values: NDArray[Any], first: Whole, last: Whole, empty: Any
) -> NDArray[Any]:
    """Return ``function.reduce(values[first:last])`` for every span; ``empty`` for empty ones."""
    found = np.full(len(first), empty, dtype=values.dtype)
    held = last > first
    if held.any():
        edges = np.column_stack((first[held], last[held])).ravel()
        # reduceat takes no index past the end: one value more stands there, which no span holds.
        padded = np.append(values, values[-1:])
        found[held] = function.reduceat(padded, edges)[::2]
    return found


def sums(values: Real, first: Whole, last: Whole) -> Real:
    """Return the sum of every span; 0 where it is empty."""
    found: Real = over_spans(np.add, values, first, last, 0.0)
    return found


def counts(flags: NDArray[np.bool_], first: Whole, last: Whole) -> Whole:
    """Return how many are true in every span."""
    before = np.concatenate(([0], np.cumsum(flags, dtype=np.int64)))
    found: Whole = before[last] - before[first]
    return found


def spread(per_span: NDArray[Any], first: Whole, last: Whole) -> tuple[NDArray[Any], Whole]:
    """Return the value of its span for every element of all spans, and where the elements stand."""
    lengths = last - first
    starts = np.cumsum(lengths) - lengths
    places = np.arange(int(lengths.sum())) - np.repeat(starts - first, lengths)
    return np.repeat(per_span, lengths), places.astype(np.int64)
