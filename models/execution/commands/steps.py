"""Commands about the steps of a job order, given at a station."""

from dataclasses import dataclass

from models.execution.principal import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class StartStep:
    """Begin a step at the station."""

    station: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmInstruction:
    """Confirm to have read the revision of the instruction that the step names."""

    station: str
    step_id: str
    document_id: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldStep:
    """Hold the running step; the hold reaches the job order and its machines.

    The person at the station may hold; to resume takes ``ResumeJobOrder``.
    """

    station: str
    reason: str
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmStep:
    """Sign, as one of two people at the step, within the time that it allows for both."""

    station: str
    step_id: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteStep:
    """Declare the running step complete."""

    station: str
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyStep:
    """Sign that the step was seen to be done right, as another person."""

    station: str
    step_id: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideGate:
    """Let two people decide, with a reason, that a refusal does not count this once.

    Only codes that the step declares overridable; each use is counted and reviewed. ``identity``
    is a supervisor, ``second`` the quality unit, and neither has performed the step.
    """

    station: str
    step_id: str
    code: str
    reason: str
    identity: Identity
    second: Identity
