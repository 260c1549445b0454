"""Which aggregates there are: their NodeIds in the namespace of OPC UA, and what they need."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from server.faces.opcua.history.aggregates import extremes, lines, qualities, values
from server.faces.opcua.history.aggregates.answer import Answer, Kind, finish, full
from server.faces.opcua.history.aggregates.series import Configuration, Intervals, Points, Work
from server.faces.opcua.history.aggregates.status import BAD_NO_DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """An aggregate function. ``is_numeric``: a state (Boolean or String) has none."""

    name: str
    compute: Callable[[Work], Answer]
    is_numeric: bool = True
    is_for_text: bool = False
    """Whether text has it, too."""


def _any(name: str, compute: Callable[[Work], Answer]) -> Aggregate:
    return Aggregate(name=name, compute=compute, is_numeric=False, is_for_text=True)


def _state(name: str, compute: Callable[[Work], Answer]) -> Aggregate:
    return Aggregate(name=name, compute=compute, is_numeric=False)


def _number(name: str, compute: Callable[[Work], Answer]) -> Aggregate:
    return Aggregate(name=name, compute=compute)


AGGREGATES: Final = MappingProxyType(
    {
        2341: _any("Interpolative", lines.interpolative),
        2342: _number("Average", values.average),
        2343: _number("TimeAverage", lines.time_average),
        11285: _number("TimeAverage2", lines.time_average2),
        2344: _number("Total", lines.total),
        11304: _number("Total2", lines.total2),
        2346: _number("Minimum", extremes.minimum),
        2347: _number("Maximum", extremes.maximum),
        2348: _number("MinimumActualTime", extremes.minimum_actual_time),
        2349: _number("MaximumActualTime", extremes.maximum_actual_time),
        2350: _number("Range", extremes.range_),
        11286: _number("Minimum2", extremes.minimum2),
        11287: _number("Maximum2", extremes.maximum2),
        11305: _number("MinimumActualTime2", extremes.minimum_actual_time2),
        11306: _number("MaximumActualTime2", extremes.maximum_actual_time2),
        11288: _number("Range2", extremes.range2),
        2352: _any("Count", values.count),
        11307: _state("DurationInStateZero", qualities.duration_in_state_zero),
        11308: _state("DurationInStateNonZero", qualities.duration_in_state_non_zero),
        2355: _any("NumberOfTransitions", values.number_of_transitions),
        2357: _any("Start", values.start),
        2358: _any("End", values.end),
        2359: _number("Delta", values.delta),
        11505: _any("StartBound", lines.start_bound),
        11506: _any("EndBound", lines.end_bound),
        11507: _number("DeltaBounds", lines.delta_bounds),
        2360: _any("DurationGood", qualities.duration_good),
        2361: _any("DurationBad", qualities.duration_bad),
        2362: _any("PercentGood", qualities.percent_good),
        2363: _any("PercentBad", qualities.percent_bad),
        2364: _any("WorstQuality", qualities.worst_quality),
        11292: _any("WorstQuality2", qualities.worst_quality2),
        11426: _number("StandardDeviationSample", values.standard_deviation_sample),
        11427: _number("StandardDeviationPopulation", values.standard_deviation_population),
        11428: _number("VarianceSample", values.variance_sample),
        11429: _number("VariancePopulation", values.variance_population),
    }
)
"""By the number of the AggregateFunction object. AnnotationCount is not among them: there are no
annotations here."""


def aggregated(
    aggregate: Aggregate, points: Points, intervals: Intervals, configuration: Configuration
) -> Answer:
    """Return one value per interval; the same arguments always give the same answer."""
    work = Work(points, intervals, configuration)
    if work.is_empty:
        nothing = full(work, BAD_NO_DATA)
        return finish(work, np.zeros(work.size), nothing, full(work, 0), kind=Kind.SOURCE)
    with np.errstate(invalid="ignore", over="ignore"):  # a value may be infinite, or not a number
        return aggregate.compute(work)
