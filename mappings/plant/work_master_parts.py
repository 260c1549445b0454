"""Read what a work master says beside its steps: parameters, label, tests, policies, dates."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from mappings.plant.documents import Documents, refer_to_revision
from mappings.plant.reading import Reading
from mappings.plant.units import quantity_of, unit
from mappings.problems import did_you_mean
from mappings.yaml_fields import Fields
from models.execution.commands import Severity
from models.execution.exception_kinds import EXCEPTION_KINDS
from models.isa95.work_definition import ExceptionPolicy, MicroTolerance, WorkMasterParameter

_KINDS: Final = tuple(EXCEPTION_KINDS)
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class WorkMasterParts:
    """Reads the parts of one work master that are no steps."""

    fields: Fields
    reading: Reading
    KEYS: ClassVar[tuple[str, ...]] = (
        *("parameters", "label", "release_tests", "exception_policies"),
        *("effective_from", "effective_until", "micro"),
    )

    def parameters(self) -> tuple[WorkMasterParameter, ...]:
        """Return the values that are handed to the equipment or to the reader."""
        found: dict[str, WorkMasterParameter] = {}
        for row in self.fields.each(
            "parameters", required=("id", "value"), optional=("unit", "description")
        ):
            parameter = WorkMasterParameter(
                parameter_id=self.reading.names.id_of(row, "id"),
                value=row.text("value"),
                unit=row.parsed("unit", unit, "", "write a unit such as kg"),
                description=row.text("description"),
            )
            if parameter.unit:
                row.decimal("value")
            if parameter.parameter_id in found:
                reason = f"parameter '{parameter.parameter_id}' comes twice"
                row.reject("id", reason, "give every one an id of its own")
            found[parameter.parameter_id] = parameter
        return tuple(found.values())

    def release_tests(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """Return the tests that a lot must have passed; ``known`` are those of the product."""
        found: list[str] = []
        for item in self.fields.items("release_tests"):
            if item.text not in known:
                reason = f"the product has no test '{item.text}'"
                remedy = did_you_mean(item.text, known) if known else "add it in materials.yaml"
                self.fields.problems.add(item.place, reason, remedy)
            elif item.text in found:
                reason = f"'{item.text}' comes twice"
                self.fields.problems.add(item.place, reason, "keep one of them")
            found.append(item.text)
        return tuple(self.fields.texts("release_tests"))

    def exception_policies(self) -> tuple[ExceptionPolicy, ...]:
        """Return how grave an exception of each kind is for this product."""
        found: dict[str, ExceptionPolicy] = {}
        for row in self.fields.each("exception_policies", required=("kind", "severity")):
            kind = row.text("kind")
            if kind and kind not in EXCEPTION_KINDS:
                row.reject("kind", f"no exception is of kind '{kind}'", did_you_mean(kind, _KINDS))
            if kind in found:
                row.reject("kind", f"'{kind}' comes twice", "keep one of them")
            severity = row.choice("severity", Severity.MAJOR)
            found[kind] = ExceptionPolicy(kind=kind, severity=severity.value)
        return tuple(found.values())

    def effective_dates(self) -> tuple[datetime | None, datetime | None]:
        """Return from when until when the author wants the version to be executed."""
        begin, end = (self.fields.time_or_none(f"effective_{word}") for word in ("from", "until"))
        if begin is not None and end is not None and end <= begin:
            reason = "it does not lie after 'effective_from'"
            self.fields.reject("effective_until", reason, "exchange the two, or correct one")
        return begin, end

    def micro(self) -> MicroTolerance | None:
        """Return the rule for small amounts."""
        if not self.fields.has("micro"):
            return None
        row = self.fields.fields("micro", required=("up_to", "percent"))
        percent = row.decimal("percent", Decimal(1))
        if not 0 < percent <= _PERCENT:
            row.reject("percent", f"{percent} lies outside 0 to 100", "write it as 1.5")
        return MicroTolerance(up_to=quantity_of(row, "up_to"), percent=percent)


def label_of(fields: Fields, documents: Documents, reading: Reading) -> tuple[str, str]:
    """Return document and revision of the label; two empty texts when there is none."""
    if not fields.has("label"):
        return "", ""
    row = fields.fields("label", required=("document", "revision"))
    return refer_to_revision(row, documents, reading)
