"""A JobOrder that a client hands over, as what our commands ask for; every mistake is told.

What a job order may not decide, because the approved WorkMaster does (who, with what, how much of
each material), is a mistake where it is stated: it is never taken silently and then not kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from asyncua import ua

from models.execution.outcome import Problem
from models.isa95.quantity import Quantity
from models.isa95.work_definition import WorkMaster
from server.command_path.read_plain import UnreadableError, read_plain
from server.faces.opcua.instances.engineering_units import unit_name
from server.faces.opcua.job_control.shown_orders import CONSUMED, PRODUCED, VERSION
from server.faces.opcua.job_control.work_centers import WorkCenters
from server.faces.opcua.nodes import NO_TIME
from server.faces.opcua.types.job_control_structures import (
    ISA95EquipmentDataType,
    ISA95JobOrderDataType,
    ISA95MaterialDataType,
    ISA95WorkMasterDataType,
)

QUANTITY: Final = "Quantity"
"""The job order parameter that may state how much is made, in place of the material."""

MAX_ENTRIES: Final = 200
"""Entries that a list of a job order may have."""

_USES: Final = {
    "produced": PRODUCED,
    "material produced": PRODUCED,
    "consumed": CONSUMED,
    "material consumed": CONSUMED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What the argument is held against: the work centres, and the WorkMasters that there are."""

    centers: WorkCenters
    work_master: Callable[[str, str | None], WorkMaster | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a JobOrder asks for; ``description`` is its own text, "" without one."""

    job_order_id: str
    work_master_id: str
    work_master_version: str | None
    quantity: Quantity
    material_lot_id: str | None
    planned_start: datetime | None
    planned_end: datetime | None
    priority: int | None
    lot_allocations: tuple[tuple[str, str], ...]
    stations: tuple[str, ...]
    description: str


def read_job_order(given: ISA95JobOrderDataType | None, plant: Plant) -> Asked:
    """Return what the JobOrder asks for; raises UnreadableError with every mistake."""
    if not isinstance(given, ISA95JobOrderDataType):
        raise UnreadableError([Problem(where="JobOrder", reason="is missing")])
    return _Reader(given, plant).read()


class _Reader:
    """Reads one JobOrder and collects what is wrong with it."""

    def __init__(self, given: ISA95JobOrderDataType, plant: Plant) -> None:
        self._given = given
        self._plant = plant
        self._problems: list[Problem] = []
        self._master: WorkMaster | None = None

    def read(self) -> Asked:
        given = self._given
        job_order_id = self._id("JobOrderID", given.JobOrderID)
        work_master_id, version = self._work_master()
        self._master = self._plant.work_master(work_master_id, version) if work_master_id else None
        start, end = _time(given.StartTime), _time(given.EndTime)
        if start is not None and end is not None and end < start:
            self._wrong("EndTime", f"{end:%Y-%m-%dT%H:%M:%SZ} is before StartTime")
        for name in ("PersonnelRequirements", "PhysicalAssetRequirements"):
            self._nothing(name, getattr(given, name), "the WorkMaster decides it")
        produced, lots = self._materials()
        quantity = self._quantity(produced)
        stations = self._stations()
        if self._problems:
            raise UnreadableError(self._problems)
        assert quantity is not None, "without a quantity there is a problem"
        return Asked(
            job_order_id=job_order_id,
            work_master_id=work_master_id,
            work_master_version=version,
            quantity=quantity,
            material_lot_id=produced.MaterialLotID or None if produced else None,
            planned_start=start,
            planned_end=end,
            priority=None if given.Priority is None else -int(given.Priority),
            lot_allocations=tuple(lots.items()),
            stations=stations,
            description=self._description(),
        )

    def _wrong(self, where: str, reason: str) -> None:
        self._problems.append(Problem(where=f"JobOrder.{where}", reason=reason))

    def _nothing(self, where: str, value: object, why: str) -> None:
        if value:
            self._wrong(where, f"is not taken: {why}")

    def _id(self, where: str, value: str | None) -> str:
        if not value or value != value.strip():
            self._wrong(where, "is missing" if not value else "begins or ends with a blank")
        return value or ""

    def _list(self, where: str, value: Sequence[Any] | None) -> Sequence[Any]:
        entries = value or ()
        if len(entries) > MAX_ENTRIES:
            self._wrong(where, f"has {len(entries)} entries; {MAX_ENTRIES} are allowed")
            return ()
        if any(one is None for one in entries):
            self._wrong(where, "has an entry with nothing in it")
            return [one for one in entries if one is not None]
        return entries

    def _description(self) -> str:
        """Return the description, unless it is the WorkMaster's own, which is known."""
        known = self._master.description if self._master else ""
        entries: Sequence[Any] = self._given.Description or ()
        texts = (str(one.Text or "").strip() for one in entries if one is not None)
        return " / ".join(text for text in texts if text and text != known)

    def _work_master(self) -> tuple[str, str | None]:
        masters = self._list("WorkMasterID", self._given.WorkMasterID)
        if len(masters) != 1:
            self._wrong("WorkMasterID", f"has {len(masters)} entries; exactly one is taken")
            return "", None
        master: ISA95WorkMasterDataType = masters[0]
        version = None
        for one in self._list("WorkMasterID[0].Parameters", master.Parameters):
            if one.ID == VERSION:
                version = str(one.Value.Value or "") or None
            elif one.ID != QUANTITY:  # what the list of WorkMasters shows may be sent back
                self._wrong(f"WorkMasterID[0].Parameters[{one.ID}]", "is not known")
        return self._id("WorkMasterID[0].ID", master.ID), version

    # -- how much -------------------------------------------------------------------------------

    def _quantity(self, produced: ISA95MaterialDataType | None) -> Quantity | None:
        found = dict[str, Quantity | None]()
        if produced is not None and produced.Quantity is not None:
            where = "MaterialRequirements[Produced].Quantity"
            found[where] = self._amount(where, produced.Quantity, produced.EngineeringUnits)
        for one in self._list("JobOrderParameters", self._given.JobOrderParameters):
            where = f"JobOrderParameters[{one.ID}]"
            if one.ID != QUANTITY:
                self._wrong(where, f"is not known; {QUANTITY} is the only one")
            else:
                found[where] = self._amount(where, _value(one), one.EngineeringUnits)
        if not found:
            self._wrong("MaterialRequirements", "state no Produced material with its Quantity")
            return None
        amounts = [one for one in found.values() if one is not None]
        if any(_differ(one, amounts[0]) for one in amounts[1:]):
            stated = ", ".join(f"{where} {one}" for where, one in found.items())
            self._wrong(
                "MaterialRequirements", f"the amount is stated twice, differently: {stated}"
            )
        return amounts[0] if amounts else None

    def _amount(self, where: str, value: object, unit: ua.EUInformation | None) -> Quantity | None:
        name = unit_name(unit) if unit is not None else ""
        if not name:
            if unit is not None and (unit.UnitId or unit.DisplayName.Text):
                self._wrong(where, "is in a unit that is not known")
                return None
            name = self._master.quantity.unit if self._master else ""
        text = f"{value:f}" if isinstance(value, float) else str(value)
        try:
            quantity: Quantity = read_plain(Quantity, {"value": text, "unit": name}, where)
        except (UnreadableError, ValueError) as unreadable:
            self._wrong(where, str(unreadable).removeprefix(f"{where}.value: "))
            return None
        return quantity

    # -- of what, where -------------------------------------------------------------------------

    def _materials(self) -> tuple[ISA95MaterialDataType | None, Mapping[str, str]]:
        produced, lots = None, dict[str, str]()
        given = self._list("MaterialRequirements", self._given.MaterialRequirements)
        for number, one in enumerate(given):
            where = f"MaterialRequirements[{number}]"
            use = _USES.get(str(one.MaterialUse or "").strip().casefold())
            for name in ("MaterialClassID", "MaterialSublotID", "Properties"):
                self._nothing(f"{where}.{name}", getattr(one, name), "no job order decides it")
            if use == PRODUCED and produced is not None:
                self._wrong(where, "is the second that is Produced; a job order makes one material")
            elif use == PRODUCED:
                produced = one
                self._product(where, one.MaterialDefinitionID)
            elif use == CONSUMED:
                self._allocation(where, one, lots)
            else:
                self._wrong(f"{where}.MaterialUse", f"is neither {PRODUCED} nor {CONSUMED}")
        return produced, lots

    def _product(self, where: str, material: str | None) -> None:
        known = self._master.material_definition_id if self._master else material
        if material and known and material != known:
            self._wrong(f"{where}.MaterialDefinitionID", f"is {material}, the WorkMaster's {known}")

    def _allocation(self, where: str, one: ISA95MaterialDataType, lots: dict[str, str]) -> None:
        name = self._id(f"{where}.MaterialDefinitionID", one.MaterialDefinitionID)
        self._nothing(f"{where}.Quantity", one.Quantity, "it follows from the WorkMaster")
        if self._master is not None and name and name not in _consumed(self._master):
            self._wrong(f"{where}.MaterialDefinitionID", f"{name} is nothing that it consumes")
        if one.MaterialLotID and lots.setdefault(name, one.MaterialLotID) != one.MaterialLotID:
            self._wrong(f"{where}.MaterialLotID", f"is another lot of {name} than before")

    def _stations(self) -> tuple[str, ...]:
        """Return the stations that the job order is bound to; classes of the WorkMaster bind none.

        A WorkMaster with a step that none of them can perform would never end: a mistake, too.
        """
        centers, bound = self._plant.centers, dict[str, None]()
        steps = self._master.steps if self._master else ()
        classes = {step.equipment_class for step in steps}
        entries = self._list("EquipmentRequirements", self._given.EquipmentRequirements)
        for number, one in enumerate[ISA95EquipmentDataType](entries):
            where = f"EquipmentRequirements[{number}]"
            self._nothing(f"{where}.Quantity", one.Quantity, "a job order takes one at a time")
            self._nothing(f"{where}.Properties", one.Properties, "the WorkMaster decides it")
            if one.ID in centers.center_of:
                bound[one.ID] = None
            elif one.ID and one.ID in centers.ids:
                bound.update(dict.fromkeys(centers.stations(one.ID)))
            elif one.ID not in classes:
                self._wrong(f"{where}.ID", f"{one.ID} is no station, work centre or class of it")
        for step in steps if bound else ():
            if not centers.able(step.equipment_class) & bound.keys():
                text = f"step {step.step_id} needs a {step.equipment_class}; none of them is one"
                self._wrong("EquipmentRequirements", text)
        return tuple(bound)


def _value(parameter: Any) -> object:
    return parameter.Value.Value if parameter.Value is not None else None


def _differ(one: Quantity, other: Quantity) -> bool:
    return not one.converts_to(other.unit) or one.to(other.unit).value != other.value


def _consumed(master: WorkMaster) -> set[str]:
    return {item.material_definition_id for step in master.steps for item in step.materials}


def _time(value: datetime | None) -> datetime | None:
    """Return a time in UTC; what OPC UA has for no time is None."""
    if value is None or value.replace(tzinfo=None) <= NO_TIME.replace(tzinfo=None):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
