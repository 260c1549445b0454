"""Gate: nothing is left on the equipment that the next product must not contain."""

from collections.abc import Iterator

from models.execution.allergens import allergens_of, consumed_materials, product_materials
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def equipment_carries_no_foreign_allergen(view: StepView) -> Iterator[Refusal]:
    """Refuse ``allergen-changeover``, or ``allergens-unknown`` where cleanliness is tracked."""
    record, snapshot = view.session.equipment, view.session.snapshot
    directive = view.session.directive.work_directive
    materials = product_materials(directive)
    name = record.equipment.equipment_id
    contained = (*materials, *consumed_materials(view.session.job_order))
    foreign = sorted(set(record.allergens) - set(allergens_of(contained, snapshot)))
    if foreign:
        text = (
            f"{name} carries {', '.join(foreign)} since its last wet clean;"
            f" {directive.material_definition_id} does not contain that"
        )
        yield refuse("allergen-changeover", name, text)
    if record.equipment.cleaning is None:
        return
    for material in materials:
        if snapshot.material_definition(material) is None:
            text = f"nobody has described {material}, so its allergens are unknown"
            yield refuse("allergens-unknown", material, text)
