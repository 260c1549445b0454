"""Which equipment phase is to run now: what the phase interface of a controller is told."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.execution.codec import time_text
from models.execution.phase_state import PhaseState
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
from models.isa95.work_definition import PhaseParameter
from server.queries.permit import may_run


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTask:
    """A phase that a step in progress runs: which, with which values, and what is known of it.

    ``began`` is when this pass of the step was begun.
    """

    station: str
    job_order_id: str
    step_id: str
    iteration: int
    began: datetime
    phase: str
    parameters: Mapping[str, PhaseParameter]
    state: PhaseState | None

    @property
    def run(self) -> int:
        """A number by which the controller tells this run from all others; 1 to 2**31 - 1.

        The time is part of it: a job order of the same id, on a record that was begun anew, is
        another run. So is one whose id somebody chose to look like it.
        """
        text = f"{self.job_order_id}\n{self.step_id}\n{self.iteration}\n{time_text(self.began)}"
        digest = hashlib.sha256(text.encode()).digest()
        return int.from_bytes(digest[:8], "big") % (2**31 - 1) + 1


def phase_task(equipment_id: str, view: Snapshot) -> PhaseTask | None:
    """Return the phase that the step in progress at the equipment runs; None without one."""
    if not may_run(equipment_id, view):
        return None
    session = view.station(equipment_id)
    order_id = session.job_order_id if session is not None else None
    order = view.job_order(order_id) if order_id else None
    directive = view.work_directive(order_id) if order_id else None
    step = order.step_at(equipment_id) if order is not None else None
    if order is None or directive is None or step is None or step.start_time is None:
        return None
    specified = directive.work_directive.step(step.step_id)
    if step.state is not StepState.IN_PROGRESS or specified is None or specified.phase is None:
        return None
    return PhaseTask(
        station=equipment_id,
        job_order_id=order.job_order_id,
        step_id=step.step_id,
        iteration=step.iteration,
        began=step.start_time,
        phase=specified.phase.name,
        parameters={one.name: one for one in specified.phase.parameters},
        state=step.phase_state,
    )
