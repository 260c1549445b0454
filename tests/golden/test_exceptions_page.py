"""docs/exceptions.md is made from the tables of the program; UPDATE_GOLDEN=1 writes it."""

import re
import sys
from collections.abc import Callable, Iterator
from typing import Final

from models.execution.commands import ExceptionDisposition, Severity
from models.execution.dispositions import DISPOSITION_RESULT, deciders
from models.execution.exception_kinds import EXCEPTION_CODES, EXCEPTION_KINDS
from models.execution.gates import EXCEPTION_GATES, RELEASE_GATES, RUNNING_GATES
from models.execution.overridden import OVERRIDABLE
from models.execution.records import ExceptionRecord
from models.execution.refusal_codes import REFUSAL_KINDS
from models.execution.sampling import NELSON_RULES
from tests.golden.documents import agrees, table
from tests.tree import ROOT
from tests.world import NOON

PAGE: Final = ROOT / "docs" / "exceptions.md"

HEAD: Final = """\
# Exceptions

What is not as it should be about a job order is an **exception**: a state of its step and a record
that somebody has to settle. Most refusals only *prevent*: the wrong lot stays out, nothing
happened, and the attempt is on record. An exception is opened, exactly once, when

- a command is refused for nothing but one of the kinds marked *refusal* below (with anything else
  wrong the value proves nothing, and the refusal only prevents),
- a device, a rule or the laboratory finds something, or
- a person reports it: `OpenDeviation` at a station, `ReportException` anywhere, also while the job
  order is held.

It names its step, lot and equipment, and what it is about. While it is open the same refusal opens
no second one. This page is made from the tables of the program; `UPDATE_GOLDEN=1` writes it anew.

## Kinds

How grave a kind is, its WorkMaster may decide otherwise (`exception_policies`). What a person
reports is never made less grave than they say. An exception that does not stop its step lets the
work go on; the release waits for every one.

"""

DISPOSITIONS: Final = """
## Dispositions

Each is signed, has a reason, and leads to a defined state. One that would lead nowhere (to redo a
step that is complete, say) is refused with `disposition-not-possible`, which offers the others.
`tests/unit/execution/test_exceptions_dispositions.py` tries every pair of disposition and state.

"""

INDEPENDENCE: Final = """
An override and a correction are reviewed by the quality unit alone, however grave. *Rework* beyond
the limit of a loop is the quality unit's, too. Nobody decides about their own work
(`self-disposition`): not those who performed a production step, nor whoever made the correction,
asked for the substitution or signed the override.

Accepting puts on record what was held back. A weight is checked once more then: of a lot that has
been restricted, has expired or is used up meanwhile nothing is accepted. What was held back in an
earlier pass of a step is never put on record in a later one.

## What holds up a release

Each alone; they are all told at once. `tests/unit/execution/test_release.py` opens and closes each.

"""

OVERRIDES: Final = """
## Overrides

A refusal can be overridden only when the step declares its code (`overridable`) and the code is one
of these; a supervisor and the quality unit sign, neither of whom works on the step:

"""

REST: Final = """
An override counts once, for the next command about the step that this refusal alone stands in the
way of. It is counted (overrides per thousand steps) and opens an exception for review. Whatever
protects identity, sequence, qualification, material, readings or the record is not on the list, so
nobody overrides it: no role, no administrator.

## Corrections

A value on record is never written over: `CorrectEvidence` adds the new value, with a reason and a
signature, and the original stays. A performer corrects an own entry while the step is at work; a
supervisor or the quality unit later; and what may not be typed (a weight, a device's value) only
the quality unit. A new value outside of the limits waits until its exception is accepted. After the
release nothing is corrected. After *Redo* and *Adjust*, what was recorded before may be recorded
anew.

## Corrective actions

`OpenCorrectiveAction` links an action (CAPA) to an exception, `RecordCorrectiveAction` signs that
it was carried out, and `CloseCorrectiveAction` judges its effect: by the quality unit, and not by
who carried it out. One that was not effective stays open and is carried out anew. An action holds
a release up only once it is due, or was found not effective.

## Reconciliation and samples

A step with `balances` adds up values on record (labels issued - used - damaged - returned; yield in
percent) and is complete only within the limits, or when the quality unit has accepted this very
difference. A step with `sample_plans` keeps every value, and judges them by the rules of Nelson
that the plan names:

"""


def kinds() -> Iterator[tuple[str, ...]]:
    for item in EXCEPTION_KINDS.values():
        opened = "refusal" if item.from_refusal else "finding"
        stops = "step and release" if item.stops_step else "release"
        severity = item.severity.value
        yield f"`{item.kind}`", item.exception_class.value, severity, opened, stops, item.meaning


def dispositions() -> Iterator[tuple[str, ...]]:
    for way, leads_to in DISPOSITION_RESULT.items():
        roles = (_who(way, severity) for severity in Severity)
        yield f"*{way.value}*", leads_to, *roles


def _who(way: ExceptionDisposition, severity: Severity) -> str:
    found = ExceptionRecord(
        exception_id="", kind="deviation", description="", opened_time=NOON, severity=severity
    )
    return " or ".join(sorted(role.value for role in deciders(found, way)))


def obstacles() -> Iterator[tuple[str, ...]]:
    for gate in (*RUNNING_GATES, *EXCEPTION_GATES, *RELEASE_GATES):
        rule = (sys.modules[gate.__module__].__doc__ or "").strip().splitlines()[0]
        yield rule.removeprefix("Gate: "), ", ".join(f"`{code}`" for code in codes_of(gate))


def codes_of(gate: Callable[..., object]) -> list[str]:
    return [code for code in re.findall(r"``([a-z-]+)``", gate.__doc__ or "") if "-" in code]


def page() -> str:
    head = ("kind", "class", "severity", "opened by", "holds up", "meaning")
    ways = ("disposition", "leads to", *(f"{item.value}: who" for item in Severity))
    overridable = ((f"`{x}`", REFUSAL_KINDS[x].meaning) for x in sorted(OVERRIDABLE))
    rules = ((str(number), rule.meaning) for number, rule in NELSON_RULES.items())
    return "".join(
        (
            HEAD,
            table(head, kinds()),
            DISPOSITIONS,
            table(ways, dispositions()),
            INDEPENDENCE,
            table(("must be true", "else refused with"), obstacles()),
            OVERRIDES,
            table(("code", "meaning"), overridable),
            REST,
            table(("rule", "broken by"), rules),
        )
    )


def test_the_page_says_what_the_tables_say() -> None:
    assert agrees(PAGE, page()), "run it again with UPDATE_GOLDEN=1, and read what changed"


def test_every_gate_of_the_release_says_what_it_refuses_with() -> None:
    told = {code for gate in RELEASE_GATES for code in codes_of(gate)}
    assert all(codes_of(gate) for gate in RELEASE_GATES)
    assert not told - REFUSAL_KINDS.keys()


def test_every_kind_that_a_refusal_opens_is_a_code() -> None:
    assert not EXCEPTION_CODES - REFUSAL_KINDS.keys()
