"""What ``interlock doctor`` sees of the database: which one it is, and whether it answers."""

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from server.cli.finding import Finding, fail, ok, warn
from server.settings import Settings

_WHAT: Final = "database"
_CHECKSUMS: Final = "data_checksums"


async def examine_database(settings: Settings) -> list[Finding]:
    """Open the stores as the server does, and close them again."""
    is_embedded = not (settings.database_dsn or settings.owner_dsn)
    if is_embedded and not (settings.state_dir / "postgresql").is_dir():
        return [warn(_WHAT, "the embedded PostgreSQL is not there yet", "start the server once")]
    # Late, so that the help of all commands does without it.
    from server.bootstrap.description import describe_database  # noqa: PLC0415

    findings = []
    if settings.allow_unsafe_database:
        remedy = "clear allow_unsafe_database; a record that can be lost is none"
        findings.append(warn(_WHAT, "a commit need not be durable", remedy))
    try:
        kind, found = await describe_database(settings)
    except Exception as error:  # noqa: BLE001 -- a doctor tells whatever is wrong
        return [*findings, fail(_WHAT, str(error), "correct what the text says, and start again")]
    return [*findings, *_of_server(kind, found), *_of_account(found)]


class Described(Protocol):
    """What the historian says of a database."""

    @property
    def server_version(self) -> str:
        """The version of PostgreSQL."""
        ...

    @property
    def timescaledb_version(self) -> str | None:
        """The version of TimescaleDB, where it is there."""
        ...

    @property
    def tag_values(self) -> str:
        """Where tag values lie: a hypertable or native partitions."""
        ...

    @property
    def partitions(self) -> int:
        """How many chunks or partitions there are."""
        ...

    @property
    def settings(self) -> Mapping[str, str]:
        """What makes commits durable."""
        ...

    @property
    def size_bytes(self) -> int:
        """How large the database is."""
        ...

    @property
    def application_role(self) -> str:
        """The account of the application."""
        ...

    @property
    def excess_rights(self) -> tuple[str, ...]:
        """What the account may do and should not."""
        ...


def _of_server(kind: str, found: Described) -> Iterator[Finding]:
    version = found.timescaledb_version
    timescale = f"TimescaleDB {version}" if version else "without TimescaleDB"
    yield ok(_WHAT, f"{kind} {found.server_version}, {timescale}")
    size = f"{found.size_bytes / 1024**2:.0f} MiB"
    yield ok("tag values", f"{found.tag_values} ({found.partitions}), {size} in all")
    for name in sorted(name for name, value in found.settings.items() if value == "off"):
        if name == _CHECKSUMS:
            remedy = "switch them on (pg_checksums): a failing disk is then noticed"
            yield warn(_WHAT, f"{name} are off", remedy)
        else:
            remedy = f"set {name} = on: a commit must survive a power cut"
            yield fail(_WHAT, f"{name} is off", remedy)


def _of_account(found: Described) -> Iterator[Finding]:
    for right in found.excess_rights:
        remedy = "take it away: the application must not be able to change the record"
        yield fail("database account", f"{found.application_role}: {right}", remedy)
    if not found.excess_rights:
        yield ok("database account", f"{found.application_role} can't change what is on record")
