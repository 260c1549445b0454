"""The whole served tree over a socket: no value is null, no method is a promise without a deed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from tests.opcua_face_plant import FacePlant, running_face_plant, store_order
from tests.opcua_plant import status_of

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

I = ua.ObjectIds  # noqa: E741 - as short as the names behind it are long
TRUE_ANSWERS = {"Good", "Uncertain", "BadArgumentsMissing", "BadUserAccessDenied"}
REDUNDANT = ("urn:test:interlock", "urn:test:interlock-2")
SESSIONS = I.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionDiagnosticsArray
SUBSCRIPTIONS = I.Server_ServerDiagnostics_SubscriptionDiagnosticsArray


@dataclass(frozen=True)
class Found:
    """A node of the tree with the one that it hangs on."""

    owner: ua.NodeId
    node_id: ua.NodeId
    node_class: ua.NodeClass
    path: str


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_face_plant(folder, redundant_servers=REDUNDANT) as one:
        await store_order(one)
        yield one


async def tree(one: Client) -> list[Found]:
    """Return everything below Objects."""
    waiting = [Found(ua.NodeId(I.RootFolder), ua.NodeId(I.ObjectsFolder), ua.NodeClass.Object, "")]
    found: dict[ua.NodeId, Found] = {}
    while waiting:
        batch, waiting = waiting[:200], waiting[200:]
        asked = [
            ua.BrowseDescription(
                NodeId=node.node_id,
                ReferenceTypeId=ua.NodeId(I.HierarchicalReferences),
                IncludeSubtypes=True,
                ResultMask=63,
            )
            for node in batch
        ]
        results = await one.uaclient.browse(ua.BrowseParameters(NodesToBrowse=asked))
        for node, result in zip(batch, results, strict=True):
            for seen in result.References:
                if seen.NodeId not in found and seen.NodeClass < ua.NodeClass.ObjectType:
                    path = f"{node.path}/{seen.BrowseName.Name}"
                    new = Found(node.node_id, seen.NodeId, ua.NodeClass(seen.NodeClass), path)
                    found[seen.NodeId] = new
                    waiting.append(new)
    return list(found.values())


async def read(
    one: Client, nodes: list[Found], attribute: ua.AttributeIds
) -> list[tuple[Found, ua.DataValue]]:
    wanted = [ua.ReadValueId(node.node_id, attribute) for node in nodes]
    values: list[ua.DataValue] = []
    while wanted:
        batch, wanted = wanted[:200], wanted[200:]
        values += await one.uaclient.read(ua.ReadParameters(NodesToRead=batch))
    return list(zip(nodes, values, strict=True))


def is_metadata(node: Found) -> bool:
    """Tell whether a node says what a published nodeset says about itself, null included."""
    return node.path.startswith("/Server/Namespaces/") and node.node_id.NamespaceIndex != 0


@pytest.mark.parametrize("account", ["qa-01", "hmi-01"])
async def test_no_value_is_null_and_good(plant: FacePlant, account: str) -> None:
    async with plant.client(account) as one:
        variables = [
            node
            for node in await tree(one)
            if node.node_class == ua.NodeClass.Variable and not is_metadata(node)
        ]
        assert len(variables) > 500
        values = await read(one, variables, ua.AttributeIds.Value)
    null = [
        node.path
        for node, value in values
        if value.StatusCode.is_good() and (value.Value is None or value.Value.Value is None)
    ]
    assert null == []


async def test_no_method_promises_what_it_does_not_do(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one:
        methods = [node for node in await tree(one) if node.node_class == ua.NodeClass.Method]
        assert len(methods) > 100
        executable = await read(one, methods, ua.AttributeIds.Executable)
        requests = [ua.CallMethodRequest(node.owner, node.node_id) for node in methods]
        answers: list[Any] = []
        while requests:
            batch, requests = requests[:20], requests[20:]
            answers += await one.uaclient.call(batch)
    for (node, held), answer in zip(executable, answers, strict=True):
        allowed = TRUE_ANSWERS if held.Value.Value else {"BadNotExecutable"}
        assert answer.StatusCode.name in allowed, node.path


async def test_the_server_object_names_the_redundant_set(plant: FacePlant) -> None:
    async with plant.client() as one:

        async def value(number: int) -> Any:
            return await one.get_node(ua.NodeId(number)).read_value()

        assert await value(I.Server_ServerArray) == list(REDUNDANT)
        redundancy = one.get_node(ua.NodeId(I.Server_ServerRedundancy))
        assert await redundancy.read_type_definition() == ua.NodeId(I.NonTransparentRedundancyType)
        names = {(await node.read_browse_name()).Name for node in await redundancy.get_properties()}
        assert names == {"RedundancySupport", "ServerUriArray"}
        assert await value(I.Server_ServerRedundancy_ServerUriArray) == list(REDUNDANT)


async def test_diagnostics_cannot_be_switched_off_by_a_client(plant: FacePlant) -> None:
    flag = ua.NodeId(I.Server_ServerDiagnostics_EnabledFlag)
    async with plant.client("qa-01") as one:
        assert await one.get_node(flag).read_value() is True
        off = ua.DataValue(ua.Variant(False, ua.VariantType.Boolean))
        assert await status_of(one.get_node(flag).write_value(off)) == "BadNotWritable"
        level = await one.get_node(flag).read_attribute(ua.AttributeIds.AccessLevel)
        assert level.Value.Value == 1 << ua.AccessLevel.CurrentRead


async def test_only_those_who_look_after_security_see_the_sessions(plant: FacePlant) -> None:
    async with plant.client("qa-01") as quality, plant.client("hmi-01") as hmi:
        records = await quality.get_node(ua.NodeId(SESSIONS)).read_value()
        assert len(records) == 2
        for record in records:
            seen = await quality.get_node(record.SessionId).get_variables()
            assert len(seen) == 3
            for node in (record.SessionId, *(part.nodeid for part in seen)):
                read_name = hmi.get_node(node).read_browse_name()
                assert await status_of(read_name) == "BadNodeIdUnknown"
        assert await status_of(hmi.get_node(ua.NodeId(SESSIONS)).read_value()) == "BadNodeIdUnknown"


async def test_everybody_sees_its_own_subscriptions_and_quality_sees_all(plant: FacePlant) -> None:
    async with plant.client("qa-01") as quality, plant.client("hmi-01") as hmi:
        await hmi.create_subscription(1000, None)
        await quality.create_subscription(1000, None)
        mine = await hmi.get_node(ua.NodeId(SUBSCRIPTIONS)).read_value()
        assert len(mine) == 1
        assert len(await quality.get_node(ua.NodeId(SUBSCRIPTIONS)).read_value()) == 2


async def test_the_status_says_what_runs_here(plant: FacePlant) -> None:
    async with plant.client() as one:
        status = await one.get_node(ua.NodeId(I.Server_ServerStatus)).read_value()
    assert status.State is ua.ServerState.Running
    assert status.StartTime < status.CurrentTime
    assert status.SecondsTillShutdown == 0
    assert status.BuildInfo.ProductName == "Interlock under test"
    assert status.BuildInfo.BuildDate < status.StartTime
