"""From tag values to equipment events: nothing made up, nothing twice, nothing from a bad value."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.evaluate import MappingState, evaluate
from mappings.language import LineMapping
from mappings.load import load_text
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from models.tag_value import Quality, TagValue

START = datetime(2026, 1, 1, tzinfo=UTC)
FILE = """
line: mixing
version: "3"
devices:
  - {name: plc, protocol: modbus-tcp, host: 127.0.0.1, port: 502}
tags:
  - {tag: M-1.state, device: plc, address: input.0.uint16, meaning: state}
  - {tag: M-1.count, device: plc, address: input.1.uint16, meaning: count}
  - {tag: M-1.speed, device: plc, address: "input.2.float32:unit=rpm", meaning: speed}
  - {tag: M-1.alarms, device: plc, address: input.4.uint16, meaning: alarms}
  - {tag: M-1.guard_open, device: plc, address: discrete.0.bool, meaning: guard}
  - {tag: M-1.batch, device: plc, address: input.5.uint32, meaning: batch}
equipment:
  - id: MIX-01
    rules:
      - {rule: state, tag: M-1.state, running: {6: Execute}, stopped: {2: Stopped, 11: Held}, fault: {9: Aborted}}
      - {rule: batch, tag: M-1.state, begins: [6], ends: [2, 9], number: M-1.batch}
      - {rule: parameter, tag: M-1.speed, deadband: 0.5}
      - {rule: count, tag: M-1.count, every: 5}
      - {rule: alarm, tag: M-1.alarms, bits: {0: low, 2: high}}
      - {rule: alarm, tag: M-1.guard_open, codes: {true: guard open}}
