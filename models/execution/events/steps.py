"""Events of the steps of a job order."""

from dataclasses import dataclass

from models.execution.phase_state import PhaseState
from models.execution.signature import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBecameReady:
    """All that comes before the step is finished."""

    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBegan:
    """A person began a step at a station."""

    job_order_id: str
    step_id: str
    station: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionConfirmed:
    """A person confirmed to have read a revision of the instruction."""

    job_order_id: str
    step_id: str
    document_id: str
    revision: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHeld:
    """The step waits; a person, a rule or a device held it."""

    job_order_id: str
    step_id: str
    reason: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResumed:
    """The held step goes on."""

    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStateReported:
    """The equipment reported the state of the phase that a step runs."""

    job_order_id: str
    step_id: str
    station: str
    phase: str
    state: PhaseState
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConfirmed:
    """One of the two people at a step has signed."""

    job_order_id: str
    step_id: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConfirmationLapsed:
    """A person's signature came too long before the other one's and counts no more."""

    job_order_id: str
    step_id: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCompleted:
    """The person at the station declared the step complete."""

    job_order_id: str
    step_id: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepVerified:
    """Another person signed for the step."""

    job_order_id: str
    step_id: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNotSelected:
    """A branch leads past the step; it will not be performed."""

    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReopened:
    """The step is performed once more (rework); what was recorded stays as an earlier pass.

    ``iteration`` counts the passes from 1; ``reason`` is the exception or the branch that led here.
    """

    job_order_id: str
    step_id: str
    iteration: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAborted:
    """The step will not be finished, because its job order was given up."""

    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepClosed:
    """Nothing about the step can change any more."""

    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOverridden:
    """Two people decided that a refusal does not count this once."""

    job_order_id: str
    step_id: str
    code: str
    reason: str
    signature: Signature
    second: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideUsed:
    """An override was used up by a command that would have been refused."""

    job_order_id: str
    step_id: str
    code: str
    command: str
