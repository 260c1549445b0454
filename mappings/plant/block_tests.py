"""Read ``blocktest.yaml``: what is tried against a running plant, and what must be refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from mappings.plant.units import NO_QUANTITY, quantity
from mappings.problems import Problems, did_you_mean
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Node, read
from models.execution.refusal_codes import REFUSAL_KINDS
from models.isa95.quantity import Quantity

CALLS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = MappingProxyType(
    {
        # method of the faceplate or of the job orders: what it needs, what it may have
        "OpenSession": (frozenset({"person"}), frozenset()),
        "CloseSession": (frozenset(), frozenset()),
        "StartStep": (frozenset({"step"}), frozenset()),
        "Scan": (frozenset({"code"}), frozenset()),
        "CaptureWeight": (frozenset({"instrument"}), frozenset()),
        "CaptureEvidence": (frozenset({"evidence"}), frozenset()),
        "RecordEvidence": (
            frozenset({"evidence", "value"}),
            frozenset({"source", "instrument"}),
        ),
        "CompleteStep": (frozenset(), frozenset()),
        "VerifyStep": (frozenset({"step", "person"}), frozenset()),
        "OpenDeviation": (frozenset({"description"}), frozenset()),
        "Release": (frozenset({"person"}), frozenset()),
    }
)
"""The calls of a script."""

_ALLOCATION: Final = re.compile(r"[^=\s]+=[^=\s]+")
_WORDS: Final = tuple(sorted({word for call in CALLS.values() for words in call for word in words}))
_OF_EVERY_ROW: Final = ("test", "title", "refused", "offers", "either_way")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One row of the script.

    ``refused`` is the code that must come back; None means that the call must be accepted.
    ``offers`` must come back in this order; ``either_way`` accepts any answer.
    """

    call: str
    words: Mapping[str, str]
    test: int | None = None
    title: str = ""
    refused: str | None = None
    offers: tuple[str, ...] = ()
    either_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTestPlan:
    """The script, and the job order on which it runs.

    ``allocations`` are the lots that are reserved for it, each as ``MATERIAL=LOT``.
    """

    work_master_id: str
    work_master_version: str
    quantity: Quantity
    station: str
    terminal: str
    planner: str
    abort_person: str
    abort_reason: str
    allocations: tuple[str, ...]
    script: tuple[Attempt, ...]


def load_block_tests(path: Path) -> BlockTestPlan | Problems:
    """Return the plan of a file, or every mistake in it at once."""
    problems = Problems()
    root = read(path)
    if not isinstance(root, Node):
        problems.extend(root)
        return problems
    plan = _plan(root, problems)
    return problems or plan


def _plan(root: Node, problems: Problems) -> BlockTestPlan:
    fields = Fields(
        root,
        problems,
        required=(
            *("work_master", "version", "quantity", "station"),
            *("terminal", "planner", "abort", "script"),
        ),
        optional=("allocations",),
    )
    allocations = fields.texts("allocations")
    if any(not _ALLOCATION.fullmatch(text) for text in allocations):
        fields.reject("allocations", "not every one is a material and its lot", "MATERIAL=LOT")
    abort = fields.fields("abort", required=("person", "reason"))
    rows = fields.each("script", required=("call",), optional=(*_WORDS, *_OF_EVERY_ROW))
    return BlockTestPlan(
        work_master_id=fields.text("work_master"),
        work_master_version=fields.text("version"),
        quantity=fields.parsed("quantity", quantity, NO_QUANTITY, "write it as 1.000 kg"),
        station=fields.text("station"),
        terminal=fields.text("terminal"),
        planner=fields.text("planner"),
        abort_person=abort.text("person"),
        abort_reason=abort.text("reason"),
        allocations=allocations,
        script=tuple(_attempt(row) for row in rows),
    )


def _attempt(row: Fields) -> Attempt:
    call = row.parsed("call", _call, "", "write the name of a method")
    needs, may = CALLS.get(call, (frozenset(), frozenset(_WORDS)))
    for word in sorted(needs):
        if not row.has(word):
            row.reject("call", f"{call} needs '{word}'", f"add '{word}: …'")
    for word in _WORDS:
        if row.has(word) and word not in needs | may:
            row.reject(word, f"{call} takes no '{word}'", "remove it")
    if row.has("test") != row.has("refused"):
        reason = "a test is a row with a number and a refusal"
        row.reject("call", reason, "write both 'test' and 'refused', or neither")
    return Attempt(
        call=call,
        words={word: row.text(word) for word in _WORDS if row.has(word)},
        test=row.whole_number("test", at_least=1, at_most=99) if row.has("test") else None,
        title=row.text("title"),
        refused=row.parsed("refused", _code, None, "use a code of docs/refusals.md"),
        offers=row.texts("offers"),
        either_way=row.boolean("either_way"),
    )


def _call(text: str) -> str:
    if text not in CALLS:
        message = f"unknown method '{text}', {did_you_mean(text, tuple(CALLS))}"
        raise ValueError(message)
    return text


def _code(text: str) -> str:
    if text not in REFUSAL_KINDS:
        message = f"unknown refusal '{text}', {did_you_mean(text, tuple(REFUSAL_KINDS))}"
        raise ValueError(message)
    return text
