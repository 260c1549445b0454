"""What the tree of the demo plant looks like: whole, described, and the same on every start."""

import asyncio
import os
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest
from asyncua import ua

from server.faces.opcua.instances.equipment_nodes import equipment_id
from server.faces.opcua.instances.history_configuration import HAS_HISTORICAL_CONFIGURATION
from server.faces.opcua.instances.test_results import (
    HAS_TEST_RESULT,
    RESULTS_FOR,
    TESTED_BY_ASSET_TEST,
    TESTED_BY_QUALIFICATION,
)
from server.faces.opcua.nodes import (
    HAS_COMPONENT,
    HAS_MODELLING_RULE,
    HAS_PROPERTY,
    HAS_SUBTYPE,
    HAS_TYPE_DEFINITION,
    ORGANIZES,
)
from server.faces.opcua.types import isa95_table as t
from tests import world
from tests.opcua_space import Space, filled_space, line_machines, line_tags, node
from tests.tree import ROOT

GOLDEN: Final = ROOT / "tests" / "golden" / "opcua" / "node-ids.txt"
MOST_CHILDREN: Final = 400


@cache
def demo() -> Space:
    records = world.stored().states
    return asyncio.run(filled_space(records, line_tags(), line_machines()))


def test_no_node_id_of_before_is_gone_or_means_something_else() -> None:
    now = {line.partition(" ")[0]: line for line in demo().lines()}
    before = {line.partition(" ")[0]: line for line in whole(GOLDEN.read_text().splitlines())}
    changed = [f"{line} -> {now.get(path)}" for path, line in before.items()
               if now.get(path) != line]  # fmt: skip
    assert changed == [], "clients have stored these NodeIds: they must stay what they are"
    if os.environ.get("UPDATE_GOLDEN") == "1":  # takes in what came new
        GOLDEN.write_text("\n".join(shortened(demo().lines())) + "\n")
    assert len(before) > 1500


def test_another_order_of_the_records_makes_the_same_nodes() -> None:
    records = list(world.stored().states.items())
    turned = asyncio.run(
        filled_space(dict(reversed(records)), tuple(reversed(line_tags())), line_machines())
    )
    assert turned.lines() == demo().lines()


def test_every_reference_leads_to_a_node_and_back() -> None:
    space = demo().aspace
    dangling = [
        (one.to_string(), reference.ReferenceTypeId.to_string(), reference.NodeId.to_string())
        for one in demo().tree
        for reference in space[one].references
        if reference.NodeId not in space
        or (reference.NodeId in demo().tree and not leads_back(one, reference))
    ]
    assert dangling == []


def leads_back(source: ua.NodeId, reference: ua.ReferenceDescription) -> bool:
    """Tell whether the way back is there; from types to their instances there is none."""
    one_way = (HAS_TYPE_DEFINITION, HAS_MODELLING_RULE)
    return reference.ReferenceTypeId in one_way or any(
        back.NodeId == source
        and back.ReferenceTypeId == reference.ReferenceTypeId
        and back.IsForward != reference.IsForward
        for back in demo().aspace[reference.NodeId].references
    )


def test_no_folder_is_too_big_for_a_screen() -> None:
    children = {
        one.to_string(): sum(reference.IsForward for reference in demo().aspace[one].references)
        for one in demo().tree
        if one.NamespaceIndex == 4
    }
    assert {one: many for one, many in children.items() if many > MOST_CHILDREN} == {}


def test_every_instance_has_a_name_and_a_description_in_one_language() -> None:
    silent = []
    for one in demo().tree:
        if one.NamespaceIndex != 4:
            continue
        for attribute in (ua.AttributeIds.DisplayName, ua.AttributeIds.Description):
            text = demo().read(one, attribute)
            if not text.Text or text.Locale not in (None, "", "en"):
                silent.append((str(one.Identifier), attribute.name))
    assert silent == []


def test_every_isa95_object_has_the_type_of_the_standard() -> None:
    wanted = {
        "ISA95/Equipment/BLEND-01": t.EQUIPMENT_TYPE,
        "ISA95/PhysicalAssets/BLENDER-01": t.ASSET_TYPE,
        "ISA95/Materials/Definitions/ASCORBIC-ACID": t.MATERIAL_DEFINITION_TYPE,
        "ISA95/Materials/Lots/AA-2601": t.MATERIAL_LOT_TYPE,
        "ISA95/Materials/Lots/AA-2601/AA-2601-C1": t.MATERIAL_SUBLOT_TYPE,
        "ISA95/Personnel/Persons/op-01": t.PERSON_TYPE,
    }
    assert {path: demo().tree.type_of(node(path)) for path in wanted} == wanted


# The machines of PackML are shown and never commanded, so their methods are left out.
LEFT_OUT: Final = frozenset({"SetUnitMode", "SetMachSpeed", "SetProduct", "SetParameter"})


def test_every_instance_has_what_its_type_makes_mandatory() -> None:
    missing = []
    for one in demo().tree:
        kind = demo().tree.type_of(one)
        if one.NamespaceIndex != 4 or kind.is_null():
            continue
        has = {name for name, _ in members(one)}
        wanted = mandatory(kind) - LEFT_OUT
        missing += [(str(one.Identifier), name) for name in sorted(wanted - has)]
    assert missing == []


