"""Commands about materials: lots, containers, tests, substitution."""

from dataclasses import dataclass

from models.execution.principal import Identity
from models.isa95.material import Disposition, MaterialLot, MaterialSublot
from models.isa95.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMaterialLot:
    """Take a lot with its containers into the plant; it arrives in quarantine."""

    lot: MaterialLot
    sublots: tuple[MaterialSublot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLotDisposition:
    """Decide, as the quality unit, whether a lot may be used."""

    material_lot_id: str
    disposition: Disposition
    status: str
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseLotRejection:
    """Bring a rejected lot back into quarantine; it takes two people of the quality unit."""

    material_lot_id: str
    reason: str
    identity: Identity
    second: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTestResult:
    """Put a laboratory result of a lot on record; outside of its limits it is an OOS."""

    material_lot_id: str
    test_id: str
    value: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveSublot:
    """Move a container to a storage location, such as the station where it is staged."""

    material_sublot_id: str
    storage_location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProducedUnit:
    """Put a unit of the produced lot (case, pallet) on record as it leaves the line."""

    station: str
    material_sublot_id: str
    quantity: Quantity
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSubstitution:
    """Ask to use another material in place of the one that the step names."""

    station: str
    material_definition_id: str
    substitute_id: str
    reason: str
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveSubstitution:
    """Approve a substitution that was asked for, as the quality unit."""

    job_order_id: str
    substitution_id: str
    reason: str
    identity: Identity
