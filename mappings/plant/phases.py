"""Read the equipment phase that a step of a work master runs."""

from mappings.plant.units import unit
from mappings.yaml_fields import Fields
from models.isa95.work_definition import PhaseParameter, PhaseSpecification


def read_phase(step: Fields) -> PhaseSpecification | None:
    """Return the phase with the values that it is handed; None for a step without one.

    Whether a station of the step has such a phase is told when the line files are read.
    """
    if not step.has("phase"):
        return None
    fields = step.fields("phase", required=("name",), optional=("parameters",))
    found: dict[str, PhaseParameter] = {}
    for row in fields.each("parameters", required=("name", "value"), optional=("unit",)):
        parameter = PhaseParameter(
            name=row.text("name"),
            value=row.decimal("value"),
            unit=row.parsed("unit", unit, "", "write a unit such as rpm"),
        )
        if parameter.name in found:
            row.reject("name", f"parameter '{parameter.name}' comes twice", "keep one of them")
        found[parameter.name] = parameter
    return PhaseSpecification(name=fields.text("name"), parameters=tuple(found.values()))
