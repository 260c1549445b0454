"""Read ``plant.yaml``: the equipment hierarchy, its stations and its physical assets."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mappings.plant.dates import DAY_REMEDY, time_zone
from mappings.plant.names import Name, Names
from mappings.plant.reading import Reading
from mappings.plant.units import quantity_of, unit
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Node
from models.isa95.equipment import CleaningRule, Equipment, EquipmentLevel
from models.isa95.physical_asset import Measurement, PhysicalAsset

_LEVEL: Final = EquipmentLevel
RANK: Final[Mapping[EquipmentLevel, int]] = MappingProxyType(
    {
        _LEVEL.ENTERPRISE: 0,
        _LEVEL.SITE: 1,
        _LEVEL.AREA: 2,
        _LEVEL.PROCESS_CELL: 3,
        _LEVEL.PRODUCTION_LINE: 3,
        _LEVEL.PRODUCTION_UNIT: 3,
        _LEVEL.STORAGE_ZONE: 3,
        _LEVEL.WORK_CENTER: 3,
        _LEVEL.UNIT: 4,
        _LEVEL.WORK_CELL: 4,
        _LEVEL.STORAGE_UNIT: 4,
        _LEVEL.WORK_UNIT: 4,
        _LEVEL.EQUIPMENT_MODULE: 5,
        _LEVEL.CONTROL_MODULE: 6,
    }
)
"""Depth of each level (ISA-95 Part 1, 5.3); Other may stand anywhere."""

_FIRST_STATION_RANK: Final = RANK[_LEVEL.WORK_CENTER]
_HOLD_H: Final = (0.1, 17_520)
_TIMEOUT_S: Final = (30, 86_400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What ``plant.yaml`` says."""

    site_id: str
    time_zone: str
    equipment: tuple[Equipment, ...]
    physical_assets: tuple[PhysicalAsset, ...]

    def assets_at(self, equipment_class: str) -> tuple[PhysicalAsset, ...]:
        """Return the assets that stand at any station of a class."""
        ids = {
            asset for station in self.stations(equipment_class) for asset in station.physical_assets
        }
        return tuple(asset for asset in self.physical_assets if asset.physical_asset_id in ids)

    def stations(self, equipment_class: str) -> tuple[Equipment, ...]:
        """Return the stations of a class."""
        return tuple(
            one
            for one in self.equipment
            if one.is_station and equipment_class in one.equipment_classes
        )


def read_layout(root: Node, reading: Reading) -> Layout:
    """Return what the file says; report everything that is wrong with it."""
    fields = Fields(
        root,
        reading.problems,
        required=("site", "time_zone", "equipment_classes", "equipment"),
        optional=("physical_asset_classes", "physical_assets"),
    )
    remedy = "write a name of the IANA list, such as Europe/Berlin"
    reading.time_zone = fields.parsed("time_zone", time_zone, "UTC", remedy)
    reading.names.define_classes(Name.EQUIPMENT_CLASS, fields, "equipment_classes")
    reading.names.define_classes(Name.PHYSICAL_ASSET_CLASS, fields, "physical_asset_classes")
    layout = Layout(
        site_id=reading.names.refer(Name.EQUIPMENT, fields, "site"),
        time_zone=reading.time_zone,
        equipment=_all_equipment(fields, reading),
        physical_assets=_all_physical_assets(fields, reading),
    )
    _check_site(layout, fields)
    _check_hierarchy(layout, reading.names)
    return layout


def _all_equipment(fields: Fields, reading: Reading) -> tuple[Equipment, ...]:
    rows = fields.each(
        "equipment",
        required=("id", "description", "level"),
        optional=(
            *("parent", "classes", "physical_assets", "station"),
            *("capacity", "cleaning", "session_timeout_s"),
        ),
    )
    standing: dict[str, str] = {}
    return tuple(_equipment(row, reading.names, standing) for row in rows)


