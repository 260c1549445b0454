"""Times of the audit trail are ours: what a caller or a device says is kept beside them."""

from datetime import timedelta

import pytest

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from tests import world as w
from tests.fix_command_path import running


@pytest.mark.parametrize("off_s", [-3600, 3, 86_400])
async def test_a_time_that_somebody_says_is_not_the_time_of_the_record(off_s: float) -> None:
    async with running(InMemoryExecutionLog()) as rig:
        await rig.must(c.DefineMasterData(items=w.PLANT.master_data), w.SYSTEM)
        claimed = rig.clock.time + timedelta(seconds=off_s)
        happened = EquipmentEvent(
            equipment_id="BLEND-01", kind=EquipmentEventKind.RUNNING, source_time=claimed
        )
        before = rig.clock.time
        await rig.must(c.RecordEquipmentEvent(event=happened), w.SYSTEM)
        row = (await rig.log.read_stream("equipment:BLEND-01", 0, 100))[-1]
    assert before < row.server_time <= rig.clock.time
    assert row.source_time == claimed
