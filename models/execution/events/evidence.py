"""Events that hold what was measured, scanned, entered and attached."""

from dataclasses import dataclass

from models.added import added
from models.execution.signature import Signature
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source
from models.tag_value import TagValue


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialIdentified:
    """A container was scanned and is the right one.

    ``tares`` are those that the scales of the station showed then; ``substitute_for`` is the
    material of the step that this one stands in for, after an approval.
    """

    job_order_id: str
    step_id: str
    material_definition_id: str
    material_lot_id: str
    material_sublot_id: str
    person_id: str
    tares: tuple[TagValue, ...] = added(())
    substitute_for: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightCaptured:
    """A weight within tolerance was taken from an instrument.

    ``reading`` is the reading as the device gave it; ``quantity`` the same in the unit of the
    specification. ``partial`` when more of the material follows from another container; ``target``
    is what was asked for in all, with potency compensation, had it come from this lot alone;
    ``substitute_for`` is the material that this one stands in for.
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
    partial: bool = added(default=False)
    tare: Quantity | None = added(None)
    target: Quantity | None = added(None)
    substitute_for: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecorded:
    """A required value is on record, with its provenance.

    ``sample`` when it is one of several that the plan of an in-process check asks for.
    """

    job_order_id: str
    step_id: str
    evidence_id: str
    value: str
    unit: str
    source: Source
    person_id: str
    instrument_id: str | None = None
    reading: TagValue | None = None
    sample: bool = added(default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceCorrected:
    """A value on record was corrected; the original stays.

    ``evidence_id`` is that of the value; of a weight, it is the container that was drawn from.
    """

    job_order_id: str
    step_id: str
    evidence_id: str
    original: str
    value: str
    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttached:
    """A file belongs to a piece of evidence; its SHA-256 finds and proves it."""

    job_order_id: str
    step_id: str
    evidence_id: str
    file_name: str
    media_type: str
    sha256: str
    size: int
    person_id: str
