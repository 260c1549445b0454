"""Whether the line files fit the plant: what they speak of exists, and each tag is read once."""

from collections.abc import Iterator, Mapping, Sequence

from mappings.language import LineMapping, Phase, Tag
from mappings.plant import Plant
from mappings.problems import Problem, did_you_mean
from models.isa95.work_definition import PhaseSpecification


def misfits(plant: Plant, lines: Sequence[LineMapping]) -> tuple[Problem, ...]:
    """Return everything in the line files that the plant files do not know."""
    equipment = tuple(one.equipment_id for one in plant.equipment)
    assets = tuple(one.physical_asset_id for one in plant.physical_assets)
    found = [*_unknown_equipment(lines, equipment), *_unknown_assets(lines, assets)]
    found += (*_twice(lines), *_phases_without_permit(lines))
    return (*found, *_phases_that_nobody_runs(plant, lines))


def _unknown_equipment(lines: Sequence[LineMapping], known: tuple[str, ...]) -> Iterator[Problem]:
    for line in lines:
        for item in (*line.rules, *line.permits, *line.phases):
            if item.equipment_id not in known:
                reason = f"the plant has no equipment '{item.equipment_id}'"
                yield Problem(item.place, reason, did_you_mean(item.equipment_id, known))


def _unknown_assets(lines: Sequence[LineMapping], known: tuple[str, ...]) -> Iterator[Problem]:
    for line in lines:
        for tag in line.tags:
            asset = tag.name.partition(".")[0]
            if asset not in known:
                reason = f"the plant has no physical asset '{asset}'"
                yield Problem(tag.place, reason, did_you_mean(asset, known))


def _twice(lines: Sequence[LineMapping]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for line in lines:
        for tag in line.tags:
            other = first.setdefault(tag.name, line.line)
            if other != line.line:
                reason = f"tag '{tag.name}' is read by line '{other}' already"
                yield Problem(tag.place, reason, "read each tag in one line only")


def _phases_without_permit(lines: Sequence[LineMapping]) -> Iterator[Problem]:
    """Yield each phase that nothing would stop: a hold takes the permit away, and no more."""
    permitted = {permit.equipment_id for line in lines for permit in line.permits}
    for line in lines:
        for phase in line.phases:
            if phase.equipment_id not in permitted:
                reason = f"phase '{phase.name}' of '{phase.equipment_id}' runs without a permit"
                yield Problem(phase.place, reason, "declare the permit of the equipment, too")


def _phases_that_nobody_runs(plant: Plant, lines: Sequence[LineMapping]) -> Iterator[Problem]:
    """Yield each phase of a work master that a line file offers otherwise than it is asked for."""
    offered = {(phase.equipment_id, phase.name): phase for line in lines for phase in line.phases}
    names = {name for _, name in offered}
    tags = {tag.name: tag for line in lines for tag in line.tags}
    for master in plant.work_masters:
        for step in master.steps:
            if step.phase is None or not lines:
                continue
            who = f"step {step.step_id} of {master.work_master_id} version {master.version}"
            if step.phase.name not in names:
                remedy = did_you_mean(step.phase.name, tuple(names))
                reason = f"{who} runs phase '{step.phase.name}', which no line file has"
                yield Problem(lines[0].place, reason, remedy)
            for phase in offered.values():
                if phase.name == step.phase.name:
                    yield from _parameters_that_do_not_fit(who, step.phase, phase, tags)


def _parameters_that_do_not_fit(
    who: str, asked: PhaseSpecification, phase: Phase, tags: Mapping[str, Tag]
) -> Iterator[Problem]:
    given = {one.name for one in asked.parameters}
    for name in sorted(phase.parameters.keys() - given):
        reason = f"{who} hands over no '{name}', so that of the run before would count"
        yield Problem(phase.place, reason, "give every parameter of the phase")
    for one in asked.parameters:
        tag = tags.get(phase.parameters.get(one.name, ""))
        if tag is None:
            reason = f"{who} hands over '{one.name}', which phase '{phase.name}' does not take"
            yield Problem(phase.place, reason, did_you_mean(one.name, tuple(phase.parameters)))
        elif tag.address.unit != one.unit:
            reason = f"{who} hands over '{one.name}' in '{one.unit}', {tag.name} takes it in "
            yield Problem(phase.place, f"{reason}'{tag.address.unit}'", "use the same unit")
        elif (limits := tag.instrument_range or tag.range) and not (
            limits[0] <= one.value <= limits[1]
        ):
            reason = f"{who} hands over '{one.name}' as {one.value}, {tag.name} takes "
            wanted = f"{limits[0]:g} to {limits[1]:g}"
            yield Problem(phase.place, reason + wanted, "stay within the range of the tag")
