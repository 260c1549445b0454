"""Read what a step asks for beside material and evidence: room, line, branches, balances."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mappings.plant.limits import limits, limits_are_given
from mappings.plant.names import Name
from mappings.plant.reading import Reading
from mappings.plant.units import unit
from mappings.problems import did_you_mean
from mappings.yaml_fields import Fields
from models.execution.overridden import OVERRIDABLE
from models.execution.refusal_codes import REFUSAL_KINDS
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    Balance,
    BalanceTerm,
    BranchRule,
    EnvironmentCondition,
    Prerequisite,
    PrerequisiteKind,
    SamplePlan,
)

_KIND: Final = PrerequisiteKind
_NEEDS: Final = {
    # kind: the word that it needs; all others it must not have
    _KIND.LINE_CLEARED: "",
    _KIND.LABEL_VERIFIED: "evidence",
    _KIND.CODE_VERIFIED: "evidence",
    _KIND.DEVICE_VERIFIED: "physical_asset_class",
    _KIND.COMPONENTS_STAGED: "materials",
}
_WORDS: Final = ("evidence", "physical_asset_class", "materials")
_LOOPS: Final = (1, 99)
_SAMPLES: Final = (1, 1000)
_MINUTES: Final = (0.1, 10_080)
_NELSON_RULES: Final = tuple(str(number) for number in range(1, 9))


@dataclass(frozen=True, slots=True)
class StepConditions:
    """Reads the conditions of one step; ``assets`` stand at the stations that can perform it."""

    row: Fields
    reading: Reading
    assets: tuple[PhysicalAsset, ...]

    def environment(self) -> tuple[EnvironmentCondition, ...]:
        """Return which readings of the room must lie within which limits."""
        rows = self.row.each(
            "environment", required=("measurement", "unit"), optional=("lower", "upper")
        )
        return tuple(self._condition(row) for row in rows)

    def _condition(self, row: Fields) -> EnvironmentCondition:
        name, wanted = row.text("measurement"), row.parsed("unit", unit, "", "write a unit")
        known = {one.name: one for asset in self.assets for one in asset.measurements}
        if name and name not in known:
            reason = f"no asset at a station of this step measures '{name}'"
            row.reject("measurement", reason, did_you_mean(name, tuple(known)))
        elif name and wanted and not Quantity(Decimal(0), known[name].unit).converts_to(wanted):
            reason = f"the device measures in {known[name].unit}, which is not {wanted}"
            row.reject("unit", reason, f"write {known[name].unit}")
        limits_are_given(row)
        lower, upper = limits(row)
        return EnvironmentCondition(measurement=name, unit=wanted, lower=lower, upper=upper)

    def prerequisites(self) -> tuple[Prerequisite, ...]:
        """Return what must be true before the step starts."""
        rows = self.row.each("prerequisites", required=("kind",), optional=_WORDS)
        return tuple(self._prerequisite(row) for row in rows)

    def _prerequisite(self, row: Fields) -> Prerequisite:
        names, kind = self.reading.names, row.choice("kind", _KIND.LINE_CLEARED)
        for word in _WORDS:
            if word == _NEEDS[kind] and not row.has(word) and not self._staged(word):
                row.reject("kind", f"{kind.value} needs '{word}'", f"add '{word}: …'")
            elif word != _NEEDS[kind] and row.has(word):
                row.reject(word, f"{kind.value} takes no '{word}'", "remove it")
        asset_class = names.refer_or_none(Name.PHYSICAL_ASSET_CLASS, row, "physical_asset_class")
        self._check_device(row, asset_class or "")
        return Prerequisite(
            kind=kind,
            evidence_id=row.text("evidence"),
            physical_asset_class=asset_class or "",
            materials=names.refer_each(Name.MATERIAL_DEFINITION, row, "materials"),
        )

    def _staged(self, word: str) -> bool:
        """Tell whether the materials of the step itself are those that must be staged."""
        return word == "materials" and bool(self.row.items("materials"))

    def _check_device(self, row: Fields, asset_class: str) -> None:
        known = self.reading.names.place_of(Name.PHYSICAL_ASSET_CLASS, asset_class)
        if known is None:
            return
        devices = [one for one in self.assets if asset_class in one.physical_asset_classes]
        if not devices:
            reason = f"no '{asset_class}' stands at a station of this step"
            row.reject("physical_asset_class", reason, "add one to plant.yaml")
        for device in devices:
            if device.verification_interval_h is None:
                reason = f"nobody says how long a check of '{device.physical_asset_id}' holds"
                remedy = "add 'verification_interval_h' to it in plant.yaml"
                row.reject("physical_asset_class", reason, remedy)

    def branches(self) -> tuple[BranchRule, ...]:
        """Return where the work goes on, by what was recorded."""
        rows = self.row.each(
            "branches",
            required=("evidence",),
            optional=("lower", "upper", "equals", "next_step", "exception", "limit"),
        )
        return tuple(_branch(row) for row in rows)

    def balances(self) -> tuple[Balance, ...]:
        """Return the reconciliations of the step."""
        found: dict[str, Balance] = {}
        for row in self.row.each(
            "balances",
            required=("id", "description", "plus", "lower", "upper"),
            optional=("minus", "unit", "percent_of"),
        ):
            balance = self._balance(row)
            if balance.balance_id in found:
                reason = f"balance '{balance.balance_id}' comes twice in this step"
                row.reject("id", reason, "give every one an id of its own")
            found[balance.balance_id] = balance
        return tuple(found.values())

    def _balance(self, row: Fields) -> Balance:
        lower, upper = limits(row)
        percent_of = row.decimal_or_none("percent_of")
        if percent_of is not None and percent_of <= 0:
            row.reject("percent_of", "nothing has no percent", "write the theoretical amount")
        if row.has("percent_of") == row.has("unit"):
            reason = "the sum is either in a unit, or in percent of an amount"
            row.problems.add(row.place, reason, "write one of 'unit' and 'percent_of'")
        if row.node("plus") is not None and not row.items("plus"):
            row.reject("plus", "nothing is added up", "name at least one evidence")
        signed = [(text, 1) for text in row.texts("plus")]
        signed += [(text, -1) for text in row.texts("minus")]
        return Balance(
            balance_id=self.reading.names.id_of(row, "id"),
            description=row.text("description"),
            terms=tuple(BalanceTerm(evidence_id=text, sign=sign) for text, sign in signed),
            unit="%" if row.has("percent_of") else row.parsed("unit", unit, "", "write a unit"),
            lower=lower or Decimal(0),
            upper=upper or Decimal(0),
            percent_of=percent_of,
        )

    def sample_plans(self) -> tuple[SamplePlan, ...]:
        """Return the checks that are repeated."""
        rows = self.row.each(
            "sample_plans",
            required=("evidence", "size", "mean", "sigma"),
            optional=("every_min", "nelson_rules"),
        )
        return tuple(_sample_plan(row) for row in rows)

    def overridable(self) -> tuple[str, ...]:
        """Return the refusals that two people may override on this step."""
        found: list[str] = []
        for item in self.row.items("overridable"):
            if item.text not in REFUSAL_KINDS:
                remedy = did_you_mean(item.text, tuple(REFUSAL_KINDS))
                self.row.problems.add(item.place, f"unknown refusal '{item.text}'", remedy)
            elif item.text not in OVERRIDABLE:
                remedy = did_you_mean(item.text, tuple(OVERRIDABLE))
                reason = f"nobody may override '{item.text}'"
                self.row.problems.add(item.place, reason, remedy)
            elif item.text in found:
                self.row.problems.add(item.place, f"'{item.text}' comes twice", "keep one of them")
            found.append(item.text)
        return tuple(self.row.texts("overridable"))


def _branch(row: Fields) -> BranchRule:
    lower, upper = limits(row)
    if row.has("next_step") == row.boolean("exception"):
        reason = "a branch leads to a step or opens an exception"
        row.problems.add(row.place, reason, "write one of 'next_step' and 'exception: true'")
    if row.has("limit") and not row.has("next_step"):
        row.reject("limit", "only a way back to a step has a limit", "remove it")
    low, high = _LOOPS
    return BranchRule(
        evidence_id=row.text("evidence"),
        lower=lower,
        upper=upper,
        equals=row.text_or_none("equals"),
        next_step_id=row.text("next_step"),
        limit=row.whole_number("limit", 1, at_least=low, at_most=high),
    )


def _sample_plan(row: Fields) -> SamplePlan:
    sigma = row.decimal("sigma", Decimal(1))
    if sigma <= 0:
        row.reject(
            "sigma", "a standard deviation is greater than 0", "write the one of the process"
        )
    low, high = _MINUTES
    every = row.number("every_min", 1.0, at_least=low, at_most=high)
    return SamplePlan(
        evidence_id=row.text("evidence"),
        size=row.whole_number("size", 1, at_least=_SAMPLES[0], at_most=_SAMPLES[1]),
        mean=row.decimal("mean"),
        sigma=sigma,
        every_min=every if row.has("every_min") else None,
        nelson_rules=_nelson_rules(row),
    )


def _nelson_rules(row: Fields) -> tuple[int, ...]:
    if not row.has("nelson_rules"):
        return (1,)
    found: list[int] = []
    for item in row.items("nelson_rules"):
        if item.text not in _NELSON_RULES:
            remedy = "use numbers from 1 to 8 (L. S. Nelson, 1984)"
            row.problems.add(item.place, f"there is no rule '{item.text}'", remedy)
        elif int(item.text) in found:
            row.problems.add(item.place, f"rule {item.text} comes twice", "keep one of them")
        else:
            found.append(int(item.text))
    return tuple(found)
