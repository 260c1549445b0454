"""Every method over a real socket, with everything that nobody should send."""

from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua

from server.command_path.authorize import COMMAND_ROLES
from server.command_path.command_fields import Kind
from server.faces.opcua.methods.methods_table import CHECK, FACEPLATE_METHODS, FOLDERS, MethodRow
from tests.fix_rest import ACCOUNTS
from tests.opcua_face_plant import FacePlant, Said, call, node, running_face_plant

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(240),
    pytest.mark.usefixtures("cheap_passwords"),
]

STATION = "Stations/DISP-01"
OWNERS = [
    (STATION, FACEPLATE_METHODS),
    *((folder.name, folder.methods) for folder in FOLDERS),
]
METHODS = [(owner, row) for owner, rows in OWNERS for row in rows if row.name != CHECK]
TEXTS = ("x" * 101, "x" * 3000, "a\x00b", "\u202e", " x", "🧪" * 90, "{", "[[]]", "1e999999 kg")
READABLE = (Kind.NAME, Kind.TEXT, Kind.SIGNER)
"""What any text is: a command that can't be read is no command to deny."""
TRACES = {"Refused", "Denied", "Accepted"}


def some(row: Any, text: str = "no-such") -> Any:
    """Return a value of the type that an argument has."""
    match row.variant_type:
        case ua.VariantType.Boolean:
            value: Any = True
        case ua.VariantType.Int32:
            value = 2**31 - 1
        case ua.VariantType.DateTime:
            value = ua.get_win_epoch()
        case _:
            value = text
    return [value] if row.is_array else value


def given(method: MethodRow, text: str) -> list[Any]:
    return [some(row, "" if row.name == "CommandId" else text) for row in method.inputs]


def account_of(owner: str, row: MethodRow) -> str | None:
    """Return an account whose method it is; None when the plant of the test has no such account."""
    assert row.command is not None
    roles = COMMAND_ROLES[row.command]
    names = ["hmi-01"] if owner == STATION else ["qa-01", "erp-01", "met-01", "hmi-01"]
    return next((name for name in names if ACCOUNTS[name].roles & roles), None)


OF = {
    account: [(owner, row) for owner, row in METHODS if account_of(owner, row) == account]
    for account in ("hmi-01", "qa-01", "erp-01", "met-01", None)
}
"""The methods by the account that may call them."""


async def rows(plant: FacePlant) -> int:
    return len(await plant.rows())


async def knock(plant: FacePlant, one: Client, owner: str, row: MethodRow, *values: Any) -> Said:
    """Call, and hold what is on record against the answer."""
    before = await rows(plant)
    said = await call(one, owner, row.name, *values)
    after = await rows(plant)
    assert said.status in ("Good", "Uncertain"), f"{owner}/{row.name}: {said}"
    assert said["Outcome"] != "Fault", f"{owner}/{row.name}: {said}"
    if said["Outcome"] in TRACES:
        assert after > before, f"{owner}/{row.name}: {said} leaves no trace"
        assert said["DecisionId"]
    else:
        assert after == before, f"{owner}/{row.name}: {said} left a trace"
        assert said["Messages"]
    return said


async def test_texts_that_nobody_should_send(tmp_path: Path) -> None:
    async with running_face_plant(tmp_path) as plant:
        for account, methods in OF.items():
            async with plant.client(account or "qa-01") as one:
                for owner, row in methods if account else ():
                    for text in ("no-such", "", *TEXTS):
                        await knock(plant, one, owner, row, *given(row, text))


async def test_what_is_not_theirs_is_denied_and_on_record(tmp_path: Path) -> None:
    assert OF[None], "some methods are of roles that nobody has here"
    async with running_face_plant(tmp_path) as plant, plant.client("qa-01") as one:
        for owner, row in OF[None]:
            before = await rows(plant)
            said = await call(one, owner, row.name, *given(row, "no-such"))
            assert said.status == "BadUserAccessDenied", f"{owner}/{row.name}: {said}"
            if all(one.kind in READABLE for one in row.fields):
                assert await rows(plant) > before, f"{owner}/{row.name}"


@pytest.mark.parametrize("account", [name for name in OF if name])
async def test_wrong_types_and_counts_never_reach_a_command(tmp_path: Path, account: str) -> None:
    async with running_face_plant(tmp_path) as plant, plant.client(account) as one:
        before = await rows(plant)
        for owner, row in OF[account]:
            right = [ua.Variant(some(x), x.variant_type, is_array=x.is_array) for x in row.inputs]
            for wrong, bad in (
                (right[:-1], "BadArgumentsMissing"),
                ([*right, ua.Variant("more", ua.VariantType.String)], "BadTooManyArguments"),
                ([ua.Variant(1.5, ua.VariantType.Double), *right[1:]], "BadInvalidArgument"),
                ([*right[:-1], ua.Variant(7, ua.VariantType.Int64)], "BadInvalidArgument"),
            ):
                request = ua.CallMethodRequest(
                    ObjectId=node(owner),
                    MethodId=node(f"{owner}/{row.name}"),
                    InputArguments=wrong,
                )
                (result,) = await one.uaclient.call([request])
                if len(row.inputs) == 1 and wrong[1:] == right[1:] == []:
                    continue  # the command id alone: nothing is missing when it is left out
                assert result.StatusCode.name == bad, f"{owner}/{row.name}"
        assert await rows(plant) == before


@pytest.mark.parametrize("account", ["hmi-01", "qa-01", "erp-01"])
async def test_a_repeated_command_id_with_other_content_is_a_mistake(
    tmp_path: Path, account: str
) -> None:
    async with running_face_plant(tmp_path) as plant, plant.client(account) as one:
        for number, (owner, row) in enumerate(OF[account]):
            values = given(row, "no-such")
            values[-1] = f"once-{number}"
            first = await call(one, owner, row.name, *values)
            if first.outputs.get("Outcome") not in TRACES:
                continue
            before = await rows(plant)
            again = await call(one, owner, row.name, *values)
            assert (again["Outcome"], again["Duplicate"]) == (first["Outcome"], True)
            other = given(row, "another")
            other[-1] = f"once-{number}"
            if other != values:
                said = await call(one, owner, row.name, *other)
                assert said["Outcome"] == "Invalid", f"{owner}/{row.name}: {said}"
            assert await rows(plant) == before


async def test_a_check_of_every_method_writes_nothing(tmp_path: Path) -> None:
    async with running_face_plant(tmp_path) as plant, plant.client("qa-01") as one:
        before = await rows(plant)
        for owner, row in METHODS:
            for texts in ([], ["no-such"] * len(row.checked_inputs), ["\x00"], ["x"] * 30):
                request = ua.CallMethodRequest(
                    ObjectId=node(owner),
                    MethodId=node(f"{owner}/{CHECK}"),
                    InputArguments=[
                        ua.Variant(row.name, ua.VariantType.String),
                        ua.Variant(texts, ua.VariantType.String, is_array=True),
                    ],
                )
                (result,) = await one.uaclient.call([request])
                assert result.StatusCode.name in ("Good", "Uncertain"), f"{owner}/{row.name}"
                assert result.OutputArguments[1].Value != "Fault", f"{owner}/{row.name} {texts}"
        assert await rows(plant) == before
