"""The aggregates against the examples of OPC 10000-13, Annex A, and against plain arithmetic."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.faces.opcua.history.aggregates.answer import Answer, Kind
from server.faces.opcua.history.aggregates.catalogue import AGGREGATES, aggregated
from server.faces.opcua.history.aggregates.series import Configuration, Intervals, Points

S = 1_000_000
BY_NAME = {one.name: one for one in AGGREGATES.values()}
GOOD, UNCERTAIN, BAD, NO_DATA = 0, 0x40000000, 0x80000000, 0x809B0000
STATUS = {GOOD: "G", 0x40A40000: "U", UNCERTAIN: "u", BAD: "B", NO_DATA: "N"}
BITS = {0x01: "c", 0x02: "i", 0x04: "p", 0x08: "x", 0x10: "m"}

EVEN = [(10, 10), (20, 20), (30, 30), (40, 40, BAD), (50, 50), (60, 60), (70, 70, UNCERTAIN),
        (80, 80), (90, 90)]  # fmt: skip
UNEVEN = [(2, 10), (25, 20), (28, 25), (39, 30), (42, 0, BAD), (48, 40), (52, 50), (72, 60),
          (77, 70, UNCERTAIN), (83, 70), (86, 80), (90, 90)]  # fmt: skip
STATES = [(2, 1), (25, 0), (28, 1), (39, 1), (42, 0, BAD), (48, 1), (52, 0), (72, 0),
          (77, 1, UNCERTAIN), (83, 1), (86, 0), (90, 1)]  # fmt: skip
SETS = {
    "1": (EVEN, Configuration(treat_uncertain_as_bad=False)),
    "2": (UNEVEN, Configuration()),
    "3": (UNEVEN, Configuration(percent_data_bad=50, percent_data_good=50, stepped=True)),
    "4": (STATES, Configuration(stepped=True)),
}
TABLE = Path(__file__).parents[2] / "golden/aggregates/part13.txt"
LINES = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]


def points(rows: list[tuple[float, ...]]) -> Points:
    return Points(
        times=np.array([round(row[0] * S) for row in rows], dtype=np.int64),
        values=np.array([row[1] for row in rows], dtype=np.float64),
        codes=np.array([row[2] if len(row) > 2 else GOOD for row in rows], dtype=np.uint32),
    )


def intervals(width: float, *, end: float = 100, backwards: bool = False) -> Intervals:
    lo = np.arange(0, round(end * S), round(width * S), dtype=np.int64)
    hi = np.minimum(lo + round(width * S), round(end * S))
    return Intervals(lo=lo, hi=hi, short=hi - lo < round(width * S), backwards=backwards)


def written(answer: Answer) -> list[str]:
    """Return an answer in the words of the table."""
    found = []
    for time, value, held, code in zip(
        answer.times, answer.values, answer.has_value, answer.codes, strict=True
    ):
        shown = f"{value:.4f}".rstrip("0").rstrip(".") if held else "-"
        if held and answer.kind is Kind.QUALITY:
            shown = status(int(value))
        found.append(f"{time / S:g} {shown} {status(int(code))}")
    return found


def status(code: int) -> str:
    bits = "".join(sorted(letter for bit, letter in BITS.items() if code & bit))
    assert (code & 0x400 != 0) == bool(bits), "the bits count only with their InfoType"
    return STATUS[code & 0xFFFF0000] + bits


@pytest.mark.parametrize("line", LINES, ids=lambda line: "-".join(line.split()[:4]))
def test_the_examples_of_the_standard_come_out(line: str) -> None:
    head, *wanted = line.split(" | ")
    number, name, width, extrapolation, _source = head.split()
    rows, configuration = SETS[number]
    if extrapolation == "/":
        configuration = Configuration(
            treat_uncertain_as_bad=configuration.treat_uncertain_as_bad,
            percent_data_bad=configuration.percent_data_bad,
            percent_data_good=configuration.percent_data_good,
            stepped=configuration.stepped,
            use_sloped_extrapolation=True,
        )
    found = aggregated(BY_NAME[name], points(rows), intervals(float(width)), configuration)
    assert written(found) == wanted


def test_every_aggregate_stands_in_the_table() -> None:
    assert {line.split()[1] for line in LINES} == set(BY_NAME)


readings = st.lists(
    st.tuples(
        st.integers(0, 60_000),
        st.floats(-1e6, 1e6, allow_nan=False),
        st.sampled_from([GOOD, GOOD, GOOD, UNCERTAIN, BAD]),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[0],
).map(lambda rows: points([(ms / 1000, value, code) for ms, value, code in sorted(rows)]))
good_readings = readings.map(
    lambda given: Points(
        times=given.times, values=given.values, codes=np.zeros(len(given.times), dtype=np.uint32)
    )
)


def one(name: str, given: Points, lo: float, hi: float, **rules: bool) -> Answer:
    span = Intervals(
        lo=np.array([round(lo * S)]), hi=np.array([round(hi * S)]), short=np.array([False])
    )
    return aggregated(BY_NAME[name], given, span, Configuration(**rules))


@given(good_readings)
@settings(max_examples=60, deadline=None)
def test_what_numpy_says_of_one_interval(given: Points) -> None:
    values = given.values
    wanted = {
        "Average": values.mean(),
        "Minimum": values.min(),
        "Maximum": values.max(),
        "Range": values.max() - values.min(),
        "Count": len(values),
        "Start": values[0],
        "End": values[-1],
        "Delta": values[-1] - values[0],
        "StandardDeviationPopulation": values.std(),
        "VarianceSample": values.var(ddof=1) if len(values) > 1 else 0.0,
    }
    for name, expected in wanted.items():
        found = one(name, given, 0, 61)
        assert found.has_value[0], name
        assert found.values[0] == pytest.approx(expected, rel=1e-9, abs=1e-6), name


@given(readings, st.integers(1, 59), st.booleans())
@settings(max_examples=100, deadline=None)
def test_two_halves_are_the_whole(given: Points, middle: int, stepped: bool) -> None:  # noqa: FBT001 -- drawn
    for name in ("Total", "Total2", "DurationInStateZero", "Count"):
        if (name, stepped) in (("Total", True), ("DurationInStateZero", False)):
            continue  # Total knows no steps, and on a slope a state begins with the bound
        parts = [
            one(name, given, 0, middle, stepped=stepped),
            one(name, given, middle, 60, stepped=stepped),
            one(name, given, 0, 60, stepped=stepped),
        ]
        left, right, whole = (
            part.values[0] if part.has_value[0] else 0.0 for part in parts
        )  # without data nothing is added
        if all((part.codes[0] & 0xFFFF0000) != BAD for part in parts):
            # An archive that ends inside is cut off a millisecond behind its last value.
            slack = 2e-3 * float(np.abs(given.values).max()) + 1.5
            assert left + right == pytest.approx(whole, rel=1e-9, abs=slack), name


@given(readings, st.sampled_from(sorted(BY_NAME)), st.booleans(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_an_answer_does_not_depend_on_its_neighbours(
    given: Points,
    name: str,
    stepped: bool,  # noqa: FBT001 -- drawn
    backwards: bool,  # noqa: FBT001 -- drawn
) -> None:
    rules = Configuration(stepped=stepped)
    asked = intervals(7, end=63, backwards=backwards)
    together = aggregated(BY_NAME[name], given, asked, rules)
    for place in range(len(asked.lo)):
        alone = Intervals(
            lo=asked.lo[place : place + 1],
            hi=asked.hi[place : place + 1],
            short=asked.short[place : place + 1],
            backwards=backwards,
        )
        found = aggregated(BY_NAME[name], given, alone, rules)
        assert found.codes[0] == together.codes[place]
        assert found.times[0] == together.times[place]
        assert found.values[0] == pytest.approx(together.values[place], rel=1e-9, abs=1e-9)


@given(good_readings)
@settings(max_examples=60, deadline=None)
def test_backwards_means_the_same_where_no_value_stands_at_an_edge(given: Points) -> None:
    shifted = Points(times=given.times + 500, values=given.values, codes=given.codes)
    for name in ("Average", "Minimum", "Maximum", "Count", "TimeAverage", "DurationGood", "Delta"):
        forth = aggregated(BY_NAME[name], shifted, intervals(7, end=63), Configuration())
        back = aggregated(
            BY_NAME[name], shifted, intervals(7, end=63, backwards=True), Configuration()
        )
        assert forth.codes.tolist() == back.codes.tolist(), name
        assert forth.values == pytest.approx(back.values), name


def test_backwards_an_interval_holds_its_later_end() -> None:
    given = points([(0, 1), (5, 2), (10, 3)])
    asked = Intervals(
        lo=np.array([0]), hi=np.array([10 * S]), short=np.array([False]), backwards=True
    )
    found = {
        name: aggregated(BY_NAME[name], given, asked, Configuration())
        for name in ("Start", "End", "StartBound", "EndBound", "Count", "Maximum")
    }
    assert {name: answer.values[0] for name, answer in found.items()} == {
        "Start": 2, "End": 3, "StartBound": 3, "EndBound": 1, "Count": 2, "Maximum": 3,
    }  # fmt: skip
    assert found["StartBound"].times[0] == found["EndBound"].times[0] == 10 * S
    assert status(int(found["Maximum"].codes[0])) == "G"  # it stands where the interval begins


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_an_archive_without_a_value_says_so(name: str) -> None:
    found = aggregated(BY_NAME[name], points([]), intervals(50), Configuration())
    assert written(found) == ["0 - N", "50 - N"]


@pytest.mark.parametrize("name", sorted(BY_NAME))
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e308])
def test_a_value_that_is_no_number_spoils_no_other_interval(name: str, value: float) -> None:
    plain = points([(1, 1), (2, 2), (11, 3), (12, 4), (21, 5), (23, 6), (31, 7)])
    odd = points([(1, 1), (2, value), (11, 3), (12, 4), (21, 5), (23, 6), (31, 7)])
    wanted, found = (
        aggregated(BY_NAME[name], one, intervals(10, end=30), Configuration())
        for one in (plain, odd)
    )
    assert found.values[2] == wanted.values[2]
    assert found.codes[2] == wanted.codes[2]


def test_values_of_one_instant_all_count_and_the_last_of_them_holds() -> None:
    given = points([(0, 1), (5, 10), (5, 20), (5, 30), (10, 30)])
    assert one("Count", given, 0, 10).values[0] == 4
    assert one("TimeAverage2", given, 0, 10, stepped=True).values[0] == pytest.approx(15.5)
    found = one("Interpolative", given, 5, 10)
    assert (found.values[0], status(int(found.codes[0]))) == (30, "Gx")  # it hides the others


def test_the_configuration_decides_when_an_interval_is_bad() -> None:
    given = points([(0, 1), (5, 1, BAD), (10, 1)])
    asked = Intervals(lo=np.array([0]), hi=np.array([10 * S]), short=np.array([False]))
    found = {}
    for percent in (40, 50, 60):
        rules = Configuration(stepped=True, percent_data_bad=percent, percent_data_good=100)
        answer = aggregated(BY_NAME["TimeAverage2"], given, asked, rules)
        found[percent] = written(answer)[0]
    assert found == {40: "0 - Bc", 50: "0 - Bc", 60: "0 1 Uc"}
