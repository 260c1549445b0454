"""Work definitions: the WorkMaster (master batch record) and its steps (ISA-95 Part 4)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, unique

from models.isa95.personnel import QualificationRequirement
from models.isa95.quantity import Quantity


@unique
class Source(Enum):
    """Where a recorded value comes from: the provenance that ALCOA+ calls *original*."""

    SCAN = "scan"
    DEVICE = "device"
    SYSTEM = "system"
    MANUAL = "manual"


@unique
class ValueKind(Enum):
    """What a required piece of evidence is."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What the operator reads, and the document revision that it stands in."""

    text: str
    document_id: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSpecification:
    """A material that a step consumes, weighed within its tolerance.

    ``below`` and ``above`` are how far the weighed amount may lie from ``quantity``, in its
    unit. ``instrument_class`` names the class of scale that must be used.
    """

    material_definition_id: str
    quantity: Quantity
    below: Quantity
    above: Quantity
    instrument_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSpecification:
    """A value that must be on record before the step is complete.

    ``sources`` are the provenances that are accepted. For a device value, ``measurement``
    names the measurement of a physical asset at the station. ``lower`` and ``upper`` bound a
    number, ``expected`` is the only acceptable text or boolean, ``instrument_class`` asks for
    a calibrated instrument beside a manual reading.
    """

    evidence_id: str
    description: str
    kind: ValueKind
    sources: tuple[Source, ...]
    unit: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    expected: str | None = None
    measurement: str | None = None
    instrument_class: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpecification:
    """One step of a WorkMaster, performed at a work unit of an equipment class.

    Steps are performed in the order of the WorkMaster. A step with ``verification`` is
    finished only when another qualified person has verified it.
    """

    step_id: str
    description: str
    process_segment_id: str
    equipment_class: str
    instruction: Instruction
    qualifications: tuple[QualificationRequirement, ...] = ()
    materials: tuple[MaterialSpecification, ...] = ()
    evidence: tuple[EvidenceSpecification, ...] = ()
    verification: bool = False
    verifier_qualifications: tuple[QualificationRequirement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMaster:
    """One version of a master batch record: how ``quantity`` of the product is made."""

    work_master_id: str
    version: str
    description: str
    material_definition_id: str
    quantity: Quantity
    steps: tuple[StepSpecification, ...]
    approved: bool = False

    def step(self, step_id: str) -> StepSpecification | None:
        """Return the step of that id, or None."""
        return next((step for step in self.steps if step.step_id == step_id), None)
