"""Review by exception: all of a job order that was not routine, and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from models.execution.dispositions import deciders, possible
from models.execution.events import CommandRefused
from models.execution.exception_kinds import kind_of
from models.execution.records import (
    Correction,
    ExceptionRecord,
    JobOrderRecord,
    StepRecord,
    Substitution,
)
from models.execution.routing import rework_target
from models.isa95.work_definition import Source, WorkMaster

_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedException:
    """An exception as the quality unit reads it.

    ``decided_by`` is empty while nobody has; ``possible`` are the dispositions that lead
    somewhere now, each with the roles that may decide so (none for a settled one).
    """

    exception_id: str
    kind: str
    exception_class: str
    severity: str
    step_id: str
    description: str
    opened_time: datetime
    is_open: bool
    disposition: str
    decided_by: str
    reason: str
    corrective_actions: tuple[str, ...]
    possible: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedOverride:
    """A refusal that two people let not count."""

    step_id: str
    code: str
    reason: str
    signed_by: tuple[str, str]
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedCorrection:
    """A value that was corrected: what it was, and what it became."""

    step_id: str
    evidence_id: str
    original: str
    original_source: Source
    value: str
    reason: str
    person_id: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How many values of the batch came from where; weights count as the device's."""

    counts: tuple[tuple[Source, int], ...]

    @property
    def manual_percent(self) -> Decimal | None:
        """The share of typed values in percent, to a tenth; None without any value."""
        known = dict(self.counts)
        total = sum(known.values())
        if total == 0:
            return None
        share = Decimal(100 * known.get(Source.MANUAL, 0)) / total
        return share.quantize(_TENTH, ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the quality unit reads before it releases a job order.

    ``refused`` counts the refusals by code; ``routine_steps`` were done once, with nothing in this
    review about them; all others are ``other_steps``.
    """

    job_order_id: str
    exceptions: tuple[ReviewedException, ...]
    overrides: tuple[ReviewedOverride, ...]
    substitutions: tuple[Substitution, ...]
    corrections: tuple[ReviewedCorrection, ...]
    refused: tuple[tuple[str, int], ...]
    provenance: Provenance
    routine_steps: tuple[str, ...]
    other_steps: tuple[str, ...]

    @property
    def open_exceptions(self) -> int:
        """How many exceptions the release still waits for."""
        return sum(item.is_open for item in self.exceptions)


def review(
    order: JobOrderRecord, directive: WorkMaster, attempts: Iterable[CommandRefused] = ()
) -> Review:
    """Return the review of a job order; ``attempts`` are the refused commands about it."""
    mine = [item for item in attempts if item.job_order_id == order.job_order_id]
    passes = (*order.earlier_passes, *order.steps)
    overrides = tuple(item for step in passes for item in _overrides(step))
    corrections = tuple(item for step in passes for item in _corrections(step))
    special = {item.step_id for item in order.exceptions}
    special |= {item.step_id for item in overrides} | {item.step_id for item in corrections}
    special |= {item.step_id for item in order.substitutions}
    special |= {item.step_id for item in order.earlier_passes}
    special |= {item.step_id for item in mine}
    ids = tuple(step.step_id for step in order.steps)
    refused = Counter(refusal.code for item in mine for refusal in item.refusals)
    return Review(
        job_order_id=order.job_order_id,
        exceptions=tuple(_exception(item, order, directive) for item in order.exceptions),
        overrides=overrides,
        substitutions=order.substitutions,
        corrections=corrections,
        refused=tuple(sorted(refused.items())),
        provenance=Provenance(counts=_provenance(passes)),
        routine_steps=tuple(step_id for step_id in ids if step_id not in special),
        other_steps=tuple(step_id for step_id in ids if step_id in special),
    )


def _exception(
    found: ExceptionRecord, order: JobOrderRecord, directive: WorkMaster
) -> ReviewedException:
    return ReviewedException(
        exception_id=found.exception_id,
        kind=found.kind,
        exception_class=kind_of(found.kind).exception_class.value,
        severity=found.severity.value,
        step_id=found.step_id or "",
        description=found.description,
        opened_time=found.opened_time,
        is_open=found.is_open,
        disposition=found.disposition.value if found.disposition else "",
        decided_by=found.signature.person_id if found.signature else "",
        reason=found.reason,
        corrective_actions=found.corrective_actions,
        possible=tuple(_ways(found, order, directive)) if found.is_open else (),
    )


def _ways(
    found: ExceptionRecord, order: JobOrderRecord, directive: WorkMaster
) -> Iterator[tuple[str, tuple[str, ...]]]:
    target = rework_target(directive, order, found.step_id or "")
    for way in possible(found, order, target):
        yield way.value, tuple(sorted(role.value for role in deciders(found, way)))


def _overrides(step: StepRecord) -> Iterator[ReviewedOverride]:
    for item in step.overrides:
        yield ReviewedOverride(
            step_id=step.step_id,
            code=item.code,
            reason=item.reason,
            signed_by=(item.signature.person_id, item.second.person_id),
            used=item.used,
        )


def _corrections(step: StepRecord) -> Iterator[ReviewedCorrection]:
    """Yield the corrections of values and of weights; each became what the next one was."""
    found = [(x.evidence_id, x.value, x.corrections) for x in step.evidence]
    found += [(x.material_sublot_id, str(x.quantity), x.corrections) for x in step.consumed]
    for name, value, corrections in found:
        became = (*(item.original for item in corrections[1:]), value)
        for item, after in zip(corrections, became, strict=False):
            yield _correction(step.step_id, name, item, after)


def _correction(step_id: str, name: str, item: Correction, value: str) -> ReviewedCorrection:
    return ReviewedCorrection(
        step_id=step_id,
        evidence_id=name,
        original=item.original,
        original_source=item.source,
        value=value,
        reason=item.reason,
        person_id=item.signature.person_id,
        time=item.signature.time,
    )


def _provenance(passes: Iterable[StepRecord]) -> tuple[tuple[Source, int], ...]:
    counts: Counter[Source] = Counter()
    for step in passes:
        sampled = {item.evidence_id for item in step.samples}
        values = (*step.samples, *(x for x in step.evidence if x.evidence_id not in sampled))
        counts.update(item.source for item in values)
        counts.update(
            Source.MANUAL if item.corrections else Source.DEVICE for item in step.consumed
        )
    return tuple((source, counts[source]) for source in Source if counts[source])


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRate:
    """How often gates are overridden: the figure that should be near zero."""

    overrides: int
    steps: int

    @property
    def per_1000_steps(self) -> Decimal | None:
        """Overrides per thousand steps that were begun, to a tenth; None without any step."""
        if self.steps == 0:
            return None
        return (Decimal(1000 * self.overrides) / self.steps).quantize(_TENTH, ROUND_HALF_EVEN)


def override_rate(orders: Iterable[JobOrderRecord]) -> OverrideRate:
    """Return the rate over job orders; every pass of a step counts as one."""
    passes = [step for order in orders for step in (*order.earlier_passes, *order.steps)]
    return OverrideRate(
        overrides=sum(len(step.overrides) for step in passes),
        steps=sum(step.start_time is not None for step in passes),
    )
