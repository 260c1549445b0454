"""Refusals about people: who they are, what they may, and whose work it was."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "person-unknown", _G.PERSON, "person_is_known",
        "The account does not belong to a person known to the plant.",
        "Use your own personal account.",
    ),
    RefusalKind(
        "role-not-suitable", _G.PERSON, "role_is_suitable",
        "The role of the account does not include this.",
        "Ask a person whose role it is.",
    ),
    RefusalKind(
        "person-not-qualified", _G.PERSON, "person_is_qualified",
        "The person lacks a qualification, or the level of it, that the step asks for.",
        "Have a qualified person do it, or complete the training first.",
    ),
    RefusalKind(
        "qualification-expired", _G.PERSON, "person_is_qualified",
        "A qualification that the step asks for has expired.",
        "Renew the training; until then a qualified person must do it.",
    ),
    RefusalKind(
        "self-verification", _G.VERIFICATION, "verifier_is_another_person",
        "The person who verifies has performed the step, under whatever account.",
        "Have another qualified person verify.",
    ),
    RefusalKind(
        "self-release", _G.VERIFICATION, "releaser_performed_no_work",
        "The person who releases has performed production work on the job order.",
        "Have another person of the quality unit release.",
    ),
)  # fmt: skip
