"""Material: definitions, lots and sublots (ISA-95 Part 2, material model)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from models.isa95.quantity import Quantity


@unique
class Disposition(Enum):
    """Whether a lot may be used (B2MML V0701, Disposition1Type)."""

    PLANNED = "Planned"
    IN_PROCESS = "In-Process"
    RESTRICTED = "Restricted"
    UNRESTRICTED = "UnRestricted"
    CLOSED = "Closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDefinition:
    """What a material is; ``unit`` is its unit of stock."""

    material_definition_id: str
    description: str
    unit: str
    material_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLot:
    """An identified amount of one material that shares its disposition and its expiry.

    ``status`` is the plant's own word beside the disposition: quarantine, rejected, released.
    """

    material_lot_id: str
    material_definition_id: str
    disposition: Disposition
    status: str = ""
    expiration_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublot:
    """A container: the part of a lot that is scanned, moved and drawn from."""

    material_sublot_id: str
    material_lot_id: str
    quantity: Quantity
    storage_location: str = ""
