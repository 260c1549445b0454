"""What asyncua says about itself and its clients, and is not so (OPC 10000-5, 6.3)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary

from server.faces.opcua.diagnostics.security_record import SessionSecurityDiagnosticsDataType
from tests.contracts.opcua_defects.harness import Servers, Target, check_defect

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(60),
]

I = ua.ObjectIds  # noqa: E741 - as short as the names behind it are long
SUMMARY = ua.NodeId(I.Server_ServerDiagnostics_ServerDiagnosticsSummary)
SESSIONS = ua.NodeId(I.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionDiagnosticsArray)


async def below(one: Client, root: int, wanted: ua.NodeClass) -> list[Any]:
    found: list[Any] = []
    waiting = [one.get_node(ua.NodeId(root))]
    while waiting:
        node = waiting.pop()
        children = await node.get_children_descriptions(refs=I.Aggregates)
        found += [(node.nodeid, child.NodeId) for child in children if child.NodeClass == wanted]
        waiting += [one.get_node(child.NodeId) for child in children]
    return found


async def no_value_is_null_and_good(target: Target) -> None:
    async with target.client() as one:
        nodes = [node for _, node in await below(one, I.Server, ua.NodeClass.Variable)]
        asked = [ua.ReadValueId(node, ua.AttributeIds.Value) for node in nodes]
        values = await one.uaclient.read(ua.ReadParameters(NodesToRead=asked))
        null = [
            node.to_string()
            for node, value in zip(nodes, values, strict=True)
            if value.StatusCode.is_good() and (value.Value is None or value.Value.Value is None)
        ]
        assert null == []


async def methods_without_anything_behind_them_say_so(target: Target) -> None:
    async with target.client() as one:
        for owner, method in await below(one, I.Server, ua.NodeClass.Method):
            held = await one.get_node(method).read_attribute(ua.AttributeIds.Executable)
            (answer,) = await one.uaclient.call([ua.CallMethodRequest(owner, method)])
            wanted = "BadArgumentsMissing" if held.Value.Value else "BadNotExecutable"
            assert answer.StatusCode.name == wanted


async def sessions_are_counted(target: Target) -> None:
    async with target.client() as one, target.client():
        found = await one.get_node(SUMMARY).read_value()
        assert found is not None
        assert found.CurrentSessionCount == 2
        assert len(await one.get_node(SESSIONS).read_value()) == 2


async def a_stop_is_announced(target: Target) -> None:
    told: list[Any] = []
    first, ended = asyncio.Event(), asyncio.Event()

    class Handler:
        def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
            del node, data
            told.append(value)
            first.set()
            if value == ua.ServerState.Shutdown:
                ended.set()

    async with target.client() as one:
        subscription = await one.create_subscription(100, Handler())
        await subscription.subscribe_data_change(
            one.get_node(ua.NodeId(I.Server_ServerStatus_State))
        )
        async with asyncio.timeout(5):
            await first.wait()
        await target.server.stop()
        target.server.bserver = None
        try:
            async with asyncio.timeout(1):
                await ended.wait()
        except TimeoutError:
            raise AssertionError(f"the state was {told}") from None


@pytest.mark.parametrize(
    "scenario",
    [
        no_value_is_null_and_good,
        methods_without_anything_behind_them_say_so,
        sessions_are_counted,
    ],
    ids=lambda one: one.__name__,
)
async def test_what_asyncua_says_of_itself(servers: Servers, scenario: Any) -> None:
    await servers.check(scenario)


async def test_asyncua_stops_without_a_word(tmp_path: Path) -> None:
    await check_defect(a_stop_is_announced, tmp_path)  # on servers that nobody needs afterwards


async def test_the_record_of_a_sessions_security_has_a_string_where_asyncua_has_a_mask() -> None:
    written = struct_to_binary(
        SessionSecurityDiagnosticsDataType(Encoding_="UA Binary", TransportProtocol="opc.tcp")
    )
    assert b"\x09\x00\x00\x00UA Binary\x07\x00\x00\x00opc.tcp" in written
    read: Any = struct_from_binary(SessionSecurityDiagnosticsDataType, Buffer(written))
    assert read.TransportProtocol == "opc.tcp"
