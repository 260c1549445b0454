"""When a step counts as finished, so that the next one may begin, and a job order as over."""

from models.execution.job_order_state import JobOrderState
from models.execution.records import JobOrderRecord, StepRecord
from models.execution.step_state import StepState
from models.isa95.work_definition import WorkMaster


def is_finished(step: StepRecord, directive: WorkMaster) -> bool:
    """Return whether the step is verified, or complete where nobody has to verify it.

    A step that a branch led past is finished, too: nothing will be done in it.
    """
    specification = directive.step(step.step_id)
    needs_two = specification is None or specification.verification
    enough = (StepState.VERIFIED, StepState.CLOSED, StepState.NOT_SELECTED)
    return step.state in (enough if needs_two else (*enough, StepState.COMPLETE))


def is_given_up(order: JobOrderRecord) -> bool:
    """Return whether the job order was aborted or stopped: over, and nothing of it counts."""
    return order.state is JobOrderState.ABORTED or bool(order.stop_reason)


def is_live(order: JobOrderRecord) -> bool:
    """Return whether something may still happen to the job order."""
    return order.state not in (JobOrderState.ENDED, JobOrderState.ABORTED)
