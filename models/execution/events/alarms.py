"""Events of alarms."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised:
    """The server found out, by the clock or by readings, that something is not as it should be.

    ``occurrence`` names this time that it came up. It stays when the alarm only becomes less
    grave: what was seen stays seen.
    """

    alarm_id: str
    physical_asset_id: str
    state: str
    description: str
    severity: int
    occurrence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared:
    """What the server had found out is over."""

    alarm_id: str
    physical_asset_id: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAcknowledged:
    """Somebody has seen an alarm."""

    alarm_id: str
    occurrence: str
    account: str
    person_id: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmConfirmed:
    """Somebody has done what was to be done at once about an alarm."""

    alarm_id: str
    occurrence: str
    account: str
    person_id: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCommented:
    """Somebody said something about an alarm."""

    alarm_id: str
    occurrence: str
    account: str
    remark: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmShelved:
    """An alarm was put aside until a time, ``once`` for this occurrence only."""

    alarm_id: str
    occurrence: str
    account: str
    until: datetime
    once: bool = False
    person_id: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmUnshelved:
    """An alarm that was put aside was brought back."""

    alarm_id: str
    occurrence: str
    account: str
    person_id: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmDisabled:
    """An alarm was switched off."""

    alarm_id: str
    occurrence: str
    account: str
    person_id: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEnabled:
    """An alarm was switched on again."""

    alarm_id: str
    occurrence: str
    account: str
    person_id: str | None = None
    remark: str = ""
