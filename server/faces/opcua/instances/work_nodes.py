"""The work as nodes: stations with their faceplates, job orders with their steps."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any, Final

from asyncua import ua

from models.execution import records as r
from models.execution.step_state import StepState
from models.isa95.equipment import Equipment
from server.faces.opcua.instances.plant_nodes import FOLDERS as FOLDERS_OF_THE_PLANT
from server.faces.opcua.instances.plant_nodes import (
    NODE_VERSION,
    OBJECTS,
    Shown,
    folder_node,
    isa95_id,
)
from server.faces.opcua.methods.method_calls import method_ids
from server.faces.opcua.methods.method_nodes import method_nodes
from server.faces.opcua.methods.methods_table import FACEPLATE_METHODS, FOLDERS
from server.faces.opcua.namespaces import PLANT, TYPES, plant, standard, word
from server.faces.opcua.nodes import (
    ARRAY,
    BASE_DATA_VARIABLE,
    FOLDER,
    HAS_COMPONENT,
    HAS_EVENT_SOURCE,
    HAS_NOTIFIER,
    ORGANIZES,
    SCALAR,
    Link,
    Node,
    built_in,
    variant,
)
from server.faces.opcua.types import execution_table as x
from server.faces.opcua.types.execution_table import VariableRow
from server.queries.faceplate import Faceplate

_C: Final = ua.NodeClass
SERVER: Final = standard(ua.ObjectIds.Server)
INTERLOCK: Final = plant("Interlock")
STATIONS: Final = plant("Stations")
JOB_ORDERS: Final = plant("JobOrders")
_OF_JOB_ORDERS: Final = frozenset(
    {
        NODE_VERSION,
        *(method.name for row in FOLDERS if row.name == "JobOrders" for method in row.methods),
    }
)
"""What stands in JobOrders beside the job orders."""

_FINISHED: Final = (
    StepState.COMPLETE,
    StepState.VERIFIED,
    StepState.NOT_SELECTED,
    StepState.CLOSED,
    StepState.ABORTED,
)


def folders() -> Iterator[Node]:
    """Yield Objects/Interlock with its folders, and the methods of each."""
    yield _node(INTERLOCK, "Interlock", "What may happen next on the shop floor.", OBJECTS,
                ORGANIZES, FOLDER, is_notifier=True)  # fmt: skip
    yield _node(STATIONS, "Stations", "One faceplate per station: bind an HMI here.", INTERLOCK,
                ORGANIZES, FOLDER, is_notifier=True)  # fmt: skip
    for row in FOLDERS:
        owner = plant(row.name)
        yield _node(owner, row.name, row.description, INTERLOCK, ORGANIZES, row.type_id,
                    is_notifier=owner == JOB_ORDERS)  # fmt: skip
        for method in row.methods:
            yield from method_nodes(method, owner, method_ids(owner, method))


def notifier_links() -> Iterator[Link]:
    """Yield the way up of events: from the folders to Objects/Interlock to the Server object."""
    yield Link(source=SERVER, reference=HAS_NOTIFIER, target=INTERLOCK)
    yield Link(source=INTERLOCK, reference=HAS_NOTIFIER, target=STATIONS)
    yield Link(source=INTERLOCK, reference=HAS_NOTIFIER, target=JOB_ORDERS)
    plant_folders = tuple(isa95_id(*path) for path, _ in FOLDERS_OF_THE_PLANT if len(path) == 1)
    yield Link(source=SERVER, reference=HAS_NOTIFIER, target=isa95_id())
    for folder in plant_folders:
        yield Link(source=isa95_id(), reference=HAS_NOTIFIER, target=folder)


def station_links(station: str, job_order_id: str | None) -> Iterator[Link]:
    """Yield who passes on the events of a station, and the way to the job order it works on."""
    owner = station_id(station)
    yield Link(source=STATIONS, reference=HAS_NOTIFIER, target=owner)
    if job_order_id:
        order = job_order_node_id(job_order_id)
        yield Link(source=order, reference=HAS_EVENT_SOURCE, target=owner)
        yield Link(source=owner, reference=ORGANIZES, target=order)
        equipment = isa95_id("Equipment", station)
        yield Link(source=equipment, reference=ORGANIZES, target=order)


def station_id(station: str) -> ua.NodeId:
    """Return the NodeId of a station's faceplate."""
    return plant("Stations", station)


def job_order_node_id(job_order_id: str) -> ua.NodeId:
    """Return the NodeId of a job order."""
    return plant("JobOrders", word(job_order_id, _OF_JOB_ORDERS))


def station(item: Equipment) -> Iterator[Node]:
    """Yield the faceplate of a station, empty, with its methods."""
    owner = station_id(item.equipment_id)
    yield _node(owner, item.equipment_id, item.description, STATIONS, ORGANIZES, x.STATION_TYPE,
                is_notifier=True)  # fmt: skip
    for row in x.FACEPLATE_VARIABLES:
        yield _variable(owner, row, ua.DataValue(row.empty))
    for method in FACEPLATE_METHODS:
        yield from method_nodes(method, owner, method_ids(owner, method))


def faceplate_values(shown: Faceplate) -> Iterator[tuple[ua.NodeId, ua.DataValue]]:
    """Yield every variable of a faceplate but the live ones, with what it shows."""
    owner = station_id(shown.station)
    attributes = _attributes(shown)
    for row in x.FACEPLATE_VARIABLES:
        if row.attribute:
            value = ua.DataValue(_shown(row, attributes[row.attribute]))
            yield plant(str(owner.Identifier), row.name), value


