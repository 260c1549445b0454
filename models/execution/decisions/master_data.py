"""Decisions about master data: what the plant's files say comes into the record."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Equipment
from models.isa95.material import MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.work_definition import WorkMaster


def define(command: c.DefineMasterData, snapshot: Snapshot) -> Decision:
    """Record what is new or described differently; what is already known stays as it is.

    Lots and containers are described once: from then on only execution changes them. A
    WorkMaster never changes under its version.
    """
    found = [answer for item in command.items for answer in _datum(item, snapshot)]
    refusals = tuple(answer for answer in found if isinstance(answer, Refusal))
    events = tuple(answer for answer in found if not isinstance(answer, Refusal))
    return Decision(refusals=refusals, events=() if refusals else events)


def _datum(  # noqa: C901 -- one case per noun
    item: c.MasterDatum, snapshot: Snapshot
) -> Iterator[e.Event | Refusal]:
    match item:
        case Equipment():
            known = snapshot.equipment(item.equipment_id)
            if known is None or known.equipment != item:
                yield e.EquipmentDefined(equipment=item)
        case PhysicalAsset():
            asset = snapshot.physical_asset(item.physical_asset_id)
            if asset is None or asset.defined != item:
                yield e.PhysicalAssetDefined(physical_asset=item)
        case MaterialDefinition():
            definition = snapshot.material_definition(item.material_definition_id)
            if definition is None or definition.material_definition != item:
                yield e.MaterialDefinitionDefined(material_definition=item)
        case MaterialLot():
            yield from _lot(item, snapshot)
        case MaterialSublot():
            if snapshot.material_sublot(item.material_sublot_id) is None:
                yield e.MaterialSublotDefined(material_sublot=item)
                yield e.MaterialSublotListed(
                    material_lot_id=item.material_lot_id,
                    material_sublot_id=item.material_sublot_id,
                )
        case Person():
            person = snapshot.person(item.person_id)
            if person is None or person.person != item:
                yield e.PersonDefined(person=item)
        case DocumentRevision():
            yield from _document(item, snapshot)
        case WorkMaster():
            yield from _work_master(item, snapshot)


def _lot(item: MaterialLot, snapshot: Snapshot) -> Iterator[e.Event]:
    if snapshot.material_lot(item.material_lot_id) is None:
        yield e.MaterialLotDefined(material_lot=item)
        yield e.MaterialLotListed(
            material_definition_id=item.material_definition_id,
            material_lot_id=item.material_lot_id,
        )


def _work_master(item: WorkMaster, snapshot: Snapshot) -> Iterator[e.Event | Refusal]:
    record = snapshot.work_master(item.work_master_id)
    versions = {known.version: known for known in record.versions} if record else {}
    known = versions.get(item.version)
    if known is None:
        yield e.WorkMasterDefined(work_master=item)
    elif known != item:
        name = f"{item.work_master_id} version {item.version}"
        yield refuse("work-master-changed", name, f"{name} is on record with other content")


def _document(item: DocumentRevision, snapshot: Snapshot) -> Iterator[e.Event]:
    if snapshot.document(item.document_id) is None:
        yield e.DocumentDefined(revision=item)
