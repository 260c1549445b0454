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
)  # fmt: skip
