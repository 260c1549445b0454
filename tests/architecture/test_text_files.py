"""What every text in the repository keeps to, whoever wrote it."""

import re
from pathlib import Path

import pytest

from tests.tree import ROOT, files, named, where

BINARY = frozenset({".png", ".gz", ".der", ".gif", ".ico", ".woff2"})
WRITTEN_HERE = frozenset({".py", ".md", ".sql", ".yaml", ".toml"})
KEEPS_ITS_LINES = frozenset({".csv", ".xsd"})  # made elsewhere, kept to the byte

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


def untidy(path: Path) -> str:
    """Return what is wrong with the ends of a text and of its lines, or nothing."""
    text = path.read_bytes()
    if b"\r" in text and path.suffix not in KEEPS_ITS_LINES:
        return "lines end with LF here"
    if text and path.suffix in WRITTEN_HERE and not text.endswith(b"\n"):
        return "the last line does not end"
    if path.suffix in WRITTEN_HERE and text.endswith(b"\n\n"):
        return "an empty line at the end"
    if path.suffix in WRITTEN_HERE and re.search(rb"[ \t]$", text, re.MULTILINE):
        return "spaces at the end of a line"
    return ""


def test_every_text_is_tidy() -> None:
    found = [f"{where(path)}: {wrong}" for path in texts() if (wrong := untidy(path))]
    assert not found, found


def titles(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    outside_code = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^# .+$", outside_code, flags=re.MULTILINE)


def test_every_page_has_exactly_one_title() -> None:
    found = {where(path): titles(path) for path in named(".md") if len(titles(path)) != 1}
    assert not found, found


def dead_links(path: Path) -> list[str]:
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    return [link for link in links if not (path.parent / link).exists()]


def test_links_of_every_page_lead_somewhere() -> None:
    found = {where(path): dead_links(path) for path in named(".md") if dead_links(path)}
    assert not found, found


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_readme_names_both_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
