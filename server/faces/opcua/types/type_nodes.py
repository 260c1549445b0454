"""Type nodes made from the tables, in the order in which they can be inserted."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from asyncua import ua

from server.faces.opcua.methods.method_nodes import method_nodes
from server.faces.opcua.methods.methods_table import FACEPLATE_METHODS, FOLDERS
from server.faces.opcua.namespaces import TYPES, standard, types
from server.faces.opcua.nodes import (
    ARRAY,
    BASE_DATA_VARIABLE,
    FOLDER,
    GENERATES_EVENT,
    HAS_COMPONENT,
    HAS_PROPERTY,
    HAS_SUBTYPE,
    PROPERTY,
    SCALAR,
    Link,
    Node,
    built_in,
)
from server.faces.opcua.types import alarm_table, execution_table
from server.faces.opcua.types.companion_tables import companion_tables
from server.faces.opcua.types.execution_table import VariableRow
from server.faces.opcua.types.isa95_table import MANDATORY, PLACEHOLDER, TypeRow
from server.faces.opcua.types.own_types import namespace_nodes, own_types

_C: Final = ua.NodeClass
_ANY: Final = standard(ua.ObjectIds.BaseDataType)


def type_nodes() -> Iterator[Node]:
    """Yield every type node: those of the companion standards first, ours after them."""
    for table in companion_tables():
        yield from table.nodes()
    yield from own_types()
    yield from namespace_nodes()
    yield from _execution_types()


def type_links() -> Iterator[Link]:
    """Yield the references between type nodes: those of the standards, and who raises what."""
    for table in companion_tables():
        yield from table.links()
    for source in (execution_table.STATION_TYPE, execution_table.JOB_ORDER_TYPE):
        for event in (
            execution_table.STATE_CHANGE_EVENT_TYPE,
            execution_table.REFUSAL_EVENT_TYPE,
        ):
            yield Link(source=source, reference=GENERATES_EVENT, target=event)


def variable_nodes(
    rows: Sequence[VariableRow],
    owner: ua.NodeId,
    make_id: Callable[[VariableRow], ua.NodeId],
    *,
    rule: ua.NodeId | None = None,
    as_property: bool = False,
) -> Iterator[Node]:
    """Yield the variables of a type or of an instance, empty."""
    for row in rows:
        yield Node(
            node_id=make_id(row),
            node_class=_C.Variable,
            name=ua.QualifiedName(row.name, TYPES),
            description=row.description,
            parent=owner,
            reference=HAS_PROPERTY if as_property else HAS_COMPONENT,
            type_definition=PROPERTY if as_property else BASE_DATA_VARIABLE,
            modelling_rule=rule,
            value=ua.DataValue(row.empty),
            data_type=built_in(row.variant_type),
            value_rank=ARRAY if row.is_array else SCALAR,
        )


def _execution_types() -> Iterator[Node]:
    for row in execution_table.EVENT_TYPES + execution_table.OBJECT_TYPES:
        yield _type(row, _C.ObjectType)
    for row in execution_table.VARIABLE_TYPES:
        yield _type(row, _C.VariableType, _ANY)
    yield from variable_nodes(
        execution_table.EVENT_FIELDS,
        execution_table.EXECUTION_EVENT_TYPE,
        _by_number,
        rule=MANDATORY,
        as_property=True,
    )
    for rows, owner in (
        (execution_table.FACEPLATE_VARIABLES, execution_table.STATION_TYPE),
        (execution_table.JOB_ORDER_VARIABLES, execution_table.JOB_ORDER_TYPE),
        (execution_table.STEP_VARIABLES, execution_table.STEP_TYPE),
    ):
        yield from variable_nodes(rows, owner, _by_number, rule=MANDATORY)
    yield from _alarm_types()
    yield from _steps_of_job_order_type()
    for methods, owner in (
        (FACEPLATE_METHODS, execution_table.STATION_TYPE),
        *((folder.methods, folder.type_id) for folder in FOLDERS),
    ):
        for method in methods:
            yield from method_nodes(
                method,
                owner,
                (types(method.number), types(method.number + 1), types(method.number + 2)),
                rule=MANDATORY,
            )


def _alarm_types() -> Iterator[Node]:
    for row in alarm_table.ALARM_TYPES:
        yield _type(row, _C.ObjectType)
    for owner, rows in alarm_table.ALARM_FIELDS:
        yield from variable_nodes(rows, owner, _by_number, rule=MANDATORY, as_property=True)


def _steps_of_job_order_type() -> Iterator[Node]:
    steps = types(execution_table.STEPS_FOLDER)
    yield Node(
        node_id=steps,
        node_class=_C.Object,
        name=ua.QualifiedName("Steps", TYPES),
        description="The steps in their order.",
        parent=execution_table.JOB_ORDER_TYPE,
        reference=HAS_COMPONENT,
        type_definition=FOLDER,
        modelling_rule=MANDATORY,
    )
    yield Node(
        node_id=types(execution_table.STEP_PLACEHOLDER),
        node_class=_C.Object,
        name=ua.QualifiedName("<StepId>", TYPES),
        description="A step; its BrowseName is its id.",
        parent=steps,
        reference=HAS_COMPONENT,
        type_definition=execution_table.STEP_TYPE,
        modelling_rule=PLACEHOLDER,
    )


def _by_number(row: VariableRow) -> ua.NodeId:
    return types(row.number)


def _type(row: TypeRow, node_class: ua.NodeClass, data_type: ua.NodeId | None = None) -> Node:
    return Node(
        node_id=types(row.number),
        node_class=node_class,
        name=ua.QualifiedName(row.name, TYPES),
        description=row.description,
        parent=row.supertype,
        reference=HAS_SUBTYPE,
        data_type=data_type,
        value_rank=row.value_rank,
        is_abstract=row.is_abstract,
        inverse_name=row.inverse_name,
    )
