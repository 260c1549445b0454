"""Decisions about instructions: which revision was read."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.steps import about, refused
from models.execution.gates import INSTRUCTION_GATES, JOB_ORDER_GATES
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.views import StepView, session_view, step_view


def confirm(command: c.ConfirmInstruction, snapshot: Snapshot) -> Decision:
    """Put on record that the person at the station has read the instruction of the step."""
    session = session_view(command.station, snapshot)
    if isinstance(session, Refusal):
        return refused(session)
    view = step_view(session, command.step_id)
    if isinstance(view, Refusal):
        return refused(view, session.person_id)
    refusals = Verdict.of(
        ask(JOB_ORDER_GATES, session.job_order),
        ask(INSTRUCTION_GATES, view),
        _is_the_steps(command, view),
    ).refusals
    confirmed = e.InstructionConfirmed(
        job_order_id=session.job_order.job_order_id,
        step_id=command.step_id,
        document_id=command.document_id,
        revision=command.revision,
        person_id=session.person_id,
    )
    return about(view, refusals, confirmed)


def _is_the_steps(command: c.ConfirmInstruction, view: StepView) -> Iterator[Refusal]:
    """Refuse to confirm another document or revision than the step names."""
    instruction = view.specification.instruction
    named = (instruction.document_id, instruction.revision)
    if (command.document_id, command.revision) != named:
        right = " revision ".join(filter(None, named))
        text = (
            f"{view.subject} is done by {right or 'no document'}, not by"
            f" {command.document_id} revision {command.revision}"
        )
        yield refuse("instruction-wrong", command.document_id, text, (right,) if right else ())
