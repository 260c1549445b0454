"""Which part of the plant has a receiver of its own, and which job orders are its own.

A *work centre* is the nearest piece of equipment, from a station upwards, of one of the levels that
ISA-95 counts as work centres; where a plant has none above a station, its area stands for it, and
where there is no area either, the station itself. A job order is of every work centre at whose
stations its steps may be performed: those of the stations that it is bound to, else those with
stations of the classes that its WorkMaster asks for.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from models.execution.records import JobOrderRecord
from models.isa95.equipment import Equipment, EquipmentLevel
from models.isa95.work_definition import WorkMaster

LEVELS: Final = (
    EquipmentLevel.WORK_CENTER,
    EquipmentLevel.PROCESS_CELL,
    EquipmentLevel.PRODUCTION_LINE,
    EquipmentLevel.PRODUCTION_UNIT,
    EquipmentLevel.STORAGE_ZONE,
)
"""The levels of work centres (ISA-95 Part 1, 5.3.5)."""

SITE: Final = ""
"""Stands for the whole site where the id of a work centre is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCenters:
    """The work centres of a plant with their stations; made anew when the equipment changes."""

    center_of: Mapping[str, str] = field(default_factory=dict)
    """The work centre of each station."""
    classes_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The equipment classes of each station."""
    _by_class: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The work centres, by their ids, sorted."""
        return tuple(sorted(set(self.center_of.values())))

    def stations(self, center: str) -> tuple[str, ...]:
        """Return the stations of a work centre, or of the whole site."""
        return tuple(sorted(x for x, of in self.center_of.items() if center in (SITE, of)))

    def able(self, equipment_class: str) -> frozenset[str]:
        """Return the stations of a class."""
        return self._by_class.get(equipment_class, frozenset())

    def of_work_master(self, master: WorkMaster) -> frozenset[str]:
        """Return the work centres at whose stations a step of it may be performed."""
        stations = (self.able(step.equipment_class) for step in master.steps)
        return frozenset(self.center_of[one] for some in stations for one in some)

    def of_job_order(self, order: JobOrderRecord, directive: WorkMaster | None) -> frozenset[str]:
        """Return the work centres that a job order belongs to."""
        performed = {step.station for step in order.steps if step.station}
        named = performed | set(order.stations)
        centers = frozenset(self.center_of[one] for one in named if one in self.center_of)
        if order.stations or directive is None:
            return centers
        return centers | self.of_work_master(directive)


def work_centers(equipment: Iterable[Equipment]) -> WorkCenters:
    """Return the work centres of this equipment."""
    known = {item.equipment_id: item for item in equipment}
    stations = [item for item in known.values() if item.is_station]
    by_class = defaultdict[str, set[str]](set)
    for item in stations:
        for name in item.equipment_classes:
            by_class[name].add(item.equipment_id)
    return WorkCenters(
        center_of={item.equipment_id: _center(item, known) for item in stations},
        classes_of={item.equipment_id: frozenset(item.equipment_classes) for item in stations},
        _by_class={name: frozenset(found) for name, found in by_class.items()},
    )


def _center(station: Equipment, known: Mapping[str, Equipment]) -> str:
    line, here = list[Equipment](), station
    while here not in line:  # a plant's file may be wrong, and name a parent in a circle
        line.append(here)
        here = known.get(here.parent or "", here)
    centers = (item for item in line if item.level in LEVELS)
    areas = (item for item in line if item.level is EquipmentLevel.AREA)
    found = next(centers, None) or next(areas, None) or station
    return found.equipment_id
