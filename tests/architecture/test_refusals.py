"""Every code that a person may be told is in the catalogue, on its page, and seen in a test."""

import ast
import re
from collections.abc import Iterator

from models.execution.refusal_codes import REFUSAL_KINDS
from tests.tree import PACKAGES, ROOT, named

FACT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
CATALOGUE = "models/execution/refusal_codes.py"


def codes_given_to(function: str, *, keyword: str, position: int) -> Iterator[str]:
    """Yield each code that is written out in a call of the function, anywhere in the packages."""
    for path in named(".py", *PACKAGES):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != function:
                continue
            given = [word.value for word in call.keywords if word.arg == keyword]
            given += call.args[position : position + 1]
            for part in (part for value in given for part in ast.walk(value)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def page() -> str:
    return (ROOT / "docs/refusals.md").read_text(encoding="utf-8")


def test_every_code_is_a_fact_in_kebab_case() -> None:
    strange = [code for code in REFUSAL_KINDS if not FACT.fullmatch(code)]
    assert not strange, strange


def test_page_lists_the_codes_in_their_order() -> None:
    rows = re.findall(r"^\| *`([a-z0-9-]+)`", page(), flags=re.MULTILINE)
    missing = REFUSAL_KINDS.keys() - set(rows)
    assert not missing, f"add a row for each to docs/refusals.md: {missing}"
    assert [code for code in rows if code in REFUSAL_KINDS] == list(REFUSAL_KINDS), (
        "docs/refusals.md lists the codes in their order of precedence, each once"
    )


def test_every_code_was_seen_in_a_test() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in named(".py", "tests"))
    unseen = [code for code in REFUSAL_KINDS if not re.search(rf"\b{code}\b(?!-)", tests)]
    assert not unseen, f"add a row for each to the table of its gate in tests/unit/: {unseen}"


def test_only_the_catalogue_makes_refusals() -> None:
    makers = [
        path.relative_to(ROOT).as_posix()
        for path in named(".py", *PACKAGES)
        if re.search(r"\bRefusal\(\n?\s*code=", path.read_text(encoding="utf-8"))
    ]
    assert set(makers) <= {CATALOGUE}, f"call refuse(code, …) instead, in {makers}"


def test_every_code_that_is_used_is_in_the_catalogue() -> None:
    unknown = set(codes_given_to("refuse", keyword="code", position=0)) - REFUSAL_KINDS.keys()
    assert not unknown, f"add to {CATALOGUE}: {unknown}"


def test_every_denial_is_documented() -> None:
    denials = set(codes_given_to("Denied", keyword="code", position=0))
    missing = {code for code in denials if f"`{code}`" not in page()}
    assert not missing, f"say in docs/refusals.md what to do about {missing}"
