"""Decisions about equipment phases: what a controller says of the phase that a step runs."""

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.holds import held
from models.execution.decisions.steps import refused
from models.execution.gates import PHASE_GATES
from models.execution.outcome import Refusal
from models.execution.phase_state import PhaseState
from models.execution.records import JobOrderRecord, StepRecord
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
from models.execution.views import PhaseView
from models.isa95.work_definition import PhaseSpecification, Source


def phase_state(command: c.ReportPhaseState, snapshot: Snapshot) -> Decision:
    """Put the state of a phase on record; one that is held holds its step and the job order."""
    found = _running(command, snapshot)
    if isinstance(found, Refusal):
        return refused(found)
    order, step, phase = found
    refusals = Verdict.of(ask(PHASE_GATES, PhaseView(step=step, state=command.state))).refusals
    reported = e.PhaseStateReported(
        job_order_id=order.job_order_id,
        step_id=step.step_id,
        station=command.equipment_id,
        phase=phase.name,
        state=command.state,
        reason=command.reason,
    )
    events: tuple[e.Event, ...] = (reported,)
    if command.state is PhaseState.HELD:
        events += held(order, f"phase {phase.name}: {command.reason}")
    return Decision(
        events=() if refusals else events,
        refusals=refusals,
        job_order_id=order.job_order_id,
        step_id=step.step_id,
        source=Source.DEVICE,
    )


def _running(
    command: c.ReportPhaseState, snapshot: Snapshot
) -> tuple[JobOrderRecord, StepRecord, PhaseSpecification] | Refusal:
    """Return what runs the phase: this pass of the step, in progress at this station."""
    order_id, step_id = command.job_order_id, command.step_id
    order, directive = snapshot.job_order(order_id), snapshot.work_directive(order_id)
    if order is None or directive is None:
        return refuse("job-order-unknown", order_id, f"there is no job order {order_id}")
    step, specified = order.step(step_id), directive.work_directive.step(step_id)
    if step is None or specified is None or specified.phase is None:
        text = f"job order {order_id} has no step {step_id} that runs a phase"
        return refuse("step-unknown", step_id, text)
    if (
        step.state is not StepState.IN_PROGRESS
        or step.station != command.equipment_id
        or step.iteration != command.iteration
    ):
        where = command.equipment_id
        text = f"pass {command.iteration} of step {step_id} is not in progress at {where}"
        return refuse("step-not-in-progress", step_id, text)
    return order, step, specified.phase
