"""Events: everything that can become true, in the past tense.

The class names are the stable types under which the log keeps them; see ``codec``.
"""

from dataclasses import dataclass
from datetime import datetime

from models.execution.commands import ExceptionDisposition
from models.execution.outcome import Refusal
from models.execution.signature import Signature
from models.isa95.equipment import Equipment
from models.isa95.equipment_event import EquipmentEvent
from models.isa95.material import Disposition, MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source, WorkMaster
from models.tag_value import TagValue

# -- master data -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentDefined:
    """A role in the hierarchy was described."""

    equipment: Equipment


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalAssetDefined:
    """An instrument or a machine was described."""

    physical_asset: PhysicalAsset


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDefinitionDefined:
    """A material was described."""

    material_definition: MaterialDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLotDefined:
    """A lot came to be known."""

    material_lot: MaterialLot


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLotListed:
    """A lot was added to the lots of its material."""

    material_definition_id: str
    material_lot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotDefined:
    """A container came to be known."""

    material_sublot: MaterialSublot


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotListed:
    """A container was added to the containers of its lot."""

    material_lot_id: str
    material_sublot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDefined:
    """A person and the person's qualifications were described."""

    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterDefined:
    """A version of a WorkMaster came to be known."""

    work_master: WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRecorded:
    """An instrument was calibrated."""

    physical_asset_id: str
    due_time: datetime
    certificate: str


# -- job orders ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDirectiveCopied:
    """The WorkMaster version that a job order executes was copied, scaled, and frozen."""

    job_order_id: str
    work_directive: WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderStored:
    """A job order was accepted; ``step_ids`` are its steps in their order."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderAllowedToStart:
    """Work on the job order may begin."""

    job_order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderRunBegan:
    """The first step of the job order began."""

    job_order_id: str


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


# -- stations --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSessionOpened:
    """A person took a station for a job order."""

    station: str
    job_order_id: str
    person_id: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSessionClosed:
    """The person left the station."""

    station: str


# -- steps -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBecameReady:
    """All that comes before the step is finished."""

    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBegan:
    """A person began a step at a station."""

    job_order_id: str
    step_id: str
    station: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialIdentified:
    """A container was scanned and is the right one."""

    job_order_id: str
    step_id: str
    material_definition_id: str
    material_lot_id: str
    material_sublot_id: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightCaptured:
    """A weight within tolerance was taken from an instrument.

    ``reading`` is the reading as the device gave it; ``quantity`` the same in the unit of the
    specification.
    """

    job_order_id: str
    step_id: str
    material_definition_id: str
    material_lot_id: str
    material_sublot_id: str
    quantity: Quantity
    instrument_id: str
    reading: TagValue
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotDrawn:
    """An amount was taken out of a container."""

    material_sublot_id: str
    material_lot_id: str
    quantity: Quantity
    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecorded:
    """A required value is on record, with its provenance."""

    job_order_id: str
    step_id: str
    evidence_id: str
    value: str
    unit: str
    source: Source
    person_id: str
    instrument_id: str | None = None
    reading: TagValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCompleted:
    """The person at the station declared the step complete."""

    job_order_id: str
    step_id: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepVerified:
    """Another person signed for the step."""

    job_order_id: str
    step_id: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class StepClosed:
    """Nothing about the step can change any more."""

    job_order_id: str
    step_id: str


# -- exceptions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionOpened:
    """Something is not as it should be; release waits until it is dispositioned.

    ``kind`` is the refusal code that opened it, or ``deviation`` when a person did. ``withheld``
    is what would have gone on record without it: accepting the exception puts it there.
    """

    job_order_id: str
    exception_id: str
    kind: str
    description: str
    step_id: str | None = None
    person_id: str | None = None
    withheld: WeightCaptured | EvidenceRecorded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDispositioned:
    """It was decided, and signed, what is done about an exception."""

    job_order_id: str
    exception_id: str
    disposition: ExceptionDisposition
    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLotDispositionChanged:
    """A lot got another disposition."""

    material_lot_id: str
    disposition: Disposition
    status: str


# -- equipment and attempts ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentEventRecorded:
    """A device did something notifiable."""

    event: EquipmentEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    """A command was understood and permitted, and stopped.

    ``seen`` are the streams with their versions that the gates looked at, ``live`` the readings:
    together with the log they replay the verdict offline.
    """

    account: str
    command: str
    arguments: str
    refusals: tuple[Refusal, ...]
    seen: tuple[tuple[str, int], ...]
    live: tuple[TagValue, ...] = ()
    job_order_id: str | None = None
    step_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandDenied:
    """A command was asked for by somebody whose it is not."""

    account: str
    command: str
    arguments: str
    code: str
    reason: str


Event = (
    EquipmentDefined
    | PhysicalAssetDefined
    | MaterialDefinitionDefined
    | MaterialLotDefined
    | MaterialLotListed
    | MaterialSublotDefined
    | MaterialSublotListed
    | PersonDefined
    | WorkMasterDefined
    | CalibrationRecorded
    | WorkDirectiveCopied
    | JobOrderStored
    | JobOrderAllowedToStart
    | JobOrderRunBegan
    | JobOrderReleased
    | JobOrderAborted
    | StationSessionOpened
    | StationSessionClosed
    | StepBecameReady
    | StepBegan
    | MaterialIdentified
    | WeightCaptured
    | MaterialSublotDrawn
    | EvidenceRecorded
    | StepCompleted
    | StepVerified
    | StepClosed
    | ExceptionOpened
    | ExceptionDispositioned
    | MaterialLotDispositionChanged
    | EquipmentEventRecorded
    | CommandRefused
    | CommandDenied
)
"""All events. ``evolve`` has one case for each."""
