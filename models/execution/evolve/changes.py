"""What the parts of evolving a job order share: a change of it, and of one of its steps."""

# mypy: disable-error-code="explicit-any"
# Each function of the tables takes the kind of event that it stands beside.

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from models.execution import records as r
from models.execution.job_order_state import JOB_ORDER_TRANSITIONS, JobOrderTransition
from models.execution.step_state import STEP_TRANSITIONS, StepTransition

Change = Callable[[r.JobOrderRecord, Any, datetime], r.JobOrderRecord]
"""What one kind of event makes of the job order; the event is of that kind."""

Changes = Mapping[type, Change]
"""The changes of several kinds of events."""

StepChange = Callable[[r.StepRecord], r.StepRecord]


def moved(record: r.JobOrderRecord, transition: JobOrderTransition) -> r.JobOrderRecord:
    """Return the job order after a transition of its state."""
    return replace(record, state=JOB_ORDER_TRANSITIONS[record.state, transition])


def in_step(
    record: r.JobOrderRecord, step_id: str, time: datetime, change: StepChange
) -> r.JobOrderRecord:
    """Return the job order with one of its steps changed; the step was active then."""
    return _with_step(record, step_id, lambda step: replace(change(step), active_time=time))


def aside(record: r.JobOrderRecord, step_id: str, change: StepChange) -> r.JobOrderRecord:
    """Return the job order with a step changed from elsewhere, which nobody was active at.

    What is decided at a desk does not keep the session of a station alive (21 CFR 11.200(a)(1)).
    """
    return _with_step(record, step_id, change)


def _with_step(record: r.JobOrderRecord, step_id: str, change: StepChange) -> r.JobOrderRecord:
    steps = tuple(change(step) if step.step_id == step_id else step for step in record.steps)
    return replace(record, steps=steps)


def to(transition: StepTransition) -> StepChange:
    """Return the change that moves a step."""
    return lambda step: replace(step, state=STEP_TRANSITIONS[step.state, transition])


def with_performer(step: r.StepRecord, person_id: str) -> tuple[str, ...]:
    """Return the performers of the step with one more, each once."""
    known = person_id in step.performers
    return step.performers if known else (*step.performers, person_id)
