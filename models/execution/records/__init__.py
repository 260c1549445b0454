"""Records: what the log says about one subject now. Each is the state of one stream."""

from models.execution.records.alarm import (
    AlarmRecord,
    AlarmRemark,
)
from models.execution.records.certificates import (
    ApplicationCertificateRecord,
    UserCertificateRecord,
)
from models.execution.records.equipment import (
    EquipmentRecord,
    PhysicalAssetRecord,
    StationRecord,
)
from models.execution.records.exceptions import (
    CorrectiveActionRecord,
    ExceptionRecord,
)
from models.execution.records.job_order import (
    Attachment,
    ConsumedMaterial,
    Correction,
    Evidence,
    IdentifiedMaterial,
    JobOrderRecord,
    Override,
    ProducedUnit,
    StepRecord,
    Substitution,
)
from models.execution.records.material import (
    MaterialDefinitionRecord,
    MaterialLotRecord,
    MaterialSublotRecord,
    TestResult,
)
from models.execution.records.personnel import (
    AccountRecord,
    AttemptsRecord,
    Authorization,
    PersonRecord,
)
from models.execution.records.work_master import (
    DocumentRecord,
    WorkDirectiveRecord,
    WorkMasterLifecycle,
    WorkMasterRecord,
)

Record = (
    EquipmentRecord
    | PhysicalAssetRecord
    | MaterialDefinitionRecord
    | MaterialLotRecord
    | MaterialSublotRecord
    | PersonRecord
    | AccountRecord
    | UserCertificateRecord
    | ApplicationCertificateRecord
    | WorkMasterRecord
    | DocumentRecord
    | WorkDirectiveRecord
    | StationRecord
    | JobOrderRecord
    | CorrectiveActionRecord
    | AttemptsRecord
    | AlarmRecord
)
"""The states of streams; which one a stream has follows from the first word of its name."""

__all__ = (
    "AccountRecord",
    "AlarmRecord",
    "AlarmRemark",
    "ApplicationCertificateRecord",
    "Attachment",
    "AttemptsRecord",
    "Authorization",
    "ConsumedMaterial",
    "Correction",
    "CorrectiveActionRecord",
    "DocumentRecord",
    "EquipmentRecord",
    "Evidence",
    "ExceptionRecord",
    "IdentifiedMaterial",
    "JobOrderRecord",
    "MaterialDefinitionRecord",
    "MaterialLotRecord",
    "MaterialSublotRecord",
    "Override",
    "PersonRecord",
    "PhysicalAssetRecord",
    "ProducedUnit",
    "Record",
    "StationRecord",
    "StepRecord",
    "Substitution",
    "TestResult",
    "UserCertificateRecord",
    "WorkDirectiveRecord",
    "WorkMasterLifecycle",
    "WorkMasterRecord",
)
