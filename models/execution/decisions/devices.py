"""Decisions about devices that are checked with test pieces: detectors, checkweighers.

Only a failed check holds units. A fault or an alarm that a device reports by itself is put on
record, and holds nothing: it says that the device needs somebody, not that it let anything pass.
"""

from collections.abc import Iterator
from dataclasses import replace

from models.execution import commands as c
from models.execution import events as e
from models.execution.commands.exceptions import Severity
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.holds import held
from models.execution.decisions.steps import refused
from models.execution.device_checks import units_in_doubt
from models.execution.exception_kinds import severity_of
from models.execution.gates import DEVICE_GATES, INSTRUMENT_GATES, OPEN_JOB_ORDER_GATES
from models.execution.outcome import Refusal
from models.execution.readings import device_at
from models.execution.records import ExceptionRecord, StepRecord
from models.execution.snapshot import Snapshot
from models.execution.step_state import STEP_TRANSITIONS, StepTransition
from models.execution.views import InstrumentView, SessionView, session_view
from models.isa95.work_definition import Source

VERIFICATION_FAILED = "device-verification-failed"
"""The kind of the exception that a failed check opens."""


def verify_device(command: c.VerifyDevice, snapshot: Snapshot) -> Decision:
    """Put a check on record; a failed one holds what it puts in doubt, all in one decision."""
    session = session_view(command.station, snapshot)
    if isinstance(session, Refusal):
        return refused(session)
    view = device_at(session, command.physical_asset_id)
    refusals = Verdict.of(*_verifiable(command, view)).refusals
    verified = e.DeviceVerified(
        physical_asset_id=command.physical_asset_id,
        station=command.station,
        job_order_id=session.job_order.job_order_id,
        passed=command.passed,
        description=command.description,
        person_id=session.person_id,
    )
    decision = Decision(
        events=() if refusals else (verified,),
        refusals=refusals,
        person_id=session.person_id,
        job_order_id=session.job_order.job_order_id,
        source=Source.MANUAL,
    )
    if refusals or command.passed:
        return decision
    return _failed(decision, view)


def _verifiable(command: c.VerifyDevice, view: InstrumentView) -> Iterator[Iterator[Refusal]]:
    """Yield the answers of the gates: a bad result is taken from anybody, and at any time."""
    if command.passed:
        yield ask(OPEN_JOB_ORDER_GATES, view.at.session.job_order)
        yield ask(INSTRUMENT_GATES, view)
    else:
        yield ask(DEVICE_GATES, view)


def _failed(decision: Decision, view: InstrumentView) -> Decision:
    """Add the holds of the units, the step and the job order, and the exception."""
    session, device = view.at.session, view.asset
    assert device is not None, "the gates refuse a device that nobody knows"
    found = tuple(units_in_doubt(session.station, device, session.snapshot))
    units = tuple(
        unit.material_sublot_id
        for _, unit in found
        if session.snapshot.material_sublot(unit.material_sublot_id) is not None
    )
    since = device.verified_time
    doubt = f"since its last good check at {since:%Y-%m-%d %H:%M:%S} UTC" if since else "ever"
    orders = ", ".join(dict.fromkeys(order.job_order_id for order, _ in found))
    reason = f"{view.instrument_id} failed its check at {session.station}"
    text = f"{reason}; {len(units)} units that left the line {doubt} are on hold"
    opened = tuple(_exception(view, f"{text} ({orders})" if orders else text, units))
    exception_id = opened[0].exception_id if opened else ""
    holds = (
        e.MaterialSublotHeld(material_sublot_id=unit, reason=reason, exception_id=exception_id)
        for unit in units
    )
    events = (*decision.events, *holds, *held(session.job_order, reason), *opened)
    return replace(decision, events=events, result=exception_id)


def _exception(
    view: InstrumentView, description: str, units: tuple[str, ...]
) -> Iterator[e.ExceptionOpened]:
    """Yield the exception, unless the job order has ended: then its units are held for good."""
    session = view.at.session
    order = session.job_order
    if any(ask(OPEN_JOB_ORDER_GATES, order)):
        return
    step = _under_way(session)
    yield e.ExceptionOpened(
        job_order_id=order.job_order_id,
        exception_id=order.next_exception_id,
        kind=VERIFICATION_FAILED,
        description=description,
        step_id=step.step_id if step else None,
        person_id=session.person_id,
        severity=severity_of(
            VERIFICATION_FAILED, session.directive.work_directive, Severity.CRITICAL
        ),
        equipment_id=session.station,
        material_lot_id=order.material_lot_id,
        subject=view.instrument_id,
        material_sublot_ids=units,
    )


def freed(found: ExceptionRecord) -> tuple[e.Event, ...]:
    """Return that an exception which is accepted no longer holds its units."""
    return tuple(
        e.MaterialSublotFreed(material_sublot_id=unit, exception_id=found.exception_id)
        for unit in found.material_sublot_ids
    )


def _under_way(session: SessionView) -> StepRecord | None:
    """Return the step at the station that a hold would stop, or has stopped already."""
    step = session.job_order.step_at(session.station)
    if step is None:
        return None
    stops = (StepTransition.HOLD, StepTransition.RESUME)
    return step if any((step.state, way) in STEP_TRANSITIONS for way in stops) else None
