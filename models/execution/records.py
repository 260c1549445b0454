"""Records: what the log says about one subject now. Each is the state of one stream."""

from dataclasses import dataclass
from datetime import datetime

from models.execution.commands import ExceptionDisposition
from models.execution.events import EvidenceRecorded, WeightCaptured
from models.execution.job_order_state import JobOrderState
from models.execution.signature import Signature
from models.execution.step_state import StepState
from models.isa95.equipment import Equipment
from models.isa95.equipment_event import EquipmentEventKind
from models.isa95.material import MaterialDefinition, MaterialLot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source, WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentRecord:
    """A piece of equipment, and what it last did."""

    equipment: Equipment
    running: EquipmentEventKind | None = None
    running_time: datetime | None = None
    alarm: str = ""
    counts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalAssetRecord:
    """An instrument, as described and with the calibration that counts now."""

    defined: PhysicalAsset
    calibration_due_time: datetime | None
    certificate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDefinitionRecord:
    """A material and the lots of it that are known."""

    material_definition: MaterialDefinition
    material_lots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLotRecord:
    """A lot as it is now, as it was described, and its containers."""

    material_lot: MaterialLot
    material_sublots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotRecord:
    """A container: what it held at first and what is left in it."""

    material_sublot_id: str
    material_lot_id: str
    original: Quantity
    remaining: Quantity
    storage_location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person."""

    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterRecord:
    """All versions of a WorkMaster, oldest first."""

    versions: tuple[WorkMaster, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDirectiveRecord:
    """The frozen, scaled copy of the WorkMaster that one job order executes."""

    work_directive: WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class StationRecord:
    """Who is at the station, and for which job order; all None when nobody is."""

    station: str
    person_id: str | None = None
    account: str | None = None
    job_order_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedMaterial:
    """The container that was scanned and waits to be weighed."""

    material_definition_id: str
    material_lot_id: str
    material_sublot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumedMaterial:
    """What was weighed into the job order."""

    material_definition_id: str
    material_lot_id: str
    material_sublot_id: str
    quantity: Quantity
    instrument_id: str
    person_id: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A value on record."""

    evidence_id: str
    value: str
    unit: str
    source: Source
    person_id: str
    time: datetime
    instrument_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """A step of a job order: where it stands, who did what, and what is on record."""

    step_id: str
    state: StepState = StepState.PLANNED
    station: str | None = None
    performers: tuple[str, ...] = ()
    start_time: datetime | None = None
    end_time: datetime | None = None
    identified: IdentifiedMaterial | None = None
    consumed: tuple[ConsumedMaterial, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    verification: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRecord:
    """An exception; it is open until it has a disposition."""

    exception_id: str
    kind: str
    description: str
    opened_time: datetime
    step_id: str | None = None
    person_id: str | None = None
    disposition: ExceptionDisposition | None = None
    reason: str = ""
    signature: Signature | None = None
    withheld: WeightCaptured | EvidenceRecorded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderRecord:
    """A job order with its steps and exceptions."""

    job_order_id: str
    work_master_id: str
    work_master_version: str
    material_definition_id: str
    material_lot_id: str
    quantity: Quantity
    state: JobOrderState
    steps: tuple[StepRecord, ...]
    exceptions: tuple[ExceptionRecord, ...] = ()
    stored_time: datetime | None = None
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    priority: int | None = None
    operations_schedule_id: str = ""
    erp_reference: tuple[tuple[str, str], ...] = ()
    lot_allocations: tuple[tuple[str, str], ...] = ()
    start_time: datetime | None = None
    end_time: datetime | None = None
    release: Signature | None = None
    abort_reason: str = ""

    def step(self, step_id: str) -> StepRecord | None:
        """Return the step of that id, or None."""
        return next((step for step in self.steps if step.step_id == step_id), None)

    def open_exceptions(self, step_id: str | None = None) -> tuple[ExceptionRecord, ...]:
        """Return the exceptions without a disposition, of one step or of all."""
        return tuple(
            item
            for item in self.exceptions
            if item.disposition is None and step_id in (None, item.step_id)
        )

    def step_at(self, station: str) -> StepRecord | None:
        """Return the step that is being worked on, or was last, at the station."""
        here = [step for step in self.steps if step.station == station]
        working = [s for s in here if s.state in (StepState.IN_PROGRESS, StepState.EXCEPTION)]
        candidates = working or here
        return candidates[-1] if candidates else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptsRecord:
    """How often an account was refused or denied something."""

    account: str
    refused: int = 0
    denied: int = 0


Record = (
    EquipmentRecord
    | PhysicalAssetRecord
    | MaterialDefinitionRecord
    | MaterialLotRecord
    | MaterialSublotRecord
    | PersonRecord
    | WorkMasterRecord
    | WorkDirectiveRecord
    | StationRecord
    | JobOrderRecord
    | AttemptsRecord
)
"""The states of streams; which one a stream has follows from the first word of its name."""
