"""``interlock doctor``: look at an installation, line by line, and say what to do."""

import argparse
import asyncio
from collections.abc import Iterator
from typing import Final

from rich.table import Table
from rich.text import Text

from server.cli import examination, screen
from server.cli.database_examination import examine_database
from server.cli.finding import Finding, Level
from server.cli.run import add_places, settings_of
from server.settings import Settings, SettingsError

DESCRIPTION: Final = """\
Look at plant files, line files, secrets, certificates, ports, disk and database of an installation.
Nothing is changed. OK needs nothing, WARN works but should not stay, FAIL does not work; every line
says what to do. Exit code 0 means that nothing fails."""

_STYLES: Final = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    add_places(parser)


def run(options: argparse.Namespace) -> int:
    """Examine the installation; 0 when nothing fails."""
    try:
        settings = settings_of(options)
    except SettingsError as error:
        screen.complaints().print(str(error), style="red", markup=False)
        return 1
    findings = [*examine(settings), *asyncio.run(examine_database(settings))]
    screen.output().print(_table(findings))
    return 1 if any(one.level is Level.FAIL for one in findings) else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything but the database."""
    yield from examination.plant_files(settings)
    yield from examination.permissions(settings)
    yield from examination.certificates(settings)
    yield from examination.nodesets(settings)
    yield from examination.ports(settings)
    yield from examination.disk(settings)


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "What", "Found", "What to do"):
        table.add_column(heading, overflow="fold")
    for one in findings:
        level = Text(one.level.value, style=_STYLES[one.level])
        table.add_row(level, one.what, Text(one.found), Text(one.remedy))
    return table
