"""``interlock check-mapping FILE``: read a mapping file and run the tests that stand in it."""

import argparse
import os
from pathlib import Path
from typing import Final

from mappings.check import check_file
from server.cli.run import parameter
from server.cli.screen import output

DESCRIPTION: Final = """\
Check mapping files: every mistake at once as file:line:column, and the 'tests:' of the file.
Nothing is connected and nothing is changed; docs/mapping.md explains the language.
${NAME} in a file takes its value from --set, from the environment, or its default."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=parameter,
        metavar="NAME=VALUE",
        help="value of a ${NAME} in the file; may be given several times",
    )


def run(options: argparse.Namespace) -> int:
    """Check the files; 0 when a server would start with all of them."""
    console = output()
    parameters = {**os.environ, **dict(options.set)}
    reports = [check_file(path, parameters) for path in options.files]
    for report in reports:
        style = "green" if report.ok else "red"
        for line in report.lines():
            console.print(line, style=style, markup=False, soft_wrap=True)
    return 0 if all(report.ok for report in reports) else 1
