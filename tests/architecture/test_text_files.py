"""What every text in the repository keeps to, whoever wrote it."""

import re
from pathlib import Path

import pytest

from tests.tree import ROOT, files, named, where

BINARY = frozenset({".png", ".gz", ".der", ".gif", ".ico", ".woff2"})

# Each pattern has a [letter] in it, so that this file does not report itself.
PRIVATE_PLACES = re.compile(
    r"(?<![\w.])/[r]oot/|/[h]ome/\w|/[U]sers/\w|/[o]pt/|[.]pyenv|(?<![\w.])/[w]ork/(?:main|shared)"
)
REGISTRIES = re.compile(
    r"pypi[.](?:python[.])?org|pythonhosted[.]org|npmjs[.](?:org|com)", re.IGNORECASE
)
REMINDER = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b(?!\s*\(#\d+\))")


def texts() -> list[Path]:
    return [path for path in files() if path.suffix not in BINARY]


def findings(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{where(path, number)}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_place_on_a_private_machine_is_named() -> None:
    found = findings(PRIVATE_PLACES, texts())
    assert not found, f"a path that only exists on one machine; make it a parameter: {found}"


def test_no_package_registry_is_named() -> None:
    found = findings(REGISTRIES, texts())
    assert not found, f"where packages come from is the business of the machine: {found}"


def test_every_reminder_names_its_issue() -> None:
    found = findings(REMINDER, named(".py") + named(".sql") + named(".yaml") + named(".md"))
    assert not found, f"write it with its issue, as in (#12), or do it now: {found}"


@pytest.mark.parametrize("path", texts(), ids=where)
def test_text_ends_with_one_newline_and_no_stray_spaces(path: Path) -> None:
    text = path.read_bytes()
    assert b"\r" not in text or path.suffix in {".csv", ".xsd"}, "line ends are LF here"
    if path.suffix in {".py", ".md", ".sql", ".yaml", ".toml"} and text:
        assert text.endswith(b"\n")
        assert not text.endswith(b"\n\n"), "one newline at the end is enough"
        assert not re.search(rb"[ \t]+$", text, re.MULTILINE), "spaces at the end of a line"


def headings(path: Path) -> list[str]:
    outside_code = re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return re.findall(r"^# .+$", outside_code, flags=re.MULTILINE)


@pytest.mark.parametrize("path", named(".md"), ids=where)
def test_markdown_has_exactly_one_title(path: Path) -> None:
    assert len(headings(path)) == 1, headings(path)


@pytest.mark.parametrize("path", named(".md"), ids=where)
def test_markdown_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    dead = [link for link in links if not (path.parent / link).exists()]
    assert not dead, dead


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_readme_names_both_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
