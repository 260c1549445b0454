"""The nodesets that a plant adds: what is served of them, and every mistake told at once."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.server.internal_server import InternalServer

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.nodes import HAS_COMPONENT, HAS_PROPERTY
from server.faces.opcua.types.companion_nodesets import (
    FIRST,
    CompanionNodesetFault,
    insert_companion_nodesets,
    read_companion_nodesets,
)
from server.faces.opcua.types.nodeset_file import MAX_BYTES
from server.faces.opcua.types.type_nodes import type_nodes

A = ua.AttributeIds
URI = "urn:example:oven"


def nodeset(body: str, *, uri: str = URI, models: str = "", header: str = "") -> str:
    given = models or f'<Model ModelUri="{uri}" Version="1.0" PublicationDate="2025-01-01"/>'
    return (
        f'<?xml version="1.0"?>{header}\n'
        '<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd"'
        ' xmlns:t="http://opcfoundation.org/UA/2008/02/Types.xsd">\n'
        f"<NamespaceUris><Uri>{uri}</Uri></NamespaceUris>\n<Models>{given}</Models>\n"
        '<Aliases><Alias Alias="HasSubtype">i=45</Alias><Alias Alias="Double">i=11</Alias>'
        '<Alias Alias="HasTypeDefinition">i=40</Alias><Alias Alias="HasComponent">i=47</Alias>'
        "</Aliases>\n"
        f"{body}\n</UANodeSet>"
    )


def under(parent: str, kind: str = "HasComponent", type_definition: str = "i=63") -> str:
    typed = f'<Reference ReferenceType="HasTypeDefinition">{type_definition}</Reference>'
    return (
        f"<References>{typed if type_definition else ''}"
        f'<Reference ReferenceType="{kind}" IsForward="false">{parent}</Reference></References>'
    )


OVEN_TYPE = (
    '<UAObjectType NodeId="ns=1;i=1" BrowseName="1:OvenType"><DisplayName>Oven</DisplayName>'
    f"<Description>It bakes.</Description>{under('i=58', 'HasSubtype', '')}</UAObjectType>\n"
)
OVEN = (
    '<UAObject NodeId="ns=1;s=oven" BrowseName="1:Oven" EventNotifier="1">'
    f"{under('i=85', 'i=35', 'ns=1;i=1')}</UAObject>\n"
)


def variable(value: str, *, number: int = 100, data_type: str = "i=24") -> str:
    return (
        f'<UAVariable NodeId="ns=1;i={number}" BrowseName="1:V{number}" DataType="{data_type}">'
        f"{under('ns=1;s=oven')}<Value>{value}</Value></UAVariable>\n"
    )


@pytest.fixture(scope="module")
def prepared() -> tuple[AddressSpace, AddressTree]:
    """Return an address space with our types; making one takes two seconds."""

    async def opened() -> AddressSpace:
        server = InternalServer()
        await server.init()
        return server.aspace

    space = asyncio.run(opened())
    tree = AddressTree(space)
    tree.insert(type_nodes())
    return space, tree


@pytest.fixture
def space(prepared: tuple[AddressSpace, AddressTree]) -> Iterator[AddressSpace]:
    space, tree = prepared
    yield space
    added = [node_id for node_id in space.keys() if node_id.NamespaceIndex >= FIRST]  # noqa: SIM118
    asyncio.run(tree.remove(added))


@pytest.fixture
def tree(prepared: tuple[AddressSpace, AddressTree], space: AddressSpace) -> AddressTree:
    assert not [node_id for node_id in space.keys() if node_id.NamespaceIndex >= FIRST]  # noqa: SIM118
    return prepared[1]


class Loaded:
    """An address space with our types and the nodesets of a plant."""

    def __init__(self, folder: Path, tree: AddressTree, *texts: str) -> None:
        names = [f"companion/{place}.xml" for place in range(len(texts))]
        (folder / "companion").mkdir()
        for name, text in zip(names, texts, strict=True):
            (folder / name).write_text(text, encoding="utf-8")
        self.space = tree._space
        found = read_companion_nodesets(folder, names)
        self.remarks = insert_companion_nodesets(found, tree, self.space)

    def read(self, node_id: str, attribute: ua.AttributeIds = A.Value) -> Any:
        held = self.space[ua.NodeId.from_string(node_id)].attributes[attribute].value
        return held.Value.Value if held is not None and held.Value is not None else None


def told(folder: Path, tree: AddressTree, *texts: str) -> str:
    with pytest.raises(CompanionNodesetFault) as fault:
        Loaded(folder, tree, *texts)
    for one in fault.value.mistakes:
        assert str(one) in str(fault.value)
        assert one.remedy
    return str(fault.value)


def test_a_type_and_its_instance_are_served_as_the_file_says(
    tmp_path: Path, tree: AddressTree, space: AddressSpace
) -> None:
    loaded = Loaded(tmp_path, tree, nodeset(OVEN_TYPE + OVEN))
    assert loaded.read("ns=7;i=1", A.BrowseName) == ua.QualifiedName("OvenType", 7)
    assert loaded.read("ns=7;i=1", A.DisplayName).Text == "Oven"
    assert loaded.read("ns=7;i=1", A.Description).Text == "It bakes."
    assert loaded.read("ns=7;s=oven", A.EventNotifier) == 1
    kinds = space[ua.NodeId("oven", 7)].references
    assert any(one.NodeId == ua.NodeId(1, 7) and one.IsForward for one in kinds)


VALUES = {
    "<t:Boolean>true</t:Boolean>": True,
    "<t:Byte>7</t:Byte>": 7,
    "<t:Int64>-5</t:Int64>": -5,
    "<t:Double>2.5</t:Double>": 2.5,
    "<t:String> two words </t:String>": " two words ",
    "<t:DateTime>2025-03-01T06:30:00Z</t:DateTime>": datetime(2025, 3, 1, 6, 30, tzinfo=UTC),
    "<t:ByteString>aGVhdA==</t:ByteString>": b"heat",
    "<t:Guid><t:String>72962b91-fa75-4ae6-8d28-b404dc7daf63</t:String></t:Guid>": UUID(
        "72962b91-fa75-4ae6-8d28-b404dc7daf63"
    ),
    "<t:NodeId><t:Identifier>ns=1;i=1</t:Identifier></t:NodeId>": ua.NodeId(1, 7),
    "<t:QualifiedName><t:NamespaceIndex>1</t:NamespaceIndex><t:Name>x</t:Name>"
    "</t:QualifiedName>": ua.QualifiedName("x", 7),
    "<t:LocalizedText><t:Locale>de</t:Locale><t:Text>heiß</t:Text></t:LocalizedText>": (
        ua.LocalizedText("heiß", "de")
    ),
    "<t:ListOfInt32><t:Int32>1</t:Int32><t:Int32>2</t:Int32></t:ListOfInt32>": [1, 2],
    "<t:ListOfString/>": [],
    "<t:ExtensionObject><t:Body><t:Range><t:Low>1</t:Low><t:High>9</t:High></t:Range></t:Body>"
    "</t:ExtensionObject>": ua.Range(1.0, 9.0),
}


@pytest.mark.parametrize("written", VALUES)
def test_a_value_is_served_as_it_is_written(
    tmp_path: Path, tree: AddressTree, written: str
) -> None:
    loaded = Loaded(tmp_path, tree, nodeset(OVEN_TYPE + OVEN + variable(written)))
    assert loaded.read("ns=7;i=100") == VALUES[written]


def test_a_structure_begins_with_the_fields_of_its_supertype(
    tmp_path: Path, tree: AddressTree
) -> None:
    def structure(number: int, above: str, field: str) -> str:
        return (
            f'<UADataType NodeId="ns=1;i={number}" BrowseName="1:S{number}">'
            f"{under(above, 'HasSubtype', '')}"
            f'<Definition Name="S"><Field Name="{field}" DataType="Double"/></Definition>'
            "</UADataType>"
            f'<UAObject NodeId="ns=1;i={number + 1}" BrowseName="Default Binary">'
            f"{under(f'ns=1;i={number}', 'i=38', 'i=76')}</UAObject>"
        )

    file = nodeset(structure(20, "ns=1;i=10", "Then") + structure(10, "i=22", "First"))
    definition = Loaded(tmp_path, tree, file).read("ns=7;i=20", A.DataTypeDefinition)
    assert [one.Name for one in definition.Fields] == ["First", "Then"]
    assert definition.BaseDataType == ua.NodeId(10, 7)
    assert definition.DefaultEncodingId == ua.NodeId(21, 7)


def test_an_enumeration_and_a_set_of_bits_have_their_names(
    tmp_path: Path, tree: AddressTree
) -> None:
    def named(number: int, above: str) -> str:
        return (
            f'<UADataType NodeId="ns=1;i={number}" BrowseName="1:E{number}">'
            f"{under(above, 'HasSubtype', '')}"
            '<Definition Name="E"><Field Name="On" Value="4"/></Definition></UADataType>'
        )

    loaded = Loaded(tmp_path, tree, nodeset(named(10, "i=29") + named(20, "i=3")))
    for number in (10, 20):
        fields = loaded.read(f"ns=7;i={number}", A.DataTypeDefinition).Fields
        assert [(one.Name, one.Value) for one in fields] == [("On", 4)]


def test_a_value_of_a_foreign_structure_is_null_and_said(tmp_path: Path, tree: AddressTree) -> None:
    foreign = (
        '<t:ExtensionObject><t:Body><Recipe xmlns="urn:example:x"/></t:Body></t:ExtensionObject>'
    )
    loaded = Loaded(tmp_path, tree, nodeset(OVEN_TYPE + OVEN + variable(foreign)))
    assert loaded.read("ns=7;i=100") is None
    assert loaded.remarks == [
        "companion/0.xml: ns=1;i=100: a value of the structure Recipe is served as null"
    ]


def test_files_get_their_namespaces_in_the_order_of_the_list(
    tmp_path: Path, tree: AddressTree
) -> None:
    needs = (
        f'<Model ModelUri="urn:example:b"><RequiredModel ModelUri="{URI}" Version="1.0"'
        ' PublicationDate="2025-01-01"/></Model>'
    )
    second = nodeset(OVEN_TYPE, uri="urn:example:b", models=needs)
    loaded = Loaded(tmp_path, tree, nodeset(OVEN_TYPE + OVEN), second)
    assert loaded.read("ns=8;i=1", A.BrowseName) == ua.QualifiedName("OvenType", 8)


def test_what_only_a_design_tool_needs_is_left_out(
    tmp_path: Path, tree: AddressTree, space: AddressSpace
) -> None:
    hidden = '<UAObject NodeId="ns=1;i=9" BrowseName="1:H" DesignToolOnly="true"/>'
    link = f'<Reference ReferenceType="HasComponent">ns=1;i=9</Reference>{"</References>"}'
    body = OVEN_TYPE + OVEN.replace("</References>", link) + hidden
    loaded = Loaded(tmp_path, tree, nodeset(body))
    assert ua.NodeId(9, 7) not in space
    assert loaded.read("ns=7;s=oven", A.NodeClass) == ua.NodeClass.Object


HEADERS = {
    "it is not XML": "<UANodeSet",
    "this is XML but no UANodeSet": "<plant/>",
    "document type declaration": nodeset(
        OVEN_TYPE, header='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    ),
    "it does not say which model it defines": nodeset("", models=" "),
    "by Interlock": nodeset("", uri="http://opcfoundation.org/UA/PackML/"),
    "is not among its NamespaceUris": nodeset("", models='<Model ModelUri="urn:other"/>'),
    "it needs urn:missing": nodeset(
        "", models=f'<Model ModelUri="{URI}"><RequiredModel ModelUri="urn:missing"/></Model>'
    ),
    "and the server has version": nodeset(
        "",
        models=f'<Model ModelUri="{URI}"><RequiredModel ModelUri="http://opcfoundation.org/UA/"'
        ' PublicationDate="2099-01-01T00:00:00Z"/></Model>',
    ),
}


@pytest.mark.parametrize("reason", HEADERS)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, tree: AddressTree, reason: str
) -> None:
    said = told(tmp_path, tree, HEADERS[reason])
    assert reason in said
    assert said.startswith("companion/0.xml, line ")


NODES = {
    "in a namespace that this file does not define": OVEN.replace("ns=1;s=oven", "i=99999"),
    "there already is a node ns=1;i=1": OVEN_TYPE + OVEN_TYPE,
    "is no NodeId and no alias": OVEN.replace("ns=1;s=oven", "oven"),
    "'ns=4;i=1' is no NodeId": OVEN_TYPE.replace("ns=1;i=1", "ns=4;i=1"),
    "there is no such node": OVEN,
    "the alias 'HasParts' is not declared": OVEN_TYPE.replace("HasSubtype", "HasParts"),
    "no reference leads to the node": '<UAObjectType NodeId="ns=1;i=2" BrowseName="1:T"/>',
    "has no type definition": OVEN_TYPE + OVEN.replace("HasTypeDefinition", "HasComponent"),
    "hang on each other in a circle": (
        f'<UAObjectType NodeId="ns=1;i=2" BrowseName="1:A">{under("ns=1;i=3", "HasSubtype", "")}'
        f'</UAObjectType><UAObjectType NodeId="ns=1;i=3" BrowseName="1:B">'
        f"{under('ns=1;i=2', 'HasSubtype', '')}</UAObjectType>"
    ),
    "UAView ns=1;i=2 is not served": '<UAView NodeId="ns=1;i=2" BrowseName="1:V"/>',
    "in a namespace that the file doesn't name": OVEN_TYPE.replace("1:OvenType", "5:OvenType"),
    "invalid literal": OVEN_TYPE + OVEN + variable("<t:Int32>seven</t:Int32>"),
    "is neither true nor false": OVEN_TYPE + OVEN + variable("<t:Boolean>on</t:Boolean>"),
    "not written in base64": OVEN_TYPE + OVEN + variable("<t:ByteString>a</t:ByteString>"),
    "values of Oven are not read": OVEN_TYPE + OVEN + variable("<t:Oven/>"),
    "nested more than": OVEN_TYPE
    + OVEN
    + variable("<t:Variant><t:Value>" * 60 + "</t:Value></t:Variant>" * 60),
    "Range has no field Middle": OVEN_TYPE
    + OVEN
    + variable(
        "<t:ExtensionObject><t:Body><t:Range><t:Middle>1</t:Middle></t:Range></t:Body>"
        "</t:ExtensionObject>"
    ),
}


@pytest.mark.parametrize("reason", NODES)
def test_a_node_that_cannot_be_served_is_told_with_its_line(
    tmp_path: Path, tree: AddressTree, space: AddressSpace, reason: str
) -> None:
    before = set(space.keys())
    said = told(tmp_path, tree, nodeset(NODES[reason]))
    assert reason in said
    assert said.startswith("companion/0.xml, line ")
    assert all(node_id.NamespaceIndex < 7 for node_id in set(space.keys()) - before)


def test_a_file_that_is_missing_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(CompanionNodesetFault, match=r"no\.xml: it can't be read: No such file"):
        read_companion_nodesets(tmp_path, ["no.xml"])


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.xml").open("wb") as file:
        os.truncate(file.fileno(), MAX_BYTES + 1)
    with pytest.raises(CompanionNodesetFault, match=f"it has {MAX_BYTES + 1} bytes"):
        read_companion_nodesets(tmp_path, ["large.xml"])


def test_a_file_in_the_list_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(nodeset(OVEN_TYPE), encoding="utf-8")
    with pytest.raises(CompanionNodesetFault, match=f"{URI} is defined already by a.xml"):
        read_companion_nodesets(tmp_path, ["a.xml", "a.xml"])


def test_a_file_before_the_one_that_it_needs_is_told_the_order(tmp_path: Path) -> None:
    needs = f'<Model ModelUri="urn:example:b"><RequiredModel ModelUri="{URI}"/></Model>'
    (tmp_path / "b.xml").write_text(nodeset("", uri="urn:example:b", models=needs))
    (tmp_path / "a.xml").write_text(nodeset(OVEN_TYPE), encoding="utf-8")
    with pytest.raises(CompanionNodesetFault, match=r"list a\.xml before it"):
        read_companion_nodesets(tmp_path, ["b.xml", "a.xml"])


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path, tree: AddressTree) -> None:
    bad = variable("<t:Int32>x</t:Int32>") + variable("<t:Int32>y</t:Int32>", number=101)
    other = nodeset(OVEN_TYPE + OVEN + bad, uri="urn:example:b")
    said = told(tmp_path, tree, nodeset(OVEN_TYPE + OVEN + bad), other)
    assert len(said.splitlines()) == 4
    assert "companion/1.xml, line " in said


def test_the_references_of_a_file_are_kept_once_each(
    tmp_path: Path, tree: AddressTree, space: AddressSpace
) -> None:
    both = OVEN_TYPE.replace(
        "</References>",
        '<Reference ReferenceType="i=46">ns=1;i=5</Reference></References>',
    )
    child = (
        f'<UAVariable NodeId="ns=1;i=5" BrowseName="1:P">{under("ns=1;i=1", "i=46", "i=68")}'
        "</UAVariable>"
    )
    Loaded(tmp_path, tree, nodeset(both + child))
    shown = [
        one
        for one in space[ua.NodeId(1, 7)].references
        if one.ReferenceTypeId in (HAS_PROPERTY, HAS_COMPONENT)
    ]
    assert len(shown) == 1
