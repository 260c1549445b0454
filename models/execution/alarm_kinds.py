"""The kinds of alarms: what each stands on, how grave it is, and what may be done about it.

An alarm of the first kinds stands on the record of something else (an exception, a hold): it is
there for as long as that is, and only the command that settles that ends it. The others are what
the server itself found out, by the clock or by readings, and put on record with ``ReportAlarm``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from models.execution.commands.exceptions import Severity

MAX_SHELVING_S: Final = 12 * 3600
"""The longest that an alarm may be shelved, in seconds: a long shift, and no day."""


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """One kind of alarm.

    ``meaning`` is for people, ``ends`` says what ends it. ``reported`` when the server finds it
    out itself; ``shelvable`` when it may be put aside for a while, ``can_be_disabled`` when it may
    be switched off. What stands in the way of a product can be neither.
    """

    name: str
    meaning: str
    ends: str
    reported: bool = False
    shelvable: bool = False
    can_be_disabled: bool = False


EXCEPTION: Final = "exception"
HOLD: Final = "hold"
STEP_HOLD: Final = "step-hold"
STATUS: Final = "status"
FAULT: Final = "fault"
CALIBRATION: Final = "calibration"
COMMUNICATION: Final = "communication"
LIMIT: Final = "limit"

_KINDS: Final = (
    AlarmKind(
        EXCEPTION, "An exception or deviation of a job order waits for its disposition.",
        "DispositionException, signed",
    ),
    AlarmKind(HOLD, "A job order is held.", "ResumeJobOrder or AbortJobOrder, signed"),
    AlarmKind(STEP_HOLD, "A step is held.", "ResumeJobOrder or AbortJobOrder, signed"),
    AlarmKind(
        STATUS, "Equipment is in maintenance or out of service.", "ChangeEquipmentStatus",
        shelvable=True, can_be_disabled=True,
    ),
    AlarmKind(FAULT, "A machine says that it has a fault.", "the machine runs or stops again",
              shelvable=True),
    AlarmKind(
        CALIBRATION, "The calibration of an instrument is due soon, overdue, or failed.",
        "RecordCalibration", reported=True,
    ),
    AlarmKind(
        COMMUNICATION, "A device delivers nothing, or nothing that can be trusted.",
        "the device delivers again", reported=True, shelvable=True, can_be_disabled=True,
    ),
    AlarmKind(
        LIMIT, "A reading lies beyond a limit that the plant's files declare.",
        "the reading comes back", reported=True, shelvable=True,
    ),
)  # fmt: skip

ALARM_KINDS: Final[Mapping[str, AlarmKind]] = MappingProxyType({one.name: one for one in _KINDS})
"""Every kind by its name, in the order of docs/opcua-events.md."""

SEVERITIES: Final[Mapping[Severity, int]] = MappingProxyType(
    {Severity.MINOR: 300, Severity.MAJOR: 600, Severity.CRITICAL: 900}
)
"""How grave an exception is, as a severity from 1 to 1000 (OPC 10000-5, 6.4.2)."""

SIDES: Final[Mapping[str, int]] = MappingProxyType(
    {"LowLow": -1, "Low": -1, "High": 1, "HighHigh": 1}
)
"""On which side of its limits a reading is, by the state of its alarm (OPC 10000-9, 5.8.19)."""

HELD: Final = 500
IN_MAINTENANCE: Final = 200
OUT_OF_SERVICE: Final = 400
FAULTED: Final = 700
"""Severities of the other alarms that stand on records."""


def kind_of(alarm_id: str) -> AlarmKind | None:
    """Return the kind of the alarm, which is the first word of its id; None for no kind."""
    return ALARM_KINDS.get(alarm_id.partition(":")[0])


def alarm_id(kind: str, *names: str) -> str:
    """Return the id of the alarm of a kind about these names; it stays the same for ever."""
    return ":".join((kind, *(_word(name) for name in names)))


def names_of(alarm_id: str) -> tuple[str, ...]:
    """Return the names that an alarm is about, as they stand in its id."""
    _, *words = alarm_id.split(":")
    return tuple(word.replace("%3A", ":").replace("%25", "%") for word in words)


def _word(name: str) -> str:
    """Return a name that no colon can split."""
    return name.replace("%", "%25").replace(":", "%3A")
