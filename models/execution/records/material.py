"""Records of materials, lots and containers."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.isa95.material import MaterialDefinition, MaterialLot
from models.isa95.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDefinitionRecord:
    """A material and the lots of it that are known."""

    material_definition: MaterialDefinition
    material_lots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """A laboratory result of a lot; a later one of the same test replaces it."""

    test_id: str
    value: str
    unit: str
    passed: bool
    time: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLotRecord:
    """A lot as it is now, as it was described, and its containers.

    ``job_order_id`` is the job order that makes it; empty for a lot that was received.
    """

    material_lot: MaterialLot
    material_sublots: tuple[str, ...] = ()
    test_results: tuple[TestResult, ...] = added(())
    job_order_id: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotRecord:
    """A container: what it held at first and what is left in it.

    ``held`` says why it may not be used, whatever its lot; empty when it may. ``held_by`` are the
    exceptions that hold it, ``drawn_by`` the job orders that drew from it.
    """

    material_sublot_id: str
    material_lot_id: str
    original: Quantity
    remaining: Quantity
    storage_location: str = ""
    held: str = added("")
    drawn_by: tuple[str, ...] = added(())
    held_by: tuple[str, ...] = added(())
