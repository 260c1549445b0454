"""Where a step could begin, and where not and why; and which equipment has a permit to run."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution.records import EquipmentRecord
from models.execution.snapshot import Snapshot
from models.isa95.equipment import Cleanliness, Equipment, EquipmentLevel, EquipmentStatus
from models.isa95.quantity import Quantity
from models.isa95.work_definition import EvidenceSpecification, Source, ValueKind
from server.queries.eligible_equipment import candidates, eligible_equipment
from server.queries.permit import may_run
from tests import line_world as lw
from tests import world as w
from tests.line_world import LINE, MAINTENANCE, METROLOGY
from tests.world import World, identity


def blender(name: str, capacity: str | None, *assets: str) -> Equipment:
    return Equipment(
        equipment_id=name,
        description=f"Blender {name}",
        level=EquipmentLevel.WORK_UNIT,
        equipment_classes=("blender",),
        physical_assets=assets,
        is_station=True,
        capacity=Quantity.parse(capacity) if capacity else None,
    )


SPEED = EvidenceSpecification(
    evidence_id="speed",
    description="Speed",
    kind=ValueKind.NUMBER,
    sources=(Source.DEVICE,),
    measurement="speed",
    unit="rpm",
)


def plant() -> World:
    """Return a world with a step for a blender of at least 200 l, clean, and four blenders."""
    step = lw.step(
        equipment_class="blender",
        minimum_capacity=Quantity.parse("200 l"),
        must_be_clean=True,
        evidence=(SPEED,),
    )
    described = (
        blender("B-200", "200 l", "BLENDER-01"),
        blender("B-300", "300 l"),
        blender("B-400", "400 l"),
        blender("B-060", "60 l"),
    )
    world = lw.running(lw.master(step), described=described)
    for name in ("B-200", "B-300", "B-060"):
        clean = c.RecordCleaning(
            equipment_id=name, cleanliness=Cleanliness.WET_CLEAN, identity=identity("op-01")
        )
        world.must(clean, w.terminal(LINE))
    return world


def view(world: World) -> Snapshot:
    return Snapshot(time=world.time, states=world.states, live={})


def all_equipment(world: World) -> list[EquipmentRecord]:
    return [item for item in world.states.values() if isinstance(item, EquipmentRecord)]


def offered(world: World, step_id: str = "010") -> tuple[str, ...]:
    return eligible_equipment("JO-1", step_id, all_equipment(world), view(world))


def test_only_matching_qualified_units_are_offered() -> None:
    world = plant()
    assert offered(world) == ("B-200", "B-300")
    found = candidates("JO-1", "010", all_equipment(world), view(world))
    assert {item.equipment_id: [x.code for x in item.refusals] for item in found} == {
        "B-200": [],
        "B-300": [],
        "B-060": ["equipment-too-small"],
        "B-400": ["equipment-not-clean"],
        "BLEND-01": ["equipment-too-small", "equipment-not-clean"],
    }


def test_a_unit_whose_sensor_failed_or_that_is_in_maintenance_is_not_offered() -> None:
    world = plant()
    failed = c.RecordCalibration(
        physical_asset_id="BLENDER-01",
        due_time=w.NOON + timedelta(days=1),
        certificate="CAL-1",
        failed=True,
    )
    world.must(failed, METROLOGY)
    world.must(maintenance("B-300"), MAINTENANCE)
    assert offered(world) == ()


def maintenance(name: str) -> c.ChangeEquipmentStatus:
    return c.ChangeEquipmentStatus(
        equipment_id=name, status=EquipmentStatus.MAINTENANCE, reason="WO-1"
    )


@pytest.mark.parametrize(("order", "step"), [("JO-9", "010"), ("JO-1", "999")])
def test_nothing_is_offered_for_what_nobody_knows(order: str, step: str) -> None:
    world = plant()
    assert candidates(order, step, all_equipment(world), view(world)) == ()


def test_what_is_offered_is_where_the_step_begins() -> None:
    world = plant()
    for item in candidates("JO-1", "010", all_equipment(world), view(world)):
        lw.take(world, "JO-1", station=item.equipment_id)
        trial = replace(world, states=dict(world.states), heads=dict(world.heads))
        start = c.StartStep(station=item.equipment_id, step_id="010")
        assert (trial.refused(start) == ()) is item.is_offered


def test_equipment_in_maintenance_loses_its_permit_at_once() -> None:
    world = lw.running(lw.master(lw.step()))
    assert not may_run(LINE, view(world))
    world.must(lw.start())
    assert may_run(LINE, view(world))
    world.must(maintenance(LINE), MAINTENANCE)
    assert not may_run(LINE, view(world))
    assert not may_run("X-1", view(world))
