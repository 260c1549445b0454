"""Which materials, and so which allergens, a job order brings onto equipment."""

from collections.abc import Iterable

from models.execution.records import JobOrderRecord
from models.execution.snapshot import Snapshot
from models.isa95.work_definition import WorkMaster


def brought_materials(directive: WorkMaster, step_id: str) -> tuple[str, ...]:
    """Return what a step brings onto its equipment: the product, and all weighed in so far.

    What earlier steps consumed is in what arrives here, even where nothing is weighed any more.
    """
    found = [directive.material_definition_id]
    for step in directive.steps:
        found += [material.material_definition_id for material in step.materials]
        if step.step_id == step_id:
            break
    return tuple(dict.fromkeys(found))


def product_materials(directive: WorkMaster) -> tuple[str, ...]:
    """Return the product and everything that goes into it."""
    parts = [m.material_definition_id for step in directive.steps for m in step.materials]
    return tuple(dict.fromkeys((directive.material_definition_id, *parts)))


def consumed_materials(order: JobOrderRecord) -> tuple[str, ...]:
    """Return what the job order really consumed, substitutes included."""
    return tuple(
        dict.fromkeys(x.material_definition_id for step in order.steps for x in step.consumed)
    )


def allergens_of(materials: Iterable[str], snapshot: Snapshot) -> tuple[str, ...]:
    """Return the allergens of the materials, as far as they are described."""
    known = (snapshot.material_definition(name) for name in materials)
    return tuple(sorted({x for item in known if item for x in item.material_definition.allergens}))
