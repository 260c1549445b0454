"""Views of master data: what the gates look at before a version is ordered, signed or retired."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.execution import records as r
from models.execution.snapshot import Snapshot
from models.execution.views import SignerView
from models.isa95.quantity import Quantity
from models.isa95.work_definition import WorkMaster, WorkMasterState


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One version of a WorkMaster, and where it stands; None where there is none."""

    wanted: str
    master: WorkMaster | None
    lifecycle: r.WorkMasterLifecycle | None
    snapshot: Snapshot

    @property
    def name(self) -> str:
        """Name the version for people."""
        if self.master is None:
            return self.wanted
        return f"{self.master.work_master_id} version {self.master.version}"

    @property
    def time(self) -> datetime:
        """The moment of the decision."""
        return self.snapshot.time


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedView(VersionView):
    """A version that a job order wants, and how much of it."""

    job_order_id: str
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleView(VersionView):
    """A version that somebody is about to sign for, and the state that it must be in.

    ``needed`` is None where any state but the last will do.
    """

    signer: SignerView
    needed: WorkMasterState | None


def version_view(work_master_id: str, version: str, snapshot: Snapshot) -> VersionView:
    """Return the version that a command names."""
    record = snapshot.work_master(work_master_id)
    master = record.version(version) if record else None
    lifecycle = record.lifecycle(version) if record and master else None
    return VersionView(
        wanted=f"{work_master_id} version {version}",
        master=master,
        lifecycle=lifecycle,
        snapshot=snapshot,
    )


def ordered_version(work_master_id: str, version: str | None, snapshot: Snapshot) -> VersionView:
    """Return the version that a job order would execute: the one it names, or the newest good one.

    Without any that is approved and in effect, it is the newest that comes closest, so that the
    refusal says what is missing.
    """
    if version:
        return version_view(work_master_id, version, snapshot)
    record = snapshot.work_master(work_master_id)
    if record is None:
        return VersionView(wanted=work_master_id, master=None, lifecycle=None, snapshot=snapshot)
    approved = [item for item in record.versions if item.approved]
    best = record.effective(snapshot.time) or (approved or list(record.versions))[-1]
    return version_view(work_master_id, best.version, snapshot)


def documents_of(master: WorkMaster) -> Iterator[tuple[str, str]]:
    """Yield document and revision of each instruction, and of the label."""
    for step in master.steps:
        if step.instruction.document_id:
            yield step.instruction.document_id, step.instruction.revision
    if master.label:
        yield master.label_document
