"""Events of WorkMasters (master batch records) and controlled documents."""

from dataclasses import dataclass
from datetime import datetime

from models.execution.signature import Signature
from models.isa95.document import DocumentRevision
from models.isa95.work_definition import WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterDrafted:
    """A new version of a WorkMaster came into the record; ``person_id`` is its author."""

    work_master: WorkMaster
    person_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterReviewed:
    """Somebody else than the author has reviewed a draft."""

    work_master_id: str
    version: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterApproved:
    """The quality unit approved a version; it is executed between the two times."""

    work_master_id: str
    version: str
    signature: Signature
    effective_from: datetime | None = None
    effective_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterRetired:
    """A version was taken out of use."""

    work_master_id: str
    version: str
    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReleased:
    """A revision of a controlled document was put in force."""

    revision: DocumentRevision
    signature: Signature
