"""Events of job orders as a whole."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.execution.signature import Signature
from models.isa95.quantity import Quantity
from models.isa95.work_definition import WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDirectiveCopied:
    """The WorkMaster version that a job order executes was copied, scaled, and frozen."""

    job_order_id: str
    work_directive: WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderStored:
    """A job order was accepted; ``step_ids`` are its steps in their order.

    ``part_of`` is the job order that was split into this one and others, ``stations`` are those
    at which alone its steps may be performed.
    """

    job_order_id: str
    work_master_id: str
    work_master_version: str
    material_definition_id: str
    material_lot_id: str
    quantity: Quantity
    step_ids: tuple[str, ...]
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    priority: int | None = None
    operations_schedule_id: str = ""
    erp_reference: tuple[tuple[str, str], ...] = ()
    lot_allocations: tuple[tuple[str, str], ...] = ()
    part_of: str = added("")
    remark: str = added("")
    stations: tuple[str, ...] = added(())


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderUpdated:
    """Something else is asked of the job order than before; its work has not begun.

    ``step_ids`` are its steps in their order, of the WorkMaster copy that it executes now.
    """

    job_order_id: str
    work_master_id: str
    work_master_version: str
    quantity: Quantity
    step_ids: tuple[str, ...]
    planned_start: datetime | None
    planned_end: datetime | None
    priority: int | None
    lot_allocations: tuple[tuple[str, str], ...]
    stations: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderAllowedToStart:
    """Work on the job order may begin."""

    job_order_id: str
    remark: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderStartRevoked:
    """Work on the job order may not begin any more."""

    job_order_id: str
    remark: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderCancelled:
    """The job order was taken back before any work had begun."""

    job_order_id: str
    reason: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderCleared:
    """The job order is over and was taken off the lists."""

    job_order_id: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderStopped:
    """The job order was ended early; it is not complete."""

    job_order_id: str
    reason: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderSplit:
    """The job order became several; none of its own work will be done."""

    job_order_id: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderPartEnded:
    """A part of the job order that was split has been released, or given up."""

    job_order_id: str
    part_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderRunBegan:
    """The first step of the job order began."""

    job_order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderPaused:
    """The job order is held. Without a signature, a rule or a device held it.

    ``deliberate`` when an account asked for it without a signature.
    """

    job_order_id: str
    reason: str
    signature: Signature | None = None
    deliberate: bool = added(default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderResumed:
    """The job order goes on where it was."""

    job_order_id: str
    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderReleased:
    """The quality unit released what was produced, and the job order ended."""

    job_order_id: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderAborted:
    """The job order was given up."""

    job_order_id: str
    reason: str
    signature: Signature
