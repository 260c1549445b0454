"""What the doctor says about a database: which one it is, and what does not protect the record."""

from dataclasses import replace
from pathlib import Path

from historian.describe import Description
from server.cli.database_examination import _of_account, _of_server, examine_database
from server.cli.finding import Level
from server.settings import Settings

GOOD = Description(
    server_version="18.6",
    timescaledb_version=None,
    tag_values="native partitions",
    partitions=4,
    settings={"fsync": "on", "synchronous_commit": "on", "data_checksums": "on"},
    size_bytes=9 * 1024**2,
    application_role="interlock_application",
    excess_rights=(),
)


def test_it_says_where_tag_values_lie() -> None:
    plain = [one.found for one in _of_server("embedded PostgreSQL", GOOD)]
    assert plain == [
        "embedded PostgreSQL 18.6, without TimescaleDB",
        "native partitions (4), 9 MiB in all",
    ]
    timescale = replace(GOOD, timescaledb_version="2.28", tag_values="hypertable")
    found = " ".join(one.found for one in _of_server("PostgreSQL of the settings", timescale))
    assert "TimescaleDB 2.28" in found
    assert "hypertable" in found


def test_a_commit_that_can_be_lost_fails_and_missing_checksums_are_a_warning() -> None:
    settings = {"fsync": "off", "data_checksums": "off", "synchronous_commit": "on"}
    findings = list(_of_server("PostgreSQL", replace(GOOD, settings=settings)))
    levels = {one.found: one.level for one in findings if one.level is not Level.OK}
    assert levels == {"fsync is off": Level.FAIL, "data_checksums are off": Level.WARN}


def test_an_account_that_could_change_the_record_fails() -> None:
    (finding,) = _of_account(replace(GOOD, excess_rights=("is a superuser",)))
    assert (finding.level, finding.found) == (
        Level.FAIL,
        "interlock_application: is a superuser",
    )
    assert [one.level for one in _of_account(GOOD)] == [Level.OK]


async def test_a_database_that_is_not_there_yet_is_a_warning(tmp_path: Path) -> None:
    (finding,) = await examine_database(Settings(config_dir=tmp_path, state_dir=tmp_path))
    assert (finding.level, finding.remedy) == (Level.WARN, "start the server once")


async def test_a_database_that_does_not_answer_fails(tmp_path: Path) -> None:
    nowhere = "host=127.0.0.1 port=1 dbname=none user=nobody connect_timeout=2"
    settings = Settings(config_dir=tmp_path, state_dir=tmp_path, database_dsn=nowhere)
    (finding,) = await examine_database(settings)
    assert finding.level is Level.FAIL
