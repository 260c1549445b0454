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
        "job-order-held", _G.SEQUENCE, "job_order_is_active",
        "The job order is held.",
        "Settle what held it; a supervisor or the quality unit resumes it with a signature.",
    ),
    RefusalKind(
        "job-order-not-held", _G.SEQUENCE, "job_order_is_held",
        "The job order is not held, so there is nothing to resume.",
        "Look at its state; work on a running job order simply goes on.",
    ),
    RefusalKind(
        "job-order-not-running", _G.SEQUENCE, "job_order_is_running",
        "Work on the job order has not begun, or is over.",
        "Hold or release a running job order; revoke the start of one that has not begun.",
    ),
    RefusalKind(
        "job-order-not-revocable", _G.SEQUENCE, "job_order_start_is_revocable",
        "The permission to start cannot be taken back: it is not given, or work has begun.",
        "Hold or abort a job order that is running.",
    ),
    RefusalKind(
        "job-order-not-updatable", _G.SEQUENCE, "job_order_is_updatable",
        "The job order is not changed any more: work has begun, it has ended, or it is a part.",
        "Update a job order before its work begins; a part keeps its amount.",
    ),
    RefusalKind(
        "job-order-of-other-product", _G.MASTER_DATA, "job_order_keeps_its_product",
        "The WorkMaster makes another material than the job order was stored for.",
        "Cancel the job order, and store another for the other product.",
    ),
    RefusalKind(
        "job-order-not-cancellable", _G.SEQUENCE, "job_order_is_cancellable",
        "The job order can't be taken back: work has begun, or it is over.",
        "Hold, stop or abort a job order that is running.",
    ),
    RefusalKind(
        "job-order-not-stoppable", _G.SEQUENCE, "job_order_is_stoppable",
        "There is nothing to stop: work has not begun, or is over.",
        "Cancel a job order that has not begun.",
    ),
    RefusalKind(
        "job-order-not-clearable", _G.SEQUENCE, "job_order_is_clearable",
        "The job order is not over, or stands on no list any more.",
        "Clear a job order once it has ended or was aborted; end it before.",
    ),
    RefusalKind(
        "receiver-full", _G.SEQUENCE, "receiver_has_room",
        "The job order receiver holds as many job orders as it can.",
        "Store it when others are over, or hand it over as an operations schedule.",
    ),
    RefusalKind(
        "receiver-not-suitable", _G.SEQUENCE, "receiver_is_of_the_work_center",
        "No step of the WorkMaster is performed in the work centre of the receiver.",
        "Store the job order at the receiver of the site, or of a work centre that performs it.",
    ),
    RefusalKind(
        "job-order-not-splittable", _G.SEQUENCE, "job_order_is_splittable",
        "The job order cannot be split: work has begun, it has ended, or it is itself a part.",
        "Split a job order before its work begins, and split it once.",
    ),
    RefusalKind(
        "parts-do-not-add-up", _G.QUANTITY, "parts_add_up",
        "The quantities of the parts are not that of the job order, or there are too many or few.",
        "State two parts or more whose quantities add up exactly.",
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
    RefusalKind(
        "phase-not-complete", _G.SEQUENCE, "phase_is_complete",
        "The equipment has not reported the phase of this step complete.",
        "Wait until it is done; when it is held, settle the cause and resume the job order.",
    ),
    RefusalKind(
        "phase-state-impossible", _G.SEQUENCE, "phase_may_become",
        "A phase becomes complete only after it was seen running.",
        "Nothing to do: the server watches the phase and reports what the controller says.",
    ),
    RefusalKind(
        "branch-to-exception", _G.EXCEPTION, "branch_leads_to_a_step",
        "What was recorded leads to no further step: it is an exception.",
        "Have the exception dispositioned that was opened with this refusal.",
    ),
    RefusalKind(
        "rework-limit-reached", _G.EXCEPTION, "rework_is_within_its_limit",
        "The loop back was entered as often as the WorkMaster allows.",
        "The quality unit dispositions the exception opened with this refusal: once more, or not.",
    ),
)  # fmt: skip