"""  # noqa: E501 -- one rule in each line reads as a table


@pytest.fixture(scope="module")
def mapping() -> LineMapping:
    mapping = load_text(FILE, "mixing.yaml", {})
    assert isinstance(mapping, LineMapping), mapping
    return mapping


class Line:
    """Feeds values second by second."""

    def __init__(self, mapping: LineMapping) -> None:
        self._mapping = mapping
        self._state = MappingState()
        self._seconds = 0

    def chunk(self, **values: float | bool | None) -> tuple[TagValue, ...]:
        time = START + timedelta(seconds=self._seconds)
        self._seconds += 1
        return tuple(
            TagValue(
                f"M-1.{name}", value, Quality.BAD if value is None else Quality.GOOD, time, time
            )
            for name, value in values.items()
        )

    def take(self, chunk: tuple[TagValue, ...]) -> tuple[EquipmentEvent, ...]:
        self._state, events = evaluate(self._mapping, self._state, chunk)
        return events

    def tell(self, **values: float | bool | None) -> list[str]:
        return [
            f"{event.kind.value} {event.name} {event.value}".strip()
            for event in self.take(self.chunk(**values))
        ]


@pytest.fixture
def line(mapping: LineMapping) -> Line:
    return Line(mapping)


def test_an_event_says_from_what_it_was_concluded(line: Line) -> None:
    line.take(line.chunk(speed=10.0))
    (event,) = line.take(line.chunk(speed=12.5))
    assert event == EquipmentEvent(
        equipment_id="MIX-01",
        kind=EquipmentEventKind.PARAMETER_CHANGE,
        source_time=START + timedelta(seconds=1),
        name="M-1.speed",
        value="12.5",
        unit="rpm",
        quality=Quality.GOOD,
        mapping="mixing version 3",
    )


def test_the_first_values_are_the_baseline_and_only_states_are_told_as_uncertain(
    line: Line,
) -> None:
    events = line.take(line.chunk(state=6, count=40, speed=10.0, alarms=1, guard_open=False))
    assert [(event.kind.value, event.name, event.quality) for event in events] == [
        ("Running", "Execute", Quality.UNCERTAIN),
        ("Alarm", "M-1 low", Quality.UNCERTAIN),
    ]


def test_the_same_chunk_again_is_no_second_event(line: Line) -> None:
    line.take(line.chunk(state=2, count=0))
    chunk = line.chunk(state=6, count=7)
    assert len(line.take(chunk)) == 3
    assert line.take(chunk) == ()


def test_a_bad_value_is_never_a_running_machine(line: Line) -> None:
    line.tell(state=6)
    time = START + timedelta(seconds=5)
    bad = TagValue("M-1.state", 6, Quality.BAD, time, time)  # some devices keep the last value
    (event,) = line.take((bad,))
    assert (event.kind, event.name, event.quality) == (
        EquipmentEventKind.FAULT,
        "communication lost",
        Quality.BAD,
    )


def test_a_lost_connection_is_told_once_and_so_is_its_end(line: Line) -> None:
    assert line.tell(state=None) == ["Fault communication lost M-1"]
    assert line.tell(state=None) == []
    assert line.tell(state=2) == ["Stopped Stopped M-1"]


def test_a_state_nobody_named_is_a_fault_and_not_a_guess(line: Line) -> None:
    line.tell(state=2)
    assert line.tell(state=77) == ["Fault unknown state 77 M-1"]


def test_a_batch_keeps_its_number_from_begin_to_end(line: Line) -> None:
    line.tell(state=2, batch=0)
    assert line.tell(state=6, batch=2601) == ["Running Execute M-1", "BatchStart M-1 2601"]
    assert line.tell(state=11, batch=9999) == ["Stopped Held M-1"]
    assert line.tell(state=6) == ["Running Execute M-1"]
    assert line.tell(state=9) == ["Fault Aborted M-1", "BatchEnd M-1 2601"]


def test_a_batch_that_runs_when_we_start_is_not_begun_again(line: Line) -> None:
    assert line.tell(state=11) == ["Stopped Held M-1"]
    assert line.tell(state=6) == ["Running Execute M-1"]
    assert line.tell(state=2) == ["Stopped Stopped M-1", "BatchEnd M-1"]


def test_a_batch_that_ended_while_the_connection_was_lost_has_ended(line: Line) -> None:
    line.tell(state=2)
    line.tell(state=6)
    line.tell(state=None)
    assert line.tell(state=2) == ["Stopped Stopped M-1", "BatchEnd M-1"]


def test_a_counter_tells_its_growth_over_rollover_and_reset(line: Line) -> None:
    line.tell(count=65530)
    assert line.tell(count=65533) == []
    assert line.tell(count=1) == ["Count M-1.count 7"]
    assert line.tell(count=41) == ["Count M-1.count 40"]
    assert line.tell(count=6) == ["Count M-1.count 6"]


def test_noise_within_the_deadband_is_no_change_however_long_it_lasts(line: Line) -> None:
    line.tell(speed=10.0)
    assert [line.tell(speed=value) for value in (10.5, 9.5, 10.3)] == [[], [], []]
    assert line.tell(speed=10.6) == ["ParameterChange M-1.speed 10.6"]


def test_alarms_of_one_word_come_and_go_by_themselves(line: Line) -> None:
    line.tell(alarms=0)
    assert line.tell(alarms=0b101) == ["Alarm M-1 high active", "Alarm M-1 low active"]
    assert line.tell(alarms=0b110) == [
        "Alarm M-1 low cleared",
        "Alarm M-1 unknown alarm bit 1 active",
    ]


def test_an_alarm_may_be_a_bit_of_its_own(line: Line) -> None:
    line.tell(guard_open=False)
    assert line.tell(guard_open=True) == ["Alarm M-1 guard open active"]
    assert line.tell(guard_open=None) == []
    assert line.tell(guard_open=False) == ["Alarm M-1 guard open cleared"]


@given(counts=st.lists(st.integers(0, 60), max_size=40))
def test_no_piece_is_lost_or_counted_twice(mapping: LineMapping, counts: list[int]) -> None:
    line = Line(mapping)
    line.tell(count=0)
    total = told = 0
    for growth in counts:
        total += growth
        events = line.take(line.chunk(count=total % 65536))
        told += sum(int(event.value) for event in events)
    assert total - 5 < told <= total


@given(states=st.lists(st.sampled_from([None, 2, 6, 9, 11, 50]), max_size=30))
def test_states_never_repeat_and_batches_alternate(
    mapping: LineMapping, states: list[int | None]
) -> None:
    line = Line(mapping)
    events = [event for state in states for event in line.take(line.chunk(state=state))]
    batches = [event.kind for event in events if event.kind.value.startswith("Batch")]
    assert all(a is not b for a, b in pairwise(batches))
    told = [event.name for event in events if not event.kind.value.startswith("Batch")]
    assert all(a != b for a, b in pairwise(told))
