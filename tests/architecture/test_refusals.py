"""Every code that a person may be refused with is documented, and was seen in a test."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.tree import PACKAGES, ROOT, named

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
SAYS_NO = frozenset({"Refusal", "Denied"})


def constants(tree: ast.Module) -> dict[str, str]:
    """Return the module's own names for texts, as in CODE: Final = "lot-restricted"."""
    found: dict[str, str] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else ()
        targets = (node.target,) if isinstance(node, ast.AnnAssign) else targets
        value = getattr(node, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found |= {name.id: value.value for name in targets if isinstance(name, ast.Name)}
    return found


def codes_in(tree: ast.Module) -> Iterator[str]:
    """Yield what is given as ``code=`` to a Refusal or a Denied."""
    names = constants(tree)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            given = [word.value for word in call.keywords if word.arg == "code"]
            for value in given if call.func.id in SAYS_NO else ():
                for part in ast.walk(value):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value
                    elif isinstance(part, ast.Name) and part.id in names:
                        yield names[part.id]


def codes() -> set[str]:
    found: set[str] = set()
    for path in named(".py", *PACKAGES):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= set(codes_in(tree))
        if path.name == "refusal_codes.py":
            found |= {text for text in constants(tree).values() if CODE.fullmatch(text)}
    return found


def documented() -> set[str]:
    text = (ROOT / "docs/refusals.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([^`]+)`", text, flags=re.MULTILINE))


@pytest.mark.parametrize("code", sorted(codes()))
def test_code_is_documented(code: str) -> None:
    assert CODE.fullmatch(code), "a code is a fact in kebab-case"
    assert code in documented(), f"add a row that begins with | `{code}` | to docs/refusals.md"


@pytest.mark.parametrize("code", sorted(codes()))
def test_code_was_seen_in_a_test(code: str) -> None:
    tests = (path for path in named(".py", "tests"))
    assert any(code in path.read_text(encoding="utf-8") for path in tests), (
        f"no test expects {code!r}: add a row for it to the table of its gate"
    )


def test_every_documented_code_exists() -> None:
    gone = documented() - codes()
    assert not gone, f"nothing answers with {gone}; a retired code belongs into the text, not a row"
