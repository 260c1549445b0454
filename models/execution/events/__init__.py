"""Events: everything that can become true, in the past tense.

The class names are the stable types under which the log keeps them; see ``codec``.
"""

from models.execution.events.alarms import (
    AlarmAcknowledged,
    AlarmCleared,
    AlarmCommented,
    AlarmConfirmed,
    AlarmDisabled,
    AlarmEnabled,
    AlarmRaised,
    AlarmShelved,
    AlarmUnshelved,
)
from models.execution.events.attempts import (
    CommandDenied,
    CommandRefused,
)
from models.execution.events.certificates import (
    ApplicationCertificateRejected,
    ApplicationCertificateTrusted,
    UserCertificateRegistered,
    UserCertificateRevoked,
)
from models.execution.events.equipment import (
    CalibrationRecorded,
    DeviceVerified,
    EquipmentCleaned,
    EquipmentEventRecorded,
    EquipmentStatusChanged,
    EquipmentUseBegan,
    EquipmentUseEnded,
    LineCleared,
)
from models.execution.events.evidence import (
    EvidenceCorrected,
    EvidenceRecorded,
    FileAttached,
    MaterialIdentified,
    WeightCaptured,
)
from models.execution.events.exceptions import (
    CorrectiveActionClosed,
    CorrectiveActionLinked,
    CorrectiveActionOpened,
    CorrectiveActionRecorded,
    ExceptionDispositioned,
    ExceptionOpened,
)
from models.execution.events.job_orders import (
    JobOrderAborted,
    JobOrderAllowedToStart,
    JobOrderCancelled,
    JobOrderCleared,
    JobOrderPartEnded,
    JobOrderPaused,
    JobOrderReleased,
    JobOrderResumed,
    JobOrderRunBegan,
    JobOrderSplit,
    JobOrderStartRevoked,
    JobOrderStopped,
    JobOrderStored,
    JobOrderUpdated,
    WorkDirectiveCopied,
)
from models.execution.events.master_data import (
    DocumentDefined,
    EquipmentDefined,
    MaterialDefinitionDefined,
    MaterialLotDefined,
    MaterialLotListed,
    MaterialSublotDefined,
    MaterialSublotListed,
    PersonDefined,
    PhysicalAssetDefined,
    WorkMasterDefined,
)
from models.execution.events.materials import (
    MaterialLotDispositionChanged,
    MaterialSublotCorrected,
    MaterialSublotDrawn,
    MaterialSublotFreed,
    MaterialSublotHeld,
    MaterialSublotMoved,
    ProducedUnitRecorded,
    SubstitutionApproved,
    SubstitutionRequested,
    TestResultRecorded,
    YieldVarianceRecorded,
)
from models.execution.events.personnel import (
    AccountDefined,
    AccountLocked,
    AccountUnlocked,
    AuthorizationGranted,
    AuthorizationRevoked,
    LoginFailed,
    LoginSucceeded,
    QualificationRecorded,
)
from models.execution.events.stations import (
    StationSessionClosed,
    StationSessionOpened,
)
from models.execution.events.steps import (
    GateOverridden,
    InstructionConfirmed,
    OverrideUsed,
    PhaseStateReported,
    StepAborted,
    StepBecameReady,
    StepBegan,
    StepClosed,
    StepCompleted,
    StepConfirmationLapsed,
    StepConfirmed,
    StepHeld,
    StepNotSelected,
    StepReopened,
    StepResumed,
    StepVerified,
)
from models.execution.events.work_masters import (
    DocumentReleased,
    WorkMasterApproved,
    WorkMasterDrafted,
    WorkMasterRetired,
    WorkMasterReviewed,
)

