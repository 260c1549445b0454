"""Records of job orders, their steps and what is on record of them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from models.added import added
from models.execution.job_order_state import JobOrderState
from models.execution.phase_state import PhaseState
from models.execution.records.exceptions import ExceptionRecord
from models.execution.signature import Signature
from models.execution.step_state import StepState
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source
from models.tag_value import TagValue

_AT_WORK: Final = (StepState.IN_PROGRESS, StepState.HELD, StepState.EXCEPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedMaterial:
    """The container that was scanned and waits to be weighed.

    ``tares`` are those that the scales of the station showed then; ``substitute_for`` is the
    material that this one stands in for.
    """

    material_definition_id: str
    material_lot_id: str
    material_sublot_id: str
    tares: tuple[TagValue, ...] = added(())
    substitute_for: str = added("")

    @property
    def required_id(self) -> str:
        """The material of the specification that this will fulfil."""
        return self.substitute_for or self.material_definition_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A value that was corrected: what it was and where from, who corrected it, and why."""

    original: str
    reason: str
    signature: Signature
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumedMaterial:
    """What was weighed into the job order.

    ``partial`` when more of the material followed from another container; ``tare`` is what the
    scale had tared then, ``target`` what was asked for in all had it come from this lot alone;
    ``substitute_for`` is the material that this one stood in for.
    """

    material_definition_id: str
    material_lot_id: str
    material_sublot_id: str
    quantity: Quantity
    instrument_id: str
    person_id: str
    time: datetime
    partial: bool = added(default=False)
    tare: Quantity | None = added(None)
    target: Quantity | None = added(None)
    substitute_for: str = added("")
    corrections: tuple[Correction, ...] = added(())

    @property
    def required_id(self) -> str:
        """The material of the specification that this fulfils."""
        return self.substitute_for or self.material_definition_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to a piece of evidence."""

    evidence_id: str
    file_name: str
    media_type: str
    sha256: str
    size: int
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A refusal that two people decided not to count, once."""

    code: str
    reason: str
    signature: Signature
    second: Signature
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A value on record."""

    evidence_id: str
    value: str
    unit: str
    source: Source
    person_id: str
    time: datetime
    instrument_id: str | None = None
    corrections: tuple[Correction, ...] = added(())


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """A step of a job order: where it stands, who did what, and what is on record.

    ``iteration`` counts the passes through it from 1; ``active_time`` is when anything last
    happened on it. ``samples`` are all values of evidence with a sample plan, oldest first.
    ``phase_state`` is what the equipment last said of the phase that the step runs.
    """

    step_id: str
    state: StepState = StepState.PLANNED
    station: str | None = None
    performers: tuple[str, ...] = ()
    start_time: datetime | None = None
    end_time: datetime | None = None
    identified: IdentifiedMaterial | None = None
    consumed: tuple[ConsumedMaterial, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    verification: Signature | None = None
    iteration: int = added(1)
    active_time: datetime | None = added(None)
    held_reason: str = added("")
    instruction_readers: tuple[str, ...] = added(())
    confirmations: tuple[Signature, ...] = added(())
    overrides: tuple[Override, ...] = added(())
    attachments: tuple[Attachment, ...] = added(())
    samples: tuple[Evidence, ...] = added(())
    phase_state: PhaseState | None = added(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducedUnit:
    """A unit of the produced lot (case, pallet) and when it left the line."""

    material_sublot_id: str
    quantity: Quantity
    station: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """A material that somebody asked to use in place of another; approved when signed.

    ``factor`` times the amount of the other is equivalent, by the definition when it was asked.
    """

    substitution_id: str
    step_id: str
    material_definition_id: str
    substitute_id: str
    reason: str
    person_id: str
    factor: Decimal = Decimal(1)
    approval: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderRecord:
    """A job order with its steps and exceptions.

    ``part_of`` is the job order that was split into this one and others; ``parts`` are those that
    this one was split into, ``ended_parts`` the ones of them that were released or given up.
    ``earlier_passes`` are the passes through steps that were reopened since, oldest first.
    ``stations`` are those at which alone steps may be performed. ``deliberate_hold`` when a
    person, and no rule or device, held it; ``cancelled`` when it was taken back before work.
    """

    job_order_id: str
    work_master_id: str
    work_master_version: str
    material_definition_id: str
    material_lot_id: str
    quantity: Quantity
    state: JobOrderState
    steps: tuple[StepRecord, ...]
    exceptions: tuple[ExceptionRecord, ...] = ()
    stored_time: datetime | None = None
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    priority: int | None = None
    operations_schedule_id: str = ""
    erp_reference: tuple[tuple[str, str], ...] = ()
    lot_allocations: tuple[tuple[str, str], ...] = ()
    start_time: datetime | None = None
    end_time: datetime | None = None
    release: Signature | None = None
    abort_reason: str = ""

    held_reason: str = added("")
    part_of: str = added("")
    parts: tuple[str, ...] = added(())
    ended_parts: tuple[str, ...] = added(())
    earlier_passes: tuple[StepRecord, ...] = added(())
    units: tuple[ProducedUnit, ...] = added(())
    substitutions: tuple[Substitution, ...] = added(())
    held_time: datetime | None = added(None)
    stations: tuple[str, ...] = added(())
    deliberate_hold: bool = added(default=False)
    stop_reason: str = added("")
    cancelled: bool = added(default=False)
    cleared_time: datetime | None = added(None)

    @property
    def ended_early(self) -> str:
        """Why it was given up, stopped or taken back; empty when it was not."""
        return self.abort_reason or self.stop_reason

    @property
    def is_listed(self) -> bool:
        """Whether it stands on the lists of job orders: cancelled and cleared ones do not."""
        return not self.cancelled and self.cleared_time is None

    @property
    def next_exception_id(self) -> str:
        """The id that the job order's next exception will have."""
        return f"{self.job_order_id}-E{len(self.exceptions) + 1}"

    def step(self, step_id: str) -> StepRecord | None:
        """Return the step of that id, or None."""
        return next((step for step in self.steps if step.step_id == step_id), None)

    def open_exceptions(self, step_id: str | None = None) -> tuple[ExceptionRecord, ...]:
        """Return the exceptions without a disposition: all, or those that a step waits for."""
        return tuple(
            item
            for item in self.exceptions
            if item.is_open and (step_id is None or (step_id == item.step_id and item.stops_step))
        )

    def step_at(self, station: str) -> StepRecord | None:
        """Return the step that is being worked on, or was last, at the station."""
        here = [step for step in self.steps if step.station == station]
        working = [s for s in here if s.state in _AT_WORK]
        candidates = working or here
        return candidates[-1] if candidates else None

    def passes(self, step_id: str) -> tuple[StepRecord, ...]:
        """Return all passes through the step, the present one last; more than one is rework."""
        earlier = (item for item in self.earlier_passes if item.step_id == step_id)
        present = self.step(step_id)
        return (*earlier, *(() if present is None else (present,)))
