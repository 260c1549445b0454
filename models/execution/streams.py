"""The names of the streams of the execution log, and which event belongs to which."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, assert_never

from models.execution import events as e
from models.execution import records as r

RECORD_KINDS: Final[Mapping[str, type[r.Record]]] = MappingProxyType(
    {
        "job_order": r.JobOrderRecord,
        "work_directive": r.WorkDirectiveRecord,
        "station": r.StationRecord,
        "equipment": r.EquipmentRecord,
        "physical_asset": r.PhysicalAssetRecord,
        "material_definition": r.MaterialDefinitionRecord,
        "material_lot": r.MaterialLotRecord,
        "material_sublot": r.MaterialSublotRecord,
        "person": r.PersonRecord,
        "work_master": r.WorkMasterRecord,
        "attempts": r.AttemptsRecord,
    }
)
"""The record that a stream has, by the first word of its name."""


def record_kind(stream: str) -> type[r.Record]:
    """Return the class of the stream's record."""
    return RECORD_KINDS[stream.partition(":")[0]]


def job_order(job_order_id: str) -> str:
    """Return the stream of a job order."""
    return f"job_order:{job_order_id}"


def work_directive(job_order_id: str) -> str:
    """Return the stream of the frozen WorkMaster copy of a job order."""
    return f"work_directive:{job_order_id}"


def station(equipment_id: str) -> str:
    """Return the stream of a station's sessions."""
    return f"station:{equipment_id}"


def equipment(equipment_id: str) -> str:
    """Return the stream of a piece of equipment."""
    return f"equipment:{equipment_id}"


def physical_asset(physical_asset_id: str) -> str:
    """Return the stream of an instrument or machine."""
    return f"physical_asset:{physical_asset_id}"


def material_definition(material_definition_id: str) -> str:
    """Return the stream of a material."""
    return f"material_definition:{material_definition_id}"


def material_lot(material_lot_id: str) -> str:
    """Return the stream of a lot."""
    return f"material_lot:{material_lot_id}"


def material_sublot(material_sublot_id: str) -> str:
    """Return the stream of a container."""
    return f"material_sublot:{material_sublot_id}"


def person(person_id: str) -> str:
    """Return the stream of a person."""
    return f"person:{person_id}"


def work_master(work_master_id: str) -> str:
    """Return the stream of a WorkMaster with all its versions."""
    return f"work_master:{work_master_id}"


def attempts(account: str) -> str:
    """Return the stream of what was refused or denied to an account."""
    return f"attempts:{account}"


def stream_of(event: e.Event) -> str:  # noqa: C901, PLR0911, PLR0912 -- one case per subject
    """Return the stream that the event is written to."""
    match event:
        case e.EquipmentDefined():
            return equipment(event.equipment.equipment_id)
        case e.EquipmentEventRecorded():
            return equipment(event.event.equipment_id)
        case e.PhysicalAssetDefined():
            return physical_asset(event.physical_asset.physical_asset_id)
        case e.CalibrationRecorded():
            return physical_asset(event.physical_asset_id)
        case e.MaterialDefinitionDefined():
            return material_definition(event.material_definition.material_definition_id)
        case e.MaterialLotListed():
            return material_definition(event.material_definition_id)
        case e.MaterialLotDefined():
            return material_lot(event.material_lot.material_lot_id)
        case e.MaterialLotDispositionChanged() | e.MaterialSublotListed():
            return material_lot(event.material_lot_id)
        case e.MaterialSublotDefined():
            return material_sublot(event.material_sublot.material_sublot_id)
        case e.MaterialSublotDrawn():
            return material_sublot(event.material_sublot_id)
        case e.PersonDefined():
            return person(event.person.person_id)
        case e.WorkMasterDefined():
            return work_master(event.work_master.work_master_id)
        case e.WorkDirectiveCopied():
            return work_directive(event.job_order_id)
        case e.StationSessionOpened() | e.StationSessionClosed():
            return station(event.station)
        case e.CommandRefused() | e.CommandDenied():
            return attempts(event.account)
        case (
            e.JobOrderStored()
            | e.JobOrderAllowedToStart()
            | e.JobOrderRunBegan()
            | e.JobOrderReleased()
            | e.JobOrderAborted()
            | e.StepBecameReady()
            | e.StepBegan()
            | e.MaterialIdentified()
            | e.WeightCaptured()
            | e.EvidenceRecorded()
            | e.StepCompleted()
            | e.StepVerified()
            | e.StepClosed()
            | e.ExceptionOpened()
            | e.ExceptionDispositioned()
        ):
            return job_order(event.job_order_id)
        case _:
            assert_never(event)
