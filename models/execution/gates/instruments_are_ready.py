"""Gate: for each thing that the step will measure there is an instrument that may be used."""

from collections.abc import Iterator

from models.execution.gates.instrument_is_calibrated import instrument_is_calibrated
from models.execution.outcome import Refusal
from models.execution.readings import instrument_at
from models.execution.records import PhysicalAssetRecord
from models.execution.views import StepView, assets_of
from models.isa95.work_definition import StepSpecification


def instruments_are_ready(view: StepView) -> Iterator[Refusal]:
    """Refuse ``calibration-failed`` or ``calibration-overdue`` before a step that can't end.

    One usable instrument of a class is enough. A class of which none stands here is refused
    when it is asked for.
    """
    here = tuple(assets_of(view.session))
    for asset_class in _classes(view.specification):
        yield from _unusable(
            view, [a for a in here if asset_class in a.defined.physical_asset_classes]
        )
    for name in _measurements(view.specification):
        yield from _unusable(
            view, [a for a in here if any(m.name == name for m in a.defined.measurements)]
        )


def _classes(specification: StepSpecification) -> Iterator[str]:
    named = (
        *(item.instrument_class for item in specification.materials),
        *(item.instrument_class for item in specification.evidence),
        *(item.physical_asset_class for item in specification.prerequisites),
    )
    yield from dict.fromkeys(filter(None, named))


def _measurements(specification: StepSpecification) -> Iterator[str]:
    yield from dict.fromkeys(filter(None, (item.measurement for item in specification.evidence)))


def _unusable(view: StepView, assets: list[PhysicalAssetRecord]) -> Iterator[Refusal]:
    """Yield why each of the instruments can't be used, unless one of them can."""
    refusals = []
    for asset in assets:
        found = list(instrument_is_calibrated(instrument_at(view, asset)))
        if not found:
            return
        refusals += found
    yield from refusals
