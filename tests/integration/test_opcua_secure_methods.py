"""Calls over a real socket: who calls, what fits, and slow ones holding up nobody."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from asyncua import Client, ua

from server.faces.opcua.access.permissions import AccessKind
from tests.opcua_plant import Plant, call, client, running_plant, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


async def test_a_method_knows_its_caller(plant: Plant, hmi: Client) -> None:
    result = await call(hmi, plant["machine"], plant["echo"], "hello")
    assert result.StatusCode.is_good()
    assert [one.Value for one in result.OutputArguments] == ["hello"]
    caller = plant.calls[-1].caller
    assert caller.account.name == "hmi-01"
    assert caller.security_policy_uri.endswith("#Basic256Sha256")
    assert caller.client_address.startswith("127.0.0.1:")
    assert caller.client_application_uri == "urn:test:hmi"
    assert not caller.read_only


@pytest.mark.parametrize(
    ("method", "arguments", "expected"),
    [
        ("echo", [], "BadArgumentsMissing"),
        ("echo", ["a", "b"], "BadTooManyArguments"),
        ("echo", [1.5], "BadInvalidArgument"),
        ("echo", [["a"]], "BadInvalidArgument"),
        ("sum", [1.5], "BadInvalidArgument"),
        ("sum", [[1.0, 2.0]], "Good"),
        ("range", [ua.Range(0.0, 1.0)], "Good"),
        ("range", [ua.EUInformation()], "BadInvalidArgument"),
        ("anything", [[1, 2]], "Good"),
        ("unlinked", [], "BadNotExecutable"),
        ("fail", [], "BadResourceUnavailable"),
    ],
)
async def test_arguments_are_counted_and_their_types_checked(
    plant: Plant, hmi: Client, method: str, arguments: list[object], expected: str
) -> None:
    result = await call(hmi, plant["machine"], plant[method], *arguments)
    assert result.StatusCode.name == expected
    if expected == "BadInvalidArgument":
        assert [one.name for one in result.InputArgumentResults] == ["BadTypeMismatch"]


async def test_a_method_must_be_of_the_object(plant: Plant, hmi: Client) -> None:
    nowhere = ua.NodeId("nowhere", 2)
    other = await call(hmi, plant["other"], plant["echo"], "x")
    unknown_object = await call(hmi, nowhere, plant["echo"], "x")
    unknown_method = await call(hmi, plant["machine"], nowhere, "x")
    no_method = await call(hmi, plant["machine"], plant["level"], "x")
    assert [one.StatusCode.name for one in (other, unknown_object, unknown_method, no_method)] == [
        "BadMethodInvalid",
        "BadNodeIdUnknown",
        "BadMethodInvalid",
        "BadMethodInvalid",
    ]


async def test_the_types_method_runs_the_instances(plant: Plant, hmi: Client) -> None:
    server = plant.server
    idx = plant["machine"].NamespaceIndex
    type_node = await server.nodes.base_object_type.add_object_type(idx, "MachineType")
    argument = ua.Argument(Name="Text", DataType=ua.NodeId(ua.ObjectIds.String))
    on_type = await type_node.add_method(
        f"ns={idx};s=type-echo", f"{idx}:echo", None, [argument], [argument]
    )
    machine = server.get_node(plant["machine"])
    for reference in await machine.get_references(ua.ObjectIds.HasTypeDefinition):
        await machine.delete_reference(reference.NodeId, ua.ObjectIds.HasTypeDefinition)
    await machine.add_reference(type_node, ua.ObjectIds.HasTypeDefinition, bidirectional=False)
    result = await call(hmi, plant["machine"], on_type.nodeid, "by type")
    assert result.StatusCode.is_good()
    assert plant.calls[-1].method_id == plant["echo"]


async def test_a_business_refusal_arrives_with_its_outputs(plant: Plant, hmi: Client) -> None:
    result = await call(hmi, plant["machine"], plant["refuse"])
    assert result.StatusCode.name == "Uncertain"
    assert [one.Value for one in result.OutputArguments] == ["the lot is on hold"]


async def test_what_goes_wrong_inside_stays_inside(
    plant: Plant, hmi: Client, caplog: pytest.LogCaptureFixture
) -> None:
    result = await call(hmi, plant["machine"], plant["crash"])
    assert result.StatusCode.name == "BadInternalError"
    assert not result.OutputArguments
    assert "inner secret" in caplog.text  # with the reference, for those who may read the log
    assert "reference" in caplog.text


async def test_the_permission_hook_is_asked(plant: Plant, hmi: Client) -> None:
    denied = (AccessKind.CALL, plant["echo"])
    plant.rules.denied.add(denied)
    try:
        result = await call(hmi, plant["machine"], plant["echo"], "x")
    finally:
        plant.rules.denied.discard(denied)
    assert result.StatusCode.name == "BadUserAccessDenied"


async def test_a_slow_method_holds_up_nobody(plant: Plant, hmi: Client) -> None:
    plant.release.clear()
    before = len(plant.calls)
    slow = asyncio.create_task(call(hmi, plant["machine"], plant["slow"]))
    await wait_until(lambda: len(plant.calls) > before)
    assert await hmi.get_node(plant["level"]).read_value() == 1.0  # on the same connection
    assert not slow.done()
    plant.release.set()
    assert (await slow).StatusCode.is_good()


async def test_calls_in_progress_are_bounded(plant: Plant, hmi: Client) -> None:
    plant.release.clear()
    limit = plant.server.iserver.limits.max_calls_in_progress
    before = len(plant.calls)
    running = [
        asyncio.create_task(call(hmi, plant["machine"], plant["slow"])) for _ in range(limit)
    ]
    await wait_until(lambda: len(plant.calls) == before + limit)
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await call(hmi, plant["machine"], plant["slow"])
    assert refused.value.code == ua.StatusCodes.BadServerTooBusy
    plant.release.set()
    assert all(one.StatusCode.is_good() for one in await asyncio.gather(*running))


async def test_methods_per_request_are_bounded(plant: Plant, hmi: Client) -> None:
    request = ua.CallMethodRequest(ObjectId=plant["machine"], MethodId=plant["refuse"])
    limit = plant.server.iserver.limits.max_methods_per_request
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await hmi.uaclient.call([request] * (limit + 1))
    assert refused.value.code == ua.StatusCodes.BadTooManyOperations
