"""One condition as it stands: what its event and its nodes say (OPC 10000-9, 5.5 to 5.8)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from asyncua import ua

from models.execution import alarm_kinds as k
from models.execution import records as r
from models.execution.alarms import Alarm, is_acknowledged, is_confirmed, is_retained
from server.faces.opcua.namespaces import plant, standard, word
from server.faces.opcua.nodes import NO_TIME, variant
from server.faces.opcua.types import alarm_table

_V: Final = ua.VariantType
_I: Final = ua.ObjectIds
ALARMS: Final = plant("Alarms")
_NULL: Final = ua.NodeId()

TYPES: Final[Mapping[str, ua.NodeId]] = MappingProxyType(
    {
        k.EXCEPTION: alarm_table.DEVIATION_ALARM_TYPE,
        k.HOLD: alarm_table.HOLD_ALARM_TYPE,
        k.STEP_HOLD: alarm_table.HOLD_ALARM_TYPE,
        k.STATUS: alarm_table.EQUIPMENT_ALARM_TYPE,
        k.FAULT: alarm_table.EQUIPMENT_ALARM_TYPE,
        k.CALIBRATION: alarm_table.CALIBRATION_ALARM_TYPE,
        k.COMMUNICATION: alarm_table.COMMUNICATION_ALARM_TYPE,
        k.LIMIT: alarm_table.LIMIT_ALARM_TYPE,
    }
)
"""The type of a condition, by the kind of its alarm."""

_PROCESS: Final = (standard(_I.ProcessConditionClassType), "ProcessConditionClass")
_MAINTENANCE: Final = (standard(_I.MaintenanceConditionClassType), "MaintenanceConditionClass")
_SYSTEM: Final = (standard(_I.SystemConditionClassType), "SystemConditionClass")
_CLASSES: Final = {
    k.STATUS: _MAINTENANCE,
    k.FAULT: _MAINTENANCE,
    k.CALIBRATION: _MAINTENANCE,
    k.COMMUNICATION: _SYSTEM,
}
_UNSHELVED: Final = (standard(_I.ShelvedStateMachineType_Unshelved), "Unshelved")
_TIMED: Final = (standard(_I.ShelvedStateMachineType_TimedShelved), "TimedShelved")
_ONE_SHOT: Final = (standard(_I.ShelvedStateMachineType_OneShotShelved), "OneShotShelved")
_LIMITS: Final = {
    name: standard(getattr(_I, f"ExclusiveLimitStateMachineType_{name}"))
    for name in ("HighHigh", "High", "Low", "LowLow")
}
# The two names of each two-state variable (OPC 10000-9, 5.2): what holds, what does not.
_WORDS: Final = {
    "EnabledState": ("Enabled", "Disabled"),
    "AckedState": ("Acknowledged", "Unacknowledged"),
    "ConfirmedState": ("Confirmed", "Unconfirmed"),
    "ActiveState": ("Active", "Inactive"),
}


def condition_id(alarm_id: str) -> ua.NodeId:
    """Return the NodeId of a condition: it follows from the id of the alarm, for ever."""
    return plant("Alarms", word(alarm_id, alarm_table.TAKEN))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionState:
    """An alarm with what was said about it; equal states are the same to a client.

    ``shelved_until`` is None when it is not put aside now. ``input_node`` is the variable whose
    value it is about, if any.
    """

    alarm: Alarm
    said: r.AlarmRecord | None
    shelved_until: datetime | None
    input_node: ua.NodeId = _NULL

    @property
    def enabled(self) -> bool:
        """Whether the alarm is switched on."""
        return self.said is None or not self.said.disabled

    @property
    def acknowledged(self) -> bool:
        """Whether somebody has seen it."""
        return is_acknowledged(self.alarm, self.said)

    @property
    def confirmed(self) -> bool:
        """Whether nothing is left to confirm: before the acknowledgement there is nothing yet."""
        return is_confirmed(self.alarm, self.said) or not self.acknowledged

    @property
    def retained(self) -> bool:
        """Whether people still have to look at it."""
        return is_retained(self.alarm, self.said)

    @property
    def remark(self) -> r.AlarmRemark | None:
        """The last word about this occurrence."""
        found = self.said.remark if self.said else None
        return found if found and found.occurrence == self.alarm.occurrence else None

    @property
    def changed_time(self) -> datetime:
        """When it last changed, as far as that is on record."""
        said = self.remark
        return max(self.alarm.since, said.time) if said else self.alarm.since

    @property
    def event_id(self) -> bytes:
        """The id of the event that tells of this state: the same again after a restart."""
        alarm, said = self.alarm, self.said
        parts = (
            *(alarm.alarm_id, alarm.occurrence, alarm.active, alarm.state, alarm.severity),
            *(alarm.message, said.changes if said else 0, self.shelved_until),
        )
        return hashlib.sha256("\n".join(map(str, parts)).encode()).digest()[:16]

    def fields(self, last_severity: int, now: datetime) -> dict[str, ua.Variant]:
        """Return every field of the condition beside those of BaseEventType, by path."""
        return {
            name: value if isinstance(value, ua.Variant) else variant(value, _TYPE_OF[name])
            for name, value in self._fields(last_severity, now)
        }

    def _fields(self, last_severity: int, now: datetime) -> Iterator[tuple[str, Any]]:
        alarm, said = self.alarm, self.remark
        class_id, class_name = _CLASSES.get(alarm.kind.name, _PROCESS)
        yield "ConditionClassId", class_id
        yield "ConditionClassName", ua.LocalizedText(class_name)
        yield "ConditionName", alarm.alarm_id
        yield "BranchId", _NULL
        yield "Retain", self.retained
        yield from self._two_state("EnabledState", self.enabled, self.changed_time)
        yield from self._two_state("AckedState", self.acknowledged, self.changed_time)
        yield from self._two_state("ConfirmedState", self.confirmed, self.changed_time)
        yield from self._two_state("ActiveState", alarm.active, alarm.since)
        yield "ActiveState/EffectiveDisplayName", ua.LocalizedText(alarm.state or "Inactive")
        yield "Quality", ua.StatusCode()
        yield "Quality/SourceTimestamp", alarm.since
        yield "LastSeverity", last_severity
        yield "LastSeverity/SourceTimestamp", alarm.since
        yield "Comment", ua.LocalizedText(said.remark if said else "")
        yield "Comment/SourceTimestamp", said.time if said else NO_TIME
        yield "ClientUserId", said.account if said else ""
        yield "InputNode", self.input_node
        yield "SuppressedOrShelved", self.shelved_until is not None
        yield "MaxTimeShelved", float(k.MAX_SHELVING_S * 1000 if alarm.kind.shelvable else 0)
        yield from self._shelving(now)
        yield from self._about()
        if alarm.kind.name == k.LIMIT:
            limit = alarm.state if alarm.active and alarm.state in _LIMITS else ""
            yield "LimitState/CurrentState", ua.LocalizedText(limit)
            yield "LimitState/CurrentState/Id", _LIMITS.get(limit, _NULL)
        if alarm.kind.name in {k.CALIBRATION, k.COMMUNICATION}:
            yield "NormalState", _NULL

    def _two_state(
        self,
        name: str,
        holds: bool,  # noqa: FBT001 -- the value of a row
        since: datetime,
    ) -> Iterator[tuple[str, Any]]:
        yield name, ua.LocalizedText(_WORDS[name][not holds], "en")
        yield f"{name}/Id", holds
        yield f"{name}/TransitionTime", since

    def _shelving(self, now: datetime) -> Iterator[tuple[str, Any]]:
        until = self.shelved_until
        one_shot = self.said is not None and self.said.one_shot
        state, name = _UNSHELVED if until is None else _ONE_SHOT if one_shot else _TIMED
        left_ms = max(0.0, (until - now).total_seconds() * 1000) if until else 0.0
        yield "ShelvingState/CurrentState", ua.LocalizedText(name, "en")
        yield "ShelvingState/CurrentState/Id", state
        yield "ShelvingState/UnshelveTime", left_ms

    def _about(self) -> Iterator[tuple[str, Any]]:
        alarm = self.alarm
        kind, _, name = alarm.subject.partition(":")
        yield "AlarmId", alarm.alarm_id
        yield "JobOrderId", alarm.job_order_id
        yield "StepId", alarm.step_id
        yield "MaterialLotId", alarm.material_lot_id
        yield "EquipmentId", alarm.equipment_id
        yield "PhysicalAssetId", name if kind == "physical_asset" else ""
        yield "Occurrence", alarm.occurrence


_TYPE_OF: Final[Mapping[str, ua.VariantType]] = MappingProxyType(
    {row.path: row.variant_type for row in alarm_table.CONDITION_FIELDS}
)
