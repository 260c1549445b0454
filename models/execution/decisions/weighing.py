"""Decisions about weighing: which container is taken, and what an instrument says of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.exceptions import drawn, with_exception
from models.execution.decisions.steps import about, refused
from models.execution.gates import (
    CONTAINER_GATES,
    INSTRUMENT_GATES,
    JOB_ORDER_GATES,
    READING_GATES,
    SCAN_GATES,
    WEIGHING_GATES,
    WEIGHT_GATES,
    WORK_GATES,
)
from models.execution.material_views import ContainerView, WeighingView, container_view
from models.execution.outcome import Refusal
from models.execution.readings import number_of
from models.execution.snapshot import Snapshot
from models.execution.targets import Target
from models.execution.views import InstrumentView, StepView, assets_of, running_step_view
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source
from models.tag_value import Quality, TagValue

WEIGHT: Final = "net-weight"
"""The name of the measurement of a scale that a weighing takes."""

_LARGEST: Final = Decimal(10**9)
_DECIMALS: Final = 12


def work(view: StepView) -> Iterator[Iterator[Refusal]]:
    """Yield what refuses any work on the step."""
    yield ask(JOB_ORDER_GATES, view.session.job_order)
    yield ask(WORK_GATES, view)


def scan(command: c.ScanMaterial, snapshot: Snapshot) -> Decision:
    """Identify a container for the running step."""
    shown = (command.job_order_id, command.step_id)
    view = running_step_view(command.station, snapshot, shown)
    if isinstance(view, Refusal):
        return refused(view)
    container = container_view(view, command.code)
    refusals = Verdict.of(
        *work(view), ask(CONTAINER_GATES, container), ask(SCAN_GATES, container)
    ).refusals
    sublot, lot = container.sublot, container.lot
    if refusals or sublot is None or lot is None:
        return replace(about(view, refusals), source=Source.SCAN)
    instead = container.substitution
    identified = e.MaterialIdentified(
        job_order_id=view.session.job_order.job_order_id,
        step_id=view.step.step_id,
        material_definition_id=lot.material_lot.material_definition_id,
        material_lot_id=lot.material_lot.material_lot_id,
        material_sublot_id=sublot.material_sublot_id,
        person_id=view.session.person_id,
        tares=tuple(_tares(container)),
        substitute_for=instead.material_definition_id if instead else "",
    )
    decision = about(view, (), identified)
    return replace(decision, source=Source.SCAN, result=sublot.material_sublot_id)


def _tares(container: ContainerView) -> Iterator[TagValue]:
    """Yield the tares that the scales for this material show now and that can be believed."""
    session, wanted = container.at.session, container.specification
    for asset in assets_of(session):
        fits = wanted and wanted.instrument_class in asset.defined.physical_asset_classes
        for item in asset.defined.measurements if fits else ():
            tare = session.snapshot.live.get(item.tare_tag) if item.tare_tag else None
            if tare is None or item.name != WEIGHT or tare.quality is not Quality.GOOD:
                continue
            if session.time - tare.source_time <= timedelta(seconds=item.maximum_age_s):
                yield tare


def instrument_view(
    at: StepView, instrument_id: str, required_class: str | None, measurement: str
) -> InstrumentView:
    """Return an instrument, wherever it stands, with what it shows of one measurement."""
    snapshot = at.session.snapshot
    asset = snapshot.physical_asset(instrument_id)
    found = next(
        (m for m in (asset.defined.measurements if asset else ()) if m.name == measurement), None
    )
    return InstrumentView(
        at=at,
        instrument_id=instrument_id,
        asset=asset,
        required_class=required_class,
        measurement=found,
        reading=_reading(found.tag if found else None, snapshot),
        stable=_reading(found.stable_tag if found else None, snapshot),
        overload=_reading(found.overload_tag if found else None, snapshot),
        tare=_reading(found.tare_tag if found else None, snapshot),
    )


def _reading(tag: str | None, snapshot: Snapshot) -> TagValue | None:
    return snapshot.live.get(tag) if tag else None


def weigh(command: c.CaptureWeight, snapshot: Snapshot) -> Decision:
    """Take the weight that the instrument shows, if it can be believed and is accepted."""
    shown = (command.job_order_id, command.step_id)
    at = running_step_view(command.station, snapshot, shown)
    if isinstance(at, Refusal):
        return refused(at)
    view = _weighing_view(at, command)
    refusals = Verdict.of(
        *work(at),
        ask(WEIGHING_GATES, view),
        ask(CONTAINER_GATES if at.step.identified else (), view.container),
        ask(INSTRUMENT_GATES, view.instrument),
        ask(READING_GATES, view.instrument),
        ask(WEIGHT_GATES, view),
    ).refusals
    weighed = _weighed(view)
    events = (weighed, drawn(weighed)) if weighed else ()
    decision = replace(about(at, refusals, *events), source=Source.DEVICE)
    if refusals:
        return with_exception(decision, at, _withheld(weighed, view))
    return replace(decision, result=str(view.quantity))


def _withheld(weighed: e.WeightCaptured | None, view: WeighingView) -> e.WeightCaptured | None:
    """Return what accepting the exception puts on record: the last draw, when it fills the sum."""
    target = view.container.target
    if weighed is None or not isinstance(target, Target):
        return weighed
    return replace(weighed, partial=weighed.partial and weighed.quantity < target.lower)


def _weighing_view(at: StepView, command: c.CaptureWeight) -> WeighingView:
    code = at.step.identified.material_sublot_id if at.step.identified else ""
    container = container_view(at, code)
    wanted = container.specification
    required = wanted.instrument_class if wanted else None
    instrument = instrument_view(at, command.instrument_id, required, WEIGHT)
    unit = wanted.quantity.unit if wanted else ""
    return WeighingView(
        container=container,
        instrument=instrument,
        quantity=_quantity(instrument.reading, instrument, unit),
        partial=command.partial,
    )


def _quantity(reading: TagValue | None, instrument: InstrumentView, unit: str) -> Quantity | None:
    """Return a reading of the instrument as a quantity, in ``unit`` where it converts.

    What lies behind the decimals of any scale is noise, which no later sum has to carry.
    """
    number, measurement = number_of(reading), instrument.measurement
    if number is None or measurement is None or abs(number) > _LARGEST:
        return None
    shown = Quantity(_without_noise(number), measurement.unit)
    return shown.to(unit) if shown.converts_to(unit) else shown


def _without_noise(number: Decimal) -> Decimal:
    rounded = round(number, _DECIMALS)
    return number if rounded == number else rounded


def _weighed(view: WeighingView) -> e.WeightCaptured | None:
    lot, sublot, reading = view.container.lot, view.container.sublot, view.instrument.reading
    if lot is None or sublot is None or reading is None or view.quantity is None:
        return None
    target, instead = view.container.target, view.container.substitution
    return e.WeightCaptured(
        job_order_id=view.at.session.job_order.job_order_id,
        step_id=view.at.step.step_id,
        material_definition_id=lot.material_lot.material_definition_id,
        material_lot_id=lot.material_lot.material_lot_id,
        material_sublot_id=sublot.material_sublot_id,
        quantity=view.quantity,
        instrument_id=view.instrument.instrument_id,
        reading=reading,
        person_id=view.at.session.person_id,
        partial=view.partial,
        tare=_quantity(view.instrument.tare, view.instrument, view.quantity.unit),
        target=target.quantity if isinstance(target, Target) else None,
        substitute_for=instead.material_definition_id if instead else "",
    )
