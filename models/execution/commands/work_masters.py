"""Commands about WorkMasters (master batch records) and controlled documents."""

from dataclasses import dataclass
from datetime import datetime

from models.execution.principal import Identity
from models.isa95.document import DocumentRevision
from models.isa95.work_definition import WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWorkMaster:
    """Bring a new version of a WorkMaster into the record, as a draft."""

    work_master: WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewWorkMaster:
    """Sign that a draft was reviewed, as somebody else than its author."""

    work_master_id: str
    version: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveWorkMaster:
    """Approve a reviewed version, as the quality unit; from then on it is executed."""

    work_master_id: str
    version: str
    identity: Identity
    effective_from: datetime | None = None
    effective_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireWorkMaster:
    """Take a version out of use; job orders that run keep it."""

    work_master_id: str
    version: str
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDocument:
    """Put a revision of a controlled document in force; the one before is superseded."""

    revision: DocumentRevision
    identity: Identity
