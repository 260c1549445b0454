"""The pages that are made from the code; UPDATE_GOLDEN=1 writes them, otherwise they must agree."""

import asyncio
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from models.execution.commands import StoreJobOrder
from models.execution.outcome import Accepted, Denied, Fault, Invalid, Outcome, Problem, Refused
from models.execution.principal import Principal, Role
from models.execution.refusal_codes import EXCEPTION_CODES, REFUSAL_KINDS, refuse
from server.command_path.authorize import COMMAND_ROLES
from server.faces.b2mml.routes import STATUS as B2MML_STATUS
from server.faces.opcua.methods.answer import answer, return_status
from server.faces.rest.outcomes import STATUS as REST_STATUS
from tests.fix_b2mml import ERP, inbox_in_memory, request, schedule
from tests.tree import ROOT

REFUSALS = ROOT / "docs/refusals.md"
OUTCOMES = ROOT / "docs/outcomes.md"
ROLES = ROOT / "docs/roles.md"

_DENIALS = (
    ("role-denied", "The account has none of the roles that the command takes.",
     "Use the account whose work it is."),
    ("station-denied", "The terminal does not belong to this station.",
     "Go to the station's own terminal."),
    ("credentials-wrong", "Account name and password of the person who signs do not match.",
     "Type them again; have the password reset if it is forgotten."),
    ("account-locked", "The account was locked, by five wrong passwords in a row or by a person.",
     "Find out who tried; then another person, an administrator, unlocks it."),
    ("password-expired", "The password of the person is older than the installation allows.",
     "Set a new one with `interlock passwd`; it counts at once."),
    ("variable-write-denied", "The record has no variables that can be written.",
     "Call the method that does what you want."),
)  # fmt: skip


def agrees(page: Path, made: str) -> bool:
    """Return whether the page is what the code makes of it, after writing it if asked to."""
    if os.environ.get("UPDATE_GOLDEN") == "1":
        page.write_text(made, encoding="utf-8")
    return page.is_file() and page.read_text(encoding="utf-8") == made


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def refusals_page() -> str:
    """Return docs/refusals.md."""
    head = ("code", "meaning", "what to do", "gate", "group", "bit")
    rows = (
        (f"`{kind.code}`", kind.meaning, kind.remedy, f"`{kind.gate}`", kind.group.name.lower(),
         str(kind.group.value))
        for kind in REFUSAL_KINDS.values()
    )  # fmt: skip
    opening = ", ".join(f"`{code}`" for code in sorted(EXCEPTION_CODES))
    denials = ((f"`{code}`", meaning, remedy) for code, meaning, remedy in _DENIALS)
    return (
        "# Refusals\n\n"
        "Every reason for which a command that was understood and permitted may not happen now.\n"
        "A command is refused for all reasons at once, in the order of this page. A code never\n"
        "changes its meaning and is never used again. *Bit* is that of the group in the\n"
        "`ReturnStatus` of an OPC UA method (OPC 10031-4, Annex B.2).\n\n"
        "This page is made from `models/execution/refusal_codes.py`; a test compares them, and\n"
        "`UPDATE_GOLDEN=1` writes the page anew.\n\n"
        f"{table(head, rows)}\n"
        f"When nothing else stands in the way, {opening} open an exception:\n"
        "the step waits until it is dispositioned.\n\n"
        "## Denials\n\n"
        "A denied command is not this account's to do, whatever the gates would say. The attempt\n"
        "is on record.\n\n"
        f"{table(('code', 'meaning', 'what to do'), denials)}"
    )


SAMPLES: dict[str, Outcome] = {
    "Accepted": Accepted(decision_id="d1"),
    "Refused": Refused(refusals=(refuse("job-order-exists", "4711", "it is stored"),)),
    "Denied": Denied(code="role-denied", reason="not yours"),
    "Denied, who signs": Denied(code="credentials-wrong", reason="does not match"),
    "Invalid": Invalid(problems=(Problem(where="StoreJobOrder.quantity", reason="is empty"),)),
    "Fault, retry helps": Fault(reason="the database is away", retry=True),
    "Fault, it does not": Fault(reason="the record was changed", retry=False),
}
_WORDS = {
    "Accepted": "It happened, and is on record.",
    "Refused": "Understood and permitted, but not now: one or more refusals, each with its remedy.",
    "Denied": "Not this account's to do (`role-denied`, `station-denied`).",
    "Denied, who signs": "The person who signs is not who was said, or may not sign now.",
    "Invalid": "Cannot be understood: where, and why. Nothing is recorded.",
    "Fault, retry helps": "We failed; nothing was acknowledged. Send the same command id again.",
    "Fault, it does not": "We failed; nothing was acknowledged. Call whoever runs the server.",
}


