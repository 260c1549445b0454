"""What an event makes of who has read the instruction of a step."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve.changes import Changes, in_step


def _confirmed(
    record: r.JobOrderRecord, event: e.InstructionConfirmed, time: datetime
) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        readers = dict.fromkeys((*step.instruction_readers, event.person_id))
        return replace(step, instruction_readers=tuple(readers))

    return in_step(record, event.step_id, time, change)


CHANGES: Final[Changes] = MappingProxyType({e.InstructionConfirmed: _confirmed})
