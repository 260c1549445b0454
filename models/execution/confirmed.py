"""Which signatures of two people at a step stand: those over all that is on record of it."""

from typing import Final

from models.execution.records import StepRecord
from models.execution.signature import Signature

PEOPLE: Final = 2
"""How many different people confirm a step."""


def standing(step: StepRecord) -> tuple[Signature, ...]:
    """Return the signatures that nothing was recorded or corrected after.

    A person confirms what was done in their sight, not what somebody does later.
    """
    values = (*step.evidence, *step.samples)
    times = [item.time for item in values]
    times += [item.time for item in step.consumed]
    times += [one.signature.time for item in values for one in item.corrections]
    times += [one.signature.time for item in step.consumed for one in item.corrections]
    last = max(times, default=None)
    return tuple(one for one in step.confirmations if last is None or one.time >= last)
