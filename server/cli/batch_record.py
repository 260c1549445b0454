"""``interlock batch-record``: issue the batch record of a job order, or hold an issued one."""

import argparse
import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any, Final

from models.execution import codec
from server.cli import screen
from server.cli.run import add_places, settings_of_installed
from server.queries.batch_record import BatchRecord
from server.settings import Settings, SettingsError

DESCRIPTION: Final = """\
Build the batch record of a job order from the stored events alone: what was to be done, what was
done by whom, when, where, with what, every signature, exception and refused attempt, and the audit
trail. Its SHA-256 identifies it: built again from the same events, here or from a restored backup,
it is the same to the byte.

With --check an issued record is compared with what the events say now. The server may go on
running. Exit code 0 means that the record was built, and is the one that was issued."""

PACK_FORMAT: Final = "interlock-evidence-pack/1"
"""The form of the file that is written: the record, its digest, and what was not routine in it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("job_order", metavar="ID", help="the job order")
    add_places(parser)
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the evidence pack there")
    parser.add_argument(
        "--check", type=Path, metavar="FILE", help="an evidence pack that was issued"
    )


def run(options: argparse.Namespace) -> int:
    """Build the record; 0 when it could be built and is the issued one, if one is named."""
    from server.bootstrap import StartError  # noqa: PLC0415 -- late: --help does without it

    complaints = screen.complaints()
    try:
        issued = read_pack(options.check) if options.check else None
        record = asyncio.run(_build(settings_of_installed(options), options.job_order))
        if options.output:
            write_pack(options.output, record)
    except (PackError, SettingsError, StartError, OSError) as error:
        complaints.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    return _tell(record, issued)


class PackError(Exception):
    """No record, or a file that is no evidence pack; the text says what to do."""


def write_pack(file: Path, record: BatchRecord) -> None:
    """Write a record with its digest, for people who have no Interlock."""
    how = "SHA-256 of the JSON of batch_record with sorted keys and no blanks, in UTF-8"
    pack = {
        "format": PACK_FORMAT,
        "job_order_id": record.job_order_id,
        "sha256": record.sha256,
        "sha256_is": how,
        "exception_summary": json.loads(codec.dumps(record.summary)),
        "batch_record": record.document(),
    }
    file.write_text(json.dumps(pack, indent=2, ensure_ascii=False) + "\n", "utf-8")


def read_pack(file: Path) -> dict[str, Any]:
    """Return an evidence pack whose digest is that of its record; raises PackError."""
    try:
        pack = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise PackError(
            f"{file} cannot be read: {error}; name a file that --output wrote"
        ) from error
    if not isinstance(pack, dict) or pack.get("format") != PACK_FORMAT:
        raise PackError(f"{file} is no evidence pack; name a file that --output wrote")
    if digest(pack.get("batch_record")) != pack.get("sha256"):
        raise PackError(
            f"{file} was changed after it was issued: its SHA-256 is not the stated one"
        )
    return pack


def digest(document: object) -> str:
    """Return the SHA-256 of a record that was read from a file."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


async def _build(settings: Settings, job_order_id: str) -> BatchRecord:
    from server.bootstrap.database import open_database  # noqa: PLC0415 -- as above
    from server.bootstrap.serve import utc_now  # noqa: PLC0415 -- as above
    from server.bootstrap.start_error import told_as_start_error  # noqa: PLC0415 -- as above
    from server.queries.batch_record import batch_record  # noqa: PLC0415 -- as above

    with told_as_start_error():
        async with open_database(settings, utc_now) as database:
            readable = job_order_id.isprintable()  # PostgreSQL takes nothing else
            record = readable and await batch_record(database.execution_log, job_order_id)
    if not record:
        raise PackError(
            f"there is no job order {job_order_id!a}; GET /job-orders lists those there are"
        )
    return record


def _tell(record: BatchRecord, issued: dict[str, Any] | None) -> int:
    console = screen.output()
    document = record.document()
    final = "final" if document["header"]["is_final"] else "so far; the job order has not ended"
    counted = (
        f"{len(document['steps'])} steps, {len(document['signatures'])} signatures, "
        f"{len(document['exceptions'])} exceptions, "
        f"{len(document['refused_attempts']) + len(document['denied_attempts'])} blocked attempts, "
        f"{len(document['audit_trail'])} rows of audit trail"
    )
    console.print(f"batch record of {record.job_order_id} ({final}): {counted}", soft_wrap=True)
    console.print(f"sha256 {record.sha256}", soft_wrap=True)
    if issued is None:
        return 0
    if issued["sha256"] == record.sha256:
        console.print("identical to the issued record", style="green")
        return 0
    text = f"NOT the issued record, whose sha256 is {issued['sha256']}"
    console.print(text, style="bold red", soft_wrap=True)
    return 1
