"""The doors: each tries an attempt for real, and says what came back and what went on record."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import psycopg
from asyncua import ua

from server.cli.hmi import ARGUMENTS, Hmi
from tests.doors.attempts import STATION, Attempt, Document, Method, Request
from tests.doors.running_plant import RunningPlant

REFUSED_EVENTS = frozenset({"CommandRefused", "CommandDenied", "ExceptionOpened"})
"""All that an attempt may put on record."""

_PATIENCE_S = 10.0


@dataclass(frozen=True)
class Cell:
    """What one attempt at one door came to.

    ``codes`` are those of the refusal or denial. ``rows`` are the types of the events that it
    put on record; empty where the door has no way to reach a decision.
    """

    said: str
    through: bool
    codes: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    recorded_codes: tuple[str, ...] = ()
    must_be_recorded: bool = True


@dataclass
class Doors:
    """All doors of one running plant, with the sessions that were opened at them."""

    plant: RunningPlant
    http: httpx.AsyncClient
    sessions: dict[str, Hmi] = field(default_factory=dict)

    async def hmi(self, account: str) -> Hmi:
        """Return the OPC UA session of an account; it is opened at first use."""
        if account not in self.sessions:
            self.sessions[account] = Hmi(self.plant.terminals.login(account))
            await self.sessions[account].connect()
        return self.sessions[account]

    async def close(self) -> None:
        for session in self.sessions.values():
            await session.close()

    def _persons(self, asked: Method | Request) -> Mapping[str, str]:
        """Return accounts and passwords of who signs."""
        signing = (("", asked.person), ("second_", asked.second))
        return {
            name: value
            for which, account in signing
            if account
            for name, value in (
                (f"{which}account", account),
                (f"{which}password", self.plant.passwords[account]),
            )
        }

    async def rows(self, command_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the types of the events of a command, and the codes in its first one."""
        found = await asyncio.to_thread(
            self.plant.ask,
            "SELECT type, payload::jsonb -> 'refusals', payload::jsonb ->> 'code'"
            " FROM interlock.log_row WHERE command_id = %s ORDER BY position",
            command_id,
        )
        if not found:
            return (), ()
        refusals: Any = found[0][1] or ()
        codes = tuple(item["code"] for item in refusals) or (str(found[0][2]),)
        return tuple(str(row[0]) for row in found), codes

    async def call(self, method: Method, account: str, command_id: str = "") -> Any:
        words = {**in_time(method.words), **self._persons(method)}
        session = await self.hmi(account)
        return await session.call(method.name, words, station=STATION, command_id=command_id)

    async def opcua_method(self, attempt: Attempt, account: str) -> Cell:
        command_id = f"opcua-{secrets.token_hex(8)}"
        answer = await self.call(attempt.method, account, command_id)
        rows, recorded = await self.rows(command_id)
        if answer.status == "BadUserAccessDenied":  # it gives no outputs; the record says why
            return Cell(f"`{answer.status}`, Denied: {_listed(recorded)}", False, recorded, rows,
                        recorded)  # fmt: skip
        if answer.outcome == "Failed":  # the face itself turned the call away, unseen
            return Cell(f"`{answer.status}`", False, (), rows, recorded)
        codes = tuple(answer.codes)
        said = f"{answer.outcome}: {_listed(codes)} ({answer.status})"
        return Cell(said, answer.accepted, codes, rows, recorded)

    async def opcua_check(self, attempt: Attempt, account: str) -> tuple[str, ...]:
        """Return the codes of the dry run; only methods of the station have one."""
        words = dict(attempt.method.words)
        assert "password" not in ARGUMENTS[attempt.method.name], "needs a signature: no dry run"
        session = await self.hmi(account)
        answer = await session.check(attempt.method.name, words, station=STATION)
        return tuple(answer.codes)

    async def opcua_write(self, attempt: Attempt, account: str) -> Cell:
        said, through, hidden = [], False, 0
        if not attempt.writes:
            return Cell("no such variable", through=False, must_be_recorded=False)
        before = await self._denied_writes(account)
        client = (await self.hmi(account))._client
        assert client is not None
        namespace = await client.get_namespace_index("urn:interlock-mes:plant")
        for path, value, kind in attempt.writes:
            node = client.get_node(ua.NodeId(path, namespace))
            was = await node.read_data_value(raise_on_bad_status=False)
            if was.StatusCode.name == "BadNodeIdUnknown":
                assert await self._stands(path, namespace), f"{path} is gone: try another one"
                hidden += 1
            said.append(await _written(node, ua.Variant(value, kind)))
            now = await node.read_data_value(raise_on_bad_status=False)
            through |= now.Value is not None and now.Value.Value == value
            through |= said[-1] == "Good"
        await self._until_denied_writes(account, before + len(attempt.writes) - hidden)
        listed = ", ".join(f"`{status}`" for status in sorted(set(said)))
        if hidden == len(attempt.writes):  # what one does not see is not there, nor on record
            return Cell(listed, through, must_be_recorded=False)
        code = ("variable-write-denied",)
        return Cell(f"{listed}, Denied: {_listed(code)}", through, code, ("CommandDenied",), code)

    async def _stands(self, path: str, namespace: int) -> bool:
        """Tell whether the node stands at all, for somebody who sees persons."""
        client = (await self.hmi("sup-01"))._client
        assert client is not None
        node = client.get_node(ua.NodeId(path, namespace))
        found = await node.read_data_value(raise_on_bad_status=False)
        return found.StatusCode is not None and found.StatusCode.name != "BadNodeIdUnknown"

    async def _denied_writes(self, account: str) -> int:
        query = (
            "SELECT count(*) FROM interlock.log_row WHERE type = 'CommandDenied'"
            " AND account = %s AND payload::jsonb ->> 'code' = 'variable-write-denied'"
        )
        ((count,),) = await asyncio.to_thread(self.plant.ask, query, account)
        return int(str(count))

    async def _until_denied_writes(self, account: str, wanted: int) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while await self._denied_writes(account) < wanted:  # noqa: ASYNC110 -- another process
                await asyncio.sleep(0.05)

    async def request(
        self, request: Request, account: str, command_id: str = "", *, check: bool = False
    ) -> httpx.Response:
        body = {**in_time(request.body), **self._persons(request)}
        if "level" in body:
            body["level"] = int(body["level"])
        return await self.http.post(
            self.plant.rest_url + request.path,
            json=body or None,
            params={"check": "true"} if check else None,
            auth=(account, self.plant.passwords[account]),
            headers={"Idempotency-Key": command_id} if command_id else None,
        )

    async def send(
        self, verb: str, path: str, account: str, content: bytes, media_type: str
    ) -> httpx.Response:
        """Send what is no command in the form of one."""
        return await self.http.request(
            verb,
            self.plant.rest_url + path,
            content=content,
            auth=(account, self.plant.passwords[account]),
            headers={"Content-Type": media_type},
        )

    async def rest(self, attempt: Attempt, account: str) -> Cell:
        command_id = f"rest-{secrets.token_hex(8)}"
        checked = await self.request(attempt.request, account, command_id, check=True)
        assert (await self.rows(command_id))[0] == (), "a check writes nothing"
        response = await self.request(attempt.request, account, command_id)
        codes, through = _problem(response), response.status_code < 400
        if _problem(checked) != codes:
            through, codes = True, (*codes, f"but check said {_problem(checked)}")
        rows, recorded = await self.rows(command_id)
        outcome = response.json().get("outcome", "")
        said = f"{outcome}: {_listed(codes)} ({response.status_code})"
        return Cell(said, through, codes, rows, recorded)

    async def b2mml(self, attempt: Attempt, account: str) -> Cell:
        (before,) = self.plant.ask("SELECT max(position) FROM interlock.log_row")
        response = await self.http.post(
            f"{self.plant.rest_url}/b2mml/erp",
            content=_xml(attempt.document),
            headers={"Content-Type": "application/xml"},
            auth=(account, self.plant.passwords[account]),
        )
        rows = self.plant.ask(
            "SELECT type FROM interlock.log_row WHERE position > %s AND face = 'b2mml'", *before
        )
        answer = ET.fromstring(response.content)  # noqa: S314 -- our own server's answer
        noun = answer.tag.rpartition("}")[2]
        action = {item.get("actionCode") for item in answer.iter() if item.get("actionCode")}
        reasons = {
            str(item.text) for item in answer.iter() if item.tag.rpartition("}")[2] == "ReasonCode"
        }
        said = (
            f"no such command: `Sync{attempt.document.noun}` answered with {noun}"
            f" {', '.join(sorted(action))}, {_listed(tuple(sorted(reasons)))}"
            f" ({response.status_code})"
        )
        through = action != {"Rejected"} or response.status_code < 400
        types = tuple(str(row[0]) for row in rows)
        return Cell(said, through, tuple(sorted(reasons)), types, (), must_be_recorded=False)

    async def sql(self, attempt: Attempt, account: str) -> Cell:
        del account  # the application's own, which is worth more than any other
        said, through = [], False
        for statement in attempt.statements:
            try:
                await asyncio.to_thread(self._execute, statement)
            except psycopg.errors.InsufficientPrivilege as error:
                said.append(str(error.diag.message_primary))
            else:
                said.append(f"done: {statement}")
                through = True
        listed = ", ".join(sorted({f"`{text}`" for text in said}))
        return Cell(f"PostgreSQL: {listed}", through, (), (), (), must_be_recorded=False)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.plant.application_dsn) as connection:
            connection.execute(statement.encode())


