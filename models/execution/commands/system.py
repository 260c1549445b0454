"""Commands of the installation itself: master data, devices, and what nobody may do."""

from dataclasses import dataclass

from models.execution.phase_state import PhaseState
from models.execution.principal import Account
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Equipment
from models.isa95.equipment_event import EquipmentEvent
from models.isa95.material import MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.work_definition import WorkMaster

MasterDatum = (
    Account
    | Equipment
    | PhysicalAsset
    | MaterialDefinition
    | MaterialLot
    | MaterialSublot
    | Person
    | DocumentRevision
    | WorkMaster
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineMasterData:
    """Bring the plant's description into the record; only the installation itself may."""

    items: tuple[MasterDatum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEquipmentEvent:
    """Put on record what a mapping concluded from a device."""

    event: EquipmentEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPhaseState:
    """Put on record what the equipment says of the phase that a step runs.

    ``iteration`` is the pass of the step that the phase belongs to; ``reason`` says why a phase
    is held: what the controller answered, or that it did not answer.
    """

    equipment_id: str
    job_order_id: str
    step_id: str
    iteration: int
    state: PhaseState
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteVariable:
    """Write a variable from outside. It is always denied: the record has no writable values."""

    node: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFailedLogin:
    """Put on record that somebody gave a wrong password; five in a row lock the account.

    ``door`` is the face at which it happened. An account that nobody has is not on record here.
    """

    account: str
    door: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLogin:
    """Put on record that the right password came after wrong ones, which count no more."""

    account: str
    door: str
