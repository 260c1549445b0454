"""``interlock verify-log``: prove the execution log unbroken, or find the first broken row."""

import argparse
import asyncio
from typing import Final

from server.cli import screen
from server.cli.log_examination import LogReport, examine_log
from server.cli.run import add_places, settings_of_installed
from server.settings import Settings, SettingsError

DESCRIPTION: Final = """\
Read the whole execution log: every row must continue the one before it in its stream, be what was
hashed when it was written, and carry the seal of this installation; every projection must be what
its rows make; every seal must cover what it covered; every electronic signature must be bound to
what was signed. The server may go on running.
Exit code 0 means that the log is unbroken."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    add_places(parser)


def run(options: argparse.Namespace) -> int:
    """Verify the log; 0 when it is unbroken."""
    # Late, so that the help of all commands does without it.
    from server.bootstrap import StartError  # noqa: PLC0415

    complaints = screen.complaints()
    try:
        report = asyncio.run(_examine(settings_of_installed(options)))
    except (SettingsError, StartError) as error:
        complaints.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    return _tell(report)


async def _examine(settings: Settings) -> LogReport:
    from server.bootstrap.database import open_database  # noqa: PLC0415 -- as above
    from server.bootstrap.installation import open_secrets  # noqa: PLC0415 -- as above
    from server.bootstrap.serve import utc_now  # noqa: PLC0415 -- as above
    from server.bootstrap.start_error import told_as_start_error  # noqa: PLC0415 -- as above

    with told_as_start_error():
        key = open_secrets(settings.secrets_dir, ()).log_key
        async with open_database(settings, utc_now) as database:
            return await examine_log(database.execution_log, key)


def _tell(report: LogReport) -> int:
    complaints = screen.complaints()
    for broken in report.in_order:
        at = "" if broken.position is None else f" (position {broken.position})"
        text = f"{broken.where}{at}: {broken.reason}"
        complaints.print(text, style="red", markup=False, soft_wrap=True)
    counted = (
        f"{report.rows} rows in {report.streams} streams, {report.seals} seals,"
        f" {report.signatures} signatures"
    )
    console = screen.output()
    if report.breaks:
        advice = "keep the database as it is, and compare it with a backup"
        console.print(f"BROKEN: {counted}; {advice}", style="bold red", soft_wrap=True)
        return 1
    not_yet = f", {report.unsealed} rows not sealed yet" if report.unsealed else ""
    if report.unbound_signatures:
        not_yet += f", {report.unbound_signatures} signatures bound by the seal of their row only"
    console.print(f"unbroken: {counted}{not_yet}", style="green", soft_wrap=True)
    return 0
