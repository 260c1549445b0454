"""Events of the plant description."""

from dataclasses import dataclass

from models.added import added
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Equipment
from models.isa95.material import MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.work_definition import WorkMaster


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
    """A lot came to be known; ``job_order_id`` is the job order that will make it."""

    material_lot: MaterialLot
    job_order_id: str = added("")


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
class DocumentDefined:
    """A revision of a controlled document is in force; the plant's files say so."""

    revision: DocumentRevision
