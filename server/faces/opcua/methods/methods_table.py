"""Every method: its number, its name, the command it gives, and which of its fields, in order.

What fields mean and which kind they are follows from the catalogue of commands. Numbers, names and
the order of inputs are the interface: a client states them, so a row is added and never changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from asyncua import ua

from models.execution import commands as c
from server.command_path.catalogue import CATALOGUE
from server.command_path.command_fields import CommandField, Kind, command_fields
from server.faces.opcua.methods.arguments import COMMAND_ID, ArgumentRow, arguments
from server.faces.opcua.namespaces import types


@dataclass(frozen=True)
class MethodRow:
    """One method; ``number`` is its NodeId on the type, those of its arguments follow.

    ``names`` are the fields of ``command`` that a client gives, ``fixed`` those that the method
    itself stands for. Check has no command.
    """

    number: int
    name: str
    command: type[c.Command] | None
    names: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    said: str = ""

    @property
    def description(self) -> str:
        """What it does, in a sentence."""
        if self.said or self.command is None:
            return self.said
        return CATALOGUE[self.command].description

    @cached_property
    def fields(self) -> tuple[CommandField, ...]:
        """The fields that a client gives, in the order of the inputs."""
        if self.command is None:
            return ()
        known = {one.name: one for one in command_fields(self.command)}
        return tuple(known[name] for name in self.names)

    @cached_property
    def inputs(self) -> tuple[ArgumentRow, ...]:
        """The inputs, the id of the command last."""
        if self.command is None:
            return _CHECK_INPUTS
        return (*(row for one in self.fields for row in arguments(one)), COMMAND_ID)

    @property
    def signs(self) -> bool:
        """Whether a person gives account and password with it."""
        return any(one.kind is Kind.SIGNER for one in self.fields)

    @property
    def checked_inputs(self) -> tuple[ArgumentRow, ...]:
        """What ``Check`` takes for it: everything but the command id and who signs."""
        wanted = (one for one in self.fields if one.kind is not Kind.SIGNER)
        return tuple(row for one in wanted for row in arguments(one))


CHECK: Final = "Check"
_CHECK_INPUTS: Final = (
    ArgumentRow("Command", "The name of the method that is considered."),
    ArgumentRow(
        "Arguments",
        "Its inputs as text, in order, without accounts, passwords and CommandId; "
        "missing ones at the end are empty.",
        is_array=True,
    ),
)


def _check(number: int) -> MethodRow:
    said = "Ask what a method would answer; nothing is done or written."
    return MethodRow(number, CHECK, None, said=said)


def _m(
    number: int, name: str, command: type[c.Command], names: str, said: str = "", **fixed: Any
) -> MethodRow:
    return MethodRow(number, name, command, tuple(names.split()), MappingProxyType(fixed), said)


FACEPLATE_METHODS: Final = (
    _m(3010, "OpenSession", c.OpenStationSession, "job_order_id identity"),
    _m(3020, "CloseSession", c.CloseStationSession, ""),
    _m(3030, "StartStep", c.StartStep, "step_id"),
    _m(3040, "Scan", c.ScanMaterial, "code job_order_id step_id"),
    _m(3050, "CaptureWeight", c.CaptureWeight, "instrument_id job_order_id step_id"),
    _m(3060, "CaptureEvidence", c.CaptureEvidence, "evidence_id job_order_id step_id"),
    _m(3070, "RecordEvidence", c.RecordEvidence,
       "evidence_id value source instrument_id job_order_id step_id"),
    _m(3080, "CompleteStep", c.CompleteStep, "job_order_id step_id"),
    _m(3090, "VerifyStep", c.VerifyStep, "step_id identity"),
    _m(3100, "OpenDeviation", c.OpenDeviation, "description"),
    _check(3110),
    _m(3120, "ConfirmInstruction", c.ConfirmInstruction, "step_id document_id revision"),
    _m(3130, "HoldStep", c.HoldStep, "reason job_order_id step_id"),
    _m(3140, "ConfirmStep", c.ConfirmStep, "step_id identity"),
    _m(3150, "OverrideGate", c.OverrideGate, "step_id code reason identity second"),
    _m(3160, "CapturePartialWeight", c.CaptureWeight, "instrument_id job_order_id step_id",
       "Take the weight that the instrument shows now; more of the same material follows.",
       partial=True),
    _m(3170, "AttachFile", c.AttachFile,
       "evidence_id file_name media_type sha256 size job_order_id step_id"),
    _m(3180, "RecordProducedUnit", c.RecordProducedUnit,
       "material_sublot_id quantity job_order_id step_id"),
    _m(3190, "RequestSubstitution", c.RequestSubstitution,
       "material_definition_id substitute_id reason job_order_id step_id"),
    _m(3200, "VerifyDevice", c.VerifyDevice, "physical_asset_id passed description"),
    _m(3210, "OpenDeviationWithSeverity", c.OpenDeviation, "description severity",
       "Put on record that something is not as it should be, and how grave it is."),
)  # fmt: skip
"""The methods of a station's faceplate."""

