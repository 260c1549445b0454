"""The embedded PostgreSQL as an installation meets it: new, again, killed, twice at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from historian import embedded
from tests.fix_database import cluster_folder

pytestmark = pytest.mark.integration

OWNER_PROCESS = """
import sys, pathlib
from historian import embedded
server = embedded.start(pathlib.Path(sys.argv[1]), durable=False)
print(server.port, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with cluster_folder() as folder:
        path = folder / "an installation" / "postgresql"
        yield path
        if path.exists():
            embedded.stop(path)


def test_a_new_server_is_durable_private_and_asks_for_a_password(data_dir: Path) -> None:
    server = embedded.start(data_dir)
    with psycopg.connect(server.owner_dsn) as connection:
        settings = {
            name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            for name in ("fsync", "synchronous_commit", "data_checksums", "listen_addresses")
        }
    assert settings == {
        "fsync": ("on",),
        "synchronous_commit": ("on",),
        "data_checksums": ("on",),
        "listen_addresses": ("127.0.0.1",),
    }
    assert (data_dir / "password").stat().st_mode & 0o777 == 0o600
    password = (data_dir / "password").read_text()
    assert password not in repr(server)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.owner_dsn.replace(password, "guessed"))


def test_the_next_start_finds_everything_again(data_dir: Path) -> None:
    first = embedded.start(data_dir, durable=False)
    with psycopg.connect(first.owner_dsn) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    first.stop()
    second = embedded.start(data_dir, durable=False)
    with psycopg.connect(second.owner_dsn) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    assert (first.started, second.started) == (True, True)


def test_a_server_whose_owner_was_killed_is_taken_over(data_dir: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER_PROCESS, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(embedded.__file__).parents[1],
    ) as owner:
        assert owner.stdout is not None
        port = int(owner.stdout.readline())
        owner.kill()
    server = embedded.start(data_dir, durable=False)
    assert (server.started, server.port) == (False, port)


def test_a_crashed_server_recovers(data_dir: Path) -> None:
    server = embedded.start(data_dir)
    with psycopg.connect(server.owner_dsn) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    pid = int((data_dir / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    again = embedded.start(data_dir)
    with psycopg.connect(again.owner_dsn) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_pid_file_that_names_a_stranger_does_not_block_the_start(data_dir: Path) -> None:
    server = embedded.start(data_dir, durable=False)
    pid_file = data_dir / "cluster" / "postmaster.pid"
    stale = pid_file.read_text().splitlines()
    server.stop()
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *stale[1:], ""]))
        again = embedded.start(data_dir, durable=False)
        assert again.started
        stranger.terminate()


def test_two_starts_at_once_share_one_server(data_dir: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        servers = list(pool.map(lambda _: embedded.start(data_dir, durable=False), range(2)))
    assert len({server.port for server in servers}) == 1
    assert sorted(server.started for server in servers) == [False, True]


def test_an_interrupted_creation_leaves_nothing_behind(data_dir: Path) -> None:
    (data_dir / "cluster.unfinished").mkdir(parents=True)
    (data_dir / "cluster.unfinished" / "PG_VERSION").write_text("18")
    assert embedded.start(data_dir, durable=False).started


def test_a_cluster_of_another_version_is_refused_with_the_way_out(data_dir: Path) -> None:
    embedded.start(data_dir, durable=False).stop()
    version = data_dir / "cluster" / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("12\n")
    with pytest.raises(embedded.EmbeddedPostgresqlError, match=r"made by PostgreSQL 12.*backup"):
        embedded.start(data_dir, durable=False)
    version.write_text(made_by)


def test_what_the_server_said_stands_in_the_error(data_dir: Path) -> None:
    embedded.start(data_dir, durable=False).stop()
    with (data_dir / "cluster" / "postgresql.auto.conf").open("a") as settings:
        settings.write("\nno_such_setting = 1\n")
    with pytest.raises(embedded.EmbeddedPostgresqlError, match="no_such_setting"):
        embedded.start(data_dir, durable=False)
