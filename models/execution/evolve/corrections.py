"""What an event makes of what was recorded before: corrections, files, overrides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeVar

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve.changes import Changes, aside, in_step
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source

_Item = TypeVar("_Item")


def _corrected(
    record: r.JobOrderRecord, event: e.EvidenceCorrected, _: datetime
) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        def is_it(item: r.Evidence) -> bool:
            return item.evidence_id == event.evidence_id

        def corrected(item: r.Evidence) -> r.Evidence:
            made = _correction(event, item.source)
            corrections = (*item.corrections, made)
            return replace(item, value=event.value, source=Source.MANUAL, corrections=corrections)

        if not any(is_it(item) for item in step.evidence):
            return _weight_corrected(step, event)
        return replace(
            step,
            evidence=_last(step.evidence, is_it, corrected),
            samples=_last(step.samples, is_it, corrected),
        )

    return aside(record, event.step_id, change)


def _weight_corrected(step: r.StepRecord, event: e.EvidenceCorrected) -> r.StepRecord:
    """Correct the last weight out of the container; the scale had shown the first of them."""

    def corrected(item: r.ConsumedMaterial) -> r.ConsumedMaterial:
        source = Source.MANUAL if item.corrections else Source.DEVICE
        corrections = (*item.corrections, _correction(event, source))
        return replace(item, quantity=Quantity.parse(event.value), corrections=corrections)

    def is_it(item: r.ConsumedMaterial) -> bool:
        return item.material_sublot_id == event.evidence_id

    return replace(step, consumed=_last(step.consumed, is_it, corrected))


def _correction(event: e.EvidenceCorrected, source: Source) -> r.Correction:
    return r.Correction(
        original=event.original, reason=event.reason, signature=event.signature, source=source
    )


def _last(
    items: tuple[_Item, ...], is_it: Callable[[_Item], bool], change: Callable[[_Item], _Item]
) -> tuple[_Item, ...]:
    """Return the items with the last one that it is changed."""
    found = [place for place, item in enumerate(items) if is_it(item)]
    if not found:
        return items
    return (*items[: found[-1]], change(items[found[-1]]), *items[found[-1] + 1 :])


def _attached(record: r.JobOrderRecord, event: e.FileAttached, time: datetime) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        attachment = r.Attachment(
            evidence_id=event.evidence_id,
            file_name=event.file_name,
            media_type=event.media_type,
            sha256=event.sha256,
            size=event.size,
            person_id=event.person_id,
        )
        return replace(step, attachments=(*step.attachments, attachment))

    return in_step(record, event.step_id, time, change)


def _overridden(
    record: r.JobOrderRecord, event: e.GateOverridden, time: datetime
) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        override = r.Override(
            code=event.code, reason=event.reason, signature=event.signature, second=event.second
        )
        return replace(step, overrides=(*step.overrides, override))

    return in_step(record, event.step_id, time, change)


def _used(record: r.JobOrderRecord, event: e.OverrideUsed, time: datetime) -> r.JobOrderRecord:
    def is_it(item: r.Override) -> bool:
        return item.code == event.code and not item.used

    def change(step: r.StepRecord) -> r.StepRecord:
        used = _last(step.overrides, is_it, lambda item: replace(item, used=True))
        return replace(step, overrides=used)

    return in_step(record, event.step_id, time, change)


CHANGES: Final[Changes] = MappingProxyType(
    {
        e.EvidenceCorrected: _corrected,
        e.FileAttached: _attached,
        e.GateOverridden: _overridden,
        e.OverrideUsed: _used,
    }
)
