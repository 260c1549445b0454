"""Commands: everything that anybody can ask Interlock to do, in the imperative.

Commands about a running step may say which job order and step the caller's screen shows; a
screen that shows another one than the station's is refused (``context-mismatch``), so a stale
screen can't write into the wrong record. Left empty, they mean whatever the station is bound to.

``identity`` is the person who signs, ``second`` the second one where two have to.
"""

from models.execution.commands.alarms import (
    AcknowledgeAlarm,
    CommentAlarm,
    ConfirmAlarm,
    DisableAlarm,
    EnableAlarm,
    ReportAlarm,
    ShelveAlarm,
    UnshelveAlarm,
)
from models.execution.commands.certificates import (
    RegisterUserCertificate,
    RejectApplicationCertificate,
    RevokeUserCertificate,
    TrustApplicationCertificate,
)
from models.execution.commands.equipment import (
    ChangeEquipmentStatus,
    RecordCalibration,
    RecordCleaning,
    VerifyDevice,
)
from models.execution.commands.evidence import (
    AttachFile,
    CaptureEvidence,
    CaptureWeight,
    CorrectEvidence,
    RecordEvidence,
    ScanMaterial,
)
from models.execution.commands.exceptions import (
    CloseCorrectiveAction,
    DispositionException,
    ExceptionDisposition,
    OpenCorrectiveAction,
    OpenDeviation,
    RecordCorrectiveAction,
    ReportException,
    Severity,
)
from models.execution.commands.job_orders import (
    AbortJobOrder,
    CancelJobOrder,
    ClearJobOrder,
    HoldJobOrder,
    PauseJobOrder,
    ReleaseJobOrder,
    ResumeJobOrder,
    RevokeStartJobOrder,
    SplitJobOrder,
    StartJobOrder,
    StopJobOrder,
    StoreJobOrder,
    UpdateJobOrder,
)
from models.execution.commands.materials import (
    ApproveSubstitution,
    ChangeLotDisposition,
    MoveSublot,
    ReceiveMaterialLot,
    RecordProducedUnit,
    RecordTestResult,
    RequestSubstitution,
    ReverseLotRejection,
)
from models.execution.commands.personnel import (
    GrantAuthorization,
    LockAccount,
    RecordQualification,
    RevokeAuthorization,
    UnlockAccount,
)
from models.execution.commands.stations import (
    CloseStationSession,
    OpenStationSession,
)
from models.execution.commands.steps import (
    CompleteStep,
    ConfirmInstruction,
    ConfirmStep,
    HoldStep,
    OverrideGate,
    StartStep,
    VerifyStep,
)
from models.execution.commands.system import (
    DefineMasterData,
    MasterDatum,
    RecordEquipmentEvent,
    ReportFailedLogin,
    ReportLogin,
    ReportPhaseState,
    WriteVariable,
)
from models.execution.commands.work_masters import (
    ApproveWorkMaster,
    DraftWorkMaster,
    ReleaseDocument,
    RetireWorkMaster,
    ReviewWorkMaster,
)

Command = (
    DefineMasterData
    | RecordEquipmentEvent
    | ReportPhaseState
    | WriteVariable
    | ReportFailedLogin
    | ReportLogin
    | StoreJobOrder
    | StartJobOrder
    | RevokeStartJobOrder
    | UpdateJobOrder
    | CancelJobOrder
    | ClearJobOrder
    | HoldJobOrder
    | StopJobOrder
    | SplitJobOrder
    | PauseJobOrder
    | ResumeJobOrder
    | AbortJobOrder
    | ReleaseJobOrder
    | OpenStationSession
    | CloseStationSession
    | StartStep
    | ConfirmInstruction
    | HoldStep
    | ConfirmStep
    | CompleteStep
    | VerifyStep
    | OverrideGate
    | ScanMaterial
    | CaptureWeight
    | CaptureEvidence
    | RecordEvidence
    | CorrectEvidence
    | AttachFile
    | ReceiveMaterialLot
    | ChangeLotDisposition
    | ReverseLotRejection
    | RecordTestResult
    | MoveSublot
    | RecordProducedUnit
    | RequestSubstitution
    | ApproveSubstitution
    | RecordCalibration
    | ChangeEquipmentStatus
    | RecordCleaning
    | VerifyDevice
    | RecordQualification
    | GrantAuthorization
    | RevokeAuthorization
    | LockAccount
    | UnlockAccount
    | RegisterUserCertificate
    | RevokeUserCertificate
    | TrustApplicationCertificate
    | RejectApplicationCertificate
    | DraftWorkMaster
    | ReviewWorkMaster
    | ApproveWorkMaster
    | RetireWorkMaster
    | ReleaseDocument
    | OpenDeviation
    | ReportException
    | DispositionException
    | OpenCorrectiveAction
    | RecordCorrectiveAction
    | CloseCorrectiveAction
    | AcknowledgeAlarm
    | ConfirmAlarm
    | CommentAlarm
    | ShelveAlarm
    | UnshelveAlarm
    | DisableAlarm
    | EnableAlarm
    | ReportAlarm
)
"""All commands. ``decide`` has one case for each."""

__all__ = (
    "AbortJobOrder",
    "AcknowledgeAlarm",
    "ApproveSubstitution",
    "ApproveWorkMaster",
    "AttachFile",
    "CancelJobOrder",
    "CaptureEvidence",
    "CaptureWeight",
    "ChangeEquipmentStatus",
    "ChangeLotDisposition",
    "ClearJobOrder",
    "CloseCorrectiveAction",
    "CloseStationSession",
    "Command",
    "CommentAlarm",
    "CompleteStep",
    "ConfirmAlarm",
    "ConfirmInstruction",
    "ConfirmStep",
    "CorrectEvidence",
    "DefineMasterData",
    "DisableAlarm",
    "DispositionException",
    "DraftWorkMaster",
    "EnableAlarm",
    "ExceptionDisposition",
    "GrantAuthorization",
    "HoldJobOrder",
    "HoldStep",
    "LockAccount",
    "MasterDatum",
    "MoveSublot",
    "OpenCorrectiveAction",
    "OpenDeviation",
    "OpenStationSession",
    "OverrideGate",
    "PauseJobOrder",
    "ReceiveMaterialLot",
    "RecordCalibration",
    "RecordCleaning",
    "RecordCorrectiveAction",
    "RecordEquipmentEvent",
    "RecordEvidence",
    "RecordProducedUnit",
    "RecordQualification",
    "RecordTestResult",
    "RegisterUserCertificate",
    "RejectApplicationCertificate",
    "ReleaseDocument",
    "ReleaseJobOrder",
    "ReportAlarm",
    "ReportException",
    "ReportFailedLogin",
    "ReportLogin",
    "ReportPhaseState",
    "RequestSubstitution",
    "ResumeJobOrder",
    "RetireWorkMaster",
    "ReverseLotRejection",
    "ReviewWorkMaster",
    "RevokeAuthorization",
    "RevokeStartJobOrder",
    "RevokeUserCertificate",
    "ScanMaterial",
    "Severity",
    "ShelveAlarm",
    "SplitJobOrder",
    "StartJobOrder",
    "StartStep",
    "StopJobOrder",
    "StoreJobOrder",
    "TrustApplicationCertificate",
    "UnlockAccount",
    "UnshelveAlarm",
    "UpdateJobOrder",
    "VerifyDevice",
    "VerifyStep",
    "WriteVariable",
)
