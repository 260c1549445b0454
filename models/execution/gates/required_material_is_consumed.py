"""Gate: every material of the step was weighed."""

from collections.abc import Iterator

from models.execution.material_views import needed_materials
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def required_material_is_consumed(view: StepView) -> Iterator[Refusal]:
    """Refuse ``material-missing`` for each material without a weight on record."""
    for material in needed_materials(view.step, view.specification.materials):
        name = material.material_definition_id
        text = f"{view.subject} needs {material.quantity} of {name}"
        yield refuse("material-missing", name, text)
