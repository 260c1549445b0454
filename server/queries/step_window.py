"""The window of a step: from when to when its tag values are its own."""

from dataclasses import dataclass
from datetime import datetime

from models.execution.records import JobOrderRecord


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time that holds its start and not its end (UTC)."""

    start: datetime
    end: datetime


def step_window(order: JobOrderRecord, step_id: str, now: datetime) -> Window | None:
    """Return the window of a step; one that is not complete ends now, or with its order.

    None for a step that has not begun, or that the job order does not have.
    """
    step = order.step(step_id)
    if step is None or step.start_time is None:
        return None
    return Window(step.start_time, step.end_time or order.end_time or now)
