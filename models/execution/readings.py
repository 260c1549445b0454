"""Instruments at a station as the gates look at them, with what they show now."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from models.execution.records import PhysicalAssetRecord
from models.execution.sampling import LARGEST
from models.execution.snapshot import Snapshot
from models.execution.views import InstrumentView, SessionView, StepView, assets_of
from models.isa95.physical_asset import Measurement
from models.tag_value import TagValue


def instrument_at(
    at: StepView, asset: PhysicalAssetRecord, measurement: Measurement | None = None
) -> InstrumentView:
    """Return an instrument that stands at the station, and its readings of one measurement."""
    snapshot = at.session.snapshot
    return InstrumentView(
        at=at,
        instrument_id=asset.defined.physical_asset_id,
        asset=asset,
        required_class=None,
        measurement=measurement,
        reading=_latest(measurement.tag if measurement else None, snapshot),
        stable=_latest(measurement.stable_tag if measurement else None, snapshot),
        overload=_latest(measurement.overload_tag if measurement else None, snapshot),
    )


def device_at(session: SessionView, physical_asset_id: str) -> InstrumentView:
    """Return a device of the station, whatever step is under way there."""
    order, directive = session.job_order, session.directive.work_directive
    step = order.step_at(session.station) or order.steps[0]
    specification = directive.step(step.step_id) or directive.steps[0]
    return InstrumentView(
        at=StepView(session=session, step=step, specification=specification),
        instrument_id=physical_asset_id,
        asset=session.snapshot.physical_asset(physical_asset_id),
        required_class=None,
    )


def instruments_measuring(at: StepView, name: str) -> Iterator[InstrumentView]:
    """Yield every instrument at the station that delivers the measurement."""
    for asset in assets_of(at.session):
        for measurement in asset.defined.measurements:
            if measurement.name == name:
                yield instrument_at(at, asset, measurement)


def _latest(tag: str | None, snapshot: Snapshot) -> TagValue | None:
    return snapshot.live.get(tag) if tag else None


def number_of(reading: TagValue | None) -> Decimal | None:
    """Return a numeric reading exactly as its shortest decimal text, or None."""
    value = reading.value if reading else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = Decimal(repr(value))
    return number if number.is_finite() and number.adjusted() <= LARGEST else None


def environment_tags(station: str, measurements: Iterable[str], known: Snapshot) -> Iterator[str]:
    """Yield the tags of all instruments at the station that deliver one of the measurements."""
    wanted, equipment = set(measurements), known.equipment(station)
    for asset_id in equipment.equipment.physical_assets if equipment else ():
        asset = known.physical_asset(asset_id)
        for item in asset.defined.measurements if asset else ():
            if item.name in wanted:
                yield from filter(None, (item.tag, item.stable_tag, item.overload_tag))