def in_time(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words with a time in an hour where one is left open."""
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    return {name: soon if name == "expiration_time" else value for name, value in words.items()}


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"`{code}`" for code in codes) or "-"


def _problem(response: httpx.Response) -> tuple[str, ...]:
    answer = response.json()
    if answer.get("outcome") == "Denied":
        return (str(answer["code"]),)
    return tuple(refusal["code"] for refusal in answer.get("refusals", ()))


async def _written(node: Any, value: ua.Variant) -> str:
    try:
        await node.write_attribute(ua.AttributeIds.Value, ua.DataValue(value))
    except ua.UaStatusCodeError as error:
        return str(ua.StatusCode(error.code).name)
    return "Good"


def _xml(document: Document) -> str:
    return (
        f'<Sync{document.noun} xmlns="http://www.mesa.org/xml/B2MML" releaseID="0701">'
        "<ApplicationArea><Sender><LogicalID>ERP-1</LogicalID></Sender>"
        f"<CreationDateTime>2026-11-20T10:00:00Z</CreationDateTime>"
        f"<BODID>bod-{secrets.token_hex(8)}</BODID></ApplicationArea>"
        f'<DataArea><Sync acknowledgeCode="Always"/><{document.noun}>{document.content}'
        f"</{document.noun}></DataArea></Sync{document.noun}>"
    )
