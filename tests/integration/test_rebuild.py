"""All projections, rebuilt from the log after a long random run, equal those that were stored."""

import pytest

from models.execution import streams
from tests.fix_command_path import OwnDatabase, hold_against_the_log
from tests.walks import walking

pytestmark = pytest.mark.integration


async def test_every_projection_of_a_long_random_run_follows_from_the_log(
    database: OwnDatabase,
) -> None:
    async with database.log() as log:
        for seed in range(100, 104):
            async with walking(log, seed) as walk:
                await walk.go(700)
        compared = await hold_against_the_log(log)
        kinds = {head.stream.partition(":")[0] for head in await log.all_heads("", 100_000)}
    assert compared > 100
    assert kinds >= streams.RECORD_KINDS.keys() - NEVER_REACHED, streams.RECORD_KINDS.keys() - kinds


NEVER_REACHED = {"corrective_action", "document"}
