"""Test specifications and test results of ISA-95 objects (OPC 10030, 7.4 and 8)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.instances.plant_nodes import attribute, below
from server.faces.opcua.namespaces import ISA95, PLANT, isa95, standard
from server.faces.opcua.nodes import (
    HAS_PROPERTY,
    NO_TIME,
    PROPERTY,
    Link,
    Node,
    built_in,
    data_value,
)
from server.faces.opcua.types.isa95_structures import ISA95TestResultDataType

_C: Final = ua.NodeClass
_V: Final = ua.VariantType

HAS_TEST_RESULT: Final = isa95(4915)
RESULTS_FOR: Final = isa95(4916)
TESTED_BY_QUALIFICATION: Final = isa95(4918)
TESTED_BY_ASSET_TEST: Final = isa95(4922)
TESTED_BY_MATERIAL_TEST: Final = isa95(4924)

QUALIFICATION_TEST_TYPE: Final = isa95(4977)
ASSET_TEST_TYPE: Final = isa95(5057)
MATERIAL_TEST_TYPE: Final = isa95(5172)

QUALIFICATION_RESULT_TYPE: Final = isa95(4961)
ASSET_RESULT_TYPE: Final = isa95(5050)
MATERIAL_RESULT_TYPE: Final = isa95(5165)

_TEST_RESULT_DATA_TYPE: Final = isa95(4873)
_ANY: Final = standard(ua.ObjectIds.BaseDataType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a test came to; None where the records don't say it."""

    value: Any
    variant_type: ua.VariantType
    description: str
    tested: datetime | None = None
    unit: str = ""
    expires: datetime | None = None


def specification(
    node_id: ua.NodeId,
    name: str,
    description: str,
    kind: ua.NodeId,
    parent: tuple[ua.NodeId, ua.NodeId],
) -> tuple[Node, ...]:
    """Return a test specification; ``parent`` is the node it hangs on, and how."""
    spec = Node(
        node_id=node_id,
        node_class=_C.Object,
        name=ua.QualifiedName(name, PLANT),
        description=description,
        parent=parent[0],
        reference=parent[1],
        type_definition=kind,
    )
    version = ("Version", "", _V.String, "The version of the test, where the plant counts them.")
    return spec, attribute(node_id, version)


def limits(spec: ua.NodeId, rows: Iterable[tuple[str, Any, ua.VariantType, str]]) -> Iterator[Node]:
    """Yield what a specification asks for, as properties of our own."""
    for name, value, variant_type, description in rows:
        yield Node(
            node_id=below(spec, name),
            node_class=_C.Variable,
            name=ua.QualifiedName(name, PLANT),
            description=description,
            parent=spec,
            reference=HAS_PROPERTY,
            type_definition=PROPERTY,
            data_type=built_in(variant_type),
            value=data_value(value, variant_type),
        )


def result_nodes(tested: ua.NodeId, kind: ua.NodeId, result: Result) -> Iterator[Node]:
    """Yield the test result of a property, with the six parts that the type asks for."""
    node_id = below(tested, "TestResult")
    yield Node(
        node_id=node_id,
        node_class=_C.Variable,
        name=ua.QualifiedName("TestResult", ISA95),
        description=result.description or "What the test came to.",
        parent=tested,
        reference=HAS_TEST_RESULT,
        type_definition=kind,
        data_type=_TEST_RESULT_DATA_TYPE,
        value=_structure(node_id, result),
    )
    text = ua.LocalizedText(result.description)
    yield attribute(node_id, ("Id", node_id, _V.NodeId, "Tells this result from all others."))
    yield attribute(
        node_id, ("ResultDescription", text, _V.LocalizedText, "What the result says, in words.")
    )
    yield attribute(node_id, ("TestDate", result.tested, _V.DateTime, "When it was tested."))
    yield attribute(node_id, ("Result", result.value, result.variant_type, "The result."), _ANY)
    yield attribute(
        node_id, ("ResultUnitOfMeasure", result.unit, _V.String, "The unit of the result.")
    )
    yield attribute(
        node_id, ("Expiration", result.expires, _V.DateTime, "From then on it no longer holds.")
    )


def result_link(tested: ua.NodeId, spec: ua.NodeId) -> Link:
    """Return what says which specification a result is for."""
    return Link(source=below(tested, "TestResult"), reference=RESULTS_FOR, target=spec)


def _structure(node_id: ua.NodeId, result: Result) -> ua.DataValue:
    held = ISA95TestResultDataType(
        Id=node_id,
        TestResultDescription=ua.LocalizedText(result.description),
        Date=result.tested or NO_TIME,
        Result=ua.Variant(result.value, result.variant_type),
        ResultUnitOfMeasure=result.unit,
        Expiration=result.expires or NO_TIME,
    )
    return data_value(held, _V.ExtensionObject)
