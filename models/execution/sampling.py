"""In-process checks with sample plans: the eight rules of L. S. Nelson for control charts.

L. S. Nelson, "The Shewhart Control Chart - Tests for Special Causes", Journal of Quality
Technology 16 (1984) 237-239. Each rule looks at the last values of a series, oldest first; zone C
is within one sigma of the mean, B within two, A within three, bounds included.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from models.isa95.work_definition import SamplePlan

Deviations = Sequence[Decimal]
"""Values as distances from the mean, in sigmas."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the series breaks with the value at ``index``, counted from 0."""

    rule: int
    index: int


@dataclass(frozen=True, slots=True)
class NelsonRule:
    """One rule: how many values it looks at, what it says of them, and the test itself."""

    length: int
    meaning: str
    broken: Callable[[Deviations], bool]


def _beyond(limit: int, enough: int) -> Callable[[Deviations], bool]:
    """Return whether enough values lie beyond so many sigmas, all on the same side."""

    def broken(window: Deviations) -> bool:
        above = sum(value > limit for value in window)
        below = sum(value < -limit for value in window)
        return max(above, below) >= enough

    return broken


def _trend(window: Deviations) -> bool:
    steps = [later - earlier for earlier, later in pairwise(window)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def _alternating(window: Deviations) -> bool:
    steps = [later - earlier for earlier, later in pairwise(window)]
    return all(first * second < 0 for first, second in pairwise(steps))


def _hugging(window: Deviations) -> bool:
    return all(abs(value) <= 1 for value in window)


def _avoiding(window: Deviations) -> bool:
    both_sides = any(value > 0 for value in window) and any(value < 0 for value in window)
    return both_sides and all(abs(value) > 1 for value in window)


NELSON_RULES: Final[Mapping[int, NelsonRule]] = MappingProxyType(
    {
        1: NelsonRule(1, "a value more than 3 sigma from the mean", _beyond(3, 1)),
        2: NelsonRule(9, "9 values in a row on the same side of the mean", _beyond(0, 9)),
        3: NelsonRule(6, "6 values in a row that rise, or fall", _trend),
        4: NelsonRule(14, "14 values in a row that rise and fall by turns", _alternating),
        5: NelsonRule(3, "2 of 3 values more than 2 sigma from the mean, same side", _beyond(2, 2)),
        6: NelsonRule(5, "4 of 5 values more than 1 sigma from the mean, same side", _beyond(1, 4)),
        7: NelsonRule(15, "15 values in a row within 1 sigma of the mean", _hugging),
        8: NelsonRule(8, "8 values in a row beyond 1 sigma, on both sides", _avoiding),
    }
)
"""The rules by the numbers that Nelson gave them."""

LONGEST_RULE: Final = max(rule.length for rule in NELSON_RULES.values())
"""How many values a rule looks at, at most."""


def violations(
    values: Sequence[Decimal], mean: Decimal, sigma: Decimal, rules: Iterable[int]
) -> Iterator[Violation]:
    """Yield where the series breaks the rules, in the order of its values.

    Raises ValueError for a sigma that is not positive, and for a rule that Nelson does not have.
    """
    if sigma <= 0:
        raise ValueError(f"sigma is {sigma}; it must be more than 0")
    wanted = sorted(set(rules))
    strange = [rule for rule in wanted if rule not in NELSON_RULES]
    if strange:
        raise ValueError(f"there is no Nelson rule {strange[0]}; they are 1 to 8")
    deviations = [(value - mean) / sigma for value in values]
    for index in range(len(deviations)):
        for number in wanted:
            rule = NELSON_RULES[number]
            start = index + 1 - rule.length
            if start >= 0 and rule.broken(deviations[start : index + 1]):
                yield Violation(number, index)


def signals(plan: SamplePlan, values: Sequence[Decimal]) -> tuple[int, ...]:
    """Return the rules of the plan that the latest of the values breaks, oldest value first."""
    recent = values[-LONGEST_RULE:]
    found = violations(recent, plan.mean, plan.sigma, plan.nelson_rules)
    return tuple(item.rule for item in found if item.index == len(recent) - 1)


LARGEST: Final = 30
"""The largest power of ten that a value may have; what is larger is a mistake."""


def number_of(text: str) -> Decimal | None:
    """Return the number that a value on record is, or None; what nothing could count is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() <= LARGEST else None
