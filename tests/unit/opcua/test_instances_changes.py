"""What changes in the records changes in the tree: that much and no more, and it is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from asyncua import ua

from models.execution import records as r
from models.execution import streams
from models.execution.job_order_state import JobOrderState
from models.isa95.equipment import Equipment, EquipmentLevel
from models.isa95.material import Disposition, MaterialLot
from models.isa95.quantity import Quantity
from server.faces.opcua.events.model_change_events import model_change_events
from server.faces.opcua.instances import model_changes, projection
from server.faces.opcua.instances.latest import Latest
from server.faces.opcua.instances.material_nodes import ASSEMBLED_FROM_LOT
from server.faces.opcua.instances.plant_nodes import folder_node
from server.faces.opcua.instances.work_nodes import JOB_ORDERS, job_order_node_id
from server.faces.opcua.nodes import ORGANIZES
from server.faces.opcua.types import isa95_table as t
from tests import world
from tests.opcua_space import NOON, Space, filled_space, node

ORDER = "JO-1"


@pytest.fixture(scope="module")
def held() -> list[Space]:
    return []


@pytest.fixture
async def space(held: list[Space]) -> Space:
    """Return the space of the module: each test uses records of its own names."""
    if not held:
        one = await filled_space(world.stored(ORDER).states)
        one.changes.begin()
        held.append(one)
    held[0].told.clear()
    await held[0].changes.flush(held[0].tell)
    held[0].told.clear()
    return held[0]


def order(space: Space, name: str, **more: Any) -> r.JobOrderRecord:
    record = space.model.record(streams.job_order(ORDER))
    assert isinstance(record, r.JobOrderRecord)
    return replace(record, job_order_id=name, material_lot_id=f"LOT-{name}", **more)


def lot(name: str, **more: Any) -> r.MaterialLotRecord:
    described: dict[str, Any] = {"disposition": Disposition.UNRESTRICTED} | more
    item = MaterialLot(material_lot_id=name, material_definition_id="ASCORBIC-ACID", **described)
    return r.MaterialLotRecord(material_lot=item)


async def verbs(space: Space) -> dict[str, int]:
    """Return what is told, by the paths of the nodes."""
    space.told.clear()
    await space.changes.flush(space.tell)
    return {str(one.affected.Identifier): one.verb for batch in space.told for one in batch.changes}


async def test_a_new_order_is_told_once_by_its_top_node(space: Space) -> None:
    before = space.value("JobOrders/NodeVersion")
    await space.put(streams.job_order("JO-A"), order(space, "JO-A"))
    (day,) = space.targets("JobOrders/JO-A", ORGANIZES, forward=False)
    told = await verbs(space)
    assert told["JobOrders/JO-A"] == model_changes.NODE_ADDED
    assert told[day] & model_changes.REFERENCE_ADDED
    assert not any(path.startswith("JobOrders/JO-A/") for path in told)
    stored = order(space, "JO-A").stored_time
    assert stored is not None
    assert day == f"JobOrdersByDay/{stored:%Y-%m-%d}"
    assert space.value(f"{day}/NodeVersion") > before


async def test_what_did_not_change_is_neither_written_nor_told(space: Space) -> None:
    await space.put(streams.job_order("JO-B"), order(space, "JO-B"))
    await verbs(space)
    await space.put(streams.job_order("JO-B"), order(space, "JO-B"))
    assert await verbs(space) == {}


async def test_only_the_last_finished_orders_are_shown(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "MAX_FINISHED_JOB_ORDERS", 2)
    for number in (3, 1, 2, 0):
        ended = {"state": JobOrderState.ENDED, "end_time": NOON + timedelta(hours=number)}
        await space.put(streams.job_order(f"JO-F{number}"), order(space, f"JO-F{number}", **ended))
    shown = [number for number in range(4) if space.tree.stands(job_order_node_id(f"JO-F{number}"))]
    assert shown == [2, 3]
    told = await verbs(space)
    assert told["JobOrders/JO-F1"] & model_changes.NODE_DELETED


async def test_only_the_last_closed_lots_are_shown_and_all_that_are_open(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "MAX_CLOSED_LOTS", 1)
    for number in range(3):
        received = NOON + timedelta(days=3650 + number)
        record = lot(f"C-{number}", disposition=Disposition.CLOSED, received_time=received)
        await space.put(streams.material_lot(f"C-{number}"), record)
        await space.put(streams.material_lot(f"O-{number}"), lot(f"O-{number}"))
    names = [f"{kind}-{number}" for kind in "CO" for number in range(3)]
    shown = [name for name in names if space.tree.stands(node(f"ISA95/Materials/Lots/{name}"))]
    assert shown == ["C-2", "O-0", "O-1", "O-2"]


async def test_a_folder_of_a_group_goes_with_the_last_that_hangs_in_it(space: Space) -> None:
    group = node("JobOrdersByDay/2020-02-02")
    early = NOON.replace(year=2020, month=2, day=2)
    record = order(space, "JO-G", stored_time=early)
    await space.put(streams.job_order("JO-G"), record)
    assert space.tree.stands(group)
    await space.put(streams.job_order("JO-G"), order(space, "JO-G"))
    assert not space.tree.stands(group)
    assert space.tree.stands(job_order_node_id("JO-G"))


async def test_a_lot_leads_to_the_lots_that_went_into_it(space: Space) -> None:
    made = replace(lot("LOT-JO-L"), job_order_id="JO-L")
    await space.put(streams.material_lot("LOT-JO-L"), made)
    begun = order(space, "JO-L")
    await space.put(streams.job_order("JO-L"), begun)
    weighed = r.ConsumedMaterial(
        material_definition_id="ASCORBIC-ACID", material_lot_id="AA-2601",
        material_sublot_id="AA-2601-C1", quantity=Quantity(Decimal(1), "kg"),
        instrument_id="FLOOR-SCALE-01", person_id="op-01", time=NOON,
    )  # fmt: skip
    first = replace(begun.steps[0], consumed=(weighed,))
    await space.put(streams.job_order("JO-L"), replace(begun, steps=(first, *begun.steps[1:])))
    sources = space.targets("ISA95/Materials/Lots/LOT-JO-L", ASSEMBLED_FROM_LOT)
    assert sources == ["ISA95/Materials/Lots/AA-2601"]


async def test_a_laboratory_result_is_a_property_with_its_test_result(space: Space) -> None:
    result = r.TestResult(
        test_id="assay", value="99.5", unit="%", passed=True, time=NOON, reference="LAB-7"
    )
    record = replace(lot("TESTED"), test_results=(result,))
    await space.put(streams.material_lot("TESTED"), record)
    path = "ISA95/Materials/Lots/TESTED/Tests/assay"
    assert space.value(path) == 99.5
    assert space.value(f"{path}/EngineeringUnits").DisplayName.Text == "%"
    assert space.value(f"{path}/TestResult/TestDate") == NOON
    assert "LAB-7" in space.value(f"{path}/TestResult/ResultDescription").Text


def equipment(name: str, parent: str) -> r.EquipmentRecord:
    return r.EquipmentRecord(
        equipment=Equipment(
            equipment_id=name, description="", level=EquipmentLevel.UNIT, parent=parent
        )
    )


async def test_equipment_that_comes_before_its_parent_is_put_below_it_then(space: Space) -> None:
    await space.put(streams.equipment("CHILD"), equipment("CHILD", "PARENT"))
    assert space.targets("ISA95/Equipment/CHILD", ORGANIZES, forward=False) == ["ISA95/Equipment"]
    await space.put(streams.equipment("PARENT"), equipment("PARENT", "NUTRA"))
    parents = space.targets("ISA95/Equipment/CHILD", t.MADE_UP_OF_EQUIPMENT, forward=False)
    assert parents == ["ISA95/Equipment/PARENT"]
    assert space.targets("ISA95/Equipment/CHILD", ORGANIZES, forward=False) == []


async def test_a_station_leads_to_its_order_and_away_again(space: Space) -> None:
    await space.put(streams.job_order("JO-S"), order(space, "JO-S"))
    for name, wanted in (("JO-S", ["JobOrders/JO-S"]), (None, [])):
        session = r.StationRecord(station="DISP-01", job_order_id=name)
        await space.put(streams.station("DISP-01"), session)
        assert space.targets("Stations/DISP-01", ORGANIZES) == wanted
        there = space.targets("ISA95/Equipment/DISP-01", ORGANIZES)
        assert [path for path in there if path.startswith("JobOrders/")] == wanted


async def test_another_unit_is_told_as_a_change_of_meaning(space: Space) -> None:
    sublot = r.MaterialSublotRecord(
        material_sublot_id="U-C1", material_lot_id="UNITS",
        original=Quantity(Decimal(1), "kg"), remaining=Quantity(Decimal(1), "kg"),
    )  # fmt: skip
    await space.put(streams.material_sublot("U-C1"), sublot)
    record = replace(lot("UNITS"), material_sublots=("U-C1",))
    await space.put(streams.material_lot("UNITS"), record)
    await verbs(space)
    in_grams = replace(sublot, remaining=Quantity(Decimal(900), "g"))
    await space.put(streams.material_sublot("U-C1"), in_grams)
    await space.changes.flush(space.tell)
    (semantics,) = [batch.semantics for batch in space.told if batch.semantics]
    path = "ISA95/Materials/Lots/UNITS"
    told = {str(one.affected.Identifier) for one in semantics}
    assert told == {f"{path}/Quantity", f"{path}/U-C1/Quantity"}


async def test_more_changes_than_one_event_names_are_told_without_names(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_changes, "MAX_CHANGES", 3)
    before = space.value("ISA95/Materials/Lots/NodeVersion")
    for number in range(5):
        await space.put(streams.material_lot(f"M-{number}"), lot(f"M-{number}"))
    await space.changes.flush(space.tell)
    (batch,) = space.told
    assert len(batch.changes) <= 3
    events = list(model_change_events(batch, NOON, iter_ids().__next__))
    assert [one.event_type for one in events] == [ua.NodeId(ua.ObjectIds.BaseModelChangeEventType)]
    group = "ISA95/Materials/LotsByMaterial/ASCORBIC-ACID"
    assert space.value(f"{group}/NodeVersion") > before


async def test_the_event_names_node_type_and_verb(space: Space) -> None:
    await space.put(streams.material_lot("EVENT"), lot("EVENT"))
    await space.changes.flush(space.tell)
    (event,) = model_change_events(space.told[0], NOON, iter_ids().__next__)
    assert event.event_type == ua.NodeId(ua.ObjectIds.GeneralModelChangeEventType)
    changes = {one.Affected: one for one in event.fields["Changes"].Value}
    added = changes[node("ISA95/Materials/Lots/EVENT")]
    assert (added.AffectedType, added.Verb) == (t.MATERIAL_LOT_TYPE, model_changes.NODE_ADDED)


async def test_nothing_is_told_of_what_is_shown_at_the_start() -> None:
    fresh = await filled_space(world.stored().states)
    await fresh.changes.flush(fresh.tell)
    assert fresh.told == []
    assert fresh.tree.stands(JOB_ORDERS)


async def test_what_has_nothing_to_hang_on_is_not_shown_and_told(
    space: Space, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = folder_node(node("Lost/here"), "here", "Nowhere.", node("Lost"))
    assert not await space.instances.show("lost", (nowhere,))
    assert not space.tree.stands(nowhere.node_id)
    assert "lost is not shown: there is no ['Lost']" in caplog.text


def test_the_last_do_not_depend_on_the_order_in_which_they_came() -> None:
    names = [("b", 1), ("a", 1), ("d", 3), ("c", 2)]
    for turned in (names, names[::-1]):
        latest = Latest()
        for name, hour in turned:
            latest.settle(name, NOON + timedelta(hours=hour), 2)
        assert sorted(name for name, _ in names if name in latest) == ["c", "d"]
        latest.forget("c")
        assert len(latest) == 1


def iter_ids() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"id-{number}"