def members(node_id: ua.NodeId) -> Iterator[tuple[str, ua.NodeId]]:
    """Yield the names and NodeIds of what a node is made of."""
    for one in demo().aspace[node_id].references:
        if one.IsForward and one.ReferenceTypeId in AGGREGATES:
            yield demo().read(one.NodeId, ua.AttributeIds.BrowseName).Name, one.NodeId


AGGREGATES: Final = frozenset(
    {HAS_COMPONENT, HAS_PROPERTY, HAS_TEST_RESULT, HAS_HISTORICAL_CONFIGURATION,
     t.HAS_ATTRIBUTE, t.HAS_ISA95_PROPERTY, t.HAS_CLASS_PROPERTY}
)  # fmt: skip


@cache
def mandatory(kind: ua.NodeId) -> frozenset[str]:
    """Return the names of the mandatory members of a type and of those above it."""
    rule = ua.NodeId(ua.ObjectIds.ModellingRule_Mandatory)
    own = frozenset(
        name
        for name, member in members(kind)
        if any(
            one.ReferenceTypeId == HAS_MODELLING_RULE and one.NodeId == rule
            for one in demo().aspace[member].references
        )
    )
    above = [
        one.NodeId
        for one in demo().aspace[kind].references
        if one.ReferenceTypeId == HAS_SUBTYPE and not one.IsForward
    ]
    return own.union(*(mandatory(ua.NodeId(one.Identifier, one.NamespaceIndex)) for one in above))


def test_equipment_leads_to_its_tags_its_faceplate_and_its_parts() -> None:
    tags = demo().targets("ISA95/Equipment/DISP-01", ORGANIZES)
    assert "ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight" in tags
    assert "Stations/DISP-01" in tags
    parents = demo().targets("ISA95/Equipment/DISP-01", t.MADE_UP_OF_EQUIPMENT, forward=False)
    assert parents == [str(equipment_id("DISPENSING").Identifier)]


def test_a_calibration_is_a_test_result_of_the_instrument() -> None:
    scale = "ISA95/PhysicalAssets/FLOOR-SCALE-01"
    spec = "ISA95/PhysicalAssetTests/Calibration"
    assert demo().targets(scale, TESTED_BY_ASSET_TEST) == [spec]
    (result,) = demo().targets(f"{scale}/Calibration", HAS_TEST_RESULT)
    assert demo().targets(result, RESULTS_FOR) == [spec]
    assert demo().value(f"{result}/Result") == "Passed"
    assert demo().value(f"{result}/Expiration") == demo().value(f"{scale}/CalibrationDue")
    structure = demo().value(result)
    assert (structure.Result.Value, structure.Id) == ("Passed", node(result))


def test_a_qualification_is_a_test_result_of_the_person() -> None:
    person = "ISA95/Personnel/Persons/op-01"
    specs = demo().targets(person, TESTED_BY_QUALIFICATION)
    assert specs
    name = specs[0].rpartition("/")[2]
    (result,) = demo().targets(f"{person}/{name}", HAS_TEST_RESULT)
    assert demo().targets(result, RESULTS_FOR) == [specs[0]]
    assert demo().value(f"{result}/Result") >= 1


@pytest.mark.parametrize(
    ("tag", "stepped"), [("BLENDER-01/speed", False), ("BLENDER-01/state_current", True)]
)
def test_a_tag_says_how_its_history_is_meant(tag: str, stepped: bool) -> None:  # noqa: FBT001 -- a case
    path = f"ISA95/PhysicalAssets/{tag}"
    (configuration,) = demo().targets(path, HAS_HISTORICAL_CONFIGURATION)
    assert demo().value(f"{configuration}/Stepped") is stepped
    aggregates = f"{configuration}/AggregateConfiguration"
    assert demo().value(f"{aggregates}/PercentDataGood") == 100


def test_a_tag_has_its_unit_ranges_and_origin() -> None:
    path = "ISA95/PhysicalAssets/BLENDER-01/speed"
    usual = demo().value(f"{path}/EURange")
    assert (usual.Low, usual.High) == (0.0, 40.0)
    assert demo().value(f"{path}/EngineeringUnits").DisplayName.Text == "rpm"
    assert demo().value(f"{path}/Definition") == "blender-plc input.8.float32"
    interval = demo().read(node(path), ua.AttributeIds.MinimumSamplingInterval)
    assert interval == 250.0, "as often as the device is asked"
    kind = demo().tree.type_of(node(path))
    assert kind == ua.NodeId(ua.ObjectIds.AnalogUnitRangeType)


def shortened(lines: list[str]) -> Iterator[str]:
    """Yield lines of which each word of a path that stood in the line before is one blank."""
    before: list[str] = []
    for line in lines:
        path, _, rest = line.partition(" ")
        words = path.split("/")
        same = 0
        while same < min(len(words) - 1, len(before)) and words[same] == before[same]:
            same += 1
        yield f"{' ' * same}{'/'.join(words[same:])} {rest}"
        before = words


def whole(lines: list[str]) -> Iterator[str]:
    """Yield the lines that were shortened."""
    before: list[str] = []
    for line in lines:
        same = len(line) - len(line.lstrip(" "))
        path, _, rest = line.lstrip(" ").partition(" ")
        before = [*before[:same], *path.split("/")]
        yield f"{'/'.join(before)} {rest}"
