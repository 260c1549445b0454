"""Decisions about evidence: scans, weights, and values from devices and people."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.exceptions import drawn, with_exception
from models.execution.decisions.steps import about, refused
from models.execution.gates import (
    CONTAINER_GATES,
    EVIDENCE_GATES,
    INSTRUMENT_GATES,
    JOB_ORDER_GATES,
    READING_GATES,
    WEIGHING_GATES,
    WEIGHT_GATES,
    WORK_GATES,
)
from models.execution.outcome import Refusal
from models.execution.snapshot import Snapshot
from models.execution.views import (
    ContainerView,
    EvidenceView,
    InstrumentView,
    StepView,
    WeighingView,
    assets_of,
    running_step_view,
)
from models.isa95.physical_asset import Measurement
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source
from models.tag_value import TagValue

WEIGHT = "net-weight"
"""The name of the measurement of a scale that a weighing takes."""


def _work(view: StepView) -> Iterator[Iterator[Refusal]]:
    yield ask(JOB_ORDER_GATES, view.session.job_order)
    yield ask(WORK_GATES, view)


def _container_view(at: StepView, code: str, snapshot: Snapshot) -> ContainerView:
    """Resolve a scanned code: a container, or a lot, which stands for its first container."""
    sublot = snapshot.material_sublot(code)
    lot = snapshot.material_lot(sublot.material_lot_id if sublot else code)
    if sublot is None and lot is not None:
        known = (snapshot.material_sublot(sublot_id) for sublot_id in lot.material_sublots)
        filled = [item for item in known if item is not None]
        sublot = next((s for s in filled if s.remaining.value > 0), filled[0] if filled else None)
    return ContainerView(at=at, code=code, sublot=sublot, lot=lot)


def scan(command: c.ScanMaterial, snapshot: Snapshot) -> Decision:
    """Identify a container for the running step."""
    shown = (command.job_order_id, command.step_id)
    view = running_step_view(command.station, snapshot, shown)
    if isinstance(view, Refusal):
        return refused(view)
    container = _container_view(view, command.code, snapshot)
    refusals = Verdict.of(*_work(view), ask(CONTAINER_GATES, container)).refusals
    sublot, lot = container.sublot, container.lot
    if refusals or sublot is None or lot is None:
        return replace(about(view, refusals), source=Source.SCAN)
    identified = e.MaterialIdentified(
        job_order_id=view.session.job_order.job_order_id,
        step_id=view.step.step_id,
        material_definition_id=lot.material_lot.material_definition_id,
        material_lot_id=lot.material_lot.material_lot_id,
        material_sublot_id=sublot.material_sublot_id,
        person_id=view.session.person_id,
    )
    decision = about(view, (), identified)
    return replace(decision, source=Source.SCAN, result=sublot.material_sublot_id)


def _instrument_view(
    at: StepView, instrument_id: str, required_class: str | None, measurement: str
) -> InstrumentView:
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
    )


def _reading(tag: str | None, snapshot: Snapshot) -> TagValue | None:
    return snapshot.live.get(tag) if tag else None


def decimal_of(reading: TagValue | None) -> Decimal | None:
    """Return a numeric reading exactly as its shortest decimal text, or None."""
    value = reading.value if reading else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = Decimal(repr(value))
    return number if number.is_finite() else None


def weigh(command: c.CaptureWeight, snapshot: Snapshot) -> Decision:
    """Take the weight that the instrument shows, if it can be believed and is accepted."""
    shown = (command.job_order_id, command.step_id)
    at = running_step_view(command.station, snapshot, shown)
    if isinstance(at, Refusal):
        return refused(at)
    view = _weighing_view(at, command.instrument_id, snapshot)
    refusals = Verdict.of(
        *_work(at),
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
        return with_exception(decision, at, weighed)
    return replace(decision, result=str(view.quantity))


def _weighing_view(at: StepView, instrument_id: str, snapshot: Snapshot) -> WeighingView:
    code = at.step.identified.material_sublot_id if at.step.identified else ""
    container = _container_view(at, code, snapshot)
    wanted = container.specification
    required = wanted.instrument_class if wanted else None
    instrument = _instrument_view(at, instrument_id, required, WEIGHT)
    number, measurement = decimal_of(instrument.reading), instrument.measurement
    quantity = None
    if number is not None and measurement is not None:
        unit = wanted.quantity.unit if wanted else measurement.unit
        quantity = _in_unit(Quantity(number, measurement.unit), unit)
    return WeighingView(container=container, instrument=instrument, quantity=quantity)


def _in_unit(weight: Quantity, unit: str) -> Quantity:
    return weight.to(unit) if weight.converts_to(unit) else weight


def _weighed(view: WeighingView) -> e.WeightCaptured | None:
    lot, sublot, reading = view.container.lot, view.container.sublot, view.instrument.reading
    if lot is None or sublot is None or reading is None or view.quantity is None:
        return None
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
    )


def capture(command: c.CaptureEvidence, snapshot: Snapshot) -> Decision:
    """Take the value that a device at the station shows as evidence."""
    shown = (command.job_order_id, command.step_id)
    at = running_step_view(command.station, snapshot, shown)
    if isinstance(at, Refusal):
        return refused(at)
    wanted = next(
        (x for x in at.specification.evidence if x.evidence_id == command.evidence_id), None
    )
    name = (wanted.measurement if wanted else None) or ""
    device = _instrument_view(at, _asset_with(at, name), None, name)
    view = EvidenceView(
        at=at,
        evidence_id=command.evidence_id,
        specification=wanted,
        value=_text(device.reading),
        source=Source.DEVICE,
        claimed=False,
        instrument=device,
    )
    # A reading that is not there has nothing that its limits could be held against.
    untrusted = Verdict.of(ask(READING_GATES if name else (), device)).refusals
    gates = EVIDENCE_GATES[:1] if untrusted else EVIDENCE_GATES
    refusals = Verdict.of(
        *_work(at),
        ask(INSTRUMENT_GATES if name else (), device),
        untrusted,
        ask(gates, view),
    ).refusals
    return _recorded(view, refusals)


def _asset_with(at: StepView, measurement: str) -> str:
    """Return the instrument at the station that delivers the measurement."""
    for asset in assets_of(at.session):
        if any(item.name == measurement for item in asset.defined.measurements):
            return asset.defined.physical_asset_id
    return at.session.station


def _text(reading: TagValue | None) -> str:
    value = reading.value if reading else None
    if isinstance(value, bool):
        return "true" if value else "false"
    number = decimal_of(reading)
    return format(number, "f") if number is not None else str(value or "")


def record(command: c.RecordEvidence, snapshot: Snapshot) -> Decision:
    """Record a value that a person typed or scanned."""
    shown = (command.job_order_id, command.step_id)
    at = running_step_view(command.station, snapshot, shown)
    if isinstance(at, Refusal):
        return refused(at)
    wanted = next(
        (x for x in at.specification.evidence if x.evidence_id == command.evidence_id), None
    )
    required = wanted.instrument_class if wanted else None
    instrument = None
    if required is not None or command.instrument_id:
        instrument = _instrument_view(at, command.instrument_id or "", required, "")
    view = EvidenceView(
        at=at,
        evidence_id=command.evidence_id,
        specification=wanted,
        value=command.value,
        source=command.source,
        claimed=True,
        instrument=instrument,
    )
    refusals = Verdict.of(
        *_work(at),
        ask(INSTRUMENT_GATES, instrument) if instrument else (),
        ask(EVIDENCE_GATES, view),
    ).refusals
    return _recorded(view, refusals)


def _recorded(view: EvidenceView, refusals: tuple[Refusal, ...]) -> Decision:
    device: Measurement | None = view.instrument.measurement if view.instrument else None
    recorded = e.EvidenceRecorded(
        job_order_id=view.at.session.job_order.job_order_id,
        step_id=view.at.step.step_id,
        evidence_id=view.evidence_id,
        value=view.value,
        unit=view.specification.unit if view.specification else "",
        source=view.source,
        person_id=view.at.session.person_id,
        instrument_id=view.instrument.instrument_id if view.instrument else None,
        reading=view.instrument.reading if view.instrument and device else None,
    )
    decision = replace(about(view.at, refusals, recorded), source=view.source)
    return with_exception(decision, view.at, recorded) if refusals else decision
