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

    def effective(self, time: datetime) -> bool:
        """Whether the version is approved and the time lies within its effective dates."""
        begun = self.effective_from is None or self.effective_from <= time
        over = self.effective_until is not None and self.effective_until <= time
        return self.state is WorkMasterState.APPROVED and begun and not over


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterRecord:
    """All versions of a WorkMaster, oldest first, and where each of them stands."""

    versions: tuple[WorkMaster, ...]
    lifecycles: tuple[WorkMasterLifecycle, ...] = added(())

    def version(self, version: str) -> WorkMaster | None:
        """Return the version, or None when there is none of that name."""
        return next((item for item in self.versions if item.version == version), None)

    def lifecycle(self, version: str) -> WorkMasterLifecycle:
        """Return where a version stands; one of before versions had a life is a draft or approved.

        Its author is then nobody, as with what the installation brought in.
        """
        known = next((item for item in self.lifecycles if item.version == version), None)
        if known is not None:
            return known
        master = self.version(version)
        approved = master is not None and master.approved
        state = WorkMasterState.APPROVED if approved else WorkMasterState.DRAFT
        return WorkMasterLifecycle(version=version, state=state)

    def effective(self, time: datetime) -> WorkMaster | None:
        """Return the newest version that is approved and in effect at the time."""
        found = [item for item in self.versions if self.lifecycle(item.version).effective(time)]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDirectiveRecord:
    """The frozen, scaled copy of the WorkMaster that one job order executes."""

    work_directive: WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A controlled document: its revisions, oldest first; the last one is in force."""

    document_id: str
    revisions: tuple[DocumentRevision, ...]

    @property
    def in_force(self) -> DocumentRevision:
        """The revision that is read and mounted now."""
        return self.revisions[-1]
