"""Tags and PackML machines as clients see them: types, ranges, quality, states."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asyncua import ua

from models.execution.records import PhysicalAssetRecord
from models.isa95.physical_asset import PhysicalAsset
from models.tag_value import Quality, TagValue
from server.faces.opcua.instances.asset_nodes import physical_asset
from server.faces.opcua.instances.live_readings import LiveReadings
from server.faces.opcua.instances.packml_nodes import (
    PackMLRow,
    machine_nodes,
    state_values,
    variable_value,
)
from server.faces.opcua.instances.packml_states import MACHINES, STATES
from server.faces.opcua.instances.tag_nodes import (
    LIMIT_HIGH,
    LIMIT_LOW,
    STATUS,
    TagRow,
    last_usable,
    shown_of,
)
from tests.opcua_space import line_machines, line_tags

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
GOOD, UNCERTAIN = ua.StatusCodes.Good, ua.StatusCodes.Uncertain
BEYOND = ua.StatusCodes.UncertainEngineeringUnitsExceeded


def row(**more: Any) -> TagRow:
    facts: dict[str, Any] = {"unit": "kg", "data_type": "float32"} | more
    return TagRow(tag="A-1.value", description="A value", **facts)


def reading(value: Any, quality: Quality = Quality.GOOD) -> TagValue:
    return TagValue("A-1.value", value, quality, NOON, NOON)


def code(value: ua.DataValue) -> int:
    assert value.StatusCode is not None
    return int(value.StatusCode.value)


@pytest.mark.parametrize(
    ("value", "quality", "wanted"),
    [
        (5.0, Quality.GOOD, GOOD),
        (0.0, Quality.GOOD, GOOD),
        (10.0, Quality.GOOD, GOOD),
        (-0.1, Quality.GOOD, GOOD | LIMIT_LOW),
        (10.1, Quality.GOOD, GOOD | LIMIT_HIGH),
        (10.1, Quality.UNCERTAIN, UNCERTAIN | LIMIT_HIGH),
        (21.0, Quality.GOOD, BEYOND | LIMIT_HIGH),
        (-6.0, Quality.GOOD, BEYOND | LIMIT_LOW),
        (21.0, Quality.UNCERTAIN, UNCERTAIN | LIMIT_HIGH),
        (None, Quality.BAD, ua.StatusCodes.BadNoCommunication),
    ],
)
def test_a_status_says_where_the_value_lies(value: Any, quality: Quality, wanted: int) -> None:
    tag = row(eu_range=(0.0, 10.0), instrument_range=(-5.0, 20.0))
    shown = shown_of(tag, reading(value, quality))
    assert code(shown) == wanted
    assert held(shown) == value
    assert shown.SourceTimestamp == NOON


def held(value: ua.DataValue) -> Any:
    return None if value.Value is None else value.Value.Value


def test_without_a_usual_range_the_instrument_is_the_limit() -> None:
    assert code(shown_of(row(instrument_range=(0.0, 5.0)), reading(6.0))) == BEYOND | LIMIT_HIGH
    assert code(shown_of(row(), reading(1e9))) == GOOD


def test_a_value_of_the_wrong_type_is_a_mistake_of_the_line_file() -> None:
    assert code(shown_of(row(), reading("text"))) == ua.StatusCodes.BadConfigurationError


async def test_a_value_that_nobody_reads_any_more_is_only_the_last_one() -> None:
    tag, written = row(sampling_s=2.0, eu_range=(0.0, 10.0)), list[ua.DataValue]()
    latest = {tag.tag: reading(11.0)}

    class Live:
        def latest(self, name: str) -> TagValue | None:
            return latest.get(name)

    async def write(_node_id: ua.NodeId, value: ua.DataValue) -> None:
        written.append(value)

    readings = LiveReadings(Live(), write)
    for seconds in (0, 19, 21, 30):
        await readings.show_tags({tag.tag: tag})
        await readings.show_stopped({tag.tag: tag}, NOON + timedelta(seconds=seconds))
    last = ua.StatusCodes.UncertainLastUsableValue
    assert [code(one) for one in written] == [GOOD | LIMIT_HIGH, last | LIMIT_HIGH]
    assert [held(one) for one in written] == [11.0, 11.0]
    latest[tag.tag] = reading(5.0)
    await readings.show_tags({tag.tag: tag})
    assert code(written[-1]) == GOOD
    assert code(last_usable(tag, reading(None, Quality.BAD))) == STATUS[Quality.BAD]


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"eu_range": (0.0, 1.0)}, ua.ObjectIds.AnalogUnitRangeType),
        ({}, ua.ObjectIds.AnalogUnitType),
        ({"unit": "", "eu_range": (0.0, 1.0)}, ua.ObjectIds.AnalogItemType),
        ({"unit": "", "data_type": "bool"}, ua.ObjectIds.DataItemType),
    ],
)
def test_the_type_of_a_tag_promises_what_it_has(facts: dict[str, Any], wanted: int) -> None:
    assert row(**facts).type_definition == ua.NodeId(wanted)


def test_the_tags_of_the_line_files_say_how_they_move() -> None:
    stepped = {one.tag: one.stepped for one in line_tags()}
    assert stepped["BLENDER-01.speed"] is False
    assert stepped["BLENDER-01.state_current"] is True
    assert stepped["FLOOR-SCALE-01.stable"] is True


def blender() -> PackMLRow:
    (machine,) = line_machines()
    return machine


def test_only_a_machine_whose_states_are_those_of_packml_is_one() -> None:
    machine = blender()
    assert machine.physical_asset_id == "BLENDER-01"
    assert machine.equipment_id == "BLEND-01"
    assert set(machine.states.values()) == STATES
    assert machine.tags["CurMachSpeed"] == "BLENDER-01.speed"


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (6, ["Cleared", "Running", "Execute"]),
        (4, ["Cleared", "Running", "Idle"]),
        (2, ["Cleared", "Stopped", None]),
        (1, ["Cleared", "Clearing", None]),
        (9, ["Aborted", None, None]),
    ],
)
def test_the_three_state_machines_follow_the_state(number: int, wanted: list[str | None]) -> None:
    told = dict(state_values(blender(), reading(number)))
    texts = [value for node_id, value in told.items() if str(node_id.Identifier)[-3:] != "/Id"]
    names = [held(one) and held(one).Text for one in texts]
    assert names == wanted
    inactive = ua.StatusCodes.BadStateNotActive
    assert [code(one) for one in texts] == [GOOD if name else inactive for name in wanted]
    ids = [value for node_id, value in told.items() if str(node_id.Identifier)[-3:] == "/Id"]
    numbers = {state.name: state.number for one in MACHINES for state in one.states}
    for name, one in zip(wanted, ids, strict=True):
        if name:
            assert held(one) == ua.NodeId(numbers[name], 6)


@pytest.mark.parametrize(
    ("value", "quality", "wanted"),
    [
        (None, Quality.BAD, ua.StatusCodes.BadNoCommunication),
        (77, Quality.GOOD, ua.StatusCodes.BadConfigurationError),
    ],
)
def test_a_state_that_nobody_knows_is_never_a_running_machine(
    value: Any, quality: Quality, wanted: int
) -> None:
    told = dict(state_values(blender(), reading(value, quality)))
    assert {code(one) for one in told.values()} == {wanted}
    assert all(held(one) is None for one in told.values())


def test_every_value_of_a_machine_goes_to_a_node_of_it() -> None:
    machine = blender()
    nodes = {node.node_id: node for node in machine_nodes(machine)}
    told = [node_id for node_id, _ in state_values(machine, reading(6))]
    told += [variable_value(machine, name, reading(1))[0] for name in machine.tags]
    assert set(told) <= nodes.keys()
    _, counted = variable_value(machine, "ProdProcessedCount", reading(7))
    assert held(counted)[0].AccCount == 7
    blocked = next(one for one in nodes.values() if one.name.Name == "EquipmentBlocked")
    assert blocked.value is not None
    assert code(blocked.value) == ua.StatusCodes.BadNotSupported


def test_the_plate_of_a_machine_is_shown_where_the_plant_file_says_it() -> None:
    plain = PhysicalAsset(physical_asset_id="A-1", description="A machine")
    plate = replace(plain, manufacturer="Scales Works", model_number="FS-150")
    for item, wanted in ((plain, set[str]()), (plate, {"Manufacturer", "ModelNumber"})):
        record = PhysicalAssetRecord(defined=item, calibration_due_time=None)
        names = {str(one.name.Name) for one in physical_asset(record).nodes}
        assert names & {"Manufacturer", "ModelNumber"} == wanted
