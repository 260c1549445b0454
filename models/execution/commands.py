"""Commands: everything that anybody can ask Interlock to do, in the imperative.

Commands about a running step may say which job order and step the caller's screen shows; a
screen that shows another one than the station's is refused (``context-mismatch``), so a stale
screen can't write into the wrong record. Left empty, they mean whatever the station is bound to.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from models.execution.principal import Identity
from models.isa95.equipment import Equipment
from models.isa95.equipment_event import EquipmentEvent
from models.isa95.material import MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source, WorkMaster

MasterDatum = (
    Equipment
    | PhysicalAsset
    | MaterialDefinition
    | MaterialLot
    | MaterialSublot
    | Person
    | WorkMaster
)


@unique
class ExceptionDisposition(Enum):
    """What is done about an exception.

    ``REDO`` and ``ADJUST`` send the step back to work (weigh anew, top up); ``ACCEPT`` lets it
    stand with the deviation on record, which only the quality unit may decide.
    """

    REDO = "Redo"
    ADJUST = "Adjust"
    ACCEPT = "Accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineMasterData:
    """Bring the plant's description into the record; only the installation itself may."""

    items: tuple[MasterDatum, ...]


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
class AbortJobOrder:
    """Give a job order up for good."""

    job_order_id: str
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStationSession:
    """Bind a person, a station and a job order, so that evidence can't go astray."""

    station: str
    job_order_id: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStationSession:
    """Leave the station."""

    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartStep:
    """Begin a step at the station."""

    station: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanMaterial:
    """Identify a container (or, where a lot has one container, the lot) for the running step."""

    station: str
    code: str
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureWeight:
    """Take the weight that the instrument shows now for the material that was scanned."""

    station: str
    instrument_id: str
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureEvidence:
    """Take the value that the device shows now as evidence for the running step."""

    station: str
    evidence_id: str
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvidence:
    """Record a value that a person typed or scanned as evidence for the running step."""

    station: str
    evidence_id: str
    value: str
    source: Source
    instrument_id: str | None = None
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteStep:
    """Declare the running step complete."""

    station: str
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyStep:
    """Sign that the step was seen to be done right, as another person."""

    station: str
    step_id: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeviation:
    """Put on record that something is not as it should be."""

    station: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionException:
    """Decide, with a signature and a reason, what is done about an exception."""

    job_order_id: str
    exception_id: str
    disposition: ExceptionDisposition
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseJobOrder:
    """Release the produced lot, with the quality unit's signature."""

    job_order_id: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCalibration:
    """Put a new calibration of an instrument on record."""

    physical_asset_id: str
    due_time: datetime
    certificate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEquipmentEvent:
    """Put on record what a mapping concluded from a device."""

    event: EquipmentEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteVariable:
    """Write a variable from outside. It is always denied: the record has no writable values."""

    node: str
    value: str


Command = (
    DefineMasterData
    | StoreJobOrder
    | StartJobOrder
    | AbortJobOrder
    | OpenStationSession
    | CloseStationSession
    | StartStep
    | ScanMaterial
    | CaptureWeight
    | CaptureEvidence
    | RecordEvidence
    | CompleteStep
    | VerifyStep
    | OpenDeviation
    | DispositionException
    | ReleaseJobOrder
    | RecordCalibration
    | RecordEquipmentEvent
    | WriteVariable
)
"""All commands. ``decide`` has one case for each."""
