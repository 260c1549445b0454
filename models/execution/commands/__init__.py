"""Commands: everything that anybody can ask Interlock to do, in the imperative.

Commands about a running step may say which job order and step the caller's screen shows; a
screen that shows another one than the station's is refused (``context-mismatch``), so a stale
screen can't write into the wrong record. Left empty, they mean whatever the station is bound to.

``identity`` is the person who signs, ``second`` the second one where two have to.
"""

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
    PauseJobOrder,
    ReleaseJobOrder,
    ResumeJobOrder,
    RevokeStartJobOrder,
    SplitJobOrder,
    StartJobOrder,
    StoreJobOrder,
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
    | WriteVariable
    | ReportFailedLogin
    | ReportLogin
    | StoreJobOrder
    | StartJobOrder
    | RevokeStartJobOrder
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
)
"""All commands. ``decide`` has one case for each."""

__all__ = (
    "AbortJobOrder",
    "ApproveSubstitution",
    "ApproveWorkMaster",
    "AttachFile",
    "CaptureEvidence",
    "CaptureWeight",
    "ChangeEquipmentStatus",
    "ChangeLotDisposition",
    "CloseCorrectiveAction",
    "CloseStationSession",
    "Command",
    "CompleteStep",
    "ConfirmInstruction",
    "ConfirmStep",
    "CorrectEvidence",
    "DefineMasterData",
    "DispositionException",
    "DraftWorkMaster",
    "ExceptionDisposition",
    "GrantAuthorization",
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
    "ReleaseDocument",
    "ReleaseJobOrder",
    "ReportException",
    "ReportFailedLogin",
    "ReportLogin",
    "RequestSubstitution",
    "ResumeJobOrder",
    "RetireWorkMaster",
    "ReverseLotRejection",
    "ReviewWorkMaster",
    "RevokeAuthorization",
    "RevokeStartJobOrder",
    "ScanMaterial",
    "Severity",
    "SplitJobOrder",
    "StartJobOrder",
    "StartStep",
    "StoreJobOrder",
    "UnlockAccount",
    "VerifyDevice",
    "VerifyStep",
    "WriteVariable",
)
