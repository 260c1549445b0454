"""Refusals about WorkMasters, documents and other master data."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "work-master-unknown", _G.MASTER_DATA, "work_master_is_approved",
        "There is no WorkMaster of this id and version.",
        "Check the id and the version, or import the WorkMaster.",
    ),
    RefusalKind(
        "work-master-not-approved", _G.MASTER_DATA, "work_master_is_approved",
        "This version of the WorkMaster is not approved for production.",
        "Have it approved, or order an approved version.",
    ),
    RefusalKind(
        "work-master-changed", _G.MASTER_DATA, "work_master_version_is_new",
        "A WorkMaster was changed without a new version.",
        "Give the changed WorkMaster a new version.",
    ),
    RefusalKind(
        "work-master-retired", _G.MASTER_DATA, "work_master_is_approved",
        "This version of the WorkMaster was taken out of use.",
        "Order a version that is approved and in effect.",
    ),
    RefusalKind(
        "work-master-not-effective", _G.MASTER_DATA, "work_master_is_effective",
        "The moment lies outside the effective dates of this version of the WorkMaster.",
        "Order a version that is in effect now, or wait until this one is.",
    ),
    RefusalKind(
        "work-master-not-draft", _G.MASTER_DATA, "work_master_is_in_its_state",
        "Only a draft is reviewed, and this version is no draft any more.",
        "Look at its state; a changed WorkMaster comes in under a new version.",
    ),
    RefusalKind(
        "work-master-not-reviewed", _G.MASTER_DATA, "work_master_is_in_its_state",
        "Only a reviewed version is approved, and this one is not in that state.",
        "Have another person than the author review it first.",
    ),
    RefusalKind(
        "work-master-not-possible", _G.MASTER_DATA, "work_master_is_possible",
        "The steps or the branches of the WorkMaster cannot be performed as they are described.",
        "Draft a new version that puts right what the refusal names.",
    ),
    RefusalKind(
        "self-approval", _G.VERIFICATION, "approver_is_another_person",
        "The person wrote or reviewed this version, and can't also check it.",
        "Have another person sign; author, reviewer and approver are three people.",
    ),
    RefusalKind(
        "effective-period-empty", _G.MASTER_DATA, "work_master_is_effective",
        "The effective dates end before they begin, or have ended already.",
        "Approve it with an end that lies after its begin and after now.",
    ),
    RefusalKind(
        "document-unknown", _G.DOCUMENT, "documents_are_in_force",
        "A document that is named is not on record, so nobody knows which revision is in force.",
        "Add it to the plant files, or have the quality unit release it.",
    ),
    RefusalKind(
        "document-revision-exists", _G.DOCUMENT, "document_revision_is_new",
        "This revision of the document is on record already.",
        "Give the changed document a new revision.",
    ),
    RefusalKind(
        "instruction-superseded", _G.DOCUMENT, "instruction_is_in_force",
        "The revision that is named is not the one in force.",
        "Use a version of the WorkMaster that names the revision in force.",
    ),
    RefusalKind(
        "label-superseded", _G.DOCUMENT, "label_is_in_force",
        "The label of the WorkMaster is not the revision in force.",
        "Use a version of the WorkMaster that carries the label in force.",
    ),
    RefusalKind(
        "instruction-wrong", _G.DOCUMENT, "instruction_is_read",
        "Another document or revision was confirmed than the step is done by.",
        "Open the document and revision that the step names, and confirm that one.",
    ),
    RefusalKind(
        "instruction-not-read", _G.DOCUMENT, "instruction_is_read",
        "The person has not confirmed to have read the instruction of the step.",
        "Read it and confirm it; then go on.",
    ),
    RefusalKind(
        "quantity-not-possible", _G.MASTER_DATA, "quantity_is_possible",
        "The ordered quantity is not positive, or not in a unit of the WorkMaster.",
        "Order a positive quantity in the WorkMaster's unit.",
    ),
)  # fmt: skip
