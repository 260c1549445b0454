"""Decisions about evidence: values from devices and from people."""

from dataclasses import replace

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.exceptions import with_exception
from models.execution.decisions.samples import is_sampled, sample_exceptions
from models.execution.decisions.steps import about, refused
from models.execution.decisions.weighing import instrument_view, work
from models.execution.gates import EVIDENCE_GATES, INSTRUMENT_GATES, READING_GATES
from models.execution.outcome import Refusal
from models.execution.readings import number_of
from models.execution.snapshot import Snapshot
from models.execution.views import EvidenceView, StepView, assets_of, running_step_view
from models.isa95.physical_asset import Measurement
from models.isa95.work_definition import Source
from models.tag_value import TagValue


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
    device = instrument_view(at, _asset_with(at, name), None, name)
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
    gates = EVIDENCE_GATES[:2] if untrusted else EVIDENCE_GATES
    refusals = Verdict.of(
        *work(at),
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
    number = number_of(reading)
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
        instrument = instrument_view(at, command.instrument_id or "", required, "")
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
        *work(at),
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
        sample=is_sampled(view),
    )
    events: tuple[e.Event, ...] = (recorded, *sample_exceptions(view))
    decision = replace(about(view.at, refusals, *events), source=view.source)
    return with_exception(decision, view.at, recorded) if refusals else decision
