"""Read ``work_masters/*.yaml``: one version of a master batch record in each file."""

from dataclasses import dataclass

from mappings.plant.equipment import Layout
from mappings.plant.evidence import read_evidence
from mappings.plant.materials import Materials
from mappings.plant.names import Name
from mappings.plant.personnel import requirements
from mappings.plant.reading import Reading
from mappings.plant.units import NO_QUANTITY, quantity
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Node
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    Instruction,
    MaterialSpecification,
    StepSpecification,
    WorkMaster,
)


@dataclass(frozen=True, slots=True)
class WorkMasterReader:
    """Reads work masters of one plant; ``layout`` and ``materials`` are what they refer to."""

    layout: Layout
    materials: Materials
    reading: Reading

    def read(self, root: Node) -> WorkMaster:
        """Return what the file says; report everything that is wrong with it."""
        fields = Fields(
            root,
            self.reading.problems,
            required=("id", "version", "description", "material_definition", "quantity", "steps"),
            optional=("approved",),
        )
        amount = self._quantity(fields, "quantity")
        product = self.reading.names.refer(Name.MATERIAL_DEFINITION, fields, "material_definition")
        self._check_unit(fields, amount, product)
        if fields.node("steps") is not None and not fields.items("steps"):
            fields.reject("steps", "a work master without steps", "add at least one")
        return WorkMaster(
            work_master_id=self.reading.names.id_of(fields, "id"),
            version=self.reading.names.id_of(fields, "version"),
            description=fields.text("description"),
            material_definition_id=product,
            quantity=amount,
            steps=self._steps(fields),
            approved=fields.boolean("approved"),
        )

    def _steps(self, fields: Fields) -> tuple[StepSpecification, ...]:
        steps: dict[str, StepSpecification] = {}
        for row in fields.each(
            "steps",
            required=("id", "description", "process_segment", "equipment_class", "instruction"),
            optional=(
                "qualifications",
                "materials",
                "evidence",
                "verification",
                "verifier_qualifications",
            ),
        ):
            step = self._step(row)
            if step.step_id in steps:
                row.reject("id", f"step '{step.step_id}' comes twice", "number the steps anew")
            steps[step.step_id] = step
        return tuple(steps.values())

    def _step(self, row: Fields) -> StepSpecification:
        names = self.reading.names
        equipment_class = names.refer(Name.EQUIPMENT_CLASS, row, "equipment_class")
        known = names.place_of(Name.EQUIPMENT_CLASS, equipment_class) is not None
        if known and not self.layout.stations(equipment_class):
            remedy = "add a station of this class to plant.yaml"
            row.reject("equipment_class", f"no station of class '{equipment_class}'", remedy)
        if row.has("verifier_qualifications") and not row.boolean("verification"):
            reason = "they are of no use without a verification"
            row.reject("verifier_qualifications", reason, "add 'verification: true'")
        return StepSpecification(
            step_id=names.id_of(row, "id"),
            description=row.text("description"),
            process_segment_id=row.text("process_segment"),
            equipment_class=equipment_class,
            instruction=_instruction(row),
            qualifications=requirements(row, "qualifications", names),
            materials=self._materials(row, equipment_class),
            evidence=read_evidence(row, self.layout.assets_at(equipment_class), self.reading),
            verification=row.boolean("verification"),
            verifier_qualifications=requirements(row, "verifier_qualifications", names),
        )

    def _materials(self, step: Fields, station_class: str) -> tuple[MaterialSpecification, ...]:
        found: dict[str, MaterialSpecification] = {}
        for row in step.each(
            "materials",
            required=("material_definition", "quantity", "instrument_class"),
            optional=("tolerance", "below", "above"),
        ):
            material = self._material(row, station_class)
            if material.material_definition_id in found:
                reason = f"'{material.material_definition_id}' comes twice in this step"
                row.reject("material_definition", reason, "make one of both, or two steps")
            found[material.material_definition_id] = material
        return tuple(found.values())

    def _material(self, row: Fields, station_class: str) -> MaterialSpecification:
        names = self.reading.names
        definition = names.refer(Name.MATERIAL_DEFINITION, row, "material_definition")
        amount = self._quantity(row, "quantity")
        self._check_unit(row, amount, definition)
        if amount.unit and amount.value == 0:
            row.reject("quantity", "nothing is to be weighed", "write how much, or remove it")
        below, above = self._tolerance(row, amount)
        instrument_class = names.refer(Name.PHYSICAL_ASSET_CLASS, row, "instrument_class")
        self._check_instrument(row, instrument_class, station_class, amount)
        return MaterialSpecification(
            material_definition_id=definition,
            quantity=amount,
            below=below,
            above=above,
            instrument_class=instrument_class,
        )

    def _tolerance(self, row: Fields, amount: Quantity) -> tuple[Quantity, Quantity]:
        """Return how far below and above the weighed amount may lie, in the unit of it."""
        one_sided = row.has("below") or row.has("above")
        if row.has("tolerance") == one_sided:
            reason = "how far the amount may be off is said " + (
                "twice" if one_sided else "nowhere"
            )
            remedy = "write either 'tolerance' or both 'below' and 'above'"
            row.problems.add(row.place_of("tolerance"), reason, remedy)
            return NO_QUANTITY, NO_QUANTITY
        keys = ("below", "above") if one_sided else ("tolerance", "tolerance")
        below, above = (self._limit(row, key, amount) for key in keys)
        if amount.unit == below.unit and amount < below:
            row.reject(keys[0], "more than the amount itself", "write a smaller one")
        return below, above

    def _limit(self, row: Fields, key: str, amount: Quantity) -> Quantity:
        if not row.has(key):
            row.problems.add(row.place, f"'{key}' is missing here", f"add '{key}: …'")
            return NO_QUANTITY
        limit = self._quantity(row, key)
        if not (limit.unit and amount.unit):
            return NO_QUANTITY
        if not limit.converts_to(amount.unit):
            reason = f"{limit.unit} does not convert to {amount.unit}, the unit of the quantity"
            row.reject(key, reason, f"write it in {amount.unit}")
            return NO_QUANTITY
        return limit.to(amount.unit)

    def _check_unit(self, row: Fields, amount: Quantity, definition: str) -> None:
        stock_unit = self.materials.unit_of(definition)
        if stock_unit and amount.unit and not amount.converts_to(stock_unit):
            reason = f"{amount.unit} does not convert to {stock_unit}, the unit of '{definition}'"
            row.reject("quantity", reason, f"write it in {stock_unit}")

    def _check_instrument(
        self, row: Fields, instrument_class: str, station_class: str, amount: Quantity
    ) -> None:
        if self.reading.names.place_of(Name.PHYSICAL_ASSET_CLASS, instrument_class) is None:
            return
        if not self.layout.stations(station_class):
            return
        units = [
            measurement.unit
            for asset in self.layout.assets_at(station_class)
            if instrument_class in asset.physical_asset_classes
            for measurement in asset.measurements
        ]
        if not any(amount.converts_to(unit) for unit in units):
            row.reject(
                "instrument_class",
                f"no '{instrument_class}' that measures {amount.unit or 'this'} stands at a"
                f" station of class '{station_class}'",
                "add one to plant.yaml, or ask for another class",
            )

    @staticmethod
    def _quantity(row: Fields, key: str) -> Quantity:
        return row.parsed(key, quantity, NO_QUANTITY, "write it as 10.000 kg")


def _instruction(step: Fields) -> Instruction:
    fields = step.fields("instruction", required=("text",), optional=("document", "revision"))
    return Instruction(
        text=fields.text("text"),
        document_id=fields.text("document"),
        revision=fields.text("revision"),
    )
