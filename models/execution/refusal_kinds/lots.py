"""Refusals about lots and containers as stock, and about substitution."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "material-unknown", _G.UNKNOWN, "material_is_known",
        "There is no material of this id in the plant.",
        "Check the id, or have the material defined.",
    ),
    RefusalKind(
        "material-lot-unknown", _G.UNKNOWN, "material_lot_is_known",
        "There is no lot of this id.",
        "Check the id on the label of the lot.",
    ),
    RefusalKind(
        "container-unknown", _G.UNKNOWN, "container_is_known",
        "There is no container of this id.",
        "Check the id on the label of the container.",
    ),
    RefusalKind(
        "test-unknown", _G.UNKNOWN, "test_is_known",
        "The material has no test of this id.",
        "Choose one of the tests of the material.",
    ),
    RefusalKind(
        "substitution-unknown", _G.UNKNOWN, "substitution_is_open",
        "No substitution of this id waits for an approval.",
        "Choose one of those that wait.",
    ),
    RefusalKind(
        "material-lot-not-new", _G.MATERIAL, "material_lot_is_new",
        "A lot of this id is already on record.",
        "Check the id; the same receipt is never recorded twice.",
    ),
    RefusalKind(
        "container-not-new", _G.MATERIAL, "container_is_new",
        "A container of this id is already on record, or comes twice.",
        "Give each container its own id.",
    ),
    RefusalKind(
        "container-not-of-lot", _G.MATERIAL, "container_is_of_the_lot",
        "The container belongs to another lot than the one that is received.",
        "Receive each lot with its own containers.",
    ),
    RefusalKind(
        "container-quantity-not-possible", _G.QUANTITY, "container_quantity_is_possible",
        "What a container holds is not positive, or not in a unit of the material.",
        "Give a positive quantity in a unit of the material.",
    ),
    RefusalKind(
        "lot-disposition-not-possible", _G.MATERIAL, "disposition_is_possible",
        "A lot does not come from its disposition to the one that is asked for.",
        "Choose one that is offered; a rejection is taken back only by its own command.",
    ),
    RefusalKind(
        "lot-of-job-order", _G.MATERIAL, "lot_is_not_in_production",
        "The lot is made by a job order that was not released.",
        "Release, hold or abort the job order; the lot follows it.",
    ),
    RefusalKind(
        "lot-test-missing", _G.MATERIAL, "lot_tests_have_passed",
        "A test of the material has no result for this lot.",
        "Have the laboratory record the result.",
    ),
    RefusalKind(
        "lot-test-failed", _G.MATERIAL, "lot_tests_have_passed",
        "A test of this lot failed.",
        "Have it investigated; a lot that failed is rejected or tested anew.",
    ),
    RefusalKind(
        "test-result-not-understood", _G.EVIDENCE, "test_result_is_understood",
        "The result is not of the kind that the test asks for.",
        "Record a number where the test has limits, else pass or fail.",
    ),
    RefusalKind(
        "second-person-same", _G.VERIFICATION, "two_people_sign",
        "One person signed for both of the two that are asked for.",
        "Have a second person sign.",
    ),
    RefusalKind(
        "material-not-needed", _G.MATERIAL, "material_is_needed",
        "The step does not need this material now.",
        "Choose one of the materials that the step still needs.",
    ),
    RefusalKind(
        "substitute-not-equivalent", _G.MATERIAL, "substitute_is_equivalent",
        "The material is not defined as an equivalent of the one that the step names.",
        "Choose one of the offered equivalents.",
    ),
    RefusalKind(
        "substitution-exists", _G.MATERIAL, "substitution_is_new",
        "The same substitution was already requested for this step.",
        "Wait for its approval, or use it.",
    ),
    RefusalKind(
        "substitution-self-approval", _G.VERIFICATION, "substitution_approver_is_another_person",
        "The person asked for the substitution, or performs the step, and can not approve it.",
        "Have another person of the quality unit approve.",
    ),
)  # fmt: skip
