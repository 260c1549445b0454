"""Commands about job orders as a whole."""

from dataclasses import dataclass
from datetime import datetime

from models.execution.principal import Identity
from models.isa95.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreJobOrder:
    """Store a job order (OPC 10031-4 Store, StoreAndStart), from an ERP or a planner.

    ``material_lot_id`` is the lot (batch) that will be produced, ``lot_allocations`` the lots
    that the ERP has reserved per material, ``erp_reference`` what it wants to see again.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StartJobOrder:
    """Allow a stored job order to start; work itself begins with its first step."""

    job_order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeStartJobOrder:
    """Take the permission to start back, before work has begun (OPC 10031-4 RevokeStart)."""

    job_order_id: str


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
