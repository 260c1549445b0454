"""What a mapping file says, as values: devices, tags, rules, permits and its own tests.

``mappings.load`` makes these values from a file, ``mappings.evaluate`` applies the rules, and
docs/mapping.md explains the language to a plant engineer. Every value knows its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import TypeAlias

from mappings.modbus_address import ModbusAddress
from mappings.problems import Place
from models.isa95.equipment_event import EquipmentEventKind

Scalar: TypeAlias = float | int | bool | str
"""A value of a tag."""

State: TypeAlias = tuple[EquipmentEventKind, str]
"""Running, Stopped or Fault, and what the device calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Something with an address that is polled; durations in seconds."""

    name: str
    protocol: str
    host: str
    port: int
    unit: int
    poll_s: float
    timeout_s: float
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag, where it is read, and what it means.

    A change of at most ``deadband`` is not stored in the historian; rules see every value.
    ``range`` are the values that are usual in operation, ``instrument_range`` those that the
    instrument can show; both from end to end, or None where nobody said. A ``stepped`` value
    stays as it is between two readings, any other is on its way from one to the next.
    """

    name: str
    device: str
    address: ModbusAddress
    deadband: float
    meaning: str
    writable: bool
    place: Place
    range: tuple[float, float] | None = None
    instrument_range: tuple[float, float] | None = None
    stepped: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRule:
    """Running, Stopped or Fault by the value of one tag."""

    equipment_id: str
    name: str
    tag: str
    states: Mapping[Scalar, State]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRule:
    """Begin and end of a batch by the value of one tag; values in neither set change nothing."""

    equipment_id: str
    name: str
    tag: str
    begins: frozenset[Scalar]
    ends: frozenset[Scalar]
    number_tag: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRule:
    """A setting whose change by more than ``deadband`` is an event."""

    equipment_id: str
    name: str
    tag: str
    deadband: float
    unit: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRule:
    """A counter: each time it has grown by ``every``, its growth is an event.

    ``rollover`` is the number of values the counter has before it begins at 0 again.
    """

    equipment_id: str
    name: str
    tag: str
    every: int
    rollover: int
    unit: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """Alarms by a code (one at a time) or by the bits of a word (several at a time)."""

    equipment_id: str
    name: str
    tag: str
    codes: Mapping[Scalar, str]
    bits: Mapping[int, str]
    place: Place


Rule: TypeAlias = StateRule | BatchRule | ParameterRule | CountRule | AlarmRule


@unique
class PhaseMeaning(Enum):
    """What a state number of a controller means for the phase."""

    IDLE = "idle"
    RUNNING = "running"
    HELD = "held"
    COMPLETE = "complete"
    STOPPED = "stopped"
    CHANGING = "changing"


@unique
class PhaseCommand(Enum):
    """What a phase is told (ISA-88 Part 1, 6.5.4)."""

    RESET = "reset"
    START = "start"
    RESTART = "restart"


@unique
class FailMode(Enum):
    """What a piece of equipment does without a live permit."""

    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The enable tag of a piece of equipment with its heartbeat."""

    equipment_id: str
    enable_tag: str
    heartbeat_tag: str
    heartbeat_s: float
    live_tag: str | None
    fail_mode: FailMode
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """The phase interface of a piece of equipment: a command, its echo, and the state it leads to.

    A command is run when ``sequence_tag`` is written with a number that is not ``echo_tag``'s;
    the controller then shows that number as the echo, and in ``result_tag`` what became of it
    (``done``, or one of ``results``). ``run_tag`` takes the number of the run, which the
    controller shows in ``run_echo_tag``: by it a run of before is never taken for ours.
    ``parameters`` are the written tags by the name of the parameter; times in seconds.
    """

    equipment_id: str
    name: str
    command_tag: str
    sequence_tag: str
    echo_tag: str
    result_tag: str
    done: int
    results: Mapping[int, str]
    state_tag: str
    states: Mapping[int, PhaseMeaning]
    run_tag: str
    run_echo_tag: str
    commands: Mapping[PhaseCommand, int]
    parameters: Mapping[str, str]
    acknowledged_s: float
    tries: int
    reached_s: float
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedEvent:
    """An event that a test expects; a field that is None may have any value."""

    equipment_id: str
    kind: EquipmentEventKind
    name: str | None
    value: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class TestStep:
    """Tag values that arrive together, and all events that follow; None is a bad value."""

    __test__ = False  # not a test of pytest

    values: Mapping[str, Scalar | None]
    events: tuple[ExpectedEvent, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingTest:
    """A test in the mapping file itself."""

    name: str
    steps: tuple[TestStep, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMapping:
    """One mapping file."""

    line: str
    version: str
    devices: tuple[Device, ...]
    tags: tuple[Tag, ...]
    rules: tuple[Rule, ...]
    permits: tuple[Permit, ...]
    phases: tuple[Phase, ...]
    tests: tuple[MappingTest, ...]
    place: Place

    @property
    def title(self) -> str:
        """Return the words by which events name this mapping."""
        return f"{self.line} version {self.version}"

    def tag(self, name: str) -> Tag | None:
        """Return the tag of a name."""
        return next((tag for tag in self.tags if tag.name == name), None)

    def tags_of(self, device: str) -> tuple[Tag, ...]:
        """Return the tags that are read from a device."""
        return tuple(tag for tag in self.tags if tag.device == device)
