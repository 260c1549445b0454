"""Gate: whoever releases has not produced (21 CFR 111.123, quality control operations)."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.production import is_production
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView


def releaser_performed_no_work(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``self-release`` for a performer of any step that consumes material or needs two.

    Reviewing the record is the quality unit's own step and does not count as production.
    What was done in an earlier pass of a step counts.
    """
    person_id = view.identity.person_id
    for step in (*view.job_order.steps, *view.job_order.earlier_passes):
        specification = view.directive.work_directive.step(step.step_id)
        if is_production(specification) and person_id in step.performers:
            text = f"{person_id} performed step {step.step_id}"
            yield refuse("self-release", str(person_id), text)
            return