def outcomes_page() -> str:
    """Return docs/outcomes.md."""
    rows = [
        (f"**{name}**", _WORDS[name], _rest(outcome), *_opcua(outcome), _b2mml((outcome,)))
        for name, outcome in SAMPLES.items()
    ]
    both = (SAMPLES["Accepted"], SAMPLES["Refused"])
    head = ("outcome", "meaning", "REST", "OPC UA Call", "ReturnStatus", "B2MML")
    return (
        "# Outcomes\n\n"
        "What a command comes to, and how each door says it. Saying no is a value everywhere and\n"
        "never a broken connection; whatever the door, the refusals are those of\n"
        "[refusals.md](refusals.md).\n\n"
        "The table is what the faces do: a test asks each of them and compares, and\n"
        "`UPDATE_GOLDEN=1` writes the page anew.\n\n"
        f"{table(head, rows)}\n"
        "- **REST** answers 201 instead of 200 where something new came to be. Every no is an\n"
        "  `application/problem+json` document (RFC 9457) with the members of the outcome.\n"
        "- **OPC UA** returns all outputs with every outcome but one; `Outcome`, `RefusalCodes`\n"
        "  and `Messages` say it in words. A Bad status is kept for what the protocol forbids: a\n"
        "  method whose `UserExecutable` is false for the session is BadUserAccessDenied and has\n"
        "  no outputs. The attempt is decided and goes on record all the same. The methods of\n"
        "  OPC 10031-4 and those of conditions have the outputs and statuses of their standards:\n"
        "  [opcua-job-control.md](opcua-job-control.md), [opcua-events.md](opcua-events.md).\n"
        "- **B2MML** answers per document. A document with several requests of which some became\n"
        f"  job orders is answered {_b2mml(both)}, with the reasons for the others.\n"
        "- A repeated command id is answered as the first time, marked `duplicate`.\n"
    )


def _rest(outcome: Outcome) -> str:
    after = " + Retry-After" if isinstance(outcome, Fault) and outcome.retry else ""
    return f"{REST_STATUS[type(outcome)]}{after}"


def _opcua(outcome: Outcome) -> tuple[str, str]:
    status = answer(outcome).status
    if status.is_bad():
        return status.name, "no outputs"
    bits = [number for number in range(64) if return_status(outcome) >> number & 1]
    said = f"bit {bits[0]}" if len(bits) == 1 else str(bits)
    if isinstance(outcome, Refused):
        said = "bit of each refusal's group"
    return ("Good" if status.is_good() else "Uncertain"), said


def _b2mml(outcomes: tuple[Outcome, ...]) -> str:
    """Ask the B2MML face what it answers to a document with these outcomes."""
    inbox, _ = inbox_in_memory()
    answers: Iterator[Outcome] = iter(outcomes)

    async def submit(_: StoreJobOrder, __: Principal, ___: str) -> Outcome:
        return next(answers)

    document = schedule("".join(request(str(number)) for number in range(len(outcomes))))
    reply = asyncio.run(replace(inbox, submit=submit).receive(document, ERP))
    root = etree.fromstring(reply.body)
    expression = root.find(".//{*}ResponseExpression")
    assert expression is not None
    name = "Acknowledge" if "Acknowledge" in str(root.tag) else "ConfirmBOD"
    return f"{name} {expression.get('actionCode')} ({B2MML_STATUS[reply.verdict]})"


def roles_page() -> str:
    """Return docs/roles.md."""
    roles = sorted(Role, key=lambda role: role.value)
    rows = (
        (
            f"`{kind.__name__}`",
            "own station" if "station" in kind.__dataclass_fields__ else "",
            "yes" if "identity" in kind.__dataclass_fields__ else "",
            *("x" if role in allowed else "" for role in roles),
        )
        for kind, allowed in COMMAND_ROLES.items()
    )
    head = ("command", "where", "signed", *(role.value for role in roles))
    return (
        "# Roles\n\n"
        "Which roles an account needs to give a command. The table is asked by the command path\n"
        "itself, so it is the same at every door: OPC UA, REST and B2MML. All else is denied\n"
        "(`role-denied`, `station-denied`), and the attempt is on record.\n\n"
        "The table is made from `server/command_path/authorize.py`; tests hold every role and\n"
        "every command against it, at both doors, and `UPDATE_GOLDEN=1` writes the page anew.\n\n"
        "- *own station*: the account is a terminal of that station; no role opens another one.\n"
        "- *signed*: a person shows account name and password with the command. Whether the\n"
        "  person's own role is suitable is a question for the gates (`role-not-suitable`).\n"
        "- An administrator sees to accounts and certificates, and can do nothing that counts as\n"
        "  production; an account with this role can have no other one but observer.\n"
        "- `system` is the installation itself; no account can have it.\n\n"
        f"{table(head, rows)}"
        f"{_ACCOUNTS}"
    )


_ACCOUNTS = """
## Accounts and passwords

- Five wrong passwords in a row, at whatever door, lock the account. The lock is on record and
  outlives a restart; it is an event of severity 900 over OPC UA, and an `URGENT` line in the
  diagnostics. `LockAccount` locks at once, such as after a lost badge.
- Another person unlocks, with the role administrator; nobody unlocks an own account. So an
  installation needs two administrators.
- `interlock passwd` sets a password: 12 characters or more, not the account's name, no common
  word. It counts at once. The password of a person ends after `password_max_age_days`.
- A session at a station begins with account and password. While it goes on, its own account may
  sign with the password alone (21 CFR 11.200(a)(1)(i)): leave the account empty. After
  `session_timeout_s` without work (in `plant.yaml`) nothing is done there until the session is
  opened anew, and anybody may.
- Over OPC UA an account may also have certificates of its user (`RegisterUserCertificate`): they
  open sessions and sign nothing. A lock, or `RevokeUserCertificate`, ends its sessions at once.
  What else each role sees and may do there: [opcua-security.md](opcua-security.md).
"""
