"""The terminal of the command line against a real OPC UA server with a faceplate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asyncua import ua

from server.cli.hmi import ARGUMENTS, PLANT_NAMESPACE, Hmi, NotReachableError, quiet_asyncua
from server.cli.terminals import CredentialsError, Terminals, read_credentials
from server.faces.opcua.access.caller import Account, Caller
from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall
from server.faces.opcua.secure.server import SecureServer
from server.faces.opcua.settings import SecureServerLimits, SecureServerSettings

pytestmark = pytest.mark.integration

PASSWORD = "booth seven"
REFUSED = (
    1 << 39,
    "Refused",
    ["material-lot-restricted", "material-lot-expired"],
    [ua.LocalizedText("in quarantine"), ua.LocalizedText("too old")],
    ["AA-2601", "AA-2602"],
    "decision-7",
    False,
    "",
)
OUTPUTS = (
    "UInt64",
    "String",
    "String[]",
    "LocalizedText[]",
    "String[]",
    "String",
    "Boolean",
    "String",
)


@dataclass
class Booth:
    """A server with one station whose Scan refuses everything."""

    folder: Path
    port: int = 0
    calls: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"opc.tcp://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def running(self, *, trusting: bool = True) -> AsyncIterator[None]:
        server = await SecureServer.open(
            SecureServerSettings(
                endpoint_host="127.0.0.1",
                port=self.port,
                application_uri="urn:test:interlock",
                server_name="Interlock under test",
                certificates_dir=self.folder / "server",
                trust_unknown_clients=trusting,
                limits=SecureServerLimits(login_refusal_after_s=0.05),
            ),
            authenticate=authenticate,
            permissions=Everything(),
            clock=utc_now,
        )
        await self._fill(server)
        await server.start()
        self.port = server.bound_port
        try:
            yield
        finally:
            await server.stop()

    def terminals(self, password: str = PASSWORD) -> Terminals:
        return Terminals(
            endpoint=self.endpoint,
            passwords={"hmi-disp": password},
            certificates=self.folder / "client",
        )

    async def _fill(self, server: SecureServer) -> None:
        index = await server.register_namespace(PLANT_NAMESPACE)
        station = await server.nodes.objects.add_object(
            node_id("Stations/DISP-01", index), f"{index}:DISP-01"
        )
        for name, value in (("PersonId", "op-01"), ("LiveValue", 1.5)):
            path = node_id(f"Stations/DISP-01/{name}", index)
            await station.add_variable(path, f"{index}:{name}", value)
        texts = [argument(name, "String") for name in (*ARGUMENTS["Scan"], "command_id")]
        checked = [argument("Command", "String"), argument("Arguments", "String[]")]
        for name, inputs in (("Scan", texts), ("Check", checked)):
            node = await station.add_method(
                node_id(f"Stations/DISP-01/{name}", index),
                f"{index}:{name}",
                never,
                inputs,
                [argument(f"Output{number}", kind) for number, kind in enumerate(OUTPUTS)],
            )
            server.link_method(node, self._refuse)

    async def _refuse(self, call: MethodCall) -> MethodAnswer:
        self.calls.append(call.values)
        uncertain = ua.StatusCode(ua.UInt32(ua.StatusCodes.Uncertain))
        return MethodAnswer(outputs=REFUSED, status=uncertain)


class Everything:
    def may(self, caller: Caller, access: AccessKind, node_id: ua.NodeId) -> bool:
        del caller, access, node_id
        return True


def node_id(path: str, index: int) -> ua.NodeId:
    return ua.NodeId.from_string(f"ns={index};s={path}")


def never(*_: object) -> None:
    raise AssertionError("asyncua's own way of calling methods must not be taken")


def argument(name: str, kind: str) -> ua.Argument:
    data_type = ua.NodeId(getattr(ua.ObjectIds, kind.removesuffix("[]")))
    return ua.Argument(Name=name, DataType=data_type, ValueRank=1 if kind.endswith("[]") else -1)


async def authenticate(name: str, password: str) -> Account | None:
    await asyncio.sleep(0)
    return Account(name=name) if password == PASSWORD else None


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def booth(tmp_path: Path) -> Booth:
    quiet_asyncua()
    return Booth(tmp_path)


async def test_a_refusal_comes_back_with_all_that_it_says(booth: Booth) -> None:
    async with booth.running(), booth.terminals().session("hmi-disp") as hmi:
        answer = await hmi.call("Scan", {"code": "AA-2603-C1"}, station="DISP-01")
    assert (answer.outcome, answer.accepted, answer.status) == ("Refused", False, "Uncertain")
    assert answer.codes == ("material-lot-restricted", "material-lot-expired")
    assert answer.messages == ("in quarantine", "too old")
    assert (answer.offers, answer.decision_id) == (("AA-2601", "AA-2602"), "decision-7")
    assert booth.calls[0][:3] == ("AA-2603-C1", "", "")


async def test_a_check_sends_the_inputs_without_passwords(booth: Booth) -> None:
    async with booth.running(), booth.terminals().session("hmi-disp") as hmi:
        words = {"code": "AA-2603-C1", "job_order": "J", "step": "020"}
        await hmi.check("Scan", words, station="DISP-01")
        await hmi.check("VerifyStep", {"step": "010", "password": "p"}, station="DISP-01")
    assert booth.calls == [("Scan", ["AA-2603-C1", "J", "020"]), ("VerifyStep", ["010"])]


async def test_variables_are_read_and_missing_ones_are_none(booth: Booth) -> None:
    async with booth.running(), booth.terminals().session("hmi-disp") as hmi:
        paths = [f"Stations/DISP-01/{name}" for name in ("PersonId", "LiveValue", "Missing")]
        assert await hmi.read(*paths) == ("op-01", 1.5, None)


async def test_an_unknown_method_is_an_answer_and_no_crash(booth: Booth) -> None:
    async with booth.running(), booth.terminals().session("hmi-disp") as hmi:
        answer = await hmi.call("Scan", {}, station="NO-STATION")
    assert (answer.outcome, answer.codes) == ("Failed", ())
    assert answer.status.startswith("BadNodeId")


async def test_a_session_goes_on_after_the_server_was_away(booth: Booth) -> None:
    async with booth.running():
        hmi = Hmi(booth.terminals().login("hmi-disp"))
        await hmi.connect()
    async with booth.running():
        answer = await hmi.call("Scan", {}, station="DISP-01", command_id="the-same")
        await hmi.close()
    assert answer.outcome == "Refused"
    assert booth.calls == [("", "", "", "the-same")]


async def test_every_call_has_a_command_id_of_its_own(booth: Booth) -> None:
    async with booth.running(), booth.terminals().session("hmi-disp") as hmi:
        for _ in range(3):
            await hmi.call("Scan", {}, station="DISP-01")
    assert len({call[-1] for call in booth.calls}) == 3


async def test_a_wrong_password_is_said_at_once(booth: Booth) -> None:
    async with booth.running():
        hmi = Hmi(booth.terminals("wrong").login("hmi-disp"))
        with pytest.raises(NotReachableError, match="account 'hmi-disp' or its password is wrong"):
            await asyncio.wait_for(hmi.connect(), 20)


async def test_a_certificate_that_is_not_trusted_is_said_at_once(booth: Booth) -> None:
    async with booth.running(trusting=False):
        hmi = Hmi(booth.terminals().login("hmi-disp"))
        with pytest.raises(NotReachableError, match=r"trust it at the server with interlock certs"):
            await asyncio.wait_for(hmi.connect(), 20)


async def test_a_server_that_is_not_there_is_said_in_time(booth: Booth) -> None:
    booth.port = 1
    hmi = Hmi(booth.terminals().login("hmi-disp"))
    with pytest.raises(NotReachableError, match="check that Interlock runs"):
        await hmi.connect(timeout_s=0.5)


def test_the_client_certificate_is_made_once(booth: Booth) -> None:
    first, second = (booth.terminals().login("hmi-disp").certificate for _ in range(2))
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(CredentialsError, match="no account 'nobody'"):
        booth.terminals().login("nobody")


@pytest.mark.parametrize("text", ["", "[]", '{"op-01": 1}'])
def test_credentials_that_are_none_are_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(text)
    with pytest.raises(CredentialsError, match="it holds JSON such as"):
        read_credentials(file)
