"""Read the ``evidence`` of a step: values that must be on record before it is complete."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from mappings.plant.names import Name
from mappings.plant.reading import Reading
from mappings.plant.units import unit
from mappings.problems import did_you_mean
from mappings.yaml_fields import Fields
from models.isa95.physical_asset import Measurement, PhysicalAsset
from models.isa95.quantity import Quantity
from models.isa95.work_definition import EvidenceSpecification, Source, ValueKind

_SOURCES: Final = {source.value: source for source in Source}
_Evidence = EvidenceSpecification
_WORD: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What ``{label}`` and ``{label_revision}`` stand for in an expected text.

    ``{lot}`` stays as it is: the lot that is produced is known to the job order alone.
    """

    label: str = ""
    label_revision: str = ""

    def fill(self, text: str) -> str:
        """Return the text with what its words in braces stand for; raises ValueError."""
        known = {"label": self.label, "label_revision": self.label_revision, "lot": "{lot}"}
        for word in _WORD.findall(text):
            if word not in known:
                message = f"unknown word '{{{word}}}', {did_you_mean(word, tuple(known))}"
                raise ValueError(message)
            if not known[word]:
                message = f"'{{{word}}}' stands for nothing, as the work master names no label"
                raise ValueError(message)
        return _WORD.sub(lambda found: known[found[1]], text)


def read_evidence(
    step: Fields,
    assets: tuple[PhysicalAsset, ...],
    reading: Reading,
    placeholders: Placeholders,
) -> tuple[EvidenceSpecification, ...]:
    """Return what a step must record; ``assets`` stand at the stations that can perform it."""
    found: dict[str, EvidenceSpecification] = {}
    for row in step.each(
        "evidence",
        required=("id", "description", "kind", "sources"),
        optional=(
            *("unit", "lower", "upper", "in_proportion", "expected"),
            *("measurement", "instrument_class", "attachment"),
        ),
    ):
        evidence = _evidence(row, reading, placeholders)
        if evidence.evidence_id in found:
            reason = f"evidence '{evidence.evidence_id}' comes twice in this step"
            row.reject("id", reason, "give every one an id of its own")
        found[evidence.evidence_id] = evidence
        for is_wrong, key, reason, remedy in _RULES:
            if is_wrong(evidence):
                row.reject(key, reason, remedy)
        _check_measurement(row, evidence, assets)
        _check_instrument(row, evidence, assets, reading)
    return tuple(found.values())


def _evidence(row: Fields, reading: Reading, placeholders: Placeholders) -> EvidenceSpecification:
    expected = row.parsed("expected", placeholders.fill, None, "write a text, or remove the key")
    return EvidenceSpecification(
        evidence_id=reading.names.id_of(row, "id"),
        description=row.text("description"),
        kind=row.choice("kind", ValueKind.TEXT),
        sources=_sources(row),
        unit=row.parsed("unit", unit, "", "write a unit such as kg"),
        lower=row.decimal_or_none("lower"),
        upper=row.decimal_or_none("upper"),
        expected=row.text_or_none("expected") and expected,
        measurement=row.text_or_none("measurement"),
        instrument_class=reading.names.refer_or_none(
            Name.PHYSICAL_ASSET_CLASS, row, "instrument_class"
        ),
        attachment=row.boolean("attachment"),
        in_proportion=row.boolean("in_proportion"),
    )


def _sources(row: Fields) -> tuple[Source, ...]:
    remedy = "add 'scan', 'device', 'system' or 'manual'"
    if row.node("sources") is not None and not row.items("sources"):
        row.reject("sources", "no source is accepted: it could never be recorded", remedy)
    for item in row.items("sources"):
        if item.text not in _SOURCES:
            did_you = did_you_mean(item.text, tuple(_SOURCES))
            row.problems.add(item.place, f"unknown source '{item.text}'", did_you)
    return tuple(_SOURCES[text] for text in row.texts("sources") if text in _SOURCES)


def _is_bounded(evidence: _Evidence) -> bool:
    return evidence.lower is not None or evidence.upper is not None


def _is_upside_down(evidence: _Evidence) -> bool:
    lower, upper = evidence.lower, evidence.upper
    return lower is not None and upper is not None and lower > upper


_NUMBER: Final = ValueKind.NUMBER

_RULES: Final[tuple[tuple[Callable[[_Evidence], bool], str, str, str], ...]] = (
    (_is_upside_down, "lower", "it lies above 'upper'", "exchange the two"),
    (
        lambda one: one.kind is not _NUMBER and _is_bounded(one),
        "kind",
        "only a number has 'lower' and 'upper'",
        "write 'kind: number', or 'expected'",
    ),
    (
        lambda one: one.in_proportion and not _is_bounded(one),
        "in_proportion",
        "there is no limit that could grow with the batch",
        "add 'lower' or 'upper', or remove it",
    ),
    (
        lambda one: one.kind is not _NUMBER and bool(one.unit),
        "unit",
        "only a number has a unit",
        "write 'kind: number', or remove it",
    ),
    (
        lambda one: one.kind is _NUMBER and one.expected is not None,
        "expected",
        "a number is bounded by 'lower' and 'upper'",
        "write these two instead",
    ),
    (
        lambda one: one.kind is ValueKind.BOOLEAN and one.expected not in (None, "true", "false"),
        "expected",
        "a boolean is true or false",
        "write one of the two",
    ),
    (
        lambda one: Source.DEVICE in one.sources and one.measurement is None,
        "sources",
        "'device' needs to know which measurement",
        "add 'measurement: ...', or remove 'device'",
    ),
    (
        lambda one: Source.DEVICE not in one.sources and one.measurement is not None,
        "measurement",
        "a measurement of which no device source is accepted",
        "add 'device' to the sources, or remove it",
    ),
)


def _check_measurement(
    row: Fields, evidence: EvidenceSpecification, assets: tuple[PhysicalAsset, ...]
) -> None:
    if evidence.measurement is None:
        return
    candidates = tuple(_measurements(assets))
    named = [one for one in candidates if one.name == evidence.measurement]
    if not named:
        row.reject(
            "measurement",
            f"no asset at a station of this step measures '{evidence.measurement}'",
            did_you_mean(evidence.measurement, tuple({one.name for one in candidates})),
        )
    elif evidence.unit and not any(_converts(evidence.unit, one.unit) for one in named):
        reason = f"the device measures in {named[0].unit}, which is not {evidence.unit}"
        row.reject("unit", reason, f"write {named[0].unit}")


def _check_instrument(
    row: Fields,
    evidence: EvidenceSpecification,
    assets: tuple[PhysicalAsset, ...],
    reading: Reading,
) -> None:
    wanted = evidence.instrument_class
    if wanted is None or reading.names.place_of(Name.PHYSICAL_ASSET_CLASS, wanted) is None:
        return
    if not any(wanted in asset.physical_asset_classes for asset in assets):
        reason = f"no '{wanted}' stands at a station of this step"
        row.reject("instrument_class", reason, "add one to plant.yaml, or ask for another")


def _measurements(assets: tuple[PhysicalAsset, ...]) -> Iterator[Measurement]:
    for asset in assets:
        yield from asset.measurements


def _converts(unit_of_evidence: str, unit_of_device: str) -> bool:
    from_device = Quantity.parse(f"0 {unit_of_device}")
    return from_device.converts_to(unit_of_evidence)
