"""Records of alarms: what the server reported, and what people said about it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRemark:
    """What somebody said about one occurrence of an alarm, and when."""

    account: str
    time: datetime
    occurrence: str
    person_id: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRecord:
    """An alarm; all but ``alarm_id`` is empty until something was reported or said.

    ``active``, ``state``, ``message``, ``severity`` (1 to 1000), ``since`` and ``occurrence`` are
    what the server last reported; of an alarm that stands on another record they stay empty.
    ``remark`` is the last word that anybody said. It is put aside until ``shelved_until``, a
    ``one_shot`` only for ``shelved_occurrence``, and no longer than until it becomes graver.
    ``changes`` counts what happened to it.
    """

    alarm_id: str
    active: bool = False
    state: str = ""
    message: str = ""
    severity: int = 0
    since: datetime | None = None
    occurrence: str = ""
    physical_asset_id: str = ""
    acknowledged: AlarmRemark | None = None
    confirmed: AlarmRemark | None = None
    remark: AlarmRemark | None = None
    shelved_until: datetime | None = None
    one_shot: bool = False
    shelved_occurrence: str = ""
    disabled: bool = False
    changes: int = 0
