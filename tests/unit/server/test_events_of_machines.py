"""What machines do comes on record, whatever somebody else has tried beforehand."""

import hashlib
import logging

import pytest

from models.execution.codec import dumps
from models.execution.log_row import Cursor
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from server.bootstrap.southbound import recorder
from tests.fix_rest import KEY, NOW, RestPlant

EVENT = EquipmentEvent(
    equipment_id="DISP-01", kind=EquipmentEventKind.ALARM, source_time=NOW, name="over-pressure"
)


async def recorded(plant: RestPlant) -> int:
    rows = await plant.log.read(Cursor(0, 0), 1000)
    return [row.type for _, row in rows].count("EquipmentEventRecorded")


async def test_nobody_uses_up_the_id_of_an_event_that_is_to_come(rest_plant: RestPlant) -> None:
    guessed = f"event-{hashlib.sha256(dumps(EVENT).encode()).hexdigest()[:32]}"
    key = {"Idempotency-Key": guessed}
    tried = await rest_plant.post("scada-01", "/job-orders/JO-1/start", headers=key)
    assert tried.status_code == 403
    record = recorder(rest_plant.path.submit, KEY)
    assert [await record(EVENT), await record(EVENT)] == [True, True]
    assert await recorded(rest_plant) == 1


async def test_an_event_that_cannot_be_put_on_record_is_told(
    rest_plant: RestPlant, caplog: pytest.LogCaptureFixture
) -> None:
    record = recorder(rest_plant.path.submit, KEY)
    unreadable = EquipmentEvent(
        equipment_id="DISP-01", kind=EquipmentEventKind.ALARM, source_time=NOW, name="a\x00b"
    )
    with caplog.at_level(logging.ERROR, "interlock.southbound"):
        assert await record(unreadable)
    assert "is not on record" in caplog.text
    assert await recorded(rest_plant) == 0
