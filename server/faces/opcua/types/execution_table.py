"""Our own companion types: the station's faceplate, job orders with their steps, events.

Numbers are NodeIds in the namespace of our types: a new row gets a new number, none is used twice.
"""

from dataclasses import dataclass
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import isa95, standard, types
from server.faces.opcua.nodes import BASE_OBJECT, NO_TIME
from server.faces.opcua.types.isa95_table import TypeRow

_V: Final = ua.VariantType


@dataclass(frozen=True, slots=True)
class VariableRow:
    """A variable that every instance of the type has.

    ``attribute`` is the name of the same thing in the faceplate of the read side.
    """

    number: int
    name: str
    variant_type: ua.VariantType
    description: str
    is_array: bool = False
    attribute: str = ""

    @property
    def empty(self) -> ua.Variant:
        """What it shows when there is nothing to show."""
        if self.is_array:
            return ua.Variant([], self.variant_type, is_array=True)
        return ua.Variant(_EMPTY[self.variant_type], self.variant_type)


_EMPTY: Final = {
    _V.String: "",
    _V.Double: 0.0,
    _V.Boolean: False,
    _V.DateTime: NO_TIME,
    _V.LocalizedText: ua.LocalizedText(""),
    _V.UInt64: 0,
}

EXECUTION_EVENT_TYPE: Final = types(1001)
STATE_CHANGE_EVENT_TYPE: Final = types(1002)
REFUSAL_EVENT_TYPE: Final = types(1003)
DENIAL_EVENT_TYPE: Final = types(1004)
JOB_ORDER_STATE_EVENT_TYPE: Final = types(1030)
STEP_STATE_EVENT_TYPE: Final = types(1031)
HOLD_EVENT_TYPE: Final = types(1032)
DEVIATION_EVENT_TYPE: Final = types(1033)
LOT_EVENT_TYPE: Final = types(1034)
EQUIPMENT_EVENT_TYPE: Final = types(1035)
EVIDENCE_EVENT_TYPE: Final = types(1036)
SESSION_EVENT_TYPE: Final = types(1037)
PERSONNEL_EVENT_TYPE: Final = types(1038)
MASTER_DATA_EVENT_TYPE: Final = types(1039)
ALARM_RECORD_EVENT_TYPE: Final = types(1040)
STATION_TYPE: Final = types(1010)
JOB_ORDER_TYPE: Final = types(1011)
STEP_TYPE: Final = types(1012)
JOB_ORDERS_TYPE: Final = types(1013)
LOT_PROPERTY_TYPE: Final = types(1020)

EVENT_TYPES: Final = (
    TypeRow(1001, "ExecutionEventType", standard(ua.ObjectIds.BaseEventType),
            "Something that the execution log has on record.", is_abstract=True),
    TypeRow(1002, "StateChangeEventType", EXECUTION_EVENT_TYPE,
            "A job order, a step, a station or a lot is not what it was."),
    TypeRow(1003, "RefusalEventType", EXECUTION_EVENT_TYPE,
            "Somebody asked for something that was refused or denied, and did not happen."),
    TypeRow(1004, "DenialEventType", REFUSAL_EVENT_TYPE,
            "Somebody asked for something that is not theirs to do."),
    TypeRow(1030, "JobOrderStateEventType", STATE_CHANGE_EVENT_TYPE,
            "A job order was stored, allowed, begun, ended or changed."),
    TypeRow(1031, "StepStateEventType", STATE_CHANGE_EVENT_TYPE,
            "A step of a job order went on: it began, was completed, verified, or more."),
    TypeRow(1032, "HoldEventType", STATE_CHANGE_EVENT_TYPE,
            "A job order or a step was held, or goes on after it was."),
    TypeRow(1033, "DeviationEventType", STATE_CHANGE_EVENT_TYPE,
            "An exception or deviation was opened or decided, or a corrective action went on."),
    TypeRow(1034, "MaterialLotEventType", STATE_CHANGE_EVENT_TYPE,
            "A lot or a container arrived, moved, was tested, used, or decided about."),
    TypeRow(1035, "EquipmentRecordEventType", STATE_CHANGE_EVENT_TYPE,
            "A machine or an instrument did something, or something was done with it."),
    TypeRow(1036, "EvidenceEventType", STATE_CHANGE_EVENT_TYPE,
            "A value, a weight, a file or a produced unit went on record."),
    TypeRow(1037, "SessionEventType", STATE_CHANGE_EVENT_TYPE,
            "Somebody came to a station or left it, or failed to log in."),
    TypeRow(1038, "PersonnelEventType", STATE_CHANGE_EVENT_TYPE,
            "What a person may do has changed."),
    TypeRow(1039, "MasterDataEventType", STATE_CHANGE_EVENT_TYPE,
            "A material, a work master or a document was described, approved or retired."),
    TypeRow(1040, "AlarmRecordEventType", STATE_CHANGE_EVENT_TYPE,
            "An alarm came up or went on the record of the server, or somebody acted on one."),
)  # fmt: skip

