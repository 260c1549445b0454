"""Job orders and WorkMasters on the way out, as the structures of the standard."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary

from models.execution.records import JobOrderRecord
from models.isa95.quantity import Quantity
from models.isa95.work_definition import WorkMaster
from server.faces.opcua.instances.engineering_units import unit_information
from server.faces.opcua.job_control.job_states import job_state
from server.faces.opcua.types.job_control_structures import (
    STRUCTURES,
    ISA95EquipmentDataType,
    ISA95JobOrderAndStateDataType,
    ISA95JobOrderDataType,
    ISA95MaterialDataType,
    ISA95ParameterDataType,
    ISA95WorkMasterDataType,
)

VERSION: Final = "Version"
"""The parameter of a WorkMaster that names its version."""
PRODUCED: Final = "Produced"
CONSUMED: Final = "Consumed"
"""The uses of material."""

_MOST_URGENT: Final = 2**15 - 1


def job_order(order: JobOrderRecord, directive: WorkMaster | None) -> ISA95JobOrderDataType:
    """Return a job order; Update takes the same back."""
    return ISA95JobOrderDataType(
        JobOrderID=order.job_order_id,
        Description=_texts((directive.description,) if directive else ()),
        WorkMasterID=[
            ISA95WorkMasterDataType(
                ID=order.work_master_id,
                Parameters=[text_parameter(VERSION, order.work_master_version)],
            )
        ],
        StartTime=moment(order.planned_start),
        EndTime=moment(order.planned_end),
        Priority=_priority(order.priority),
        EquipmentRequirements=_equipment(order, directive),
        MaterialRequirements=_materials(order, directive),
    )


def and_state(
    order: JobOrderRecord, directive: WorkMaster | None, *, is_loaded: bool
) -> ISA95JobOrderAndStateDataType:
    """Return an entry of JobOrderList."""
    state = job_state(order, is_loaded=is_loaded)
    return ISA95JobOrderAndStateDataType(JobOrder=job_order(order, directive), State=state)


def _priority(ours: int | None) -> int | None:
    """Return the priority: the lower ours, the more urgent; the higher theirs, the more urgent."""
    if ours is None:
        return None
    return max(-_MOST_URGENT, min(_MOST_URGENT, -ours))


def _equipment(
    order: JobOrderRecord, directive: WorkMaster | None
) -> list[ISA95EquipmentDataType] | None:
    if order.stations:
        return [ISA95EquipmentDataType(ID=one, EquipmentUse="Station") for one in order.stations]
    classes = dict.fromkeys(step.equipment_class for step in directive.steps) if directive else {}
    return [ISA95EquipmentDataType(ID=one, EquipmentUse="Class") for one in classes] or None


def _materials(order: JobOrderRecord, directive: WorkMaster | None) -> list[ISA95MaterialDataType]:
    lots = dict(order.lot_allocations)
    used = (item for step in directive.steps for item in step.materials) if directive else ()
    names = dict.fromkeys(item.material_definition_id for item in used)
    produced = ISA95MaterialDataType(
        MaterialDefinitionID=order.material_definition_id,
        MaterialLotID=order.material_lot_id,
        MaterialUse=PRODUCED,
        Quantity=amount(order.quantity),
        EngineeringUnits=unit_information(order.quantity.unit),
    )
    consumed = (
        ISA95MaterialDataType(
            MaterialDefinitionID=name, MaterialLotID=lots.get(name), MaterialUse=CONSUMED
        )
        for name in (*names, *(lots.keys() - names.keys()))
    )
    return [produced, *consumed]


def work_master(master: WorkMaster) -> ISA95WorkMasterDataType:
    """Return a WorkMaster that a job order may name, with version and standard amount."""
    quantity = ISA95ParameterDataType(
        ID="Quantity",
        Value=ua.Variant(amount(master.quantity), ua.VariantType.String),
        EngineeringUnits=unit_information(master.quantity.unit),
    )
    return ISA95WorkMasterDataType(
        ID=master.work_master_id,
        Description=ua.LocalizedText(master.description),
        Parameters=[text_parameter(VERSION, master.version), quantity],
    )


def text_parameter(name: str, value: str, *texts: str) -> ISA95ParameterDataType:
    """Return a parameter whose value is a text."""
    held = ua.Variant(value, ua.VariantType.String)
    return ISA95ParameterDataType(ID=name, Value=held, Description=_texts(texts))


def amount(quantity: Quantity) -> str:
    """Return the number of an amount as a DecimalString, exactly."""
    return f"{quantity.value:f}"


def moment(time: datetime | None) -> datetime | None:
    """Return a time as the codec writes it: in UTC, without saying so."""
    return None if time is None else time.astimezone(UTC).replace(tzinfo=None)


def _texts(texts: Iterable[str]) -> list[ua.LocalizedText] | None:
    return [ua.LocalizedText(text) for text in texts if text] or None


def stored(structure: object) -> ua.ExtensionObject:
    """Return a structure with its bytes, so that a list that holds it need not encode it anew."""
    encoding = STRUCTURES[type(structure)].encoding
    return ua.ExtensionObject(TypeId=encoding, Body=ua.ByteString(struct_to_binary(structure)))


def listed(structures: Iterable[object]) -> ua.DataValue:
    """Return a list of structures as the value of a variable."""
    kind = ua.VariantType.ExtensionObject
    return ua.DataValue(ua.Variant(list(structures), kind, is_array=True))
