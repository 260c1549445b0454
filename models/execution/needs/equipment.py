"""What decisions about equipment and instruments look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.snapshot import Snapshot


def equipment_needs(command: c.Command, _: Snapshot) -> Iterator[str]:
    """Name the equipment and the instruments that the command names."""
    match command:
        case c.CaptureWeight():
            yield streams.physical_asset(command.instrument_id)
        case c.RecordEvidence() if command.instrument_id:
            yield streams.physical_asset(command.instrument_id)
        case c.RecordCalibration():
            yield streams.physical_asset(command.physical_asset_id)
        case c.RecordEquipmentEvent():
            yield streams.equipment(command.event.equipment_id)
        case _:
            return
