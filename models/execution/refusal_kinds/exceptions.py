"""Refusals about exceptions, what is done about them, and what waits for that."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "exception-open", _G.EXCEPTION, "no_exception_is_open",
        "An exception or deviation is open.",
        "Have it dispositioned by a person who may.",
    ),
    RefusalKind(
        "self-disposition", _G.VERIFICATION, "disposition_is_independent",
        "The person who dispositions the exception performed the step that it is about.",
        "Have another person decide.",
    ),
    RefusalKind(
        "disposition-not-possible", _G.EXCEPTION, "disposition_is_possible",
        "This disposition leads nowhere for this exception, as things stand.",
        "Choose one of the dispositions that are offered.",
    ),
    RefusalKind(
        "substitution-required", _G.MATERIAL, "material_is_not_to_be_substituted",
        "The material is to be substituted, as was decided about an exception.",
        "Request the substitution, and scan the substitute when it is approved.",
    ),
    RefusalKind(
        "gate-not-overridable", _G.EXCEPTION, "gate_is_overridable",
        "This refusal can't be overridden: the step does not declare it, or nobody ever may.",
        "Remove what stands in the way.",
    ),
    RefusalKind(
        "override-not-independent", _G.VERIFICATION, "overriders_are_independent",
        "The two who override are the same person, or one of them performs the step.",
        "Have a supervisor and the quality unit sign, neither of whom works on the step.",
    ),
    RefusalKind(
        "corrective-action-unknown", _G.UNKNOWN, "corrective_action_is_known",
        "There is no corrective action of this id.",
        "Check the id.",
    ),
    RefusalKind(
        "corrective-action-exists", _G.EXCEPTION, "corrective_action_is_new",
        "A corrective action of this id was opened before.",
        "Give the new action another id.",
    ),
    RefusalKind(
        "corrective-action-closed", _G.EXCEPTION, "corrective_action_is_open",
        "The corrective action is closed.",
        "Open another one.",
    ),
    RefusalKind(
        "corrective-action-not-carried-out", _G.EXCEPTION, "corrective_action_is_carried_out",
        "The corrective action was not carried out, or not again since it was not effective.",
        "Record what was done first.",
    ),
    RefusalKind(
        "self-judgement", _G.VERIFICATION, "judge_is_independent",
        "The person who judges the effectiveness carried the action out.",
        "Have another person of the quality unit judge.",
    ),
    RefusalKind(
        "release-test-missing", _G.EVIDENCE, "release_tests_have_passed",
        "A laboratory result that the release of the produced lot asks for is not on record.",
        "Wait for the laboratory.",
    ),
    RefusalKind(
        "release-test-failed", _G.EVIDENCE, "release_tests_have_passed",
        "A laboratory result of the produced lot lies outside of its limits.",
        "Reject the lot, or have the laboratory record the result of a justified retest.",
    ),
    RefusalKind(
        "produced-lot-decided", _G.MATERIAL, "produced_lot_is_in_process",
        "The produced lot was rejected or decided on otherwise.",
        "Have the quality unit bring the lot back into process, or abort the job order.",
    ),
    RefusalKind(
        "consumed-lot-restricted", _G.MATERIAL, "consumed_lots_are_unrestricted",
        "A lot that was weighed into the job order has been restricted since.",
        "Have the quality unit decide about that lot first.",
    ),
    RefusalKind(
        "produced-unit-held", _G.MATERIAL, "produced_units_are_free",
        "A unit of the produced lot is held by a failed check.",
        "Have it checked again, or taken out.",
    ),
    RefusalKind(
        "corrective-action-overdue", _G.EXCEPTION, "corrective_actions_are_in_time",
        "A corrective action of an exception was due and is not closed.",
        "Carry it out and have its effectiveness judged.",
    ),
    RefusalKind(
        "corrective-action-not-effective", _G.EXCEPTION, "corrective_actions_are_in_time",
        "A corrective action of an exception was found not effective.",
        "Carry it out anew and have it judged again.",
    ),
)  # fmt: skip
