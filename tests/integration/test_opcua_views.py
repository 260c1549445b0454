"""Browse in pages, with every mask and direction, and follow paths, over a real socket."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.nodes import FOLDER, HAS_COMPONENT, HAS_PROPERTY, ORGANIZES, Node
from server.faces.opcua.settings import SecureServerLimits
from tests.opcua_plant import Plant, client, running_plant, status_of

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

CHILDREN = 25
HIERARCHICAL = ua.NodeId(ua.ObjectIds.HierarchicalReferences)
OBJECTS = ua.NodeId(ua.ObjectIds.ObjectsFolder)
NULL = ua.NodeId()


def node(name: str, parent: ua.NodeId, kind: ua.NodeClass, reference: ua.NodeId) -> Node:
    return Node(
        node_id=ua.NodeId(name, 2),
        node_class=kind,
        name=ua.QualifiedName(name, 2),
        description=f"The {name}",
        parent=parent,
        reference=reference,
        type_definition=FOLDER if kind is ua.NodeClass.Object else None,
        value=ua.DataValue(ua.Variant(1.0)) if kind is ua.NodeClass.Variable else None,
        data_type=ua.NodeId(ua.ObjectIds.Double),
    )


FOLDER_ID = ua.NodeId("folder", 2)


def nodes() -> list[Node]:
    made = [node("folder", OBJECTS, ua.NodeClass.Object, ORGANIZES)]
    for number in range(CHILDREN):
        reference = HAS_PROPERTY if number % 5 == 0 else HAS_COMPONENT
        made.append(node(f"v{number}", FOLDER_ID, ua.NodeClass.Variable, reference))
    return made


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    limits = SecureServerLimits(max_references_per_node=10, max_browse_continuation_points=2)
    async with running_plant(tmp_path_factory.mktemp("certificates"), limits=limits) as one:
        AddressTree(one.server.iserver.aspace).insert(nodes())
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


def description(node_id: ua.NodeId = FOLDER_ID, **facts: Any) -> ua.BrowseDescription:
    wanted = {
        "NodeId": node_id,
        "BrowseDirection": ua.BrowseDirection.Forward,
        "ReferenceTypeId": HIERARCHICAL,
        "IncludeSubtypes": True,
        "NodeClassMask": 0,
        "ResultMask": 63,
    }
    return ua.BrowseDescription(**wanted | facts)


async def browse(
    one: Client, *wanted: ua.BrowseDescription, most: int = 0, view: Any = None
) -> Any:
    params = ua.BrowseParameters(
        View=ua.ViewDescription(ViewId=view or NULL),
        RequestedMaxReferencesPerNode=most,
        NodesToBrowse=list(wanted),
    )
    return await one.uaclient.browse(params)


async def follow(one: Client, *points: bytes, release: bool = False) -> Any:
    params = ua.BrowseNextParameters(
        ReleaseContinuationPoints=release, ContinuationPoints=list(points)
    )
    return await one.uaclient.browse_next(params)


async def all_pages(one: Client, wanted: ua.BrowseDescription, most: int) -> list[list[Any]]:
    (result,) = await browse(one, wanted, most=most)
    pages = [result.References]
    while result.ContinuationPoint:
        (result,) = await follow(one, result.ContinuationPoint)
        result.StatusCode.check()
        pages.append(result.References)
    return pages


@pytest.mark.parametrize("most", [0, 1, 7, 10, 1000])
async def test_pages_give_every_reference_once(hmi: Client, most: int) -> None:
    pages = await all_pages(hmi, description(), most)
    assert all(len(page) <= (most or 10) for page in pages)
    names = [one.BrowseName.Name for page in pages for one in page]
    assert sorted(names) == sorted(f"v{number}" for number in range(CHILDREN))


async def test_a_continuation_point_is_good_once(hmi: Client) -> None:
    (result,) = await browse(hmi, description(), most=20)
    (following,) = await follow(hmi, result.ContinuationPoint)
    (again,) = await follow(hmi, result.ContinuationPoint)
    assert again.StatusCode.name == "BadContinuationPointInvalid"
    (released,) = await follow(hmi, following.ContinuationPoint, release=True)
    assert released.StatusCode.is_good()
    assert not released.References
    (gone,) = await follow(hmi, following.ContinuationPoint)
    assert gone.StatusCode.name == "BadContinuationPointInvalid"


async def test_continuation_points_are_bounded_and_of_their_session(
    plant: Plant, hmi: Client
) -> None:
    results = await browse(hmi, *[description()] * 3)
    assert [one.StatusCode.name for one in results] == ["Good", "Good", "BadNoContinuationPoints"]
    points = [one.ContinuationPoint for one in results[:2]]
    async with client(plant, user="hmi-02") as other:
        (foreign,) = await follow(other, points[0])
        assert foreign.StatusCode.name == "BadContinuationPointInvalid"
    await follow(hmi, *points, release=True)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"NodeId": ua.NodeId("nothing", 2)}, "BadNodeIdUnknown"),
        ({"BrowseDirection": ua.BrowseDirection.Invalid}, "BadBrowseDirectionInvalid"),
        ({"ReferenceTypeId": ua.NodeId("nothing", 2)}, "BadReferenceTypeIdInvalid"),
        ({"ReferenceTypeId": OBJECTS}, "BadReferenceTypeIdInvalid"),
    ],
)
async def test_what_is_wrong_with_one_node_is_said_of_it_alone(
    hmi: Client, facts: dict[str, Any], code: str
) -> None:
    wrong, right = await browse(hmi, description(**facts), description(plant_node("v1")))
    assert wrong.StatusCode.name == code
    assert right.StatusCode.is_good()


def plant_node(name: str) -> ua.NodeId:
    return ua.NodeId(name, 2)


async def test_a_view_that_is_not_there_is_refused(hmi: Client) -> None:
    assert await status_of(browse(hmi, description(), view=OBJECTS)) == "BadViewIdUnknown"


async def test_masks_and_types_choose(hmi: Client) -> None:
    async def found(**facts: Any) -> set[str]:
        pages = await all_pages(hmi, description(**facts), 10)
        return {one.BrowseName.Name for page in pages for one in page}

    properties = {f"v{number}" for number in range(0, CHILDREN, 5)}
    assert await found(ReferenceTypeId=HAS_PROPERTY) == properties
    assert await found(IncludeSubtypes=False) == set()
    assert await found(NodeClassMask=int(ua.NodeClass.Object)) == set()
    assert await found(ReferenceTypeId=NULL, NodeClassMask=int(ua.NodeClass.ObjectType)) == {
        "FolderType"
    }
    assert await found(BrowseDirection=ua.BrowseDirection.Inverse) == {"Objects"}
    both = await found(BrowseDirection=ua.BrowseDirection.Both)
    assert len(both) == CHILDREN + 1


async def test_only_the_fields_asked_for_are_given(hmi: Client) -> None:
    child = plant_node("v1")
    wanted = description(child, BrowseDirection=ua.BrowseDirection.Inverse)
    wanted.ResultMask = ua.BrowseResultMask.BrowseName
    ((one,),) = [result.References for result in await browse(hmi, wanted)]
    assert (one.NodeId, one.BrowseName.Name) == (FOLDER_ID, "folder")
    assert (one.ReferenceTypeId, one.IsForward, one.DisplayName.Text) == (NULL, False, None)
    wanted.ResultMask = 63
    ((one,),) = [result.References for result in await browse(hmi, wanted)]
    assert (one.ReferenceTypeId, one.DisplayName.Text) == (HAS_COMPONENT, "folder")
    assert (one.NodeClass, one.TypeDefinition) == (ua.NodeClass.Object, FOLDER)


async def test_nobody_finds_what_it_may_not_know_of(plant: Plant, hmi: Client) -> None:
    plant.rules.denied.add((AccessKind.BROWSE, plant_node("v3")))
    try:
        pages = await all_pages(hmi, description(), 10)
        names = {one.BrowseName.Name for page in pages for one in page}
        assert len(names) == CHILDREN - 1
        assert "v3" not in names
        assert (await translate(hmi, "folder", "v3")).StatusCode.name == "BadNoMatch"
    finally:
        plant.rules.denied.clear()


async def translate(one: Client, *names: str, **facts: Any) -> Any:
    elements = [
        ua.RelativePathElement(
            facts.get("reference", HIERARCHICAL),
            facts.get("inverse", False),
            facts.get("subtypes", True),
            ua.QualifiedName(name, 2) if name else ua.QualifiedName(),
        )
        for name in names
    ]
    path = ua.BrowsePath(facts.get("start", OBJECTS), ua.RelativePath(elements))
    (result,) = await one.uaclient.translate_browsepaths_to_nodeids([path])
    return result


async def test_paths_are_followed(hmi: Client) -> None:
    result = await translate(hmi, "folder", "v7")
    assert [one.TargetId for one in result.Targets] == [plant_node("v7")]
    up = await translate(hmi, "folder", start=plant_node("v7"), inverse=True)
    assert [one.TargetId for one in up.Targets] == [FOLDER_ID]


@pytest.mark.parametrize(
    ("names", "facts", "code"),
    [
        (("folder", "nothing"), {}, "BadNoMatch"),
        (("folder", "v7"), {"subtypes": False}, "BadNoMatch"),
        (("folder", "v7"), {"inverse": True}, "BadNoMatch"),
        (("folder", ""), {}, "BadBrowseNameInvalid"),
        ((), {}, "BadNothingToDo"),
        (("folder",) * 100, {}, "BadQueryTooComplex"),
        (("folder",), {"start": ua.NodeId("nothing", 2)}, "BadNodeIdUnknown"),
        (("folder",), {"reference": ua.NodeId("nothing", 2)}, "BadNoMatch"),
    ],
)
async def test_paths_that_lead_nowhere_say_why(
    hmi: Client, names: tuple[str, ...], facts: dict[str, Any], code: str
) -> None:
    assert (await translate(hmi, *names, **facts)).StatusCode.name == code


async def test_registered_nodes_are_used_like_others(hmi: Client) -> None:
    wanted = [plant_node("v1"), FOLDER_ID]
    assert await hmi.register_nodes([hmi.get_node(one) for one in wanted]) is not None
    registered = await hmi.uaclient.register_nodes(wanted)
    assert registered == wanted
    assert await hmi.get_node(registered[0]).read_value() == 1.0
    await hmi.uaclient.unregister_nodes(registered)
    assert await status_of(hmi.uaclient.register_nodes([])) == "BadNothingToDo"


async def test_a_name_that_changes_shows_everywhere(plant: Plant, hmi: Client) -> None:
    tree = AddressTree(plant.server.iserver.aspace)
    was = node("moving", OBJECTS, ua.NodeClass.Variable, ORGANIZES)
    tree.insert([was])
    now = node("moving", FOLDER_ID, ua.NodeClass.Variable, HAS_COMPONENT)
    tree.update(was, now)
    found = [one for page in await all_pages(hmi, description(), 10) for one in page]
    assert plant_node("moving") in {one.NodeId for one in found}
    (top,) = await browse(hmi, description(OBJECTS))
    assert plant_node("moving") not in {one.NodeId for one in top.References}
    await tree.remove([was.node_id])
    found = [one for page in await all_pages(hmi, description(), 10) for one in page]
    assert len(found) == CHILDREN