def _equipment(row: Fields, names: Names, standing: dict[str, str]) -> Equipment:
    equipment = Equipment(
        equipment_id=names.define(Name.EQUIPMENT, row),
        description=row.text("description"),
        level=row.choice("level", EquipmentLevel.OTHER),
        parent=names.refer_or_none(Name.EQUIPMENT, row, "parent"),
        equipment_classes=names.refer_each(Name.EQUIPMENT_CLASS, row, "classes"),
        physical_assets=names.refer_each(Name.PHYSICAL_ASSET, row, "physical_assets"),
        is_station=row.boolean("station"),
        capacity=quantity_of(row, "capacity") if row.has("capacity") else None,
        cleaning=_cleaning(row),
        session_timeout_s=_session_timeout_s(row),
    )
    for asset in equipment.physical_assets:
        if asset in standing:
            reason = f"'{asset}' already stands at '{standing[asset]}'"
            row.reject("physical_assets", reason, "a thing stands in one place: keep one of them")
        standing.setdefault(asset, equipment.equipment_id)
    if equipment.is_station:
        _check_station(equipment, row)
    return equipment


def _cleaning(row: Fields) -> CleaningRule | None:
    """Return how long cleanliness holds; ``cleaning: {}`` keeps record of it, and it holds."""
    if row.node("cleaning") is None:
        return None
    rule = row.fields("cleaning", optional=("clean_hold_h", "dirty_hold_h"))
    clean, dirty = (
        rule.number(key, 1.0, at_least=_HOLD_H[0], at_most=_HOLD_H[1]) if rule.has(key) else None
        for key in ("clean_hold_h", "dirty_hold_h")
    )
    return CleaningRule(clean_hold_h=clean, dirty_hold_h=dirty)


def _session_timeout_s(row: Fields) -> float:
    if row.has("session_timeout_s") and not row.boolean("station"):
        row.reject("session_timeout_s", "only a station has sessions", "add 'station: true'")
    low, high = _TIMEOUT_S
    return row.number("session_timeout_s", 900.0, at_least=low, at_most=high)


def _check_station(station: Equipment, row: Fields) -> None:
    if not station.equipment_classes:
        remedy = "add 'classes: [...]'; steps ask for a class"
        row.reject("station", f"'{station.equipment_id}' has no class", remedy)
    if RANK.get(station.level, _FIRST_STATION_RANK) < _FIRST_STATION_RANK:
        row.reject("level", f"{station.level.value} is too high for a station", "use WorkUnit")


def _all_physical_assets(fields: Fields, reading: Reading) -> tuple[PhysicalAsset, ...]:
    rows = fields.each(
        "physical_assets",
        required=("id", "description", "classes"),
        optional=(
            *(
                "manufacturer",
                "model_number",
                "serial_number",
                "requires_calibration",
                "calibration_due",
            ),
            *("measurements", "verification_interval_h"),
        ),
    )
    return tuple(_physical_asset(row, reading) for row in rows)


def _physical_asset(row: Fields, reading: Reading) -> PhysicalAsset:
    asset_id = reading.names.define(Name.PHYSICAL_ASSET, row)
    due = row.parsed("calibration_due", reading.end_of_day, None, DAY_REMEDY)
    requires = row.boolean("requires_calibration", default=row.has("calibration_due"))
    if row.has("calibration_due") and not requires:
        reason = "a day is due for what requires no calibration"
        row.reject("calibration_due", reason, "remove one of the two")
    return PhysicalAsset(
        physical_asset_id=asset_id,
        description=row.text("description"),
        physical_asset_classes=reading.names.refer_each(Name.PHYSICAL_ASSET_CLASS, row, "classes"),
        serial_number=row.text("serial_number"),
        manufacturer=row.text("manufacturer"),
        model_number=row.text("model_number"),
        requires_calibration=requires,
        calibration_due_time=due,
        measurements=_measurements(row, asset_id, reading.names),
        verification_interval_h=_verification_interval_h(row),
    )


