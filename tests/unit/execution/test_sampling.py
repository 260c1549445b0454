"""The rules of Nelson, against another implementation of them and against drawn charts."""

import random
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest

from models.execution.sampling import NELSON_RULES, Violation, violations

ALL = tuple(range(1, 9))
MEAN, SIGMA = Decimal("500.0"), Decimal("2.5")


def reference(values: list[Decimal]) -> set[Violation]:
    """Return the violations found with whole arrays, as a statistician would program them."""
    z = np.array([float((value - MEAN) / SIGMA) for value in values])
    runs: dict[int, tuple[int, Callable[[np.ndarray], bool]]] = {
        1: (1, lambda w: bool(np.abs(w[0]) > 3)),
        2: (9, lambda w: abs(int(np.sign(w).sum())) == 9),
        3: (6, lambda w: abs(int(np.sign(np.diff(w)).sum())) == 5),
        4: (14, lambda w: bool(np.all(np.sign(np.diff(w))[:-1] * np.sign(np.diff(w))[1:] == -1))),
        5: (3, lambda w: np.count_nonzero(w > 2) >= 2 or np.count_nonzero(w < -2) >= 2),
        6: (5, lambda w: np.count_nonzero(w > 1) >= 4 or np.count_nonzero(w < -1) >= 4),
        7: (15, lambda w: bool(np.max(np.abs(w)) <= 1)),
        8: (8, lambda w: bool(np.min(np.abs(w)) > 1) and bool(np.ptp(np.sign(w)) == 2)),
    }
    found = set()
    for rule, (length, broken) in runs.items():
        if len(z) >= length:
            windows = np.lib.stride_tricks.sliding_window_view(z, length)
            hits = [place for place, window in enumerate(windows) if broken(window)]
            found |= {Violation(rule, place + length - 1) for place in hits}
    return found


def chart(*sigmas: float) -> list[Decimal]:
    return [MEAN + SIGMA * Decimal(str(value)) for value in sigmas]


def dataset(seed: int) -> list[Decimal]:
    """Return 400 values: a process that is in control, drifts, sticks, and is overadjusted."""
    chance = random.Random(seed)  # noqa: S311 -- test data
    quiet = [chance.gauss(0, 1) for _ in range(100)]
    drift = [chance.gauss(place / 40, 0.6) for place in range(100)]
    stuck = [chance.gauss(0, 0.35) for _ in range(100)]
    hunting = [(-1) ** place * abs(chance.gauss(1.6, 0.5)) for place in range(100)]
    return chart(*(round(value, 2) for value in quiet + drift + stuck + hunting))


@pytest.mark.parametrize("seed", range(20))
def test_the_same_violations_as_the_reference(seed: int) -> None:
    values = dataset(seed)
    found = list(violations(values, MEAN, SIGMA, ALL))
    assert len(found) == len(set(found))
    assert set(found) == reference(values)


def test_the_data_sets_break_every_rule() -> None:
    broken = {item.rule for seed in range(20) for item in reference(dataset(seed))}
    assert broken == set(ALL)


@pytest.mark.parametrize(
    ("rule", "breaks", "does_not"),
    [
        (1, [3.01], [3.0]),
        (2, [0.1] * 9, [0.1] * 8 + [0.0]),
        (3, [0, 0.1, 0.2, 0.3, 0.4, 0.5], [0, 0.1, 0.2, 0.2, 0.4, 0.5]),
        (4, [0.5, -0.5] * 7, [0.5, -0.5] * 6 + [0.5, 0.6]),
        (5, [2.1, 0, 2.1], [2.1, 0, -2.1]),
        (6, [1.1, 1.1, 0, 1.1, 1.1], [1.1, 1.1, 0, 1.1, 1.0]),
        (7, [1.0, -0.9, 0.2] * 5, [1.0, -0.9, 0.2] * 4 + [0, 0, 1.01]),
        (8, [1.1, -1.1] * 4, [1.1] * 8),
    ],
)
def test_each_rule_at_its_boundary(rule: int, breaks: list[float], does_not: list[float]) -> None:
    last = len(breaks) - 1
    assert Violation(rule, last) in set(violations(chart(*breaks), MEAN, SIGMA, [rule]))
    assert not list(violations(chart(*does_not), MEAN, SIGMA, [rule]))
    assert NELSON_RULES[rule].length == len(breaks)


@pytest.mark.parametrize(("sigma", "rules"), [("0", [1]), ("-1", [1]), ("1", [9]), ("1", [0])])
def test_a_plan_that_can_not_be_judged_is_an_error(sigma: str, rules: list[int]) -> None:
    with pytest.raises(ValueError, match=r"sigma|Nelson"):
        list(violations(chart(0), MEAN, Decimal(sigma), rules))
