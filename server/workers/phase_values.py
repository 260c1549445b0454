"""The values that a phase is handed, held against what its controller takes them as."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from mappings.language import Phase, Tag
from models.isa95.work_definition import PhaseParameter


def values_to_write(
    phase: Phase, parameters: Mapping[str, PhaseParameter], tag: Callable[[str], Tag | None]
) -> dict[str, float]:
    """Return the value of each tag; raises ValueError that says everything that is wrong.

    Every parameter of the phase has to be given: one that is left out would be that of the run
    before, of another product perhaps. A unit is that of the tag, a value within its range.
    """
    problems = [*_names(phase, parameters)]
    for name, given in parameters.items():
        known = tag(phase.parameters[name]) if name in phase.parameters else None
        problems += _misfits(given, known) if known is not None else ()
    if problems:
        raise ValueError("; ".join(problems))
    return {phase.parameters[name]: float(one.value) for name, one in parameters.items()}


def _names(phase: Phase, parameters: Mapping[str, PhaseParameter]) -> Iterator[str]:
    unknown = sorted(parameters.keys() - phase.parameters.keys())
    if unknown:
        yield f"the phase has no parameter {', '.join(unknown)}"
    missing = sorted(phase.parameters.keys() - parameters.keys())
    if missing:
        yield f"the WorkMaster gives no value for {', '.join(missing)}"


def _misfits(given: PhaseParameter, tag: Tag) -> Iterator[str]:
    wanted = tag.address.unit
    if given.unit != wanted:
        stated = given.unit or "without a unit"
        yield f"{given.name} is {stated}; {tag.name} takes {wanted or 'no unit'}"
    for limits in (tag.instrument_range, tag.range):
        if limits is not None and not Decimal(str(limits[0])) <= given.value <= Decimal(
            str(limits[1])
        ):
            yield f"{given.name} is {given.value}; {tag.name} takes {limits[0]:g} to {limits[1]:g}"
            return
