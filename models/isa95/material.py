"""Material: definitions, lots, sublots and their tests (ISA-95 Part 2, material model)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, unique

from models.added import added
from models.isa95.quantity import Quantity


@unique
class Disposition(Enum):
    """Whether a lot may be used (B2MML V0701, Disposition1Type)."""

    PLANNED = "Planned"
    IN_PROCESS = "In-Process"
    RESTRICTED = "Restricted"
    UNRESTRICTED = "UnRestricted"
    CLOSED = "Closed"


@unique
class IssuePolicy(Enum):
    """Which of the usable lots of a material is to be taken next."""

    ANY = "any"
    FEFO = "fefo"
    FIFO = "fifo"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialTestSpecification:
    """A property of a lot that the laboratory measures (ISA-95 material test specification).

    ``lower`` and ``upper`` bound a result in ``unit``; a result outside is out of specification.
    """

    test_id: str
    description: str
    unit: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """A material that may stand in for another: ``factor`` times the amount of it is equivalent."""

    material_definition_id: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDefinition:
    """What a material is; ``unit`` is its unit of stock.

    ``allergens`` are those that it brings onto a line. All ``tests`` must have
    passed before a lot of it is released. ``substitutes`` are equivalent materials, which need
    an approval each time. ``hazards`` are the GHS statements that its labels carry, such as
    ``H319 Causes serious eye irritation``.
    """

    material_definition_id: str
    description: str
    unit: str
    material_classes: tuple[str, ...] = ()
    allergens: tuple[str, ...] = added(())
    issue_policy: IssuePolicy = added(IssuePolicy.ANY)
    tests: tuple[MaterialTestSpecification, ...] = added(())
    substitutes: tuple[Substitute, ...] = added(())
    hazards: tuple[str, ...] = added(())


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLot:
    """An identified amount of one material that shares its disposition and its expiry.

    ``status`` is the plant's own word beside the disposition: quarantine, rejected, released.
    ``potency`` is the assay of the active in percent of the label claim; ``received_time`` is
    what FIFO goes by.
    """

    material_lot_id: str
    material_definition_id: str
    disposition: Disposition
    status: str = ""
    expiration_time: datetime | None = None
    potency: Decimal | None = added(None)
    received_time: datetime | None = added(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublot:
    """A container: the part of a lot that is scanned, moved and drawn from."""

    material_sublot_id: str
    material_lot_id: str
    quantity: Quantity
    storage_location: str = ""
