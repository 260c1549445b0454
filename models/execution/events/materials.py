"""Events of lots, containers and their use."""

from dataclasses import dataclass
from decimal import Decimal

from models.added import added
from models.execution.signature import Signature
from models.isa95.material import Disposition
from models.isa95.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotDrawn:
    """An amount was taken out of a container."""

    material_sublot_id: str
    material_lot_id: str
    quantity: Quantity
    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotCorrected:
    """What was taken out of a container was corrected; ``difference`` is how much more it was."""

    material_sublot_id: str
    material_lot_id: str
    difference: Quantity
    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialLotDispositionChanged:
    """A lot got another disposition."""

    material_lot_id: str
    disposition: Disposition
    status: str
    reason: str = added("")
    signature: Signature | None = added(None)
    second: Signature | None = added(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResultRecorded:
    """The laboratory measured a property of a lot."""

    material_lot_id: str
    test_id: str
    value: str
    unit: str
    passed: bool
    reference: str = ""
    person_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotMoved:
    """A container stands somewhere else."""

    material_sublot_id: str
    storage_location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotHeld:
    """A container or a produced unit may not be used; ``reason`` says which check failed.

    ``exception_id`` is the exception whose disposition may free it; empty where there is none.
    """

    material_sublot_id: str
    reason: str
    exception_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSublotFreed:
    """The exception that held a produced unit was accepted; others may still hold it."""

    material_sublot_id: str
    exception_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducedUnitRecorded:
    """A unit of the produced lot left the line."""

    job_order_id: str
    step_id: str
    station: str
    material_sublot_id: str
    quantity: Quantity
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstitutionRequested:
    """Somebody asked to use another material in place of the one that the step names.

    ``factor`` times the amount of the other is equivalent.
    """

    job_order_id: str
    step_id: str
    substitution_id: str
    material_definition_id: str
    substitute_id: str
    reason: str
    person_id: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstitutionApproved:
    """The quality unit approved a substitution."""

    job_order_id: str
    substitution_id: str
    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldVarianceRecorded:
    """More than the bill of material allows was consumed, with approval."""

    job_order_id: str
    step_id: str
    material_definition_id: str
    consumed: Quantity
    allowed: Quantity
