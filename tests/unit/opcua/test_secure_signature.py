"""Which Variants fit which declared argument."""

from typing import Any

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData

from server.faces.opcua.methods.method_signature import read_signature
from server.faces.opcua.wire.type_tree import is_subtype, supertypes

TYPES = {  # subtype: supertype, as OPC 10000-5 has them
    "Number": "BaseDataType",
    "Integer": "Number",
    "UInteger": "Number",
    "Double": "Number",
    "Duration": "Double",
    "Int32": "Integer",
    "UInt16": "UInteger",
    "String": "BaseDataType",
    "LocaleId": "String",
    "Structure": "BaseDataType",
    "Range": "Structure",
    "EUInformation": "Structure",
    "Enumeration": "BaseDataType",
    "ServerState": "Enumeration",
    "DateTime": "BaseDataType",
    "UtcTime": "DateTime",
}
METHOD = ua.NodeId("method", 2)
UNDECODED = ua.ExtensionObject(TypeId=ua.NodeId(1, 9))  # a structure that nobody here knows


def node_id(name: str) -> ua.NodeId:
    return ua.NodeId(getattr(ua.ObjectIds, name))


def a_space(argument: ua.Argument) -> AddressSpace:
    """Return an address space with the types and one method that takes the argument."""
    space = AddressSpace()
    for name in {*TYPES, *TYPES.values()}:
        space[node_id(name)] = NodeData(node_id(name))
    for name, above in TYPES.items():
        refer(space, node_id(name), "HasSubtype", node_id(above), forward=False)
    space[METHOD] = NodeData(METHOD)
    arguments = ua.NodeId("arguments", 2)
    data = space[arguments] = NodeData(arguments)
    for attribute, value in (
        (ua.AttributeIds.BrowseName, ua.QualifiedName("InputArguments", 0)),
        (ua.AttributeIds.Value, [argument]),
    ):
        data.attributes[attribute] = attribute_value(value)
    refer(space, METHOD, "HasProperty", arguments, forward=True)
    return space


def attribute_value(value: Any) -> Any:
    return AttributeValue(ua.DataValue(ua.Variant(value)))


def refer(
    space: AddressSpace, source: ua.NodeId, kind: str, target: ua.NodeId, *, forward: bool
) -> None:
    space[source].references.append(
        ua.ReferenceDescription(ReferenceTypeId=node_id(kind), IsForward=forward, NodeId=target)
    )


def variant(value: Any, kind: str) -> ua.Variant:
    return ua.Variant(value, ua.VariantType[kind])


@pytest.mark.parametrize(
    ("data_type", "rank", "argument", "fits"),
    [
        ("String", -1, variant("a", "String"), True),
        ("String", -1, variant(None, "String"), True),
        ("String", -1, ua.Variant(), False),
        ("String", -1, variant(b"a", "ByteString"), False),
        ("LocaleId", -1, variant("en", "String"), True),
        ("Duration", -1, variant(1.0, "Double"), True),
        ("Duration", -1, variant(1.0, "Float"), False),
        ("UtcTime", -1, variant(None, "DateTime"), True),
        ("Number", -1, variant(1, "UInt16"), True),
        ("Number", -1, variant("1", "String"), False),
        ("UInteger", -1, variant(1, "Int32"), False),
        ("ServerState", -1, variant(1, "Int32"), True),
        ("ServerState", -1, variant(1, "Int64"), False),
        ("Range", -1, ua.Variant(ua.Range()), True),
        ("Range", -1, ua.Variant(ua.EUInformation()), False),
        (
            "Range",
            -1,
            variant(ua.ExtensionObject(TypeId=ua.NodeId(1, 9)), "ExtensionObject"),
            False,
        ),
        ("Structure", -1, ua.Variant(ua.EUInformation()), True),
        ("Range", 1, ua.Variant([ua.Range(), ua.EUInformation()]), False),
        ("BaseDataType", -1, variant("x", "String"), True),
        ("BaseDataType", -1, ua.Variant(), True),
        ("String", 1, variant("a", "String"), False),
        ("String", 1, variant([], "String"), True),
        ("String", 1, ua.Variant(None, ua.VariantType.String, is_array=True), True),
        ("Int32", 2, variant([[1], [2]], "Int32"), True),
        ("Int32", 1, variant([[1], [2]], "Int32"), False),
        ("Int32", 0, variant([[1], [2]], "Int32"), True),
        ("Int32", 0, variant(1, "Int32"), False),
        ("Int32", -2, variant([1], "Int32"), True),
        ("Int32", -3, variant(1, "Int32"), True),
        ("Int32", -3, variant([[1], [2]], "Int32"), False),
    ],
)
def test_fits(data_type: str, rank: int, argument: ua.Variant, *, fits: bool) -> None:
    space = a_space(ua.Argument(Name="x", DataType=node_id(data_type), ValueRank=rank))
    (shape,) = read_signature(space, METHOD).inputs
    assert shape.accepts(space, argument) is fits


def test_an_unknown_data_type_accepts_nothing() -> None:
    space = a_space(ua.Argument(Name="x", DataType=ua.NodeId("unknown", 2), ValueRank=-1))
    (shape,) = read_signature(space, METHOD).inputs
    assert not shape.accepts(space, variant("a", "String"))


def test_a_plain_value_gets_the_declared_type() -> None:
    space = a_space(ua.Argument(Name="x", DataType=node_id("Duration"), ValueRank=1))
    (shape,) = read_signature(space, METHOD).inputs
    made = shape.variant((1.0, 2.0))
    assert (made.VariantType, made.Value) == (ua.VariantType.Double, [1.0, 2.0])


def test_a_loop_of_supertypes_ends() -> None:
    space = AddressSpace()
    first, second = ua.NodeId("first", 2), ua.NodeId("second", 2)
    for one, other in ((first, second), (second, first)):
        space[one] = NodeData(one)
        refer(space, one, "HasSubtype", other, forward=False)
    assert len(list(supertypes(space, first))) < 100
    assert not is_subtype(space, first, ua.NodeId("third", 2))
