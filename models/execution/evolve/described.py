"""What the plant's files make of records."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r


def described(record: r.Record | None, event: e.Event, _: datetime) -> r.Record | None:
    """Take in what the plant's files say."""
    match event, record:
        case e.EquipmentDefined(), None:
            return r.EquipmentRecord(equipment=event.equipment)
        case e.EquipmentDefined(), r.EquipmentRecord():
            return replace(record, equipment=event.equipment)
        case e.PhysicalAssetDefined(), None | r.PhysicalAssetRecord():
            asset = event.physical_asset
            return r.PhysicalAssetRecord(
                defined=asset, calibration_due_time=asset.calibration_due_time
            )
        case e.PersonDefined(), None | r.PersonRecord():
            return r.PersonRecord(person=event.person)
        case e.WorkMasterDefined(), None | r.WorkMasterRecord():
            versions = record.versions if record else ()
            return r.WorkMasterRecord(versions=(*versions, event.work_master))
        case e.WorkDirectiveCopied(), None:
            return r.WorkDirectiveRecord(work_directive=event.work_directive)
        case _:
            return None
