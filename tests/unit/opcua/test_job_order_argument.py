"""A JobOrder as a client hands it over: what it means, and every mistake in it at once."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncua import ua

from models.isa95.equipment import Equipment
from models.isa95.quantity import Quantity
from models.isa95.work_definition import WorkMaster
from server.command_path.read_plain import UnreadableError
from server.faces.opcua.instances.engineering_units import unit_information
from server.faces.opcua.job_control.job_order_argument import (
    MAX_ENTRIES,
    Asked,
    Plant,
    read_job_order,
)
from server.faces.opcua.job_control.work_centers import work_centers
from server.faces.opcua.types.job_control_structures import (
    ISA95EquipmentDataType,
    ISA95JobOrderDataType,
    ISA95MaterialDataType,
    ISA95ParameterDataType,
    ISA95PersonnelDataType,
    ISA95PhysicalAssetDataType,
    ISA95WorkMasterDataType,
)
from tests import world as w

MASTER: WorkMaster = next(
    item
    for item in w.PLANT.master_data
    if isinstance(item, WorkMaster) and item.work_master_id == "WM-CHALLENGE"
)
CENTERS = work_centers(x for x in w.PLANT.master_data if isinstance(x, Equipment))
PLANT = Plant(
    centers=CENTERS,
    work_master=lambda name, _: MASTER if name == MASTER.work_master_id else None,
)
TWO_UNITS = replace(unit_information("kg"), DisplayName=ua.LocalizedText("g"))
USED = MASTER.steps[1].materials[0].material_definition_id


def produced(**more: Any) -> ISA95MaterialDataType:
    return ISA95MaterialDataType(**{"MaterialUse": "Produced", "Quantity": "1.000", **more})


def given(**more: Any) -> ISA95JobOrderDataType:
    fields: dict[str, Any] = {
        "JobOrderID": "JO-1",
        "WorkMasterID": [ISA95WorkMasterDataType(ID="WM-CHALLENGE")],
        "MaterialRequirements": [produced()],
    }
    return ISA95JobOrderDataType(**{**fields, **more})


def read(**more: Any) -> Asked:
    return read_job_order(given(**more), PLANT)


def mistakes(**more: Any) -> list[str]:
    with pytest.raises(UnreadableError) as raised:
        read(**more)
    return [one.where.removeprefix("JobOrder.") for one in raised.value.problems]


def parameter(name: str, value: Any, unit: str = "") -> ISA95ParameterDataType:
    units = unit_information(unit) if unit else None
    return ISA95ParameterDataType(ID=name, Value=ua.Variant(value), EngineeringUnits=units)


def test_the_least_that_is_needed() -> None:
    asked = read()
    assert (asked.job_order_id, asked.work_master_id) == ("JO-1", "WM-CHALLENGE")
    assert asked.quantity == Quantity.parse(f"1.000 {MASTER.quantity.unit}")
    assert asked.priority is None
    assert (asked.planned_start, asked.material_lot_id, asked.stations) == (None, None, ())


def test_everything_that_may_be_said() -> None:
    asked = read(
        Description=[ua.LocalizedText("For the fair"), ua.LocalizedText(MASTER.description)],
        WorkMasterID=[
            ISA95WorkMasterDataType(ID="WM-CHALLENGE", Parameters=[parameter("Version", "1")])
        ],
        StartTime=datetime(2026, 12, 1, 6),  # noqa: DTZ001 -- as the codec gives it
        EndTime=datetime(2026, 12, 1, 14, tzinfo=UTC),
        Priority=12,
        EquipmentRequirements=[ISA95EquipmentDataType(ID=x) for x in CENTERS.center_of],
        MaterialRequirements=[
            produced(MaterialLotID="LOT-9", EngineeringUnits=unit_information("g")),
            ISA95MaterialDataType(
                MaterialDefinitionID=USED, MaterialLotID="L-1", MaterialUse="Material Consumed"
            ),
        ],
    )
    assert asked.description == "For the fair", "what the WorkMaster says anyway is left out"
    assert (asked.work_master_version, asked.priority) == ("1", -12)
    assert asked.planned_start == datetime(2026, 12, 1, 6, tzinfo=UTC)
    assert (asked.quantity, asked.material_lot_id) == (Quantity.parse("1.000 g"), "LOT-9")
    assert asked.lot_allocations == ((USED, "L-1"),)
    assert set(asked.stations) == set(CENTERS.center_of)


def test_the_amount_may_be_a_parameter_or_both_if_they_agree() -> None:
    kilograms = [parameter("Quantity", "1", "kg")]
    assert read(MaterialRequirements=None, JobOrderParameters=kilograms).quantity.unit == "kg"
    grams = [parameter("Quantity", "1000", "g")]
    assert read(JobOrderParameters=grams).quantity
    other = [parameter("Quantity", "999", "g")]
    assert mistakes(JobOrderParameters=other) == ["MaterialRequirements"]


def test_a_work_centre_stands_for_its_stations_and_a_class_binds_none() -> None:
    centers = [ISA95EquipmentDataType(ID=name) for name in CENTERS.ids]
    assert set(read(EquipmentRequirements=centers).stations) == set(CENTERS.center_of)
    classes = [ISA95EquipmentDataType(ID=step.equipment_class) for step in MASTER.steps]
    assert read(EquipmentRequirements=classes).stations == ()


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"JobOrderID": ""}, "JobOrderID"),
        ({"JobOrderID": " JO-1"}, "JobOrderID"),
        ({"WorkMasterID": []}, "WorkMasterID"),
        ({"WorkMasterID": [ISA95WorkMasterDataType(ID="A")] * 2}, "WorkMasterID"),
        (
            {"StartTime": datetime(2027, 1, 2, tzinfo=UTC),
             "EndTime": datetime(2027, 1, 1, tzinfo=UTC)},
            "EndTime",
        ),
        ({"MaterialRequirements": None}, "MaterialRequirements"),
        ({"MaterialRequirements": [produced(), produced()]}, "MaterialRequirements[1]"),
        ({"MaterialRequirements": [produced(Quantity="much")]},
         "MaterialRequirements[Produced].Quantity"),
        ({"MaterialRequirements": [produced(EngineeringUnits=TWO_UNITS)]},
         "MaterialRequirements[Produced].Quantity"),
        ({"MaterialRequirements": [produced(MaterialDefinitionID="GOLD")]},
         "MaterialRequirements[0].MaterialDefinitionID"),
        ({"MaterialRequirements": [produced(MaterialSublotID="C-1")]},
         "MaterialRequirements[0].MaterialSublotID"),
        ({"MaterialRequirements": [produced(), ISA95MaterialDataType(MaterialUse="Returned")]},
         "MaterialRequirements[1].MaterialUse"),
        ({"PersonnelRequirements": [ISA95PersonnelDataType(ID="op-01")]}, "PersonnelRequirements"),
        ({"PhysicalAssetRequirements": [ISA95PhysicalAssetDataType(ID="S-1")]},
         "PhysicalAssetRequirements"),
        ({"JobOrderParameters": [parameter("Colour", "red")]}, "JobOrderParameters[Colour]"),
        ({"EquipmentRequirements": [ISA95EquipmentDataType(ID="MOON-1")]},
         "EquipmentRequirements[0].ID"),
        ({"EquipmentRequirements": [ISA95EquipmentDataType(ID="DISP-01")]},
         "EquipmentRequirements"),
        ({"EquipmentRequirements": [None]}, "EquipmentRequirements"),
        ({"MaterialRequirements": [produced()] * (MAX_ENTRIES + 1)}, "MaterialRequirements"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_where_it_stands(wrong: dict[str, Any], where: str) -> None:
    assert where in mistakes(**wrong)


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes(
        JobOrderID="",
        PersonnelRequirements=[ISA95PersonnelDataType(ID="op-01")],
        MaterialRequirements=[produced(Quantity="much")],
    )
    assert len(found) == 3


def test_what_a_consumed_material_may_not_say() -> None:
    rows = {
        "Quantity": ISA95MaterialDataType(
            MaterialDefinitionID=USED, MaterialUse="Consumed", Quantity="1"
        ),
        "MaterialDefinitionID": ISA95MaterialDataType(
            MaterialDefinitionID="GOLD", MaterialUse="Consumed"
        ),
    }
    for name, row in rows.items():
        assert mistakes(MaterialRequirements=[produced(), row]) == [
            f"MaterialRequirements[1].{name}"
        ]


@pytest.mark.parametrize("nothing", [None, "JO-1", 5])
def test_what_is_no_job_order_is_missing(nothing: Any) -> None:
    with pytest.raises(UnreadableError, match="JobOrder: is missing"):
        read_job_order(nothing, PLANT)
