"""A compact node is for asyncua what its own nodes are."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from asyncua import ua
from asyncua.server.internal_server import InternalServer

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.compact_node import CompactNode
from server.faces.opcua.nodes import (
    BASE_DATA_VARIABLE,
    FOLDER,
    HAS_COMPONENT,
    HAS_NOTIFIER,
    ORGANIZES,
    Link,
    Node,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

A = ua.AttributeIds
OBJECTS = ua.NodeId(ua.ObjectIds.ObjectsFolder)
SERVER = ua.NodeId(ua.ObjectIds.Server)
FOLDER_ID, LEVEL = ua.NodeId("folder", 2), ua.NodeId("level", 2)


def folder() -> Node:
    return Node(
        node_id=FOLDER_ID,
        node_class=ua.NodeClass.Object,
        name=ua.QualifiedName("Folder", 2),
        description="A folder",
        parent=OBJECTS,
        reference=ORGANIZES,
        type_definition=FOLDER,
    )


def level(**facts: Any) -> Node:
    row = {
        "node_id": LEVEL,
        "node_class": ua.NodeClass.Variable,
        "name": ua.QualifiedName("Level", 2),
        "description": "How full it is",
        "parent": FOLDER_ID,
        "reference": HAS_COMPONENT,
        "type_definition": BASE_DATA_VARIABLE,
        "value": ua.DataValue(ua.Variant(1.0)),
        "data_type": ua.NodeId(ua.ObjectIds.Double),
    }
    return Node(**row | facts)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def standard() -> InternalServer:
    one = InternalServer()
    await one.load_standard_address_space()
    return one


@pytest_asyncio.fixture(loop_scope="module")
async def server(standard: InternalServer) -> AsyncIterator[InternalServer]:
    tree = AddressTree(standard.aspace)
    tree.insert([folder(), level()])
    yield standard
    await tree.remove([FOLDER_ID, LEVEL])


def read(server: InternalServer, which: A, node_id: ua.NodeId = LEVEL) -> Any:
    value = server.aspace.read_attribute_value(node_id, which)
    assert value.Value is not None
    return value.Value.Value


async def test_it_has_the_attributes_of_its_row(server: InternalServer) -> None:
    assert read(server, A.BrowseName) == ua.QualifiedName("Level", 2)
    assert read(server, A.DisplayName).Text == "Level"
    assert read(server, A.Description).Text == "How full it is"
    assert read(server, A.NodeClass) == ua.NodeClass.Variable
    assert read(server, A.AccessLevel) == 1
    assert read(server, A.Value) == 1.0
    missing = server.aspace.read_attribute_value(LEVEL, A.EventNotifier)
    assert missing.StatusCode is not None
    assert missing.StatusCode.name == "BadAttributeIdInvalid"
    node: Any = server.aspace[LEVEL]
    assert isinstance(node, CompactNode)
    assert set(node.attributes) >= {A.NodeId, A.Value, A.DataType, A.Historizing}
    assert A.EventNotifier not in node.attributes


async def test_an_attribute_that_is_changed_stays_changed(server: InternalServer) -> None:
    name = ua.DataValue(ua.Variant(ua.LocalizedText("Tank"), ua.VariantType.LocalizedText))
    (await server.aspace.write_attribute_value(LEVEL, A.DisplayName, name)).check()
    assert read(server, A.DisplayName).Text == "Tank"
    access = server.aspace[LEVEL].attributes[A.AccessLevel]
    access.value = ua.DataValue(ua.Variant(3, ua.VariantType.Byte))
    assert read(server, A.AccessLevel) == 3
    node: Any = server.aspace[LEVEL]
    assert node.access_level == 3
    (seen,) = [one for one in server.aspace[FOLDER_ID].references if one.NodeId == LEVEL]
    assert seen.DisplayName.Text == "Tank"


async def test_who_watches_a_value_hears_of_it(server: InternalServer) -> None:
    heard: list[Any] = []

    async def hear(_: int, value: ua.DataValue) -> None:
        heard.append(value.Value.Value if value.Value else value.StatusCode)

    code, handle = server.aspace.add_datachange_callback(LEVEL, A.Value, hear)
    code.check()
    new = ua.DataValue(ua.Variant(2.0))
    (await server.aspace.write_attribute_value(LEVEL, A.Value, new)).check()
    server.aspace.delete_datachange_callback(handle)
    await server.aspace.write_attribute_value(LEVEL, A.Value, ua.DataValue(ua.Variant(3.0)))
    assert heard == [2.0]


async def test_a_value_may_be_computed_when_it_is_read(server: InternalServer) -> None:
    computed: Callable[..., ua.DataValue] = lambda *_: ua.DataValue(ua.Variant(7.0))  # noqa: E731
    server.aspace.set_attribute_value_callback(LEVEL, A.Value, computed).check()
    assert read(server, A.Value) == 7.0


async def test_asyncua_hangs_its_own_nodes_below_and_takes_them_away(
    server: InternalServer,
) -> None:
    child = ua.NodeId("child", 2)
    item = ua.AddNodesItem(
        ParentNodeId=FOLDER_ID,
        ReferenceTypeId=ORGANIZES,
        RequestedNewNodeId=child,
        BrowseName=ua.QualifiedName("Child", 2),
        NodeClass=ua.NodeClass.Object,
        NodeAttributes=ua.ObjectAttributes(),
        TypeDefinition=FOLDER,
    )
    (added,) = server.node_mgt_service.add_nodes([item])
    added.StatusCode.check()
    params = ua.BrowseParameters(
        NodesToBrowse=[ua.BrowseDescription(FOLDER_ID, ua.BrowseDirection.Forward)]
    )
    (result,) = server.view_service.browse(params)
    assert {one.NodeId for one in result.References} == {FOLDER, LEVEL, child}
    gone = ua.DeleteNodesParameters([ua.DeleteNodesItem(child, True)])
    (code,) = server.node_mgt_service.delete_nodes(gone)
    code.check()
    (result,) = server.view_service.browse(params)
    assert {one.NodeId for one in result.References} == {FOLDER, LEVEL}


async def test_a_node_moves_and_goes_with_all_references(server: InternalServer) -> None:
    tree = AddressTree(server.aspace)
    other = level(node_id=ua.NodeId("other", 2))
    tree.insert([other])
    tree.link(Link(source=SERVER, reference=HAS_NOTIFIER, target=FOLDER_ID))
    tree.link(Link(source=FOLDER_ID, reference=HAS_NOTIFIER, target=other.node_id))
    moved = level(node_id=other.node_id, parent=OBJECTS, reference=ORGANIZES)
    tree.update(other, moved)
    node: Any = server.aspace[other.node_id]
    assert [one.NodeId for one in node.references if not one.IsForward] == [OBJECTS, FOLDER_ID]
    assert other.node_id in {one.NodeId for one in server.aspace[OBJECTS].references}
    await tree.remove([other.node_id])
    for neighbour in (OBJECTS, FOLDER_ID, SERVER):
        assert other.node_id not in {one.NodeId for one in server.aspace[neighbour].references}


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({}, ValueError),
        ({"node_id": ua.NodeId("x", 2), "parent": ua.NodeId("nothing", 2)}, KeyError),
        ({"node_id": ua.NodeId("x", 2), "type_definition": ua.NodeId("nothing", 2)}, KeyError),
    ],
)
async def test_what_cannot_stand_is_refused(
    server: InternalServer, facts: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        AddressTree(server.aspace).insert([level(**facts)])
