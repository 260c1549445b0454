"""When a step counts as finished, so that the next one may begin."""

from models.execution.records import StepRecord
from models.execution.step_state import StepState
from models.isa95.work_definition import WorkMaster


def is_finished(step: StepRecord, directive: WorkMaster) -> bool:
    """Return whether the step is verified, or complete where nobody has to verify it."""
    specification = directive.step(step.step_id)
    needs_two = specification is None or specification.verification
    enough = (StepState.VERIFIED, StepState.CLOSED)
    return step.state in (enough if needs_two else (*enough, StepState.COMPLETE))