OBJECT_TYPES: Final = (
    TypeRow(1010, "StationFaceplateType", BASE_OBJECT,
            "All that an HMI at one station shows and does; it binds here once and never again."),
    TypeRow(1011, "JobOrderType", BASE_OBJECT, "A job order with its steps."),
    TypeRow(1012, "StepType", BASE_OBJECT, "A step of a job order."),
    TypeRow(1013, "JobOrdersType", BASE_OBJECT, "The job orders, and what is done with them."),
    TypeRow(1014, "MaterialsFolderType", BASE_OBJECT, "What is done with lots and containers."),
    TypeRow(1015, "EquipmentFolderType", BASE_OBJECT,
            "What is done with equipment and instruments."),
    TypeRow(1016, "PersonnelFolderType", BASE_OBJECT,
            "What is done about persons and their accounts."),
    TypeRow(1017, "WorkMastersFolderType", BASE_OBJECT,
            "What is done with master batch records and documents."),
    TypeRow(1018, "QualityFolderType", BASE_OBJECT, "Corrective and preventive actions."),
    TypeRow(1019, "AlarmsFolderType", BASE_OBJECT,
            "The alarms that stand, and what is done about them."),
)  # fmt: skip

VARIABLE_TYPES: Final = (
    TypeRow(1020, "MaterialLotPropertyType", isa95(4263),
            "A property of a lot. The type of that name in OPC 10030 holds test results only."),
)  # fmt: skip

_R = VariableRow

EVENT_FIELDS: Final = (
    _R(1101, "JobOrderId", _V.String, "The job order that it is about, or empty."),
    _R(1102, "StepId", _V.String, "The step that it is about, or empty."),
    _R(1103, "Station", _V.String, "The station where it happened, or empty."),
    _R(1104, "Codes", _V.String, "Stable codes: what happened, or what stood in the way.",
       is_array=True),
    _R(1105, "DecisionId", _V.String, "Finds the evidence in the execution log."),
    _R(1106, "LogPosition", _V.UInt64, "The position in the execution log; it only ever rises."),
    _R(1107, "Stream", _V.String, "The record that changed, as kind and id."),
    _R(1108, "MaterialLotId", _V.String, "The lot that it is about, or empty."),
    _R(1109, "MaterialSublotId", _V.String, "The container that it is about, or empty."),
    _R(1110, "EquipmentId", _V.String, "The equipment that it is about, or empty."),
    _R(1111, "PhysicalAssetId", _V.String, "The instrument or machine that it is about, or empty."),
    _R(1112, "JobOrderState", _V.String, "The state that the job order came to, or empty."),
    _R(1113, "StepState", _V.String, "The state that the step came to, or empty."),
    _R(1114, "PersonId", _V.String, "The person who acted, or empty."),
    _R(1115, "Account", _V.String, "The account that acted."),
    _R(1116, "Face", _V.String, "The door through which it came: opcua, rest, b2mml, worker."),
    _R(1117, "ExceptionId", _V.String, "The exception that it is about, or empty."),
    _R(1118, "AlarmId", _V.String, "The alarm that it is about, or empty."),
)  # fmt: skip
"""The fields of ExecutionEventType, beside those of BaseEventType."""

