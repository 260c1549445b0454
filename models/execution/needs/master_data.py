"""What decisions about master data look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.principal import Account
from models.execution.snapshot import Snapshot
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Equipment
from models.isa95.material import MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.work_definition import WorkMaster


def master_data_needs(command: c.Command, _: Snapshot) -> Iterator[str]:
    """Name what the plant's files describe."""
    if isinstance(command, c.DefineMasterData):
        for item in command.items:
            yield from _datum(item)


def _datum(item: c.MasterDatum) -> tuple[str, ...]:  # noqa: C901 -- one case per noun
    match item:
        case Account():
            return (streams.account(item.account),)
        case Equipment():
            return (streams.equipment(item.equipment_id),)
        case PhysicalAsset():
            return (streams.physical_asset(item.physical_asset_id),)
        case MaterialDefinition():
            return (streams.material_definition(item.material_definition_id),)
        case MaterialLot():
            lot = streams.material_lot(item.material_lot_id)
            return lot, streams.material_definition(item.material_definition_id)
        case MaterialSublot():
            sublot = streams.material_sublot(item.material_sublot_id)
            return sublot, streams.material_lot(item.material_lot_id)
        case Person():
            return (streams.person(item.person_id),)
        case DocumentRevision():
            return (streams.document(item.document_id),)
        case WorkMaster():
            return (streams.work_master(item.work_master_id),)
