"""The evidence pack of demo script D: the batch record as a file, and what stands out in it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from server.cli.batch_record import read_pack
from server.cli.installation import Installation
from server.cli.processes import Process

_TIMEOUT_S: Final = 120.0


class PackFailedError(Exception):
    """The batch record was not issued; the text says why."""


async def issue_pack(here: Installation, job_order_id: str, file: Path) -> Mapping[str, Any]:
    """Let ``interlock batch-record`` issue the record, issue it again, and hold both together."""
    name = await asyncio.to_thread(lambda: str(file.resolve()))
    for option in ("--output", "--check"):
        await _batch_record(here, job_order_id, option, name)
    return read_pack(file)


async def _batch_record(here: Installation, job_order_id: str, *options: str) -> None:
    places = ("--config", str(here.config), "--state", str(here.state))
    name = "batch-record"
    here.log(name).unlink(missing_ok=True)
    process = Process(name, ("-m", "server", name, job_order_id, *places, *options), here.log(name))
    await process.start()
    code = await asyncio.wait_for(process.wait(), _TIMEOUT_S)
    if code != 0:
        raise PackFailedError(f"interlock batch-record ended with exit code {code}{process.tail()}")


def pack_lines(pack: Mapping[str, Any], file: Path) -> Iterator[str]:
    """Yield what a reviewer has to look at, instead of every line of the record."""
    record, summary = pack["batch_record"], pack["exception_summary"]
    header, versions = record["header"], record["versions"]
    yield ""
    yield f"Exception summary of {header['job_order_id']}, lot {header['material_lot_id']}"
    work = f"{versions['work_master_id']} version {versions['work_master_version']}"
    yield f"  state       {header['state']}"
    yield f"  made by     {work}, rules {_all(versions['rule_versions'])}"
    yield f"  routine     steps {_all(summary['routine_steps'])}"
    yield f"  to review   steps {_all(summary['other_steps'])}"
    for item in summary["exceptions"]:
        yield from _exception_lines(item)
    refused = [f"{code} ({count})" for code, count in summary["refused"]]
    yield f"  blocked     {_all(refused)}"
    yield f"  overrides   {len(summary['overrides'])}, corrections {len(summary['corrections'])}"
    yield f"  signatures  {len(record['signatures'])}"
    yield f"Evidence pack {file.resolve()}"
    yield f"  sha256 {pack['sha256']}, the same when it is built from the log again"


def _exception_lines(item: Mapping[str, Any]) -> Iterator[str]:
    kind = f"{item['severity']} {item['kind']}"
    yield f"  exception   {item['exception_id']} ({kind}): {item['description']}"
    if item["decided_by"]:
        yield f"              {item['disposition']} by {item['decided_by']}: {item['reason']}"


def _all(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"
