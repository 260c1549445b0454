"""A projection that an earlier release stored is not a forged one, and a forged one is."""

import pytest

from models.execution.older_text import is_part_of

NOW = '{"_":"StepRecord","active_time":"2026-06-01","evidence":[{"a":1,"b":2}],"step_id":"010"}'


@pytest.mark.parametrize(
    "older",
    [
        NOW,
        '{"_":"StepRecord","evidence":[{"a":1,"b":2}],"step_id":"010"}',
        '{"_":"StepRecord","evidence":[{"a":1}],"step_id":"010"}',
    ],
)
def test_a_text_that_says_less_is_part_of_a_newer_one(older: str) -> None:
    assert is_part_of(older, NOW)


@pytest.mark.parametrize(
    "older",
    [
        '{"_":"StepRecord","evidence":[{"a":1,"b":3}],"step_id":"010"}',
        '{"_":"StepRecord","evidence":[],"step_id":"010"}',
        '{"_":"StepRecord","evidence":[{"a":1,"b":2}],"step_id":"020"}',
        '{"_":"StepRecord","more":1,"step_id":"010"}',
        '["010"]',
    ],
)
def test_a_text_that_says_something_else_is_not(older: str) -> None:
    assert not is_part_of(older, NOW)
