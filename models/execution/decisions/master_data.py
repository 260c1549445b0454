"""Decisions about master data: what the plant's files say comes into the record."""

from collections.abc import Iterator
from dataclasses import replace

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision
from models.execution.decisions.work_masters import drafted
from models.execution.outcome import Refusal
from models.execution.principal import Account
from models.execution.snapshot import Snapshot
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Equipment
from models.isa95.material import MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.work_definition import WorkMaster


def define(command: c.DefineMasterData, snapshot: Snapshot) -> Decision:
    """Record what is new or described differently; what is already known stays as it is.

    Lots, containers and documents are described once: from then on only commands change them,
    as they do calibrations and qualifications. A WorkMaster comes in as a draft that nobody has
    reviewed, and never changes under its version.
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
            yield from _physical_asset(item, snapshot)
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
        case Account():
            yield from _account(item, snapshot)
        case Person():
            yield from _person(item, snapshot)
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


def _physical_asset(item: PhysicalAsset, snapshot: Snapshot) -> Iterator[e.Event]:
    """Describe an instrument; the calibration that counts is the one that was recorded."""
    known = snapshot.physical_asset(item.physical_asset_id)
    if known is None:
        yield e.PhysicalAssetDefined(physical_asset=item)
        return
    described = replace(item, calibration_due_time=known.calibration_due_time)
    if described != replace(known.defined, calibration_due_time=known.calibration_due_time):
        yield e.PhysicalAssetDefined(physical_asset=described)


def _person(item: Person, snapshot: Snapshot) -> Iterator[e.Event]:
    """Describe a person; a qualification that is on record is changed by a training alone."""
    known = snapshot.person(item.person_id)
    if known is None:
        yield e.PersonDefined(person=item)
        return
    kept = known.person.qualifications
    on_record = {qualification.qualification_id for qualification in kept}
    new = tuple(q for q in item.qualifications if q.qualification_id not in on_record)
    described = replace(item, qualifications=(*kept, *new))
    if described != known.person:
        yield e.PersonDefined(person=described)


def _account(item: Account, snapshot: Snapshot) -> Iterator[e.Event]:
    """Describe an account; its wrong passwords and its lock stay what they are."""
    known = snapshot.account(item.account)
    said = (item.person_id, item.roles, item.stations)
    if known is None or (known.person_id, known.roles, known.stations) != said:
        yield e.AccountDefined(account=item)


def _work_master(item: WorkMaster, snapshot: Snapshot) -> Iterator[e.Event | Refusal]:
    found = drafted(item, None, snapshot)
    if found is not None:
        yield found


def _document(item: DocumentRevision, snapshot: Snapshot) -> Iterator[e.Event]:
    if snapshot.document(item.document_id) is None:
        yield e.DocumentDefined(revision=item)
