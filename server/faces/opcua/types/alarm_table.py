"""Our types of alarms, and the fields that a condition of ours has (OPC 10000-9).

Numbers are NodeIds in the namespace of our types: a new row gets a new number, none is used twice.
"""

from dataclasses import dataclass
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import standard, types
from server.faces.opcua.types.execution_table import VariableRow
from server.faces.opcua.types.isa95_table import TypeRow

_V: Final = ua.VariantType
_I: Final = ua.ObjectIds

DEVIATION_ALARM_TYPE: Final = types(1050)
HOLD_ALARM_TYPE: Final = types(1051)
EQUIPMENT_ALARM_TYPE: Final = types(1052)
CALIBRATION_ALARM_TYPE: Final = types(1053)
COMMUNICATION_ALARM_TYPE: Final = types(1054)
LIMIT_ALARM_TYPE: Final = types(1055)

ALARM_TYPES: Final = (
    TypeRow(1050, "DeviationAlarmType", standard(_I.AlarmConditionType),
            "An exception or deviation of a job order waits for its disposition."),
    TypeRow(1051, "HoldAlarmType", standard(_I.AlarmConditionType),
            "A job order or a step is held."),
    TypeRow(1052, "EquipmentAlarmType", standard(_I.AlarmConditionType),
            "Equipment is not available, or has a fault."),
    TypeRow(1053, "CalibrationAlarmType", standard(_I.InstrumentDiagnosticAlarmType),
            "The calibration of an instrument is due soon, overdue, or failed."),
    TypeRow(1054, "CommunicationAlarmType", standard(_I.SystemDiagnosticAlarmType),
            "A device delivers nothing, or nothing that can be trusted."),
    TypeRow(1055, "ReadingLimitAlarmType", standard(_I.ExclusiveLevelAlarmType),
            "A reading lies beyond a limit that the plant declares."),
)  # fmt: skip

_OWN: Final = (
    ("AlarmId", "The alarm, by the id under which REST and the log know it."),
    ("JobOrderId", "The job order that it is about, or empty."),
    ("StepId", "The step that it is about, or empty."),
    ("MaterialLotId", "The lot that it is about, or empty."),
    ("EquipmentId", "The equipment that it is about, or empty."),
    ("PhysicalAssetId", "The instrument or machine that it is about, or empty."),
    ("Occurrence", "Which time it came up."),
)

ALARM_FIELDS: Final = tuple(
    (
        types(int(row.number)),
        tuple(
            VariableRow(1200 + 10 * (row.number - 1050) + place, name, _V.String, text)
            for place, (name, text) in enumerate(_OWN)
        ),
    )
    for row in ALARM_TYPES
)
"""The fields of our own that each of the types has."""

_TWO_STATE: Final = standard(_I.TwoStateVariableType)
_CONDITION: Final = standard(_I.ConditionVariableType)
_STATE: Final = standard(_I.FiniteStateVariableType)
_PROPERTY: Final = standard(_I.PropertyType)


@dataclass(frozen=True, slots=True)
class ConditionField:
    """One field: its path, its type, what defines it as a node; ``shown`` where it is a node."""

    path: str
    variant_type: ua.VariantType
    type_definition: ua.NodeId = _PROPERTY
    shown: bool = True
    only_for: ua.NodeId | None = None


def _two_state(name: str) -> tuple[ConditionField, ...]:
    return (
        ConditionField(name, _V.LocalizedText, _TWO_STATE),
        ConditionField(f"{name}/Id", _V.Boolean),
        ConditionField(f"{name}/TransitionTime", _V.DateTime, shown=False),
    )


def _condition(name: str, kind: ua.VariantType) -> tuple[ConditionField, ...]:
    return (
        ConditionField(name, kind, _CONDITION),
        ConditionField(f"{name}/SourceTimestamp", _V.DateTime),
    )


CONDITION_FIELDS: Final = (
    ConditionField("ConditionClassId", _V.NodeId),
    ConditionField("ConditionClassName", _V.LocalizedText),
    ConditionField("ConditionName", _V.String),
    ConditionField("BranchId", _V.NodeId),
    ConditionField("Retain", _V.Boolean),
    *_two_state("EnabledState"),
    *_two_state("AckedState"),
    *_two_state("ConfirmedState"),
    *_two_state("ActiveState"),
    ConditionField("ActiveState/EffectiveDisplayName", _V.LocalizedText),
    *_condition("Quality", _V.StatusCode),
    *_condition("LastSeverity", _V.UInt16),
    *_condition("Comment", _V.LocalizedText),
    ConditionField("ClientUserId", _V.String),
    ConditionField("InputNode", _V.NodeId),
    ConditionField("SuppressedOrShelved", _V.Boolean),
    ConditionField("MaxTimeShelved", _V.Double),
    ConditionField("ShelvingState/CurrentState", _V.LocalizedText, _STATE),
    ConditionField("ShelvingState/CurrentState/Id", _V.NodeId),
    ConditionField("ShelvingState/UnshelveTime", _V.Double),
    ConditionField("LimitState/CurrentState", _V.LocalizedText, _STATE,
                   only_for=LIMIT_ALARM_TYPE),
    ConditionField("LimitState/CurrentState/Id", _V.NodeId, only_for=LIMIT_ALARM_TYPE),
    ConditionField("NormalState", _V.NodeId),
    *(ConditionField(name, _V.String) for name, _ in _OWN),
)  # fmt: skip
"""Every field of a condition beside those of BaseEventType."""

OWN_NAMES: Final = frozenset(name for name, _ in _OWN)
TAKEN: Final = frozenset(
    {"Acknowledge", "Confirm", "Comment", "Shelve", "Unshelve", "Disable", "Enable", "Check"}
)
"""What stands beside the conditions in their folder: its methods."""