JOB_ORDERS_METHODS: Final = (
    _m(3510, "Store", c.StoreJobOrder,
       "job_order_id work_master_id work_master_version quantity material_lot_id allowed_to_start"),
    _m(3520, "Start", c.StartJobOrder, "job_order_id"),
    _m(3530, "Abort", c.AbortJobOrder, "job_order_id reason identity"),
    _m(3540, "DispositionException", c.DispositionException,
       "job_order_id exception_id disposition reason identity"),
    _m(3550, "Release", c.ReleaseJobOrder, "job_order_id identity"),
    _check(3560),
    _m(3570, "RevokeStart", c.RevokeStartJobOrder, "job_order_id"),
    _m(3580, "Split", c.SplitJobOrder, "job_order_id quantities"),
    _m(3590, "Pause", c.PauseJobOrder, "job_order_id reason identity"),
    _m(3600, "Resume", c.ResumeJobOrder, "job_order_id reason identity"),
    _m(3610, "StoreWithAllocations", c.StoreJobOrder,
       "job_order_id work_master_id work_master_version quantity material_lot_id allowed_to_start"
       " lot_allocations planned_start planned_end priority",
       "Store a job order with its plan, and with the lots that are reserved for it."),
    _m(3620, "CorrectEvidence", c.CorrectEvidence,
       "job_order_id step_id evidence_id value reason identity"),
    _m(3630, "ApproveSubstitution", c.ApproveSubstitution,
       "job_order_id substitution_id reason identity"),
    _m(3640, "ReportException", c.ReportException,
       "job_order_id step_id description severity identity"),
    _m(3650, "Rework", c.DispositionException,
       "job_order_id exception_id step_id reason identity",
       "Decide, signed, that the work begins once more with an earlier step.",
       disposition=c.ExceptionDisposition.REWORK),
    _m(3660, "Update", c.UpdateJobOrder,
       "job_order_id work_master_id work_master_version quantity planned_start planned_end"
       " priority lot_allocations stations remark"),
    _m(3670, "Cancel", c.CancelJobOrder, "job_order_id reason"),
    _m(3680, "Clear", c.ClearJobOrder, "job_order_id remark"),
    _m(3690, "Hold", c.HoldJobOrder, "job_order_id reason"),
    _m(3700, "Stop", c.StopJobOrder, "job_order_id reason"),
    _m(3710, "StoreForStations", c.StoreJobOrder,
       "job_order_id work_master_id work_master_version quantity material_lot_id allowed_to_start"
       " lot_allocations planned_start planned_end priority stations remark",
       "Store a job order whose steps may be performed at certain stations alone."),
    _m(3720, "StartWithRemark", c.StartJobOrder, "job_order_id remark",
       "Allow a stored job order to start, and say why."),
    _m(3730, "RevokeStartWithRemark", c.RevokeStartJobOrder, "job_order_id remark",
       "Take the permission to start back, before work has begun, and say why."),
)  # fmt: skip
"""The methods of the job orders folder."""

MATERIALS_METHODS: Final = (
    _m(4010, "ReceiveLot", c.ReceiveMaterialLot, "lot sublots"),
    _m(4020, "ChangeLotDisposition", c.ChangeLotDisposition,
       "material_lot_id disposition status reason identity"),
    _m(4030, "ReverseLotRejection", c.ReverseLotRejection,
       "material_lot_id reason identity second"),
    _m(4040, "RecordTestResult", c.RecordTestResult, "material_lot_id test_id value reference"),
    _m(4050, "MoveContainer", c.MoveSublot, "material_sublot_id storage_location"),
    _check(4060),
)  # fmt: skip
"""The methods of the materials folder."""

