"""Commands about alarms: seen, confirmed, commented, put aside. None of them settles anything."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlarm:
    """Put on record that an alarm was seen; what it is about stays as it is.

    ``occurrence`` is the one that was seen; empty means the one that stands now.
    """

    alarm_id: str
    remark: str = ""
    occurrence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmAlarm:
    """Put on record that what was to be done at once about an alarm is done."""

    alarm_id: str
    remark: str = ""
    occurrence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAlarm:
    """Put a remark about an alarm on record."""

    alarm_id: str
    remark: str
    occurrence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelveAlarm:
    """Put an alarm aside for a while; ``once`` ends it with this occurrence at the latest."""

    alarm_id: str
    duration_s: Decimal
    once: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnshelveAlarm:
    """Bring an alarm back that was put aside."""

    alarm_id: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableAlarm:
    """Switch an alarm off; only for alarms that stand in the way of no product."""

    alarm_id: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableAlarm:
    """Switch an alarm on again."""

    alarm_id: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAlarm:
    """Put on record what the server found out by the clock or by readings.

    ``state`` is which alarm it is (Overdue, HighHigh); empty when it is over.
    """

    alarm_id: str
    physical_asset_id: str
    description: str
    state: str = ""
    severity: int = 0
