"""What an event makes of the evidence of a step: scans, weights, values, files."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve.changes import Changes, in_step, with_performer


def _identified(
    record: r.JobOrderRecord, event: e.MaterialIdentified, time: datetime
) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        found = r.IdentifiedMaterial(
            material_definition_id=event.material_definition_id,
            material_lot_id=event.material_lot_id,
            material_sublot_id=event.material_sublot_id,
            tares=event.tares,
            substitute_for=event.substitute_for,
        )
        performers = with_performer(step, event.person_id)
        return replace(step, identified=found, performers=performers)

    return in_step(record, event.step_id, time, change)


def _weighed(record: r.JobOrderRecord, event: e.WeightCaptured, time: datetime) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        item = r.ConsumedMaterial(
            material_definition_id=event.material_definition_id,
            material_lot_id=event.material_lot_id,
            material_sublot_id=event.material_sublot_id,
            quantity=event.quantity,
            instrument_id=event.instrument_id,
            person_id=event.person_id,
            time=time,
            partial=event.partial,
            tare=event.tare,
            target=event.target,
            substitute_for=event.substitute_for,
        )
        return replace(
            step,
            identified=None,
            consumed=(*step.consumed, item),
            performers=with_performer(step, event.person_id),
        )

    return in_step(record, event.step_id, time, change)


def _recorded(
    record: r.JobOrderRecord, event: e.EvidenceRecorded, time: datetime
) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        item = r.Evidence(
            evidence_id=event.evidence_id,
            value=event.value,
            unit=event.unit,
            source=event.source,
            person_id=event.person_id,
            time=time,
            instrument_id=event.instrument_id,
        )
        others = tuple(e for e in step.evidence if e.evidence_id != event.evidence_id)
        performers = with_performer(step, event.person_id)
        samples = (*step.samples, item) if event.sample else step.samples
        return replace(step, evidence=(*others, item), samples=samples, performers=performers)

    return in_step(record, event.step_id, time, change)


CHANGES: Final[Changes] = MappingProxyType(
    {
        e.MaterialIdentified: _identified,
        e.WeightCaptured: _weighed,
        e.EvidenceRecorded: _recorded,
    }
)