Event = (
    EquipmentDefined
    | PhysicalAssetDefined
    | MaterialDefinitionDefined
    | MaterialLotDefined
    | MaterialLotListed
    | MaterialSublotDefined
    | MaterialSublotListed
    | PersonDefined
    | WorkMasterDefined
    | DocumentDefined
    | WorkMasterDrafted
    | WorkMasterReviewed
    | WorkMasterApproved
    | WorkMasterRetired
    | DocumentReleased
    | WorkDirectiveCopied
    | JobOrderStored
    | JobOrderUpdated
    | JobOrderStopped
    | JobOrderCancelled
    | JobOrderCleared
    | JobOrderAllowedToStart
    | JobOrderStartRevoked
    | JobOrderSplit
    | JobOrderPartEnded
    | JobOrderRunBegan
    | JobOrderPaused
    | JobOrderResumed
    | JobOrderReleased
    | JobOrderAborted
    | StationSessionOpened
    | StationSessionClosed
    | StepBecameReady
    | StepBegan
    | InstructionConfirmed
    | StepHeld
    | PhaseStateReported
    | StepResumed
    | StepConfirmed
    | StepConfirmationLapsed
    | StepCompleted
    | StepVerified
    | StepNotSelected
    | StepReopened
    | StepAborted
    | StepClosed
    | GateOverridden
    | OverrideUsed
    | MaterialIdentified
    | WeightCaptured
    | EvidenceRecorded
    | EvidenceCorrected
    | FileAttached
    | MaterialSublotDrawn
    | MaterialSublotCorrected
    | MaterialLotDispositionChanged
    | TestResultRecorded
    | MaterialSublotMoved
    | MaterialSublotHeld
    | MaterialSublotFreed
    | ProducedUnitRecorded
    | SubstitutionRequested
    | SubstitutionApproved
    | YieldVarianceRecorded
    | ExceptionOpened
    | ExceptionDispositioned
    | CorrectiveActionOpened
    | CorrectiveActionLinked
    | CorrectiveActionRecorded
    | CorrectiveActionClosed
    | EquipmentEventRecorded
    | CalibrationRecorded
    | EquipmentStatusChanged
    | EquipmentCleaned
    | EquipmentUseBegan
    | EquipmentUseEnded
    | LineCleared
    | DeviceVerified
    | QualificationRecorded
    | AuthorizationGranted
    | AuthorizationRevoked
    | AccountDefined
    | LoginFailed
    | LoginSucceeded
    | AccountLocked
    | AccountUnlocked
    | UserCertificateRegistered
    | UserCertificateRevoked
    | ApplicationCertificateTrusted
    | ApplicationCertificateRejected
    | CommandRefused
    | CommandDenied
    | AlarmAcknowledged
    | AlarmCleared
    | AlarmCommented
    | AlarmConfirmed
    | AlarmDisabled
    | AlarmEnabled
    | AlarmRaised
    | AlarmShelved
    | AlarmUnshelved
)
"""All events. ``evolve`` has one case for each."""

__all__ = (
    "AccountDefined",
    "AccountLocked",
    "AccountUnlocked",
    "AlarmAcknowledged",
    "AlarmCleared",
    "AlarmCommented",
    "AlarmConfirmed",
    "AlarmDisabled",
    "AlarmEnabled",
    "AlarmRaised",
    "AlarmShelved",
    "AlarmUnshelved",
    "ApplicationCertificateRejected",
    "ApplicationCertificateTrusted",
    "AuthorizationGranted",
    "AuthorizationRevoked",
    "CalibrationRecorded",
    "CommandDenied",
    "CommandRefused",
    "CorrectiveActionClosed",
    "CorrectiveActionLinked",
    "CorrectiveActionOpened",
    "CorrectiveActionRecorded",
    "DeviceVerified",
    "DocumentDefined",
    "DocumentReleased",
    "EquipmentCleaned",
    "EquipmentDefined",
    "EquipmentEventRecorded",
    "EquipmentStatusChanged",
    "EquipmentUseBegan",
    "EquipmentUseEnded",
    "Event",
    "EvidenceCorrected",
    "EvidenceRecorded",
    "ExceptionDispositioned",
    "ExceptionOpened",
    "FileAttached",
    "GateOverridden",
    "InstructionConfirmed",
    "JobOrderAborted",
    "JobOrderAllowedToStart",
    "JobOrderCancelled",
    "JobOrderCleared",
    "JobOrderPartEnded",
    "JobOrderPaused",
    "JobOrderReleased",
    "JobOrderResumed",
    "JobOrderRunBegan",
    "JobOrderSplit",
    "JobOrderStartRevoked",
    "JobOrderStopped",
    "JobOrderStored",
    "JobOrderUpdated",
    "LineCleared",
    "LoginFailed",
    "LoginSucceeded",
    "MaterialDefinitionDefined",
    "MaterialIdentified",
    "MaterialLotDefined",
    "MaterialLotDispositionChanged",
    "MaterialLotListed",
    "MaterialSublotCorrected",
    "MaterialSublotDefined",
    "MaterialSublotDrawn",
    "MaterialSublotFreed",
    "MaterialSublotHeld",
    "MaterialSublotListed",
    "MaterialSublotMoved",
    "OverrideUsed",
    "PersonDefined",
    "PhaseStateReported",
    "PhysicalAssetDefined",
    "ProducedUnitRecorded",
    "QualificationRecorded",
    "StationSessionClosed",
    "StationSessionOpened",
    "StepAborted",
    "StepBecameReady",
    "StepBegan",
    "StepClosed",
    "StepCompleted",
    "StepConfirmationLapsed",
    "StepConfirmed",
    "StepHeld",
    "StepNotSelected",
    "StepReopened",
    "StepResumed",
    "StepVerified",
    "SubstitutionApproved",
    "SubstitutionRequested",
    "TestResultRecorded",
    "UserCertificateRegistered",
    "UserCertificateRevoked",
    "WeightCaptured",
    "WorkDirectiveCopied",
    "WorkMasterApproved",
    "WorkMasterDefined",
    "WorkMasterDrafted",
    "WorkMasterRetired",
    "WorkMasterReviewed",
    "YieldVarianceRecorded",
)
