"""Our types beside the execution types: what the companion standards leave to a server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.namespaces import (
    ISA95_URI,
    PLANT_URI,
    TYPES,
    TYPES_URI,
    isa95,
    job_control,
    standard,
    types,
)
from server.faces.opcua.nodes import (
    ARRAY,
    HAS_COMPONENT,
    HAS_PROPERTY,
    HAS_SUBTYPE,
    PROPERTY,
    SCALAR,
    Node,
    data_value,
)

DEFINED_BY_MATERIAL_CLASS: Final = types(1301)
ASSEMBLED_FROM_SUBLOT: Final = types(1302)
JOB_ORDER_STATUS_EVENT_TYPE: Final = types(1310)
"""The concrete event of job orders: that of OPC 10031-4 is abstract and can't be sent."""

TYPES_VERSION: Final = "1.1.0"
TYPES_DATE: Final = datetime(2026, 11, 21, tzinfo=UTC)

_C: Final = ua.NodeClass
_V: Final = ua.VariantType
_NUMERIC: Final = 0
_STRING: Final = 1


def own_types() -> Iterator[Node]:
    """Yield the reference types and the event type; after the companion tables."""
    yield _type(
        DEFINED_BY_MATERIAL_CLASS,
        _C.ReferenceType,
        "DefinedByMaterialClass",
        isa95(4912),
        "The class that a material belongs to (OPC 10030, 9.6.2; its nodeset lacks it).",
        inverse_name="MaterialClassOf",
    )
    yield _type(
        ASSEMBLED_FROM_SUBLOT,
        _C.ReferenceType,
        "AssembledFromSublot",
        isa95(4925),
        "The containers a material was put together of (OPC 10030, 9.6.8; its nodeset lacks it).",
        inverse_name="AssemblyToSublot",
    )
    yield _type(
        JOB_ORDER_STATUS_EVENT_TYPE,
        _C.ObjectType,
        "JobOrderStatusEventType",
        job_control(1006),
        "The state of a job order is not what it was, or the order was updated.",
    )


def namespace_nodes() -> Iterator[Node]:
    """Yield the metadata of the namespaces whose own nodesets bring none (OPC 10000-5, 6.3.14)."""
    isa95_date = datetime(2013, 11, 6, tzinfo=UTC)
    yield from _namespace(1400, ISA95_URI, "1.00", isa95_date, _NUMERIC)
    yield from _namespace(1410, TYPES_URI, TYPES_VERSION, TYPES_DATE, _NUMERIC)
    yield from _namespace(1420, PLANT_URI, TYPES_VERSION, TYPES_DATE, _STRING)


def _type(
    node_id: ua.NodeId,
    node_class: ua.NodeClass,
    name: str,
    supertype: ua.NodeId,
    description: str,
    inverse_name: str = "",
) -> Node:
    return Node(
        node_id=node_id,
        node_class=node_class,
        name=ua.QualifiedName(name, TYPES),
        description=description,
        parent=supertype,
        reference=HAS_SUBTYPE,
        inverse_name=inverse_name,
    )


def _namespace(
    number: int, uri: str, version: str, published: datetime, kind: int
) -> Iterator[Node]:
    yield Node(
        node_id=types(number),
        node_class=_C.Object,
        name=ua.QualifiedName(uri, TYPES),
        description="About this namespace.",
        parent=standard(ua.ObjectIds.Server_Namespaces),
        reference=HAS_COMPONENT,
        type_definition=standard(ua.ObjectIds.NamespaceMetadataType),
    )
    numeric = ["1:2147483647"] if kind == _NUMERIC else []
    pattern = "" if kind == _NUMERIC else "*"
    rows: tuple[tuple[str, ua.VariantType, int, Any, str], ...] = (
        ("NamespaceUri", _V.String, ua.ObjectIds.String, uri, "The URI of the namespace."),
        ("NamespaceVersion", _V.String, ua.ObjectIds.String, version, "Its version."),
        ("NamespacePublicationDate", _V.DateTime, ua.ObjectIds.DateTime, published,
         "When this version was published."),
        ("IsNamespaceSubset", _V.Boolean, ua.ObjectIds.Boolean, False,
         "Whether only a part of the namespace is served."),
        ("StaticNodeIdTypes", _V.Int32, ua.ObjectIds.IdType, [kind],
         "The kinds of NodeIds that are the same everywhere."),
        ("StaticNumericNodeIdRange", _V.String, ua.ObjectIds.NumericRange, numeric,
         "The numeric NodeIds that are the same everywhere."),
        ("StaticStringNodeIdPattern", _V.String, ua.ObjectIds.String, pattern,
         "The string NodeIds that are the same everywhere."),
    )  # fmt: skip
    for place, (name, kind_of_value, data_type, value, description) in enumerate(rows, start=1):
        yield Node(
            node_id=types(number + place),
            node_class=_C.Variable,
            name=ua.QualifiedName(name, 0),
            description=description,
            parent=types(number),
            reference=HAS_PROPERTY,
            type_definition=PROPERTY,
            value=data_value(value, kind_of_value),
            data_type=standard(data_type),
            value_rank=ARRAY if isinstance(value, list) else SCALAR,
        )
