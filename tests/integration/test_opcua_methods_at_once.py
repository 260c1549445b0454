"""A method that never waits is answered at once, behind the same checks, and runs once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall
from tests.opcua_plant import Plant, anonymous_client, call, client, running_plant

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


class Doubled:
    """A method that counts how often it runs, and fails as it is told to."""

    def __init__(self) -> None:
        self.calls: list[MethodCall] = []
        self.failure: Exception | None = None

    def __call__(self, called: MethodCall) -> MethodAnswer:
        self.calls.append(called)
        if self.failure is not None:
            raise self.failure
        return MethodAnswer(outputs=(called.values[0] * 2,))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder, allow_policy_none=True) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


@pytest.fixture
def doubled(plant: Plant) -> Doubled:
    method = Doubled()
    plant.server.link_function(plant["echo"], method)
    return method


async def test_it_knows_its_caller_and_is_answered(
    plant: Plant, hmi: Client, doubled: Doubled
) -> None:
    result = await call(hmi, plant["machine"], plant["echo"], "ab")
    assert [one.Value for one in result.OutputArguments] == ["abab"]
    assert doubled.calls[0].caller.account.name == "hmi-01"
    assert doubled.calls[0].arguments == (ua.Variant("ab"),)


@pytest.mark.parametrize(
    ("method", "arguments", "expected"),
    [
        ("echo", [], "BadArgumentsMissing"),
        ("echo", ["a", "b"], "BadTooManyArguments"),
        ("echo", [1.5], "BadInvalidArgument"),
        ("echo", [["a"]], "BadInvalidArgument"),
        ("sum", [1.5], "BadInvalidArgument"),
    ],
)
async def test_arguments_that_do_not_fit_never_reach_it(
    plant: Plant,
    hmi: Client,
    doubled: Doubled,
    method: str,
    arguments: list[object],
    expected: str,
) -> None:
    result = await call(hmi, plant["machine"], plant[method], *arguments)
    assert result.StatusCode.name == expected
    assert not doubled.calls


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(AccessKind.CALL, "BadUserAccessDenied"), (AccessKind.BROWSE, "BadNodeIdUnknown")],
)
async def test_who_may_not_call_it_does_not_run_it(
    plant: Plant, hmi: Client, doubled: Doubled, kind: AccessKind, expected: str
) -> None:
    plant.rules.denied.add((kind, plant["echo"]))
    try:
        result = await call(hmi, plant["machine"], plant["echo"], "ab")
    finally:
        plant.rules.denied.clear()
    assert result.StatusCode.name == expected
    assert not doubled.calls


async def test_nobody_calls_it_without_security(plant: Plant, doubled: Doubled) -> None:
    async with anonymous_client(plant) as one:
        result = await call(one, plant["machine"], plant["echo"], "ab")
    assert result.StatusCode.name == "BadUserAccessDenied"
    assert not doubled.calls


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (IndexError("inner secret"), "BadInternalError"),
        (ValueError("inner secret"), "BadInternalError"),
        (ua.UaStatusCodeError(ua.StatusCodes.BadOutOfMemory), "BadOutOfMemory"),
    ],
)
async def test_a_failure_ends_at_the_wall_and_the_method_runs_once(
    plant: Plant, hmi: Client, doubled: Doubled, failure: Exception, expected: str
) -> None:
    doubled.failure = failure
    result = await call(hmi, plant["machine"], plant["echo"], "ab")
    assert (result.StatusCode.name, len(doubled.calls)) == (expected, 1)
    assert not result.OutputArguments


async def test_an_answer_that_cannot_be_written_is_a_fault_and_the_method_runs_once(
    plant: Plant, hmi: Client
) -> None:
    runs: list[Any] = []

    def unwritable(called: MethodCall) -> MethodAnswer:
        runs.append(called)
        return MethodAnswer(outputs=(object(),))

    plant.server.link_function(plant["echo"], unwritable)
    with pytest.raises(ua.UaStatusCodeError):
        await call(hmi, plant["machine"], plant["echo"], "ab")
    assert len(runs) == 1


async def test_several_in_one_request_run_in_their_order(
    plant: Plant, hmi: Client, doubled: Doubled
) -> None:
    wanted = [
        ua.CallMethodRequest(plant["machine"], plant["echo"], [ua.Variant(text)])
        for text in ("a", "b")
    ]
    results = await hmi.uaclient.call(wanted)
    assert [one.OutputArguments[0].Value for one in results] == ["aa", "bb"]
    assert [one.values for one in doubled.calls] == [("a",), ("b",)]


async def test_it_can_be_unlinked(plant: Plant, hmi: Client, doubled: Doubled) -> None:
    plant.server.unlink_method(plant["echo"])
    result = await call(hmi, plant["machine"], plant["echo"], "ab")
    assert result.StatusCode.name == "BadNotExecutable"
    assert not doubled.calls
