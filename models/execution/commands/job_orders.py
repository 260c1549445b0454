"""Commands about job orders as a whole."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.execution.principal import Identity
from models.isa95.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreJobOrder:
    """Store a job order (OPC 10031-4 Store, StoreAndStart), from an ERP or a planner.

    ``material_lot_id`` is the lot (batch) that will be produced, ``lot_allocations`` the lots
    that the ERP has reserved per material, ``erp_reference`` what it wants to see again.
    ``stations`` are those at which alone its steps may be performed; without any, at every
    station of the right class.
    """

    job_order_id: str
    work_master_id: str
    quantity: Quantity
    work_master_version: str | None = None
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    priority: int | None = None
    material_lot_id: str | None = None
    allowed_to_start: bool = False
    operations_schedule_id: str = ""
    erp_reference: tuple[tuple[str, str], ...] = ()
    lot_allocations: tuple[tuple[str, str], ...] = ()
    remark: str = added("")
    stations: tuple[str, ...] = added(())


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateJobOrder:
    """Replace what is asked of a job order that has not begun (OPC 10031-4 Update).

    What it makes and the lot that it makes it into stay; so do reserved lots, plan and stations
    for which nothing is given.
    """

    job_order_id: str
    work_master_id: str
    quantity: Quantity
    work_master_version: str | None = None
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    priority: int | None = None
    lot_allocations: tuple[tuple[str, str], ...] = ()
    stations: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartJobOrder:
    """Allow a stored job order to start; work itself begins with its first step."""

    job_order_id: str
    remark: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeStartJobOrder:
    """Take the permission to start back, before work has begun (OPC 10031-4 RevokeStart)."""

    job_order_id: str
    remark: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelJobOrder:
    """Take back a job order before any work has begun (OPC 10031-4 Cancel); it stays on record."""

    job_order_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearJobOrder:
    """Take a job order that is over off the lists (OPC 10031-4 Clear); it stays on record."""

    job_order_id: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldJobOrder:
    """Hold a running job order at once, without a signature; a signature resumes it."""

    job_order_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopJobOrder:
    """End a job order early (OPC 10031-4 Stop): it is not complete, and its lot stays restricted.

    Nothing is signed, so that stopping is always possible; what becomes of the lot is.
    """

    job_order_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitJobOrder:
    """Make several job orders (partial batches) of one that has not begun.

    ``quantities`` must add up to that of the job order, which ends by being split.
    """

    job_order_id: str
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseJobOrder:
    """Hold a running job order: its step is held, and machines lose their permit."""

    job_order_id: str
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeJobOrder:
    """Let a held job order go on where it was."""

    job_order_id: str
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class AbortJobOrder:
    """Give a job order up for good."""

    job_order_id: str
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseJobOrder:
    """Release the produced lot, with the quality unit's signature."""

    job_order_id: str
    identity: Identity
