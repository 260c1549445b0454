"""``interlock passwd``: give an account of an installation a new password."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Final

from server.cli import screen

DESCRIPTION: Final = """\
Give an account a new password, asked for twice on the terminal, or read from standard input when
that is no terminal. It takes 12 characters that are no common word. It counts at once."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    add = parser.add_argument
    add("account", help="an account of personnel.yaml")
    add("--state", required=True, type=Path, metavar="DIR", help="folder of the installation")


def run(options: argparse.Namespace) -> int:
    """Set the password; 0 when it is set."""
    # Late, so that the help of all commands does without it.
    from server.bootstrap.installation import InstallationError, set_password  # noqa: PLC0415

    complaints = screen.complaints()
    try:
        password = _ask()
        set_password(options.state / "secrets", options.account, password)
    except (InstallationError, ValueError) as error:
        complaints.print(str(error), style="red", markup=False)
        return 1
    screen.output().print(f"{options.account} has a new password")
    return 0


def _ask() -> str:
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("New password: ")
        if password != getpass.getpass("The same again: "):
            raise ValueError("the two differ; nothing was changed")
    return password
