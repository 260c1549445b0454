"""Records of WorkMasters and controlled documents."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.execution.signature import Signature
from models.isa95.document import DocumentRevision
from models.isa95.work_definition import WorkMaster, WorkMasterState


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterLifecycle:
    """Where a version stands, who signed for it, and when it is in effect."""

    version: str
    state: WorkMasterState
    author: str | None = None
    review: Signature | None = None
    approval: Signature | None = None
    effective_from: datetime | None = None
    effective_until: datetime | None = None
    retired_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterRecord:
    """All versions of a WorkMaster, oldest first, and where each of them stands."""

    versions: tuple[WorkMaster, ...]
    lifecycles: tuple[WorkMasterLifecycle, ...] = added(())

    def lifecycle(self, version: str) -> WorkMasterLifecycle | None:
        """Return where a version stands; None for one of before versions had a life."""
        return next((item for item in self.lifecycles if item.version == version), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDirectiveRecord:
    """The frozen, scaled copy of the WorkMaster that one job order executes."""

    work_directive: WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A controlled document: its revisions, oldest first; the last one is in force."""

    document_id: str
    revisions: tuple[DocumentRevision, ...]
