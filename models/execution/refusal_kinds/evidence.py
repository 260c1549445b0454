"""Refusals about evidence."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "evidence-not-required", _G.EVIDENCE, "evidence_is_required",
        "The running step does not ask for this evidence.",
        "Record the evidence that the step lists.",
    ),
    RefusalKind(
        "evidence-source-not-accepted", _G.EVIDENCE, "evidence_is_required",
        "This evidence may not come from this kind of source.",
        "Capture it from the source that the step accepts.",
    ),
    RefusalKind(
        "evidence-on-record", _G.EVIDENCE, "evidence_is_on_record_once",
        "The step has this value on record already.",
        "Correct it, with a reason, when it is wrong.",
    ),
    RefusalKind(
        "evidence-not-understood", _G.EVIDENCE, "evidence_is_within_limits",
        "The value is not of the kind that the evidence asks for.",
        "Enter a number, a truth value or a text as the step says.",
    ),
    RefusalKind(
        "evidence-out-of-limits", _G.EVIDENCE, "evidence_is_within_limits",
        "The value lies outside of the limits of the step.",
        "Have the exception dispositioned.",
    ),
    RefusalKind(
        "material-missing", _G.EVIDENCE, "required_material_is_consumed",
        "A material of the step has not been weighed.",
        "Scan and weigh it.",
    ),
    RefusalKind(
        "evidence-missing", _G.EVIDENCE, "required_evidence_is_recorded",
        "Evidence that the step asks for is not on record.",
        "Record it.",
    ),
    RefusalKind(
        "samples-missing", _G.EVIDENCE, "samples_are_complete",
        "Fewer samples are on record than the plan of the in-process check asks for.",
        "Take and record the samples that are missing.",
    ),
    RefusalKind(
        "attachment-missing", _G.EVIDENCE, "required_files_are_attached",
        "Evidence that asks for a file (a photo, a chromatogram) has none.",
        "Attach the file.",
    ),
    RefusalKind(
        "attachment-not-accepted", _G.EVIDENCE, "attachment_is_accepted",
        "The file is too large, empty, of a kind that is not stored, or one too many.",
        "Attach a picture, a PDF or plain data of at most 10 MB.",
    ),
    RefusalKind(
        "evidence-not-on-record", _G.EVIDENCE, "evidence_is_on_record",
        "The step has no value of this id on record, and no weight from this container.",
        "Choose one of the values that are on record.",
    ),
    RefusalKind(
        "balance-incomplete", _G.EVIDENCE, "balances_add_up",
        "A value that a reconciliation needs is not on record.",
        "Record it, in the step that asks for it.",
    ),
    RefusalKind(
        "balance-out-of-limits", _G.EVIDENCE, "balances_add_up",
        "A reconciliation of labels or of yield lies outside of its limits.",
        "Count again and record anew, or have the exception dispositioned.",
    ),
)  # fmt: skip
