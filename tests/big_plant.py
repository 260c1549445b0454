"""The records and tags of a plant of any size, for what has to stay cheap when a plant grows."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from models.execution import records as r
from models.execution import streams
from models.execution.job_order_state import JobOrderState
from models.isa95.equipment import CleaningRule, Equipment, EquipmentLevel
from models.isa95.material import Disposition, MaterialDefinition, MaterialLot
from models.isa95.personnel import Person, Qualification
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.quantity import Quantity
from server.faces.opcua.instances.tag_nodes import TagRow
from tests.opcua_space import NOON

TAGS_OF_A_UNIT = 40
UNITS_OF_A_LINE = 20
ORDERS_OF_A_UNIT = 2
STEPS_OF_AN_ORDER = 8
NODES_OF_A_UNIT = 378
"""About how many nodes a unit brings, with its asset, tags, orders, lots and person."""


def units_for(nodes: int) -> int:
    """Return how many units make about so many nodes."""
    return max(1, nodes // NODES_OF_A_UNIT)


def big_plant_tags(units: int) -> tuple[TagRow, ...]:
    """Return the tags: most of them analog, with a unit and a range."""
    return tuple(
        TagRow(
            tag=f"M-{unit:05}.value_{number:02}",
            unit="Cel" if number % 4 else "",
            data_type="float32" if number % 4 else "bool",
            description=f"Value {number}",
            eu_range=(0.0, 100.0) if number % 4 else None,
            definition=f"plc-{unit} input.{number}.float32",
            stepped=number % 4 == 0,
            sampling_s=1.0,
        )
        for unit in range(units)
        for number in range(TAGS_OF_A_UNIT)
    )


def big_plant(units: int) -> dict[str, r.Record]:
    """Return the records by their streams."""
    records: dict[str, r.Record] = {}
    records.update(_equipment(units))
    for unit in range(units):
        records.update(_unit(unit))
        for number in range(ORDERS_OF_A_UNIT):
            records.update(_order(unit, number))
    return records


def _equipment(units: int) -> Iterator[tuple[str, r.Record]]:
    site = Equipment(equipment_id="SITE", description="Site", level=EquipmentLevel.SITE)
    yield streams.equipment("SITE"), r.EquipmentRecord(equipment=site)
    for line in range(-(-units // UNITS_OF_A_LINE)):
        item = Equipment(
            equipment_id=f"L-{line:05}", description=f"Line {line}",
            level=EquipmentLevel.WORK_CENTER, parent="SITE",
        )  # fmt: skip
        yield streams.equipment(item.equipment_id), r.EquipmentRecord(equipment=item)


def _unit(unit: int) -> Iterator[tuple[str, r.Record]]:
    item = Equipment(
        equipment_id=f"U-{unit:05}", description=f"Unit {unit}", level=EquipmentLevel.WORK_UNIT,
        parent=f"L-{unit // UNITS_OF_A_LINE:05}", equipment_classes=("vessel",),
        physical_assets=(f"M-{unit:05}",), cleaning=CleaningRule(),
    )  # fmt: skip
    yield streams.equipment(item.equipment_id), r.EquipmentRecord(equipment=item)
    asset = PhysicalAsset(
        physical_asset_id=f"M-{unit:05}", description=f"Machine {unit}",
        physical_asset_classes=(f"machine-{unit // UNITS_OF_A_LINE}",), requires_calibration=True,
        calibration_due_time=NOON,
    )  # fmt: skip
    known = r.PhysicalAssetRecord(defined=asset, calibration_due_time=NOON)
    yield streams.physical_asset(asset.physical_asset_id), known
    material = MaterialDefinition(
        material_definition_id=f"MAT-{unit:05}", description=f"Material {unit}", unit="kg",
        material_classes=(f"class-{unit // UNITS_OF_A_LINE}",),
    )  # fmt: skip
    stream = streams.material_definition(material.material_definition_id)
    yield stream, r.MaterialDefinitionRecord(material_definition=material)
    person = Person(
        person_id=f"P-{unit:05}", name=f"Operator {unit}",
        personnel_classes=(f"shift-{unit // UNITS_OF_A_LINE}",),
        qualifications=(Qualification(qualification_id="weighing", expiration_time=NOON),),
    )  # fmt: skip
    yield streams.person(person.person_id), r.PersonRecord(person=person)


def _order(unit: int, number: int) -> Iterator[tuple[str, r.Record]]:
    name, lot = f"JO-{unit:05}-{number}", f"LOT-{unit:05}-{number}"
    order = r.JobOrderRecord(
        job_order_id=name, work_master_id="WM", work_master_version="1",
        material_definition_id=f"MAT-{unit:05}", material_lot_id=lot,
        quantity=Quantity(Decimal(100), "kg"), state=JobOrderState.ALLOWED_TO_START,
        steps=tuple(r.StepRecord(step_id=f"{step:03}") for step in range(STEPS_OF_AN_ORDER)),
        stored_time=NOON - timedelta(days=unit // UNITS_OF_A_LINE),
    )  # fmt: skip
    yield streams.job_order(name), order
    held = r.MaterialSublotRecord(
        material_sublot_id=f"{lot}-C1", material_lot_id=lot,
        original=Quantity(Decimal(50), "kg"), remaining=Quantity(Decimal(50), "kg"),
    )  # fmt: skip
    yield streams.material_sublot(held.material_sublot_id), held
    described = MaterialLot(
        material_lot_id=lot, material_definition_id=f"MAT-{unit:05}",
        disposition=Disposition.IN_PROCESS,
    )  # fmt: skip
    yield (
        streams.material_lot(lot),
        r.MaterialLotRecord(
            material_lot=described, material_sublots=(f"{lot}-C1",), job_order_id=name
        ),
    )
