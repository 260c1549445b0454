"""Read the ``materials`` of a step: what is weighed, how exactly, and on which scale."""

from dataclasses import dataclass
from decimal import Decimal

from mappings.plant.equipment import Layout
from mappings.plant.materials import POTENCIES, Materials
from mappings.plant.names import Name
from mappings.plant.reading import Reading
from mappings.plant.units import NO_QUANTITY, amount_or_percent, quantity_of
from mappings.yaml_fields import Fields
from models.execution.scaling import percent_of
from models.isa95.quantity import Quantity
from models.isa95.work_definition import MaterialSpecification, MicroTolerance


@dataclass(frozen=True, slots=True)
class StepMaterials:
    """Reads materials of the steps of one work master; ``micro`` is its rule for small amounts."""

    layout: Layout
    materials: Materials
    reading: Reading
    micro: MicroTolerance | None

    def read(self, step: Fields, station_class: str) -> tuple[MaterialSpecification, ...]:
        """Return what the step weighs; report everything that is wrong with it."""
        found: dict[str, MaterialSpecification] = {}
        for row in step.each(
            "materials",
            required=("material_definition", "quantity", "instrument_class"),
            optional=(
                *("tolerance", "below", "above"),
                *("maximum", "nominal_potency", "compensates_for"),
            ),
        ):
            material = self._material(row, station_class)
            if material.material_definition_id in found:
                reason = f"'{material.material_definition_id}' comes twice in this step"
                row.reject("material_definition", reason, "make one of both, or two steps")
            found[material.material_definition_id] = material
        return tuple(found.values())

    def _material(self, row: Fields, station_class: str) -> MaterialSpecification:
        names = self.reading.names
        definition = names.refer(Name.MATERIAL_DEFINITION, row, "material_definition")
        amount = quantity_of(row, "quantity")
        self.materials.check_unit(row, amount, definition)
        if amount.unit and amount.value == 0:
            row.reject("quantity", "nothing is to be weighed", "write how much, or remove it")
        below, above = self._tolerance(row, amount)
        instrument_class = names.refer(Name.PHYSICAL_ASSET_CLASS, row, "instrument_class")
        self._check_instrument(row, instrument_class, station_class, amount)
        return MaterialSpecification(
            material_definition_id=definition,
            quantity=amount,
            below=below,
            above=above,
            instrument_class=instrument_class,
            maximum=_maximum(row, amount),
            nominal_potency=_potency(row),
            compensates_for=names.refer_each(Name.MATERIAL_DEFINITION, row, "compensates_for"),
        )

    def _tolerance(self, row: Fields, amount: Quantity) -> tuple[Quantity, Quantity]:
        """Return how far below and above the weighed amount may lie, in the unit of it."""
        one_sided = row.has("below") or row.has("above")
        if row.has("tolerance") == one_sided:
            reason = "how far the amount may be off is said " + (
                "twice" if one_sided else "nowhere"
            )
            remedy = "write either 'tolerance' or both 'below' and 'above'"
            row.problems.add(row.place_of("tolerance"), reason, remedy)
            return NO_QUANTITY, NO_QUANTITY
        keys = ("below", "above") if one_sided else ("tolerance", "tolerance")
        below, above = (self._limit(row, key, amount) for key in keys)
        if amount.unit == below.unit and amount < below:
            row.reject(keys[0], "more than the amount itself", "write a smaller one")
        return below, above

    def _limit(self, row: Fields, key: str, amount: Quantity) -> Quantity:
        """Return a limit that was written as an amount or in percent of the quantity."""
        if not row.has(key):
            row.problems.add(row.place, f"'{key}' is missing here", f"add '{key}: …'")
            return NO_QUANTITY
        limit = row.parsed(key, amount_or_percent, NO_QUANTITY, "write it as 0.100 kg or 1 %")
        if not (limit.unit and amount.unit):
            return NO_QUANTITY
        if limit.unit == "%":
            limit = percent_of(amount, limit.value)
        if not limit.converts_to(amount.unit):
            reason = f"{limit.unit} does not convert to {amount.unit}, the unit of the quantity"
            row.reject(key, reason, f"write it in {amount.unit}")
            return NO_QUANTITY
        self._check_micro(row, key, limit.to(amount.unit), amount)
        return limit.to(amount.unit)

    def _check_micro(self, row: Fields, key: str, limit: Quantity, amount: Quantity) -> None:
        """Refuse a wide tolerance for a small amount."""
        micro = self.micro
        if micro is None or not amount.converts_to(micro.up_to.unit) or micro.up_to < amount:
            return
        widest = percent_of(amount, micro.percent)
        if widest < limit:
            reason = f"{limit} is too wide for {amount}: up to {micro.up_to} {micro.percent} % hold"
            row.reject(key, reason, f"write at most {widest}")

    def _check_instrument(
        self, row: Fields, instrument_class: str, station_class: str, amount: Quantity
    ) -> None:
        if self.reading.names.place_of(Name.PHYSICAL_ASSET_CLASS, instrument_class) is None:
            return
        if not self.layout.stations(station_class):
            return
        units = [
            measurement.unit
            for asset in self.layout.assets_at(station_class)
            if instrument_class in asset.physical_asset_classes
            for measurement in asset.measurements
        ]
        if not any(amount.converts_to(unit) for unit in units):
            row.reject(
                "instrument_class",
                f"no '{instrument_class}' that measures {amount.unit or 'this'} stands at a"
                f" station of class '{station_class}'",
                "add one to plant.yaml, or ask for another class",
            )


def _maximum(row: Fields, amount: Quantity) -> Quantity | None:
    """Return the most that may be consumed, written as an amount or in percent of the quantity."""
    if not row.has("maximum"):
        return None
    remedy = "write it as 10.100 kg or 101 %"
    most = row.parsed("maximum", amount_or_percent, NO_QUANTITY, remedy)
    if most.unit == "%":
        most = percent_of(amount, most.value)
    if not (most.unit and amount.unit):
        return None
    if not most.converts_to(amount.unit):
        reason = f"{most.unit} does not convert to {amount.unit}, the unit of the quantity"
        row.reject("maximum", reason, f"write it in {amount.unit}")
        return None
    if most < amount:
        row.reject("maximum", "less than the quantity itself", "write at least the quantity")
    return most.to(amount.unit)


def _potency(row: Fields) -> Decimal | None:
    potency = row.decimal_or_none("nominal_potency")
    low, high = POTENCIES
    if potency is not None and not low <= potency <= high:
        reason = f"{potency} % lies outside {low} to {high}"
        row.reject("nominal_potency", reason, "write percent, such as 100")
    if potency is not None and row.has("compensates_for"):
        reason = "a filler that compensates for others is not compensated itself"
        row.reject("compensates_for", reason, "remove 'nominal_potency' or this")
    return potency
