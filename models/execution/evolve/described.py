"""What the plant's files make of records."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r


def described(  # noqa: C901 -- one case per event
    record: r.Record | None, event: e.Event, _: datetime
) -> r.Record | None:
    """Take in what the plant's files say."""
    match event, record:
        case e.EquipmentDefined(), None:
            return r.EquipmentRecord(equipment=event.equipment)
        case e.EquipmentDefined(), r.EquipmentRecord():
            return replace(record, equipment=event.equipment)
        case e.PhysicalAssetDefined(), None:
            asset = event.physical_asset
            return r.PhysicalAssetRecord(
                defined=asset, calibration_due_time=asset.calibration_due_time
            )
        case e.PhysicalAssetDefined(), r.PhysicalAssetRecord():
            asset = event.physical_asset
            due = asset.calibration_due_time
            kept = record.certificate if due == record.calibration_due_time else ""
            return replace(record, defined=asset, calibration_due_time=due, certificate=kept)
        case e.PersonDefined(), None:
            return r.PersonRecord(person=event.person)
        case e.PersonDefined(), r.PersonRecord():
            return replace(record, person=event.person)
        case e.WorkMasterDefined(), None:
            return r.WorkMasterRecord(versions=(event.work_master,))
        case e.WorkMasterDefined(), r.WorkMasterRecord():
            return replace(record, versions=(*record.versions, event.work_master))
        case e.WorkDirectiveCopied(), None | r.WorkDirectiveRecord():
            return r.WorkDirectiveRecord(work_directive=event.work_directive)
        case _:
            return None
