"""Whether the line files fit the plant: what they speak of exists, and each tag is read once."""

from collections.abc import Iterator, Sequence

from mappings.language import LineMapping
from mappings.plant import Plant
from mappings.problems import Problem, did_you_mean


def misfits(plant: Plant, lines: Sequence[LineMapping]) -> tuple[Problem, ...]:
    """Return everything in the line files that the plant files do not know."""
    equipment = tuple(one.equipment_id for one in plant.equipment)
    assets = tuple(one.physical_asset_id for one in plant.physical_assets)
    found = [*_unknown_equipment(lines, equipment), *_unknown_assets(lines, assets)]
    return (*found, *_twice(lines))


def _unknown_equipment(lines: Sequence[LineMapping], known: tuple[str, ...]) -> Iterator[Problem]:
    for line in lines:
        for item in (*line.rules, *line.permits):
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
