"""What ``interlock doctor`` sees of the database: which one it is, and whether it answers."""

from typing import Final

from models.execution.log_row import Cursor
from server.cli.finding import Finding, fail, ok, warn
from server.settings import Settings

_WHAT: Final = "database"


async def examine_database(settings: Settings) -> list[Finding]:
    """Open the stores as the server does, and close them again."""
    is_embedded = not (settings.database_dsn or settings.owner_dsn)
    if is_embedded and not (settings.state_dir / "postgresql").is_dir():
        return [warn(_WHAT, "the embedded PostgreSQL is not there yet", "start the server once")]
    # Late, so that the help of all commands does without it.
    from server.bootstrap import StartError  # noqa: PLC0415
    from server.bootstrap.database import open_database  # noqa: PLC0415 -- as above
    from server.bootstrap.serve import utc_now  # noqa: PLC0415 -- as above
    from server.bootstrap.start_error import told_as_start_error  # noqa: PLC0415 -- as above

    findings = []
    if settings.allow_unsafe_database:
        remedy = "clear allow_unsafe_database; a record that can be lost is none"
        findings.append(warn(_WHAT, "a commit need not be durable", remedy))
    try:
        with told_as_start_error():
            async with open_database(settings, utc_now) as database:
                rows = await database.execution_log.count_behind(Cursor(0, 0))
                findings.append(ok(_WHAT, f"{database.kind}, {rows} rows in the execution log"))
    except StartError as error:
        findings.append(fail(_WHAT, str(error), "see the text; docs/plant-files.md names settings"))
    return findings
