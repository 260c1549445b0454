"""Brings a database to the present schema, and the application's account to its few rights."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

import psycopg
from psycopg import AsyncConnection, conninfo, sql

from historian.named_sql import migrations, script

APPLICATION_ROLE: Final = "interlock_application"
"""The account that the server uses, unless another name is given."""

_OLDEST_POSTGRESQL: Final = 150000
_LOCK: Final = 4_953_544_912  # any number that nobody else takes in this database


class MigrationError(Exception):
    """The database cannot be brought to the present schema; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What was done. ``application_dsn`` holds a password, so it is not shown by repr."""

    applied: tuple[str, ...]
    hypertable: bool
    application_dsn: str = field(repr=False)


async def migrate(
    owner_dsn: str,
    *,
    application_role: str = APPLICATION_ROLE,
    application_password: str | None = None,
) -> Migrated:
    """Apply what is missing, all of it or nothing; safe to run at every start and twice at once.

    Creates the application's login role. Without ``application_password`` an account that exists
    gets a new generated one: whoever keeps the password (0600) hands it in again. TimescaleDB is
    switched on where it is installed and the owner may; otherwise native partitions are used.
    Raises MigrationError.
    """
    password = application_password or secrets.token_urlsafe(24)
    await _switch_on_timescaledb(owner_dsn)
    async with await AsyncConnection.connect(owner_dsn) as connection:
        await _check_version(connection)
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        applied = await _apply_missing(connection)
        await connection.execute("SELECT interlock.continue_restored_log()")
        await _ensure_role(connection, application_role, password)
        await connection.execute(
            "SELECT set_config('interlock.application_role', %s, true)", [application_role]
        )
        await connection.execute(script("grants.sql"))
        hypertable = await has_timescaledb(connection)
    application_dsn = conninfo.make_conninfo(owner_dsn, user=application_role, password=password)
    await _check_login(application_dsn)
    return Migrated(applied=applied, hypertable=hypertable, application_dsn=application_dsn)


async def has_timescaledb(connection: AsyncConnection) -> bool:
    """Return whether the extension is switched on in this database."""
    found = await connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'")
    return await found.fetchone() is not None


async def _connect(owner_dsn: str) -> AsyncConnection:
    """Open the first connection; raises MigrationError that names the place, never a password."""
    try:
        return await AsyncConnection.connect(owner_dsn, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        place = conninfo.conninfo_to_dict(owner_dsn)
        where = f"{place.get('host', 'localhost')}:{place.get('port', 5432)}"
        reason = str(error).strip().splitlines()[-1]
        raise MigrationError(
            f"the database {place.get('dbname', '')!r} at {where} can't be reached: {reason};"
            " check that it runs, and the DSN of its owner"
        ) from error


async def _switch_on_timescaledb(owner_dsn: str) -> None:
    """Create the extension in a connection of its own, which is what it asks for."""
    async with await _connect(owner_dsn) as connection:
        try:
            offered = await connection.execute(
                "SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb' "
                "AND current_setting('shared_preload_libraries') LIKE '%timescaledb%'"
            )
            if await offered.fetchone() is not None and not await _is_migrated(connection):
                await connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
        except psycopg.errors.InsufficientPrivilege:
            return  # partitions do as well; `interlock doctor` says which it is
        except psycopg.errors.UniqueViolation:
            return  # another process was faster


async def _is_migrated(connection: AsyncConnection) -> bool:
    found = await connection.execute("SELECT to_regclass('interlock.tag_value') IS NOT NULL")
    return await found.fetchone() == (True,)


async def _check_version(connection: AsyncConnection) -> None:
    if connection.info.server_version < _OLDEST_POSTGRESQL:
        raise MigrationError(
            f"PostgreSQL {connection.info.server_version // 10000} is too old: "
            f"use version {_OLDEST_POSTGRESQL // 10000} or later"
        )


async def _apply_missing(connection: AsyncConnection) -> tuple[str, ...]:
    await connection.execute(script("migration_table.sql"))
    found = await connection.execute("SELECT number, name, digest FROM interlock.migration")
    known = {number: (name, digest) for number, name, digest in await found.fetchall()}
    ours = migrations()
    if unknown := known.keys() - ours.keys():
        raise MigrationError(
            f"the database was migrated by a newer version (up to {known[max(unknown)][0]}): "
            "start that version, or restore a backup from before"
        )
    applied = []
    for number, (name, text) in ours.items():
        digest = hashlib.sha256(text).hexdigest()
        if number not in known:
            await connection.execute(text)
            await connection.execute(
                "INSERT INTO interlock.migration (number, name, digest) VALUES (%s, %s, %s)",
                [number, name, digest],
            )
            applied.append(name)
        elif known[number][1] != digest:
            raise MigrationError(
                f"{name} is not the file that this database was migrated with: a migration "
                "never changes, write a new one"
            )
    return tuple(applied)


async def _ensure_role(connection: AsyncConnection, name: str, password: str) -> None:
    """Create the login role, or bring it back to what it may be, with this password."""
    found = await connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    verb = "CREATE" if await found.fetchone() is None else "ALTER"
    statement = sql.SQL(
        "{verb} ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION "
        "NOBYPASSRLS PASSWORD {password}"
    ).format(verb=sql.SQL(verb), name=sql.Identifier(name), password=sql.Literal(password))
    try:
        await connection.execute("SET LOCAL password_encryption = 'scram-sha-256'")
        await connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as failure:
        raise MigrationError(
            f"the owner account may not create or alter the role {name}: give it CREATEROLE "
            f"(before PostgreSQL 16: superuser), then start again ({failure})"
        ) from failure


async def _check_login(application_dsn: str) -> None:
    try:
        async with await AsyncConnection.connect(application_dsn, connect_timeout=10):
            return
    except psycopg.OperationalError as failure:
        raise MigrationError(
            "the application's account cannot log in after the migration: allow it in "
            f"pg_hba.conf of the database server ({failure})"
        ) from failure