FACEPLATE_VARIABLES: Final = (
    _R(2001, "ActiveJobOrderId", _V.String, "The job order that the station is bound to.",
       attribute="active_job_order_id"),
    _R(2002, "ActiveStepId", _V.String, "The step that is worked on here, or comes next.",
       attribute="active_step_id"),
    _R(2003, "StepDescription", _V.String, "What the step is.", attribute="step_description"),
    _R(2004, "StepState", _V.String, "Planned, Ready, InProgress, Exception, Complete, "
       "Verified or Closed.", attribute="step_state"),
    _R(2005, "Instruction", _V.String, "What the person is to do.", attribute="instruction"),
    _R(2006, "InstructionDocument", _V.String, "The document that the instruction stands in.",
       attribute="instruction_document"),
    _R(2007, "InstructionRevision", _V.String, "The revision of that document.",
       attribute="instruction_revision"),
    _R(2008, "PersonId", _V.String, "Who has opened the session; empty when nobody has.",
       attribute="person_id"),
    _R(2009, "PersonName", _V.String, "The name of that person.", attribute="person_name"),
    _R(2010, "TargetMaterial", _V.String, "The material that is to be weighed now.",
       attribute="target_material"),
    _R(2011, "TargetQuantity", _V.Double, "How much of it, in TargetUnit.",
       attribute="target_quantity"),
    _R(2012, "ToleranceLow", _V.Double, "The least that is accepted, in TargetUnit.",
       attribute="tolerance_low"),
    _R(2013, "ToleranceHigh", _V.Double, "The most that is accepted, in TargetUnit.",
       attribute="tolerance_high"),
    _R(2014, "TargetUnit", _V.String, "The unit of target and tolerance.",
       attribute="target_unit"),
    _R(2015, "LiveValue", _V.Double, "What the instrument shows now; status and source time are "
       "those of the reading."),
    _R(2016, "LiveStable", _V.Boolean, "Whether that reading has settled."),
    _R(2017, "IdentifiedContainer", _V.String, "The container that was scanned and waits to be "
       "weighed.", attribute="identified_container"),
    _R(2018, "RequiredEvidence", _V.String, "The evidence that the step needs.", is_array=True,
       attribute="required_evidence"),
    _R(2019, "RecordedEvidence", _V.String, "The evidence that is on record.", is_array=True,
       attribute="recorded_evidence"),
    _R(2020, "AllowedActions", _V.String, "The methods that would be accepted now.",
       is_array=True, attribute="allowed_actions"),
    _R(2021, "BlockedActions", _V.String, "The other methods, each with what stands in the way.",
       is_array=True, attribute="blocked_actions"),
    _R(2022, "OpenExceptions", _V.String, "The exceptions of the job order that wait for a "
       "decision.", is_array=True, attribute="open_exceptions"),
    _R(2023, "LastRefusalCodes", _V.String, "The codes of the last refusal at this station.",
       is_array=True, attribute="last_refusal_codes"),
    _R(2024, "LastRefusalMessages", _V.LocalizedText, "What stood in the way, and what to do.",
       is_array=True, attribute="last_refusal_messages"),
    _R(2025, "LastRefusalTime", _V.DateTime, "When that was.", attribute="last_refusal_time"),
)  # fmt: skip
"""The variables of StationFaceplateType."""

JOB_ORDER_VARIABLES: Final = (
    _R(2101, "State", _V.String, "NotAllowedToStart, AllowedToStart, Running, Interrupted, Ended "
       "or Aborted (OPC 10031-4)."),
    _R(2102, "WorkMasterId", _V.String, "The work master that it executes."),
    _R(2103, "WorkMasterVersion", _V.String, "The version of it, frozen when it was stored."),
    _R(2104, "Quantity", _V.Double, "How much is to be made, in Unit."),
    _R(2105, "Unit", _V.String, "The unit of Quantity."),
    _R(2106, "MaterialDefinitionId", _V.String, "The material that is made."),
    _R(2107, "MaterialLotId", _V.String, "The lot that is made."),
    _R(2108, "CurrentStepId", _V.String, "The first step that is not finished; empty at the end."),
    _R(2109, "OpenExceptions", _V.String, "The exceptions that wait for a decision.",
       is_array=True),
    _R(2110, "StartTime", _V.DateTime, "When work began."),
    _R(2111, "EndTime", _V.DateTime, "When the job order ended."),
)  # fmt: skip
"""The variables of JobOrderType."""

STEP_VARIABLES: Final = (
    _R(2201, "Description", _V.String, "What the step is."),
    _R(2202, "State", _V.String, "Planned, Ready, InProgress, Exception, Complete, Verified or "
       "Closed."),
    _R(2203, "Station", _V.String, "Where it is performed; empty before it begins."),
    _R(2204, "StartTime", _V.DateTime, "When it began."),
    _R(2205, "EndTime", _V.DateTime, "When it was declared complete."),
    _R(2206, "Performers", _V.String, "The persons who performed it.", is_array=True),
    _R(2207, "VerifiedBy", _V.String, "The person who verified it; empty when nobody has."),
)  # fmt: skip
"""The variables of StepType."""

STEPS_FOLDER: Final = 2190
"""The folder of the steps in JobOrderType."""

STEP_PLACEHOLDER: Final = 2191
"""Any step, in that folder."""
