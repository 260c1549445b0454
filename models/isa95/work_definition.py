"""Work definitions: the WorkMaster (master batch record) and its steps (ISA-95 Part 4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum, unique

from models.added import added
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


@unique
class WorkMasterState(Enum):
    """The life of a version of a WorkMaster; only an approved and effective one is executed."""

    DRAFT = "Draft"
    REVIEWED = "Reviewed"
    APPROVED = "Approved"
    RETIRED = "Retired"


@unique
class PrerequisiteKind(Enum):
    """What must be true of a packaging line before it starts (21 CFR 211.130, 111.410)."""

    LINE_CLEARED = "line-cleared"
    LABEL_VERIFIED = "label-verified"
    CODE_VERIFIED = "code-verified"
    DEVICE_VERIFIED = "device-verified"
    COMPONENTS_STAGED = "components-staged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What the operator reads, and the document revision that it stands in.

    With ``read_confirmation`` the person confirms, before the work, to have read that revision.
    """

    text: str
    document_id: str = ""
    revision: str = ""
    read_confirmation: bool = added(False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSpecification:
    """A material that a step consumes, weighed within its tolerance.

    ``below`` and ``above`` are how far the weighed amount may lie from ``quantity``, in its
    unit. ``instrument_class`` names the class of scale that must be used. ``maximum`` is the
    most that the job order may consume of it in all (over-consumption). ``nominal_potency`` in
    percent asks for compensation: more of a weaker lot, less of a stronger one, and
    ``compensates_for`` names the actives whose difference this filler takes up.
    """

    material_definition_id: str
    quantity: Quantity
    below: Quantity
    above: Quantity
    instrument_class: str
    maximum: Quantity | None = added(None)
    nominal_potency: Decimal | None = added(None)
    compensates_for: tuple[str, ...] = added(())


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSpecification:
    """A value that must be on record before the step is complete.

    ``sources`` are the provenances that are accepted. For a device value, ``measurement``
    names the measurement of a physical asset at the station. ``lower`` and ``upper`` bound a
    number, ``expected`` is the only acceptable text or boolean (``{lot}`` in it stands for the
    lot that is produced), ``instrument_class`` asks for a calibrated instrument beside a manual
    reading. ``attachment`` asks for a file (photo, chromatogram) with it. With ``in_proportion``
    the limits grow with the batch, as a count of pieces does.
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
    attachment: bool = added(False)
    in_proportion: bool = added(False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prerequisite:
    """One thing that must be true before a step starts.

    ``evidence_id`` names the value of an earlier step that proves a label or a code,
    ``physical_asset_class`` the device that must have been verified (metal detector,
    checkweigher), ``materials`` the components that must stand at the station.
    """

    kind: PrerequisiteKind
    evidence_id: str = ""
    physical_asset_class: str = ""
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentCondition:
    """A reading of the room that must lie within limits before a step starts.

    ``measurement`` is one of a physical asset at the station (room pressure, humidity).
    """

    measurement: str
    unit: str
    lower: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchRule:
    """Where the work goes on after a step, by the value of one of its pieces of evidence.

    It applies when the number lies within ``lower`` and ``upper``, or the text or boolean is
    ``equals``. ``next_step_id`` is the step to go to: a later one leaves out those between, an
    earlier one is a rework loop that may be entered ``limit`` times. Empty, an exception is
    opened instead. The first rule that applies counts; with none, the next step follows.
    """

    evidence_id: str
    lower: Decimal | None = None
    upper: Decimal | None = None
    equals: str | None = None
    next_step_id: str = ""
    limit: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTerm:
    """One evidence value of a balance, added or subtracted."""

    evidence_id: str
    sign: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A reconciliation: a sum of evidence values that must lie within limits.

    Labels (21 CFR 211.125): issued - used - damaged - returned, within 0 and 0. Yield
    (21 CFR 111.260(f), 211.103): produced, with ``percent_of`` the theoretical amount, within 95
    and 101. ``unit`` is that of the sum, ``%`` with ``percent_of``.
    """

    balance_id: str
    description: str
    terms: tuple[BalanceTerm, ...]
    unit: str
    lower: Decimal
    upper: Decimal
    percent_of: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlan:
    """An in-process check that is repeated: how often, and which of its runs are a signal.

    ``size`` values of ``evidence_id`` at least every ``every_min`` minutes; ``nelson_rules`` are
    the numbers of the rules (L. S. Nelson, 1984) whose violation opens an exception, judged
    against ``mean`` and ``sigma``.
    """

    evidence_id: str
    size: int
    mean: Decimal
    sigma: Decimal
    every_min: float | None = None
    nelson_rules: tuple[int, ...] = (1,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseParameter:
    """A value that is handed to an equipment phase before it is started."""

    name: str
    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSpecification:
    """The equipment phase that a step runs on its equipment (ISA-88 Part 1, 5.1.2).

    The step can't be complete before the equipment itself has reported this phase complete.
    """

    name: str
    parameters: tuple[PhaseParameter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpecification:
    """One step of a WorkMaster, performed at a work unit of an equipment class.

    Steps are performed in the order of the WorkMaster unless ``branches`` lead elsewhere. A step
    with ``verification`` is finished only when another qualified person has verified it;
    ``two_person_window_s`` asks for two signatures within that many seconds while it runs.
    ``minimum_capacity`` is what the equipment must hold at least,
    ``must_be_clean`` asks for clean equipment. ``clears_line`` makes its completion a line
    clearance; ``overridable`` are the refusal codes that two people may override, with a reason.
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
    personnel_classes: tuple[str, ...] = added(())
    minimum_capacity: Quantity | None = added(None)
    must_be_clean: bool = added(False)
    clears_line: bool = added(False)
    two_person_window_s: float | None = added(None)
    environment: tuple[EnvironmentCondition, ...] = added(())
    prerequisites: tuple[Prerequisite, ...] = added(())
    branches: tuple[BranchRule, ...] = added(())
    balances: tuple[Balance, ...] = added(())
    sample_plans: tuple[SamplePlan, ...] = added(())
    overridable: tuple[str, ...] = added(())
    phase: PhaseSpecification | None = added(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMasterParameter:
    """A value that the WorkMaster hands to the equipment or to its reader (ISA-95 Parameter)."""

    parameter_id: str
    value: str
    unit: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionPolicy:
    """How grave an exception of one kind is: who may disposition it follows from that.

    ``kind`` is a refusal code or the kind of exception; ``severity`` minor, major or critical.
    """

    kind: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MicroTolerance:
    """The rule for amounts that are small: nothing up to ``up_to`` is weighed less exactly.

    ``percent`` of the amount is the widest tolerance, whatever the material itself allows; a
    batch that is scaled down makes more materials small.
    """

    up_to: Quantity
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMaster:
    """One version of a master batch record: how ``quantity`` of the product is made.

    ``label`` is the document revision of the label that the product carries, written
    ``document/revision``. The lot that was made is released only when ``release_tests`` of its
    material have passed. ``effective_from`` and ``effective_until`` are what its author asks
    for; the approval decides. ``approved`` is set by the approval and by nothing else, and is no
    part of the content that is reviewed and signed.
    """

    work_master_id: str
    version: str
    description: str
    material_definition_id: str
    quantity: Quantity
    steps: tuple[StepSpecification, ...]
    approved: bool = False
    parameters: tuple[WorkMasterParameter, ...] = added(())
    label: str = added("")
    release_tests: tuple[str, ...] = added(())
    exception_policies: tuple[ExceptionPolicy, ...] = added(())
    effective_from: datetime | None = added(None)
    effective_until: datetime | None = added(None)
    micro: MicroTolerance | None = added(None)

    @property
    def content(self) -> "WorkMaster":
        """The version without what approval adds: the same from its draft to its retirement."""
        return replace(self, approved=False)

    @property
    def label_document(self) -> tuple[str, str]:
        """The document and the revision of the label; two empty texts without one."""
        document_id, _, revision = self.label.partition("/")
        return document_id, revision

    def step(self, step_id: str) -> StepSpecification | None:
        """Return the step of that id, or None."""
        return next((step for step in self.steps if step.step_id == step_id), None)
