"""Conclude equipment events from tag values; pure: the same values give the same events.

What is never concluded: a running machine from a bad value, an event from the first value of a
tag (it is the baseline; only states and active alarms are told once, with the quality Uncertain,
as OPC UA does with Uncertain_InitialValue, because nobody saw when they began), and an event twice
from the same value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias, TypeVar, assert_never

from mappings.language import (
    AlarmRule,
    BatchRule,
    CountRule,
    LineMapping,
    ParameterRule,
    Rule,
    Scalar,
    State,
    StateRule,
)
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from models.tag_value import Quality, TagValue

COMMUNICATION_LOST: Final = "communication lost"
_LOST: Final[State] = (EquipmentEventKind.FAULT, COMMUNICATION_LOST)
_ROLLOVER_PART: Final = 4
"""A counter rolled over when it fell from its last quarter into its first; else it was reset."""

_Remembered = TypeVar("_Remembered")


@dataclass(frozen=True, slots=True)
class _InBatch:
    running: bool
    number: str


@dataclass(frozen=True, slots=True)
class _Counted:
    last: int
    untold: int


_Memory: TypeAlias = State | _InBatch | _Counted | frozenset[str] | float | bool | str | int


@dataclass(frozen=True, slots=True)
class MappingState:
    """What was concluded until now; empty at the start."""

    latest: Mapping[str, TagValue] = field(default_factory=dict)
    memory: Mapping[int, _Memory] = field(default_factory=dict)


def evaluate(
    mapping: LineMapping, state: MappingState, tag_values: Sequence[TagValue]
) -> tuple[MappingState, tuple[EquipmentEvent, ...]]:
    """Return the new state and the events that follow from values that arrived together.

    The values of one tag must come in the order of their source times.
    """
    latest = dict(state.latest)
    fresh: dict[str, list[TagValue]] = {}
    for tag_value in tag_values:
        known = latest.get(tag_value.tag)
        if known is None or _stamp(known) != _stamp(tag_value):
            latest[tag_value.tag] = tag_value
            fresh.setdefault(tag_value.tag, []).append(tag_value)
    memory = dict(state.memory)
    events: list[EquipmentEvent] = []
    for index, rule in enumerate(mapping.rules):
        for tag_value in fresh.get(rule.tag, ()):
            conclusion = _Conclusion(mapping.title, rule, tag_value, latest)
            remembered = conclusion.apply(memory.get(index))
            if remembered is not None:
                memory[index] = remembered
            events.extend(conclusion.events)
    return MappingState(latest, memory), tuple(events)


def _stamp(tag_value: TagValue) -> tuple[datetime, int]:
    return tag_value.source_time, tag_value.sequence


@dataclass(slots=True)
class _Conclusion:
    """What one rule makes of one value."""

    title: str
    rule: Rule
    tag_value: TagValue
    latest: Mapping[str, TagValue]
    events: list[EquipmentEvent] = field(default_factory=list)

    def apply(self, memory: _Memory | None) -> _Memory | None:
        """Return what the rule remembers from now on, None for nothing."""
        value = None if self.tag_value.quality is Quality.BAD else self.tag_value.value
        if value is None and not isinstance(self.rule, StateRule):
            return memory  # what we cannot see does not change what we know
        match self.rule:
            case StateRule():
                return self._state(self.rule, value, memory)
            case BatchRule():
                return self._batch(self.rule, _given(value), _expect(memory, _InBatch))
            case ParameterRule():
                return self._parameter(self.rule, _given(value), memory)
            case CountRule():
                return self._count(self.rule, int(_given(value)), _expect(memory, _Counted))
            case AlarmRule():
                return self._alarm(self.rule, _given(value), _expect(memory, frozenset))
            case _:
                assert_never(self.rule)

    def _tell(
        self,
        kind: EquipmentEventKind,
        name: str,
        value: str,
        unit: str = "",
        *,
        first: bool = False,
    ) -> None:
        uncertain = first and self.tag_value.quality is Quality.GOOD
        self.events.append(
            EquipmentEvent(
                equipment_id=self.rule.equipment_id,
                kind=kind,
                source_time=self.tag_value.source_time,
                name=name,
                value=value,
                unit=unit,
                quality=Quality.UNCERTAIN if uncertain else self.tag_value.quality,
                mapping=self.title,
            )
        )

    def _state(self, rule: StateRule, value: Scalar | None, memory: _Memory | None) -> _Memory:
        if value is None:
            now = _LOST
        else:
            unknown = (EquipmentEventKind.FAULT, f"unknown state {_text(value)}")
            now = rule.states.get(value, unknown)
        if now != memory:
            self._tell(now[0], now[1], rule.name, first=memory is None)
        return now

    def _batch(self, rule: BatchRule, value: Scalar, memory: _InBatch | None) -> _Memory:
        if memory is None:
            # Found in the middle: its begin was told before, or nobody saw it.
            return _InBatch(value not in rule.ends, self._number(rule))
        if value in rule.begins and not memory.running:
            number = self._number(rule)
            self._tell(EquipmentEventKind.BATCH_START, rule.name, number)
            return _InBatch(running=True, number=number)
        if value in rule.ends and memory.running:
            self._tell(EquipmentEventKind.BATCH_END, rule.name, memory.number)
            return _InBatch(running=False, number="")
        return memory

    def _number(self, rule: BatchRule) -> str:
        number = self.latest.get(rule.number_tag or "")
        return "" if number is None or number.value is None else _text(number.value)

    def _parameter(self, rule: ParameterRule, value: Scalar, memory: _Memory | None) -> _Memory:
        if memory is None:
            return value
        if isinstance(memory, int | float) and isinstance(value, int | float):
            changed = value != memory and abs(value - memory) > rule.deadband
        else:
            changed = value != memory
        if not changed:
            return memory
        self._tell(EquipmentEventKind.PARAMETER_CHANGE, rule.name, _text(value), rule.unit)
        return value

    def _count(self, rule: CountRule, value: int, memory: _Counted | None) -> _Memory:
        if memory is None:
            return _Counted(value, 0)
        untold = memory.untold + _growth(memory.last, value, rule.rollover)
        if untold < rule.every:
            return _Counted(value, untold)
        self._tell(EquipmentEventKind.COUNT, rule.name, str(untold), rule.unit)
        return _Counted(value, 0)

    def _alarm(self, rule: AlarmRule, value: Scalar, memory: frozenset[str] | None) -> _Memory:
        active = _active_alarms(rule, value)
        before = frozenset() if memory is None else memory
        for text in sorted(before - active):
            self._tell(EquipmentEventKind.ALARM, f"{rule.name} {text}", "cleared")
        for text in sorted(active - before):
            name = f"{rule.name} {text}"
            self._tell(EquipmentEventKind.ALARM, name, "active", first=memory is None)
        return active


def _active_alarms(rule: AlarmRule, value: Scalar) -> frozenset[str]:
    """Return the texts of the alarms that a value says; 0 and false say none."""
    if rule.bits and isinstance(value, int):
        return frozenset(
            rule.bits.get(bit, f"unknown alarm bit {bit}") for bit in range(64) if value >> bit & 1
        )
    if value in rule.codes:
        return frozenset({rule.codes[value]})
    if value in (0, ""):
        return frozenset()
    return frozenset() if isinstance(value, bool) else frozenset({f"unknown alarm {_text(value)}"})


def _growth(last: int, value: int, rollover: int) -> int:
    if value >= last:
        return value - last
    rolled = last >= rollover - rollover // _ROLLOVER_PART and value < rollover // _ROLLOVER_PART
    return value + rollover - last if rolled else value


def _text(value: Scalar) -> str:
    """Return a value as events write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004
        return str(int(value))
    return str(value)


def _given(value: Scalar | None) -> Scalar:
    assert value is not None
    return value


def _expect(memory: _Memory | None, kind: type[_Remembered]) -> _Remembered | None:
    assert memory is None or isinstance(memory, kind), "a rule keeps one kind of memory"
    return memory
