"""Decisions about equipment and instruments: events, calibration, status, cleaning."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign_record, signer_view
from models.execution.exception_kinds import severity_of
from models.execution.gates import OPEN_JOB_ORDER_GATES, SIGNER_GATES
from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.principal import Principal, Role
from models.execution.records import EquipmentRecord, JobOrderRecord
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
from models.isa95.equipment import Cleanliness
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind

RAN_WITHOUT_PERMIT: Final = "equipment-ran-without-permit"
"""The kind of the exception that opens when equipment runs which may not."""

_PERMIT_LAG: Final = timedelta(seconds=5)
"""How long after a step has stopped its equipment may still be seen to begin: the permit has to
reach the controller, and the reading has to come back."""

_CLEANERS: Final = {Role.OPERATOR, Role.SUPERVISOR, Role.MAINTENANCE}


def calibrate(command: c.RecordCalibration, principal: Principal, snapshot: Snapshot) -> Decision:
    """Record a calibration; from now on its due time counts, or that it failed."""
    name = command.physical_asset_id
    if snapshot.physical_asset(name) is None:
        unknown = refuse("physical-asset-unknown", name, f"there is no instrument {name}")
        return Decision(refusals=(unknown,), person_id=principal.person_id)
    event = e.CalibrationRecorded(
        physical_asset_id=name,
        due_time=command.due_time,
        certificate=command.certificate,
        failed=command.failed,
    )
    return Decision(events=(event,), person_id=principal.person_id)


def equipment_event(command: c.RecordEquipmentEvent, snapshot: Snapshot) -> Decision:
    """Record what a device did; equipment that nobody described can't be on record.

    Equipment that runs for a job order without the permit of a step opens an exception. A fault
    or an alarm holds nothing by itself.
    """
    name = command.event.equipment_id
    if snapshot.equipment(name) is None:
        return Decision(
            refusals=(refuse("physical-asset-unknown", name, f"there is no equipment {name}"),)
        )
    recorded = e.EquipmentEventRecorded(event=command.event)
    return Decision(events=(recorded, *_without_permit(command.event, snapshot)))


def _without_permit(event: EquipmentEvent, snapshot: Snapshot) -> Iterator[e.Event]:
    name = event.equipment_id
    session = snapshot.station(name)
    order_id = (session.job_order_id if session else None) or ""
    order, directive = snapshot.job_order(order_id), snapshot.work_directive(order_id)
    if event.kind is not EquipmentEventKind.RUNNING or order is None or directive is None:
        return
    if any(ask(OPEN_JOB_ORDER_GATES, order)) or _was_permitted(event, order):
        return
    known = (item for item in order.open_exceptions() if item.kind == RAN_WITHOUT_PERMIT)
    if any(item.equipment_id == name for item in known):
        return
    began = f"{event.source_time:%Y-%m-%d %H:%M:%S} UTC"
    yield e.ExceptionOpened(
        job_order_id=order_id,
        exception_id=order.next_exception_id,
        kind=RAN_WITHOUT_PERMIT,
        description=f"{name} began to run at {began}; no step of {order_id} is in progress there",
        severity=severity_of(RAN_WITHOUT_PERMIT, directive.work_directive),
        equipment_id=name,
    )


def _was_permitted(event: EquipmentEvent, order: JobOrderRecord) -> bool:
    """Return whether a step of the job order was in progress there when the equipment began."""
    step = order.step_at(event.equipment_id)
    if step is None or step.start_time is None:
        return False
    if step.state is StepState.IN_PROGRESS and order.state is JobOrderState.RUNNING:
        return True
    stopped = step.end_time or step.active_time or step.start_time
    return step.start_time <= event.source_time <= stopped + _PERMIT_LAG


def change_status(
    command: c.ChangeEquipmentStatus, principal: Principal, snapshot: Snapshot
) -> Decision:
    """Put equipment into service, maintenance, or out of service; from now on it counts."""
    record = snapshot.equipment(command.equipment_id)
    answers = (_known(command.equipment_id, record), _reasoned(command))
    refusals = Verdict.of(*answers).refusals
    changed = e.EquipmentStatusChanged(
        equipment_id=command.equipment_id,
        status=command.status,
        reason=command.reason.strip(),
        person_id=principal.person_id,
    )
    return Decision(
        events=() if refusals else (changed,), refusals=refusals, person_id=principal.person_id
    )


def _known(equipment_id: str, record: EquipmentRecord | None) -> Iterator[Refusal]:
    if record is None:
        yield refuse("equipment-unknown", equipment_id, f"there is no equipment {equipment_id}")


def _reasoned(command: c.ChangeEquipmentStatus) -> Iterator[Refusal]:
    if not command.reason.strip():
        text = f"no reason was given for {command.status.value}"
        yield refuse("status-reason-missing", command.equipment_id, text)


def clean(command: c.RecordCleaning, snapshot: Snapshot) -> Decision:
    """Record how equipment was cleaned, signed by who did it; not while a step runs on it."""
    name, who = command.equipment_id, command.identity
    record, signer = snapshot.equipment(name), signer_view(who, snapshot)
    refusals = Verdict.of(
        _known(name, record),
        ask(SIGNER_GATES, signer),
        role_is_suitable(who, _CLEANERS, "record a cleaning"),
        _cleanable(command, record),
    ).refusals
    if refusals:
        return Decision(refusals=refusals, person_id=who.person_id)
    signature = sign_record(
        who, signer.person, streams.equipment(name), snapshot, f"cleaned {_how(command)}"
    )
    cleaned = e.EquipmentCleaned(
        equipment_id=name, cleanliness=command.cleanliness, signature=signature
    )
    return Decision(events=(cleaned,), person_id=who.person_id)


def _how(command: c.RecordCleaning) -> str:
    return "wet" if command.cleanliness is Cleanliness.WET_CLEAN else "dry"


def _cleanable(command: c.RecordCleaning, record: EquipmentRecord | None) -> Iterator[Refusal]:
    name = command.equipment_id
    if command.cleanliness is Cleanliness.DIRTY:
        yield refuse("cleaning-without-result", name, f"{name} would be left dirty")
    for order_id, step_id in record.in_use_steps if record else ():
        yield refuse("equipment-in-use", name, f"{order_id} step {step_id} runs on {name}")