def _verification_interval_h(row: Fields) -> float | None:
    low, high = _HOLD_H
    interval = row.number("verification_interval_h", 1.0, at_least=low, at_most=high)
    return interval if row.has("verification_interval_h") else None


def _measurements(asset: Fields, asset_id: str, names: Names) -> tuple[Measurement, ...]:
    found: dict[str, Measurement] = {}
    rows = asset.each(
        "measurements",
        required=("name", "tag", "unit"),
        optional=("stable_tag", "overload_tag", "tare_tag", "maximum_age_s"),
    )
    for row in rows:
        measurement = Measurement(
            name=row.text("name"),
            tag=_tag(row, "tag", asset_id, names) or "",
            unit=row.parsed("unit", unit, "", "write a unit such as kg"),
            stable_tag=_tag(row, "stable_tag", asset_id, names),
            overload_tag=_tag(row, "overload_tag", asset_id, names),
            tare_tag=_tag(row, "tare_tag", asset_id, names),
            maximum_age_s=row.number("maximum_age_s", 2.0, at_least=0.1, at_most=3600),
        )
        if measurement.name in found:
            row.reject("name", f"'{measurement.name}' comes twice", "keep one of them")
        found[measurement.name] = measurement
    return tuple(found.values())


def _tag(row: Fields, key: str, asset_id: str, names: Names) -> str | None:
    if not row.has(key):
        return None
    tag = row.text(key)
    prefix, dot, name = tag.rpartition(".")
    if not (dot and name) or prefix != asset_id:
        remedy = f"write '{asset_id}.' and the name that the mapping gives it"
        row.reject(key, f"'{tag}' is not a tag of {asset_id}", remedy)
    else:
        names.define_at(Name.TAG, tag, row.place_of(key))
    return tag


def _check_site(layout: Layout, fields: Fields) -> None:
    levels = {one.equipment_id: one.level for one in layout.equipment}
    if levels.get(layout.site_id, _LEVEL.SITE) is not _LEVEL.SITE:
        fields.reject("site", f"'{layout.site_id}' is not at level Site", "name the site")


def _check_hierarchy(layout: Layout, names: Names) -> None:
    by_id = {one.equipment_id: one for one in layout.equipment}
    for one in layout.equipment:
        place = names.place_of(Name.EQUIPMENT, one.equipment_id)
        if place is None:  # its own id is wrong, which is reported already
            continue
        reason, remedy = _out_of_place(one, by_id)
        if reason:
            names.problems.add(place, f"'{one.equipment_id}' {reason}", remedy)


def _out_of_place(one: Equipment, by_id: Mapping[str, Equipment]) -> tuple[str, str]:
    """Return why it can't stand where it stands and what to do, or two empty texts."""
    if one.parent is None:
        if one.level is _LEVEL.ENTERPRISE:
            return "", ""
        return "has no parent", "add 'parent: ...'; only the Enterprise has none"
    loop = _loop(one, by_id)
    if loop:
        return "stands below itself: " + " > ".join(loop), "correct a parent of this circle"
    parent = by_id.get(one.parent)
    if parent is None or not _wrong_way_up(parent.level, one.level):
        return "", ""
    return (
        f"({one.level.value}) can't stand below '{parent.equipment_id}' ({parent.level.value})",
        "correct the level or the parent",
    )


def _loop(one: Equipment, by_id: Mapping[str, Equipment]) -> tuple[str, ...]:
    path = [one.equipment_id]
    parent = one.parent
    while parent is not None and parent in by_id and parent not in path:
        path.append(parent)
        parent = by_id[parent].parent
    return (*path, one.equipment_id) if parent == one.equipment_id else ()


def _wrong_way_up(parent: EquipmentLevel, child: EquipmentLevel) -> bool:
    if _LEVEL.OTHER in (parent, child):
        return False
    nests = parent is child is _LEVEL.EQUIPMENT_MODULE
    return RANK[parent] >= RANK[child] and not nests
