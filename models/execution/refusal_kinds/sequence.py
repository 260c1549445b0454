"""Refusals about the order of things: states of job orders and steps."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "job-order-exists", _G.SEQUENCE, "job_order_is_new",
        "A job order of this id is already stored.",
        "Give the new job order another id.",
    ),
    RefusalKind(
        "job-order-not-startable", _G.SEQUENCE, "job_order_may_start",
        "The job order is not waiting to be allowed to start.",
        "Look at its state; only a stored order can be started.",
    ),
    RefusalKind(
        "job-order-not-active", _G.SEQUENCE, "job_order_is_active",
        "The job order is not allowed to start, or has already ended.",
        "Choose a job order that is allowed to start or running.",
    ),
    RefusalKind(
        "predecessor-open", _G.SEQUENCE, "predecessors_are_finished",
        "A step that comes before is not finished.",
        "Complete, and where required verify, the steps before it.",
    ),
    RefusalKind(
        "step-not-ready", _G.SEQUENCE, "step_is_ready",
        "The step cannot begin from the state it is in.",
        "Look at the state of the step; a step begins once, when it is ready.",
    ),
    RefusalKind(
        "step-not-in-progress", _G.SEQUENCE, "step_is_in_progress",
        "No step is in progress at this station.",
        "Start the step, or settle its open exception first.",
    ),
    RefusalKind(
        "step-not-complete", _G.SEQUENCE, "step_is_complete",
        "The step does not wait for a verification.",
        "Complete the step first; a verified step needs nothing more.",
    ),
    RefusalKind(
        "step-not-finished", _G.SEQUENCE, "all_steps_are_finished",
        "A step of the job order is not finished.",
        "Complete, and where required verify, all steps.",
    ),
)  # fmt: skip
