"""1,000 stored decisions, decided again away from the plant: the same verdicts, word for word.

And the batch records, built from the same exported rows: the same hashes.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from historian.execution_log import PostgresqlExecutionLog
from models.execution import codec
from models.execution.log_row import Cursor, LogRow
from server.command_path.replay import replay
from server.queries.batch_record import batch_record
from tests.chance import ORDERS
from tests.fix_command_path import OwnDatabase
from tests.golden.histories.files import Rows, as_lines, read
from tests.walks import walking

pytestmark = pytest.mark.integration

WANTED: Final = 1000
MAX_WALKS: Final = 12


async def export(log: PostgresqlExecutionLog, file: Path) -> int:
    """Write the whole log into a file; return how many refusals are in it."""
    after, refusals = Cursor(0, 0), 0
    with file.open("w", encoding="utf-8") as output:
        while page := await log.read(after, 1000):
            after = page[-1][0]
            rows = [row for _, row in page]
            refusals += sum(row.type == "CommandRefused" for row in rows)
            output.writelines(f"{line}\n" for line in as_lines(rows))
    return refusals


async def test_1000_stored_decisions_replayed_offline_give_identical_verdicts(
    database: OwnDatabase, tmp_path: Path
) -> None:
    file, refusals = tmp_path / "log.jsonl", 0
    async with database.log() as log:
        for seed in range(MAX_WALKS):
            async with walking(log, seed) as walk:
                await walk.go(500)
            refusals = await export(log, file)
            if refusals >= WANTED:
                break
        issued = [await batch_record(log, name) for name in ORDERS]
    assert refusals >= WANTED
    database.ask("DROP SCHEMA interlock CASCADE")  # from here on, the file is all there is
    rows, _ = read(file)
    await hold(rows)
    assert [await batch_record(Rows(rows), name) for name in ORDERS] == issued
    assert any(record and '"is_final":true' in record.text for record in issued)


async def hold(rows: Sequence[LogRow]) -> None:
    log = Rows(rows)
    stored = [row for row in rows if row.type == "CommandRefused"]
    assert len(stored) >= WANTED
    codes = set()
    for row in stored:
        verdict = await replay(log, row)
        assert verdict.same_rules
        assert verdict.agrees, f"{row.payload}\nrecorded {verdict.recorded}\n{verdict.replayed}"
        assert codec.dumps(verdict.recorded) == codec.dumps(verdict.replayed)
        codes |= {refusal.code for refusal in verdict.replayed}
    assert len(codes) >= 20, codes
