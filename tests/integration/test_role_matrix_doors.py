"""Every role gives every command at both doors: OPC UA and REST deny the same, as published.

Over OPC UA it can be seen before: UserExecutable of the method says what a call will do.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua

from models.execution.principal import Account, Role
from server.command_path import authenticate
from server.command_path.authorize import COMMAND_ROLES
from server.command_path.catalogue import CATALOGUE, Entry
from server.command_path.command_fields import CommandField, Kind
from server.faces.opcua.methods.methods_table import FACEPLATE_METHODS, FOLDERS, MethodRow
from server.faces.rest.bodies import SIGNERS
from server.faces.rest.json_form import plain
from tests import fix_rest
from tests.opcua_face_plant import FacePlant, call, node, running_face_plant
from tests.samples import sample

pytestmark = pytest.mark.integration

HERE = "DISP-01"
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)  # no account can have it
METHODS: tuple[tuple[str, MethodRow], ...] = (
    *((f"Stations/{HERE}", method) for method in FACEPLATE_METHODS if method.command),
    *((row.name, method) for row in FOLDERS for method in row.methods if method.command),
)
DECIDED = ("Accepted", "Refused", "Denied")
BAD = "BadUserAccessDenied"
NOBODY = {"account": "nobody", "password": "a password of nobody"}
"""Who signs: so that nothing that is authorized is also done."""


@pytest.fixture
async def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FacePlant]:
    monkeypatch.setitem(authenticate._COST, "n", 2)  # a thousand signatures, none of them real
    monkeypatch.setattr(fix_rest, "_HASH", authenticate.password_hash(fix_rest.PASSWORD))
    for role in ROLES:
        known = Account(account=role.value, roles=frozenset({role}), stations=(HERE,))
        monkeypatch.setitem(fix_rest.ACCOUNTS, role.value, known)
    away = Account(account="elsewhere", roles=frozenset({Role.HMI}), stations=("QA-01",))
    monkeypatch.setitem(fix_rest.ACCOUNTS, "elsewhere", away)
    async with running_face_plant(tmp_path) as one:
        yield one


def entry_of(method: MethodRow) -> Entry:
    assert method.command is not None
    return CATALOGUE[method.command]


def arguments(method: MethodRow) -> Iterator[Any]:
    """Yield the inputs of the method for the sample of its command."""
    command = sample(method.command)
    for one in method.fields:
        if one.kind is Kind.SIGNER:
            yield from NOBODY.values()
        else:
            yield _argument(one, getattr(command, one.name))


def _argument(one: CommandField, value: Any) -> Any:
    if one.kind in (Kind.LIST, Kind.PAIRS):
        return [json.dumps(plain(item)) for item in value]
    if one.kind is Kind.TIME:
        return (value or datetime(1601, 1, 1)).replace(tzinfo=None)  # noqa: DTZ001 -- OPC UA's none
    if one.kind is Kind.WHOLE and one.optional:
        return "" if value is None else str(value)
    if one.kind in (Kind.FLAG, Kind.WHOLE):
        return value
    if one.kind is Kind.QUANTITY:
        return str(value)
    return json.dumps(plain(value)) if one.kind is Kind.NOUN else str(plain(value) or "")


def body(entry: Entry) -> dict[str, Any]:
    """Return the body of the route for the sample of its command."""
    command, found = sample(entry.command), dict[str, Any]()
    for one in entry.fields:
        if one.kind is Kind.SIGNER:
            found |= {f"{SIGNERS[one.name]}{key}": text for key, text in NOBODY.items()}
        elif one.required and f"{{{one.name}}}" not in entry.path:
            value = getattr(command, one.name)
            found[one.name] = str(value) if one.kind is Kind.QUANTITY else plain(value)
    return found


async def at_rest(plant: FacePlant, account: str, method: MethodRow) -> str:
    entry = entry_of(method)
    command = sample(entry.command, **({"station": HERE} if entry.is_at_a_station else {}))
    ids = {one.name: getattr(command, one.name) for one in entry.fields if one.kind is Kind.NAME}
    verb, _, path = entry.route.partition(" ")
    answer = await plant.behind.client.request(
        verb, path.format(**ids), json=body(entry) or None, auth=(account, fix_rest.PASSWORD)
    )
    said = answer.json()
    assert said.get("outcome") in DECIDED, (method.name, answer.status_code, said)
    return said["code"] if said["outcome"] == "Denied" else "let in"


async def at_opcua(session: Client, owner: str, method: MethodRow) -> str:
    said = await call(session, owner, method.name, *arguments(method))
    if said.status == "BadUserAccessDenied":
        return BAD
    assert said["Outcome"] in DECIDED, (method.name, said)
    return said["RefusalCodes"][0] if said["Outcome"] == "Denied" else "let in"


async def executable(session: Client) -> dict[str, bool]:
    """Return what the methods themselves say about this session, by their names."""
    nodes = [session.get_node(node(f"{owner}/{method.name}")) for owner, method in METHODS]
    values = await session.read_attributes(nodes, ua.AttributeIds.UserExecutable)
    return {
        f"{owner}/{method.name}": value.Value.Value
        for (owner, method), value in zip(METHODS, values, strict=True)
    }


async def denied_on_record(plant: FacePlant, code: str) -> Counter[str]:
    """Return how many denials of this kind are on record from OPC UA, by account."""
    rows = [row for row in await plant.rows() if row.type == "CommandDenied"]
    return Counter(row.account for row in rows if row.face == "opcua" and code in row.payload)


def published(role: Role, method: MethodRow) -> str:
    assert method.command is not None
    if role not in COMMAND_ROLES[method.command]:
        return "role-denied"
    return "credentials-wrong" if method.signs else "let in"


def test_there_is_a_method_for_every_command_that_is_offered() -> None:
    assert {method.command for _, method in METHODS} == CATALOGUE.keys()
    assert len(CATALOGUE) >= 50


async def test_every_role_is_answered_the_same_at_both_doors(plant: FacePlant) -> None:
    found, wanted, denials = {}, {}, Counter[str]()
    for role in ROLES:
        async with plant.client(role.value) as session:
            shown = await executable(session)
            for owner, method in METHODS:
                asked, code = (role.value, method.name), published(role, method)
                bad = code == "role-denied"
                wanted[asked] = (not bad, BAD if bad else code, code)
                denials[role.value] += bad
                may = shown[f"{owner}/{method.name}"]
                there = await at_opcua(session, owner, method)
                found[asked] = (may, there, await at_rest(plant, role.value, method))
    assert found == wanted
    assert await denied_on_record(plant, "role-denied") == denials


async def test_no_station_is_worked_at_from_another_terminal(plant: FacePlant) -> None:
    denials = Counter[str]()
    async with plant.client("elsewhere") as session:
        shown = await executable(session)
        for owner, method in METHODS:
            if entry_of(method).is_at_a_station:
                denials["elsewhere"] += 1
                assert not shown[f"{owner}/{method.name}"], method.name
                assert await at_opcua(session, owner, method) == BAD, method.name
                assert await at_rest(plant, "elsewhere", method) == "station-denied", method.name
    assert await denied_on_record(plant, "station-denied") == denials
