"""Check a mapping file: read it, then run the tests that stand in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from mappings.evaluate import MappingState, evaluate
from mappings.language import ExpectedEvent, LineMapping, MappingTest, TestStep
from mappings.load import load
from mappings.problems import Problem, Problems
from models.isa95.equipment_event import EquipmentEvent
from models.tag_value import Quality, TagValue

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Tests run at a time of their own: one second from step to step."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; ``mapping`` is there when the file could be read."""

    file: str
    problems: tuple[Problem, ...]
    mapping: LineMapping | None

    @property
    def ok(self) -> bool:
        """Return whether the server would start with this file."""
        return not self.problems

    def lines(self) -> tuple[str, ...]:
        """Return the report as a person reads it, one finding in each line."""
        if self.mapping is None or self.problems:
            return tuple(problem.as_text() for problem in self.problems)
        mapping = self.mapping
        contents = ", ".join(
            (
                f"{len(mapping.devices)} devices",
                f"{len(mapping.tags)} tags",
                f"{len(mapping.rules)} rules",
                f"{len(mapping.permits)} permits",
                f"{len(mapping.phases)} phases",
                f"{len(mapping.tests)} tests passed",
            )
        )
        return (f"{self.file}: {mapping.title}: {contents}",)


def check_file(path: Path, parameters: Mapping[str, str]) -> Report:
    """Return everything that is wrong with a file, failed tests of its own included."""
    mapping = load(path, parameters)
    if not isinstance(mapping, LineMapping):
        return Report(str(path), mapping, None)
    return Report(str(path), run_tests(mapping), mapping)


def run_tests(mapping: LineMapping) -> tuple[Problem, ...]:
    """Return what the tests of a mapping found: the expected events that did not follow."""
    problems = Problems()
    if not mapping.tests:
        reason = "there are rules, but no tests"
        if mapping.rules:
            problems.add(mapping.place, reason, "add a 'tests:' block: values in, events out")
    for test in mapping.tests:
        _run(mapping, test, problems)
    return problems.sorted()


def _run(mapping: LineMapping, test: MappingTest, problems: Problems) -> None:
    state = MappingState()
    for index, step in enumerate(test.steps):
        state, events = evaluate(mapping, state, _tag_values(step, index))
        unexpected = list(events)
        for expected in step.events:
            found = next((event for event in unexpected if _matches(event, expected)), None)
            if found is None:
                problems.add(
                    expected.place,
                    f"test '{test.name}': this event did not come; what came: {_told(events)}",
                    "correct the test or the rules",
                )
            else:
                unexpected.remove(found)
        if unexpected:
            problems.add(
                step.place,
                f"test '{test.name}': not expected, but it came: {_told(unexpected)}",
                "correct the rules, or add it to 'events:'",
            )


def _tag_values(step: TestStep, index: int) -> tuple[TagValue, ...]:
    time = _START + timedelta(seconds=index)
    return tuple(
        TagValue(tag, value, Quality.BAD if value is None else Quality.GOOD, time, time)
        for tag, value in step.values.items()
    )


def _matches(event: EquipmentEvent, expected: ExpectedEvent) -> bool:
    return (
        event.kind is expected.kind
        and event.equipment_id == expected.equipment_id
        and expected.name in (None, event.name)
        and expected.value in (None, event.value)
    )


def _told(events: tuple[EquipmentEvent, ...] | list[EquipmentEvent]) -> str:
    told = ", ".join(
        f"{event.kind.value} {event.equipment_id} {event.name}={event.value}" for event in events
    )
    return told or "nothing"
