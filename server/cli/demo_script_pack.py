"""The evidence pack of demo script D: the batch record as a file, and what stands out in it."""

import asyncio
from collections.abc import Iterator, Mapping
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
    record = pack["batch_record"]
    header, versions = record["header"], record["versions"]
    yield ""
    yield f"Exception summary of {header['job_order_id']}, lot {header['material_lot_id']}"
    yield f"  state       {header['state']}, {len(record['steps'])} steps"
    work = f"{versions['work_master_id']} version {versions['work_master_version']}"
    yield f"  made by     {work}, rules {', '.join(versions['rule_versions'])}"
    for item in record["exceptions"]:
        yield from _exception_lines(item["exception"])
    for attempt in record["refused_attempts"]:
        codes = ", ".join(refusal["code"] for refusal in attempt["refusals"])
        yield f"  blocked     {attempt['command']} at {attempt['station'] or '-'}: {codes}"
    overrides = sum(len(step["overrides"]) for step in record["steps"])
    yield f"  overrides   {overrides}"
    yield f"  signatures  {len(record['signatures'])}"
    yield f"Evidence pack {file.resolve()}"
    yield f"  sha256 {pack['sha256']}, the same when it is built from the log again"


def _exception_lines(item: Mapping[str, Any]) -> Iterator[str]:
    yield f"  exception   {item['exception_id']} ({item['kind']}): {item['description']}"
    signature = item["signature"]
    if signature is not None:
        yield f"              {item['disposition']} by {signature['name']}: {item['reason']}"
