"""The decision to release what a job order produced (21 CFR 211.22, 211.192)."""

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import part_ended, role_is_suitable
from models.execution.decisions.signing import sign, signing_view
from models.execution.gates import EXCEPTION_GATES, RELEASE_GATES, RUNNING_GATES, SIGNER_GATES
from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.records import JobOrderRecord
from models.execution.signature import Signature
from models.execution.snapshot import Snapshot
from models.execution.step_state import STEP_TRANSITIONS, StepTransition
from models.isa95.material import Disposition


def release(command: c.ReleaseJobOrder, snapshot: Snapshot) -> Decision:
    """Release what was produced and end the job order, signed by the quality unit."""
    view = signing_view(command.job_order_id, command.identity, snapshot)
    if isinstance(view, Refusal):
        return Decision(refusals=(view,), person_id=command.identity.person_id)
    order, who = view.job_order, command.identity
    refusals = Verdict.of(
        ask(RUNNING_GATES, order),
        ask(SIGNER_GATES, view),
        role_is_suitable(who, {Role.QUALITY}, "release a job order"),
        ask(EXCEPTION_GATES, order.open_exceptions()),
        ask(RELEASE_GATES, view),
    ).refusals
    return Decision(
        events=() if refusals else _released(order, sign(view, "released", "")),
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=order.job_order_id,
    )


def _released(order: JobOrderRecord, signature: Signature) -> tuple[e.Event, ...]:
    closed = (
        e.StepClosed(job_order_id=order.job_order_id, step_id=step.step_id)
        for step in order.steps
        if (step.state, StepTransition.CLOSE) in STEP_TRANSITIONS
    )
    return (
        *closed,
        e.JobOrderReleased(job_order_id=order.job_order_id, signature=signature),
        e.MaterialLotDispositionChanged(
            material_lot_id=order.material_lot_id,
            disposition=Disposition.UNRESTRICTED,
            status="released",
        ),
        *part_ended(order),
    )
