"""``interlock unlock``: let a locked account be used again, from the console of the server."""

import argparse
import asyncio
import getpass
from typing import Final

from models.execution.outcome import Accepted, Invalid, Outcome, Refused
from server.cli import screen
from server.cli.run import add_places, settings_of_installed
from server.settings import SettingsError

DESCRIPTION: Final = """\
Let a locked account be used again, where no administrator can: wrong passwords lock those, too. The
server may go on running. It goes on record with the reason, and with the name of the account of the
operating system. Find out first who tried; give the account a new password where its own may be
known (interlock passwd)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("account", help="the locked account")
    add_places(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; it goes on record")


def run(options: argparse.Namespace) -> int:
    """Unlock the account; 0 when it is unlocked."""
    from server.bootstrap import StartError  # noqa: PLC0415 -- late: --help does without it
    from server.bootstrap.unlock import unlock  # noqa: PLC0415 -- as above

    reason = f"{options.reason} (at the console of the server, as {getpass.getuser()})"
    try:
        settings = settings_of_installed(options)
        outcome = asyncio.run(unlock(settings, options.account, reason))
    except (SettingsError, StartError) as error:
        told = str(error)
    else:
        if isinstance(outcome, Accepted):
            screen.output().print(f"{options.account} is unlocked", markup=False)
            return 0
        told = _why_not(outcome)
    screen.complaints().print(told, style="red", markup=False, soft_wrap=True)
    return 1


def _why_not(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return "; ".join(f"{one.obstacle}. {one.remedy}" for one in outcome.refusals)
    if isinstance(outcome, Invalid):
        return "; ".join(f"{one.where}: {one.reason}" for one in outcome.problems)
    return str(getattr(outcome, "reason", outcome))
