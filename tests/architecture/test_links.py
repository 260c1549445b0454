"""What the pages name is there: anchors, files, tests, import contracts, commands and options."""

import argparse
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mappings.check import check_file
from server.cli import COMMANDS
from tests.tree import ROOT, functions, named, where

LINK_WITH_ANCHOR = re.compile(r"\]\((?!\w+:)([^)#\s]*)#([^)\s]+)\)")
CODE_SPAN = re.compile(r"`([^`\n]+)`")
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
PLACE = re.compile(
    r"(?:[.]ci|adapters|docs|historian|mappings|models|requirements|server|simulators|tests)/"
    r"[\w./-]*(?:::\w+)?"
)
CONTRACTS = re.compile(r"contracts? (`[\w-]+`(?:(?:, | and )`[\w-]+`)*)")
COMMAND = re.compile(r"(?:^|[\s/`'\"])interlock ([a-z][a-z-]*)([^`|;#\n]*)")
MAKE = re.compile(r"(?:^|[\s`])make ([a-z]+)(?: ARGS=\"([^\"]*)\")?")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def pages() -> list[Path]:
    return named(".md")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    return FENCE.sub("", text_of(page))


def code(page: Path) -> Iterator[str]:
    """Yield each line of code on a page, whether in a block or in a sentence."""
    text = text_of(page)
    blocks = [match.group(1) for match in FENCE.finditer(text)]
    outside = FENCE.sub("", text)
    blocks += re.findall(r"^ {4}.*$", outside, flags=re.MULTILINE)
    blocks += CODE_SPAN.findall(re.sub(r"(?<=\w)\n(?=\w|--)", " ", outside))
    for block in blocks:
        yield from block.replace("\\\n", " ").splitlines()


def anchor(heading: str) -> str:
    """Return the anchor that a heading gets where pages are shown."""
    spoken = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading))
    return spoken.strip().lower().replace(" ", "-")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#{1,6} (.+)$", prose(page), flags=re.MULTILINE)
    return {anchor(heading) for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=where)
def test_every_anchor_exists(page: Path) -> None:
    links = LINK_WITH_ANCHOR.findall(prose(page))
    dead = [
        f"{link}#{name}"
        for link, name in links
        if name not in anchors((page.parent / link) if link else page)
    ]
    assert not dead, f"no such heading there: {dead}"


@pytest.mark.parametrize("page", pages(), ids=where)
def test_every_place_that_a_page_names_exists(page: Path) -> None:
    gone = [place for place in CODE_SPAN.findall(prose(page)) if is_gone(place)]
    assert not gone, f"{where(page)} names what is not there (any more): {gone}"


def is_gone(place: str) -> bool:
    if not PLACE.fullmatch(place):
        return False
    name, _, test = place.partition("::")
    path = ROOT / name
    if not test:
        return not path.exists()
    return not path.is_file() or test not in {function.name for function in functions(path)}


def test_every_contract_that_a_page_names_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ids = {contract["id"] for contract in project["tool"]["importlinter"]["contracts"]}
    ids |= {contract["name"] for contract in project["tool"]["importlinter"]["contracts"]}
    gone = {
        f"{where(page)}: {name}"
        for page in pages()
        for group in CONTRACTS.findall(prose(page))
        for name in CODE_SPAN.findall(group)
        if name not in ids
    }
    assert not gone, gone


def options(command: str) -> set[str]:
    """Return every option of a command of the command line."""
    parser = argparse.ArgumentParser()
    importlib.import_module(f"server.cli.{command.replace('-', '_')}").add_arguments(parser)
    return set(accepted(parser))


def accepted(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the options of a parser and of the actions that it has."""
    yield from parser._option_string_actions
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from accepted(one)


def unknown(command: str, rest: str) -> list[str]:
    """Return what a command line names that the command does not have."""
    if command not in COMMANDS:
        return [f"interlock {command}"]
    known = options(command)
    return [f"interlock {command} {name}" for name in OPTION.findall(rest) if name not in known]


@pytest.mark.parametrize("page", pages(), ids=where)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    found = [unknown(*parts) for line in code(page) for parts in COMMAND.findall(line)]
    assert not any(found), f"{where(page)}: {[text for texts in found for text in texts]}"


@pytest.mark.parametrize("page", pages(), ids=where)
def test_every_target_that_a_page_names_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    named_here = [parts for line in code(page) for parts in MAKE.findall(line)]
    gone = [f"make {target}" for target, _ in named_here if target not in targets]
    for target, arguments in named_here:
        gone += unknown("demo", arguments) if target == "demo" else []
    assert not gone, f"{where(page)}: {gone}"


def test_the_line_file_of_the_guide_passes_its_own_tests(tmp_path: Path) -> None:
    (text,) = YAML.findall(text_of(ROOT / "docs/connect-plc.md"))
    file = tmp_path / "mixing.yaml"
    file.write_text(text, encoding="utf-8")
    report = check_file(file, {})
    assert report.ok, report.lines()


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (".venv/bin/interlock doctor --config DIR --state DIR", []),
        (".venv/bin/interlock doktor", ["interlock doktor"]),
        ("interlock demo --onze --fresh", ["interlock demo --onze"]),
    ],
)
def test_a_wrong_command_is_noticed(line: str, wrong: list[str]) -> None:
    assert [text for parts in COMMAND.findall(line) for text in unknown(*parts)] == wrong


@pytest.mark.parametrize(
    ("place", "gone"),
    [
        ("tests/tree.py", False),
        ("tests/tree.py::where", False),
        ("tests/tree.py::nowhere", True),
        ("docs/nothing.md", True),
        ("models/execution/gates/<statement>.py", False),
    ],
)
def test_a_place_that_is_gone_is_noticed(place: str, gone: bool) -> None:  # noqa: FBT001 -- a row
    assert is_gone(place) is gone
