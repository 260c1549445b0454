"""What an event makes of the substitutions and the produced units of a job order."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve.changes import Changes, in_step, with_performer


def _requested(
    record: r.JobOrderRecord, event: e.SubstitutionRequested, _: datetime
) -> r.JobOrderRecord:
    asked = r.Substitution(
        substitution_id=event.substitution_id,
        step_id=event.step_id,
        material_definition_id=event.material_definition_id,
        substitute_id=event.substitute_id,
        reason=event.reason,
        person_id=event.person_id,
        factor=event.factor,
    )
    return replace(record, substitutions=(*record.substitutions, asked))


def _approved(
    record: r.JobOrderRecord, event: e.SubstitutionApproved, _: datetime
) -> r.JobOrderRecord:
    signed = tuple(
        replace(item, approval=event.signature)
        if item.substitution_id == event.substitution_id
        else item
        for item in record.substitutions
    )
    return replace(record, substitutions=signed)


def _unit(
    record: r.JobOrderRecord, event: e.ProducedUnitRecorded, time: datetime
) -> r.JobOrderRecord:
    unit = r.ProducedUnit(
        material_sublot_id=event.material_sublot_id,
        quantity=event.quantity,
        station=event.station,
        time=time,
    )

    def change(step: r.StepRecord) -> r.StepRecord:
        return replace(step, performers=with_performer(step, event.person_id))

    record = replace(record, units=(*record.units, unit))
    return in_step(record, event.step_id, time, change)


def _variance(
    record: r.JobOrderRecord, _: e.YieldVarianceRecorded, __: datetime
) -> r.JobOrderRecord:
    """Change nothing: the weight that it is about says how much was consumed."""
    return record


CHANGES: Final[Changes] = MappingProxyType(
    {
        e.SubstitutionRequested: _requested,
        e.SubstitutionApproved: _approved,
        e.ProducedUnitRecorded: _unit,
        e.YieldVarianceRecorded: _variance,
    }
)
