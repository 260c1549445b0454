"""Decisions about equipment and instruments: events, calibration, status, cleaning."""

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision
from models.execution.principal import Principal
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot


def calibrate(command: c.RecordCalibration, principal: Principal, snapshot: Snapshot) -> Decision:
    """Record a calibration; from now on the new due time counts."""
    name = command.physical_asset_id
    if snapshot.physical_asset(name) is None:
        unknown = refuse("physical-asset-unknown", name, f"there is no instrument {name}")
        return Decision(refusals=(unknown,), person_id=principal.person_id)
    event = e.CalibrationRecorded(
        physical_asset_id=name, due_time=command.due_time, certificate=command.certificate
    )
    return Decision(events=(event,), person_id=principal.person_id)


def equipment_event(command: c.RecordEquipmentEvent, snapshot: Snapshot) -> Decision:
    """Record what a device did; equipment that nobody described can't be on record."""
    name = command.event.equipment_id
    if snapshot.equipment(name) is None:
        return Decision(
            refusals=(refuse("physical-asset-unknown", name, f"there is no equipment {name}"),)
        )
    return Decision(events=(e.EquipmentEventRecorded(event=command.event),))


def change_status(
    command: c.ChangeEquipmentStatus, principal: Principal, snapshot: Snapshot
) -> Decision:
    raise NotImplementedError


def clean(command: c.RecordCleaning, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
