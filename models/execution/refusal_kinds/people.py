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
    RefusalKind(
        "authorization-ended", _G.PERSON, "person_is_qualified",
        "The temporary authorization of the person has ended, and no qualification is in force.",
        "Have a qualified person go on, or have a supervisor authorize anew, with a reason.",
    ),
    RefusalKind(
        "personnel-class-not-suitable", _G.PERSON, "person_is_of_a_suitable_class",
        "The step is meant for persons of another class.",
        "Have a person of a class that the step names do it.",
    ),
    RefusalKind(
        "self-authorization", _G.PERSON, "nobody_authorizes_themselves",
        "Nobody may authorize or qualify themselves, under whatever account.",
        "Ask another person whose role it is.",
    ),
    RefusalKind(
        "authorization-time-not-possible", _G.PERSON, "authorization_is_temporary",
        "An authorization ends after now, and at the latest 24 hours from now.",
        "Give an end within the next 24 hours; for longer, record a qualification.",
    ),
    RefusalKind(
        "authorization-unknown", _G.PERSON, "authorization_is_in_force",
        "The person has no such authorization that is still in force.",
        "Look at the person's authorizations; nothing needs to be revoked.",
    ),
    RefusalKind(
        "qualification-level-not-possible", _G.PERSON, "level_is_possible",
        "The level of a qualification is a whole number from 1 to 9.",
        "Give the level that the training led to.",
    ),
    RefusalKind(
        "confirmation-not-asked-for", _G.VERIFICATION, "two_people_are_asked_for",
        "The step does not ask for two people to confirm it.",
        "Complete the step; nothing needs to be confirmed.",
    ),
    RefusalKind(
        "confirmation-complete", _G.VERIFICATION, "two_people_are_asked_for",
        "Two people have confirmed the step already.",
        "Complete the step.",
    ),
    RefusalKind(
        "confirmation-window-passed", _G.VERIFICATION, "two_people_sign_within_the_window",
        "The other person confirmed longer ago than the step allows; that signature has lapsed.",
        "Both have to sign again, one right after the other.",
    ),
    RefusalKind(
        "confirmation-missing", _G.VERIFICATION, "two_people_have_confirmed",
        "The step is under two-person control, and not both people have signed.",
        "Have both people confirm the step, one right after the other.",
    ),
    RefusalKind(
        "account-unknown", _G.ACCOUNT, "account_is_known",
        "No account has this name.",
        "Check the name of the account.",
    ),
    RefusalKind(
        "account-already-locked", _G.ACCOUNT, "account_is_not_locked",
        "The account is locked already.",
        "Nothing needs to be done.",
    ),
    RefusalKind(
        "account-not-locked", _G.ACCOUNT, "account_is_locked",
        "The account is not locked.",
        "Nothing needs to be done; a forgotten password is set anew with interlock passwd.",
    ),
    RefusalKind(
        "self-unlock", _G.ACCOUNT, "nobody_unlocks_themselves",
        "The account belongs to the person who wants to unlock it.",
        "Ask another administrator.",
    ),
    RefusalKind(
        "fingerprint-malformed", _G.ACCOUNT, "fingerprint_is_readable",
        "What was given is not the fingerprint of a certificate.",
        "Give the SHA-256 of the certificate: 64 hexadecimal digits, with or without colons.",
    ),
    RefusalKind(
        "user-certificate-taken", _G.ACCOUNT, "user_certificate_is_new",
        "The certificate belongs to an account, or did before it was revoked.",
        "Make a new key and certificate for the account.",
    ),
    RefusalKind(
        "user-certificate-unknown", _G.ACCOUNT, "user_certificate_is_the_accounts",
        "The account has no such certificate that still counts.",
        "Check the account and the fingerprint.",
    ),
)  # fmt: skip