def _attributes(shown: Faceplate) -> Mapping[str, Any]:
    """Return what the rows of the table name, amounts as plain numbers in the target's unit."""
    found = {row.attribute: getattr(shown, row.attribute, None) for row in x.FACEPLATE_VARIABLES
             if row.attribute}  # fmt: skip
    unit = shown.target_quantity.unit if shown.target_quantity else ""
    for name in ("target_quantity", "tolerance_low", "tolerance_high"):
        amount = found[name]
        found[name] = float(amount.to(unit).value) if amount is not None else None
    return {**found, "target_unit": unit}


def _shown(row: VariableRow, value: Any) -> ua.Variant:
    if value is None or value in ("", ()):
        return row.empty
    if row.variant_type is ua.VariantType.LocalizedText:
        return variant([ua.LocalizedText(text) for text in value], row.variant_type)
    return variant(value, row.variant_type)


def job_order(record: r.JobOrderRecord, directive: r.WorkDirectiveRecord | None) -> Shown:
    """Return a job order with its steps."""
    owner = job_order_node_id(record.job_order_id)
    text = f"{record.quantity} of {record.material_definition_id} into {record.material_lot_id}."
    steps = plant(str(owner.Identifier), "Steps")
    day = _day(record)
    nodes = (
        _node(owner, record.job_order_id, text, day.node_id, ORGANIZES, x.JOB_ORDER_TYPE,
              is_notifier=True),
        *_variables(owner, x.JOB_ORDER_VARIABLES, _job_order_values(record)),
        Node(
            node_id=steps,
            node_class=_C.Object,
            name=ua.QualifiedName("Steps", TYPES),
            description="The steps in their order.",
            parent=owner,
            reference=HAS_COMPONENT,
            type_definition=FOLDER,
        ),
        *(node for step in record.steps for node in _step(steps, step, directive)),
    )  # fmt: skip
    links = (
        Link(source=JOB_ORDERS, reference=HAS_NOTIFIER, target=day.node_id),
        Link(source=day.node_id, reference=HAS_NOTIFIER, target=owner),
    )
    return Shown(nodes=nodes, links=links, group=day)


def _day(record: r.JobOrderRecord) -> Node:
    """Return the folder of the day on which the job order was stored, so that none grows big."""
    stored = record.stored_time
    name = f"{stored.astimezone(UTC):%Y-%m-%d}" if stored else "Undated"
    node_id = plant("JobOrdersByDay", name)
    when = f"on {name} (UTC)" if stored else "at a time that is not known"
    text = f"The job orders that were stored {when}."
    return folder_node(node_id, name, text, JOB_ORDERS, is_notifier=True)


def _job_order_values(record: r.JobOrderRecord) -> Mapping[str, Any]:
    unfinished = (step.step_id for step in record.steps if step.state not in _FINISHED)
    return {
        "State": record.state.value,
        "WorkMasterId": record.work_master_id,
        "WorkMasterVersion": record.work_master_version,
        "Quantity": float(record.quantity.value),
        "Unit": record.quantity.unit,
        "MaterialDefinitionId": record.material_definition_id,
        "MaterialLotId": record.material_lot_id,
        "CurrentStepId": next(unfinished, ""),
        "OpenExceptions": [
            f"{item.exception_id} {item.kind}: {item.description}"
            for item in record.open_exceptions()
        ],
        "StartTime": record.start_time,
        "EndTime": record.end_time,
    }


def _step(
    steps: ua.NodeId, step: r.StepRecord, directive: r.WorkDirectiveRecord | None
) -> Iterator[Node]:
    wanted = directive.work_directive.step(step.step_id) if directive else None
    description = wanted.description if wanted else ""
    owner = plant(str(steps.Identifier), word(step.step_id))
    yield _node(owner, step.step_id, description, steps, HAS_COMPONENT, x.STEP_TYPE)
    yield from _variables(
        owner,
        x.STEP_VARIABLES,
        {
            "Description": description,
            "State": step.state.value,
            "Station": step.station or "",
            "StartTime": step.start_time,
            "EndTime": step.end_time,
            "Performers": list(step.performers),
            "VerifiedBy": step.verification.person_id if step.verification else "",
        },
    )


def _variables(
    owner: ua.NodeId, rows: tuple[VariableRow, ...], values: Mapping[str, Any]
) -> Iterator[Node]:
    for row in rows:
        yield _variable(owner, row, ua.DataValue(_shown(row, values[row.name])))


def _variable(owner: ua.NodeId, row: VariableRow, value: ua.DataValue) -> Node:
    return Node(
        node_id=plant(str(owner.Identifier), row.name),
        node_class=_C.Variable,
        name=ua.QualifiedName(row.name, TYPES),
        description=row.description,
        parent=owner,
        reference=HAS_COMPONENT,
        type_definition=BASE_DATA_VARIABLE,
        value=value,
        data_type=built_in(row.variant_type),
        value_rank=ARRAY if row.is_array else SCALAR,
    )


def _node(  # noqa: PLR0913 -- a row of a table
    node_id: ua.NodeId,
    name: str,
    description: str,
    parent: ua.NodeId,
    reference: ua.NodeId,
    kind: ua.NodeId,
    *,
    is_notifier: bool = False,
) -> Node:
    return Node(
        node_id=node_id,
        node_class=_C.Object,
        name=ua.QualifiedName(name, PLANT),
        description=description or name,
        parent=parent,
        reference=reference,
        type_definition=kind,
        is_notifier=is_notifier,
    )
