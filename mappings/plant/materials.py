"""Read ``materials.yaml``: material definitions, lots and their containers."""

from dataclasses import dataclass

from mappings.plant.dates import DAY_REMEDY
from mappings.plant.names import Name
from mappings.plant.reading import Reading
from mappings.plant.units import NO_QUANTITY, quantity, unit
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Node
from models.isa95.material import Disposition, MaterialDefinition, MaterialLot, MaterialSublot


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What ``materials.yaml`` says."""

    definitions: tuple[MaterialDefinition, ...] = ()
    lots: tuple[MaterialLot, ...] = ()
    sublots: tuple[MaterialSublot, ...] = ()

    def unit_of(self, material_definition_id: str) -> str | None:
        """Return the unit of stock of a material, if it is known."""
        units = {one.material_definition_id: one.unit for one in self.definitions}
        return units.get(material_definition_id)


def read_materials(root: Node, reading: Reading) -> Materials:
    """Return what the file says; report everything that is wrong with it."""
    fields = Fields(
        root,
        reading.problems,
        required=("material_definitions",),
        optional=("material_classes", "material_lots"),
    )
    reading.names.define_classes(Name.MATERIAL_CLASS, fields, "material_classes")
    rows = fields.each(
        "material_definitions", required=("id", "description", "unit"), optional=("classes",)
    )
    materials = Materials(definitions=tuple(_definition(row, reading) for row in rows))
    lots: list[MaterialLot] = []
    sublots: list[MaterialSublot] = []
    for row in fields.each(
        "material_lots",
        required=("id", "material_definition", "disposition"),
        optional=("status", "expires", "sublots"),
    ):
        lot = _lot(row, reading)
        lots.append(lot)
        stock_unit = materials.unit_of(lot.material_definition_id)
        sublots.extend(_sublots(row, lot.material_lot_id, stock_unit, reading))
    return Materials(definitions=materials.definitions, lots=tuple(lots), sublots=tuple(sublots))


def _definition(row: Fields, reading: Reading) -> MaterialDefinition:
    return MaterialDefinition(
        material_definition_id=reading.names.define(Name.MATERIAL_DEFINITION, row),
        description=row.text("description"),
        unit=row.parsed("unit", unit, "", "write the unit of stock, such as kg"),
        material_classes=reading.names.refer_each(Name.MATERIAL_CLASS, row, "classes"),
    )


def _lot(row: Fields, reading: Reading) -> MaterialLot:
    return MaterialLot(
        material_lot_id=reading.names.define(Name.MATERIAL_LOT, row),
        material_definition_id=reading.names.refer(
            Name.MATERIAL_DEFINITION, row, "material_definition"
        ),
        disposition=row.choice("disposition", Disposition.PLANNED),
        status=row.text("status"),
        expiration_time=row.parsed("expires", reading.end_of_day, None, DAY_REMEDY),
    )


def _sublots(
    lot: Fields, lot_id: str, stock_unit: str | None, reading: Reading
) -> list[MaterialSublot]:
    sublots = []
    for row in lot.each("sublots", required=("id", "quantity"), optional=("storage_location",)):
        amount = row.parsed("quantity", quantity, NO_QUANTITY, "write it as 25.000 kg")
        if stock_unit and amount.unit and not amount.converts_to(stock_unit):
            reason = f"{amount.unit} does not convert to {stock_unit}, the unit of the material"
            row.reject("quantity", reason, f"write it in {stock_unit}")
        sublots.append(
            MaterialSublot(
                material_sublot_id=reading.names.define(Name.MATERIAL_SUBLOT, row),
                material_lot_id=lot_id,
                quantity=amount,
                storage_location=row.text("storage_location"),
            )
        )
    return sublots
