"""Read ``work_masters/*.yaml``: one version of a master batch record in each file."""

from dataclasses import dataclass
from typing import Final

from mappings.plant.documents import Documents, refer_to_revision
from mappings.plant.equipment import Layout
from mappings.plant.evidence import Placeholders, read_evidence
from mappings.plant.materials import Materials
from mappings.plant.names import Name
from mappings.plant.personnel import requirements
from mappings.plant.phases import read_phase
from mappings.plant.reading import Reading
from mappings.plant.step_conditions import StepConditions
from mappings.plant.step_materials import StepMaterials
from mappings.plant.step_references import check_references
from mappings.plant.units import quantity_of
from mappings.plant.work_master_parts import WorkMasterParts, label_of
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Node
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Instruction, StepSpecification, WorkMaster

_STEP_REQUIRED: Final = ("id", "description", "process_segment", "equipment_class", "instruction")
_STEP_OPTIONAL: Final = (
    *("qualifications", "personnel_classes", "materials", "evidence"),
    *("verification", "verifier_qualifications", "two_person_window_s"),
    *("minimum_capacity", "must_be_clean", "clears_line", "environment", "prerequisites"),
    *("branches", "balances", "sample_plans", "overridable", "phase"),
)
_TWO_PERSON_WINDOW_S: Final = (1, 3600)


@dataclass(frozen=True, slots=True)
class WorkMasterReader:
    """Reads work masters of one plant; the rest of the plant is what they refer to."""

    layout: Layout
    materials: Materials
    documents: Documents
    reading: Reading

    def read(self, root: Node) -> WorkMaster:
        """Return what the file says; report everything that is wrong with it."""
        fields = Fields(
            root,
            self.reading.problems,
            required=("id", "version", "description", "material_definition", "quantity", "steps"),
            optional=WorkMasterParts.KEYS,
        )
        amount = quantity_of(fields, "quantity")
        product = self.reading.names.refer(Name.MATERIAL_DEFINITION, fields, "material_definition")
        self.materials.check_unit(fields, amount, product)
        if amount.unit and amount.value == 0:
            fields.reject("quantity", "nothing would be made", "write how much one batch makes")
        if fields.node("steps") is not None and not fields.items("steps"):
            fields.reject("steps", "a work master without steps", "add at least one")
        label = label_of(fields, self.documents, self.reading)
        parts = WorkMasterParts(fields, self.reading)
        micro = parts.micro()
        materials = StepMaterials(self.layout, self.materials, self.reading, micro)
        steps = self._steps(fields, Placeholders(*label), materials)
        effective_from, effective_until = parts.effective_dates()
        return WorkMaster(
            work_master_id=self.reading.names.id_of(fields, "id"),
            version=self.reading.names.id_of(fields, "version"),
            description=fields.text("description"),
            material_definition_id=product,
            quantity=amount,
            steps=steps,
            parameters=parts.parameters(),
            label="/".join(filter(None, label)),
            release_tests=parts.release_tests(self.materials.tests_of(product)),
            exception_policies=parts.exception_policies(),
            effective_from=effective_from,
            effective_until=effective_until,
            micro=micro,
        )

    def _steps(
        self, fields: Fields, placeholders: Placeholders, materials: StepMaterials
    ) -> tuple[StepSpecification, ...]:
        rows = fields.each("steps", required=_STEP_REQUIRED, optional=_STEP_OPTIONAL)
        steps = tuple(self._step(row, placeholders, materials) for row in rows)
        seen: set[str] = set()
        for row, step in zip(rows, steps, strict=True):
            if step.step_id in seen:
                row.reject("id", f"step '{step.step_id}' comes twice", "number the steps anew")
            seen.add(step.step_id)
        check_references(rows, steps, labelled=bool(placeholders.label))
        return steps

    def _step(
        self, row: Fields, placeholders: Placeholders, materials: StepMaterials
    ) -> StepSpecification:
        names = self.reading.names
        equipment_class = names.refer(Name.EQUIPMENT_CLASS, row, "equipment_class")
        self._check_stations(row, equipment_class)
        assets = self.layout.assets_at(equipment_class)
        conditions = StepConditions(row, self.reading, assets)
        low, high = _TWO_PERSON_WINDOW_S
        window = row.number("two_person_window_s", 60.0, at_least=low, at_most=high)
        return StepSpecification(
            step_id=names.id_of(row, "id"),
            description=row.text("description"),
            process_segment_id=row.text("process_segment"),
            equipment_class=equipment_class,
            instruction=self._instruction(row),
            qualifications=requirements(row, "qualifications", names),
            materials=materials.read(row, equipment_class),
            evidence=read_evidence(row, assets, self.reading, placeholders),
            verification=row.boolean("verification"),
            verifier_qualifications=requirements(row, "verifier_qualifications", names),
            personnel_classes=names.refer_each(Name.PERSONNEL_CLASS, row, "personnel_classes"),
            minimum_capacity=self._capacity(row, equipment_class),
            must_be_clean=self._must_be_clean(row, equipment_class),
            clears_line=row.boolean("clears_line"),
            two_person_window_s=window if row.has("two_person_window_s") else None,
            environment=conditions.environment(),
            prerequisites=conditions.prerequisites(),
            branches=conditions.branches(),
            balances=conditions.balances(),
            sample_plans=conditions.sample_plans(),
            overridable=conditions.overridable(),
            phase=read_phase(row),
        )

    def _check_stations(self, row: Fields, equipment_class: str) -> None:
        known = self.reading.names.place_of(Name.EQUIPMENT_CLASS, equipment_class) is not None
        if known and not self.layout.stations(equipment_class):
            remedy = "add a station of this class to plant.yaml"
            row.reject("equipment_class", f"no station of class '{equipment_class}'", remedy)
        if row.has("verifier_qualifications") and not row.boolean("verification"):
            reason = "they are of no use without a verification"
            row.reject("verifier_qualifications", reason, "add 'verification: true'")

    def _instruction(self, step: Fields) -> Instruction:
        fields = step.fields(
            "instruction",
            required=("text",),
            optional=("document", "revision", "read_confirmation"),
        )
        document_id, revision = refer_to_revision(fields, self.documents, self.reading)
        confirmed = fields.boolean("read_confirmation")
        if confirmed and not document_id:
            remedy = "add 'document' and 'revision', or remove it"
            fields.reject("read_confirmation", "there is no document to be read", remedy)
        return Instruction(
            text=fields.text("text"),
            document_id=document_id,
            revision=revision,
            read_confirmation=confirmed,
        )

    def _capacity(self, row: Fields, equipment_class: str) -> Quantity | None:
        if not row.has("minimum_capacity"):
            return None
        wanted = quantity_of(row, "minimum_capacity")
        stations = self.layout.stations(equipment_class)
        holding = [one.capacity for one in stations if one.capacity is not None]
        fitting = [one for one in holding if one.converts_to(wanted.unit)]
        if wanted.unit and stations and not any(wanted <= one for one in fitting):
            most = ", ".join(str(one) for one in holding) or "no 'capacity' is given"
            reason = f"no station of class '{equipment_class}' holds {wanted} ({most})"
            row.reject("minimum_capacity", reason, "add 'capacity' in plant.yaml, or ask for less")
        return wanted

    def _must_be_clean(self, row: Fields, equipment_class: str) -> bool:
        wanted = row.boolean("must_be_clean")
        for station in self.layout.stations(equipment_class) if wanted else ():
            if station.cleaning is None:
                reason = f"nobody keeps record of the cleaning of '{station.equipment_id}'"
                row.reject("must_be_clean", reason, "add 'cleaning' to it in plant.yaml")
        return wanted