EQUIPMENT_METHODS: Final = (
    _m(4210, "RecordCalibration", c.RecordCalibration,
       "physical_asset_id due_time certificate failed"),
    _m(4220, "ChangeStatus", c.ChangeEquipmentStatus, "equipment_id status reason"),
    _m(4230, "RecordCleaning", c.RecordCleaning, "equipment_id cleanliness identity"),
    _check(4240),
)  # fmt: skip
"""The methods of the equipment folder."""

PERSONNEL_METHODS: Final = (
    _m(4410, "RecordQualification", c.RecordQualification,
       "person_id qualification_id level expiration_time training_id"),
    _m(4420, "GrantAuthorization", c.GrantAuthorization,
       "person_id qualification_id level expiration_time reason identity"),
    _m(4430, "RevokeAuthorization", c.RevokeAuthorization,
       "person_id qualification_id reason identity"),
    _m(4440, "LockAccount", c.LockAccount, "account reason"),
    _m(4450, "UnlockAccount", c.UnlockAccount, "account reason"),
    _check(4460),
    _m(4470, "RegisterUserCertificate", c.RegisterUserCertificate, "account fingerprint reason"),
    _m(4480, "RevokeUserCertificate", c.RevokeUserCertificate, "account fingerprint reason"),
)  # fmt: skip
"""The methods of the personnel folder."""

WORK_MASTERS_METHODS: Final = (
    _m(4610, "Draft", c.DraftWorkMaster, "work_master"),
    _m(4620, "Review", c.ReviewWorkMaster, "work_master_id version identity"),
    _m(4630, "Approve", c.ApproveWorkMaster,
       "work_master_id version effective_from effective_until identity"),
    _m(4640, "Retire", c.RetireWorkMaster, "work_master_id version reason identity"),
    _m(4650, "ReleaseDocument", c.ReleaseDocument, "revision identity"),
    _check(4660),
)  # fmt: skip
"""The methods of the work masters folder."""

QUALITY_METHODS: Final = (
    _m(4810, "OpenCorrectiveAction", c.OpenCorrectiveAction,
       "corrective_action_id job_order_id exception_id description due_time identity"),
    _m(4820, "RecordCorrectiveAction", c.RecordCorrectiveAction,
       "corrective_action_id description identity"),
    _m(4830, "CloseCorrectiveAction", c.CloseCorrectiveAction,
       "corrective_action_id description effective identity"),
    _check(4840),
)  # fmt: skip
"""The methods of the quality folder."""

ALARMS_METHODS: Final = (
    _m(5010, "Acknowledge", c.AcknowledgeAlarm, "alarm_id remark occurrence"),
    _m(5020, "Confirm", c.ConfirmAlarm, "alarm_id remark occurrence"),
    _m(5030, "Comment", c.CommentAlarm, "alarm_id remark occurrence"),
    _m(5040, "Shelve", c.ShelveAlarm, "alarm_id duration_s once remark"),
    _m(5050, "Unshelve", c.UnshelveAlarm, "alarm_id remark"),
    _m(5060, "Disable", c.DisableAlarm, "alarm_id remark"),
    _m(5070, "Enable", c.EnableAlarm, "alarm_id remark"),
    _check(5080),
)  # fmt: skip
"""The methods of the alarms folder."""


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder below Objects/Interlock with the methods of its subject."""

    name: str
    type_id: ua.NodeId
    description: str
    methods: tuple[MethodRow, ...]


FOLDERS: Final = (
    FolderRow("JobOrders", types(1013), "The job orders, and what is done with them.",
              JOB_ORDERS_METHODS),
    FolderRow("Materials", types(1014), "What is done with lots and containers.",
              MATERIALS_METHODS),
    FolderRow("Equipment", types(1015), "What is done with equipment and instruments.",
              EQUIPMENT_METHODS),
    FolderRow("Personnel", types(1016), "What is done about persons and their accounts.",
              PERSONNEL_METHODS),
    FolderRow("WorkMasters", types(1017), "What is done with master batch records and documents.",
              WORK_MASTERS_METHODS),
    FolderRow("Quality", types(1018), "Corrective and preventive actions.", QUALITY_METHODS),
    FolderRow("Alarms", types(1019), "The alarms that stand, and what is done about them.",
              ALARMS_METHODS),
)  # fmt: skip
"""The folders with methods, beside the stations."""
