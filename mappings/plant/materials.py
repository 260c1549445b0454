"""Read ``materials.yaml``: material definitions, lots and their containers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mappings.plant.dates import DAY_REMEDY
from mappings.plant.limits import limits
from mappings.plant.names import Name
from mappings.plant.reading import Reading
from mappings.plant.units import NO_QUANTITY, quantity, unit
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Node
from models.isa95.material import (
    Disposition,
    IssuePolicy,
    MaterialDefinition,
    MaterialLot,
    MaterialSublot,
    MaterialTestSpecification,
    Substitute,
)
from models.isa95.quantity import Quantity

POTENCIES: Final = (1, 200)
"""Percent; what lies outside of them is a mistake of the laboratory or of the file."""


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

    def tests_of(self, material_definition_id: str) -> tuple[str, ...]:
        """Return the tests of a material."""
        return tuple(
            test.test_id
            for one in self.definitions
            if one.material_definition_id == material_definition_id
            for test in one.tests
        )

    def check_unit(self, row: Fields, amount: Quantity, material_definition_id: str) -> None:
        """Report a quantity in a unit in which the material is not kept."""
        stock_unit = self.unit_of(material_definition_id)
        if stock_unit and amount.unit and not amount.converts_to(stock_unit):
            reason = (
                f"{amount.unit} does not convert to {stock_unit},"
                f" the unit of '{material_definition_id}'"
            )
            row.reject("quantity", reason, f"write it in {stock_unit}")


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
        "material_definitions",
        required=("id", "description", "unit"),
        optional=("classes", "allergens", "hazards", "issue_policy", "tests", "substitutes"),
    )
    materials = Materials(definitions=tuple(_definition(row, reading) for row in rows))
    _check_substitutes(rows, materials)
    lots: list[MaterialLot] = []
    sublots: list[MaterialSublot] = []
    for row in fields.each(
        "material_lots",
        required=("id", "material_definition", "disposition"),
        optional=("status", "expires", "received", "potency", "sublots"),
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
        allergens=_each_once(row, "allergens"),
        hazards=_each_once(row, "hazards"),
        issue_policy=row.choice("issue_policy", IssuePolicy.ANY),
        tests=_tests(row, reading),
        substitutes=_substitutes(row, reading),
    )


def _each_once(row: Fields, key: str) -> tuple[str, ...]:
    found: list[str] = []
    for text in row.texts(key):
        if text in found:
            row.reject(key, f"'{text}' comes twice", "keep one of them")
        found.append(text)
    return tuple(found)


def _tests(material: Fields, reading: Reading) -> tuple[MaterialTestSpecification, ...]:
    found: dict[str, MaterialTestSpecification] = {}
    for row in material.each(
        "tests", required=("id", "description"), optional=("unit", "lower", "upper")
    ):
        lower, upper = limits(row)
        test = MaterialTestSpecification(
            test_id=reading.names.id_of(row, "id"),
            description=row.text("description"),
            unit=row.parsed("unit", unit, "", "write a unit such as %"),
            lower=lower,
            upper=upper,
        )
        if test.test_id in found:
            reason = f"test '{test.test_id}' comes twice"
            row.reject("id", reason, "give every one an id of its own")
        found[test.test_id] = test
    return tuple(found.values())


def _substitutes(material: Fields, reading: Reading) -> tuple[Substitute, ...]:
    found: dict[str, Substitute] = {}
    for row in material.each(
        "substitutes", required=("material_definition",), optional=("factor",)
    ):
        other = reading.names.refer(Name.MATERIAL_DEFINITION, row, "material_definition")
        factor = row.decimal("factor", Decimal(1))
        if factor <= 0:
            row.reject("factor", "nothing can't stand in for something", "write it as 1.05")
        if other in found:
            row.reject("material_definition", f"'{other}' comes twice", "keep one of them")
        found[other] = Substitute(material_definition_id=other, factor=factor)
    return tuple(found.values())


def _check_substitutes(rows: tuple[Fields, ...], materials: Materials) -> None:
    """Report a material that stands in for itself, or is kept in another kind of unit."""
    for row, material in zip(rows, materials.definitions, strict=True):
        for item, substitute in zip(row.items("substitutes"), material.substitutes, strict=False):
            other = substitute.material_definition_id
            stock_unit = materials.unit_of(other)
            if other == material.material_definition_id:
                reason = "a material does not stand in for itself"
                row.problems.add(item.place, reason, "name another one, or remove it")
            elif stock_unit and material.unit and not _converts(stock_unit, material.unit):
                reason = f"'{other}' is kept in {stock_unit}, which is not {material.unit}"
                row.problems.add(item.place, reason, "name a material of the same kind of unit")


def _converts(one: str, other: str) -> bool:
    return Quantity(Decimal(0), one).converts_to(other)


def _lot(row: Fields, reading: Reading) -> MaterialLot:
    return MaterialLot(
        material_lot_id=reading.names.define(Name.MATERIAL_LOT, row),
        material_definition_id=reading.names.refer(
            Name.MATERIAL_DEFINITION, row, "material_definition"
        ),
        disposition=row.choice("disposition", Disposition.PLANNED),
        status=row.text("status"),
        expiration_time=row.parsed("expires", reading.end_of_day, None, DAY_REMEDY),
        potency=_potency(row),
        received_time=row.parsed("received", reading.start_of_day, None, DAY_REMEDY),
    )


def _potency(row: Fields) -> Decimal | None:
    potency = row.decimal_or_none("potency")
    low, high = POTENCIES
    if potency is not None and not low <= potency <= high:
        row.reject("potency", f"{potency} % lies outside {low} to {high}", "write it as 98.5")
    return potency


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
