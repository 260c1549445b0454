"""The same small plant behind stock asyncua and behind our server, for the defects of the former.

A scenario is a coroutine that takes a ``Target`` and asserts what a client may expect.
``Servers.check`` runs it on our server, where it must pass, and on stock asyncua, where it must
fail with an AssertionError, or hang for ``patience_s``: that is what shows the defect.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import asyncua
from asyncua import Client, ua
from asyncua.crypto.permission_rules import SimpleRoleRuleset, User, UserRole
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.crypto.truststore import TrustStore
from asyncua.crypto.validator import CertificateValidator, CertificateValidatorOptions
from typing_extensions import override

from historian.in_memory import InMemoryTagValues
from models.tag_value import Quality, TagValue
from server.faces.opcua.access.caller import AUTHENTICATED, Account, Caller
from server.faces.opcua.access.node_permissions import FacePermissions
from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.events.event_notification import EventNotification
from server.faces.opcua.history.dispatch import tag_history
from server.faces.opcua.instances.tag_nodes import TagRow
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall
from server.faces.opcua.secure.server import SecureServer
from server.faces.opcua.settings import SecureServerLimits, SecureServerSettings
from server.faces.opcua.trust.certificates import (
    CertificateUse,
    OwnCertificate,
    ensure_own_certificate,
)
from tests.opcua_plant import CLIENT_URI, client_certificate, trust, utc_now

PASSWORDS = {"hmi-01": "booth seven", "hmi-02": "line three", "admin-01": "keys of all rooms"}
"""``admin-01`` is an administrator where the server knows of such, the others are users."""

SLOW_S = 1.5
"""How long the method ``slow`` works."""

URI = "urn:test:plant"
BASE_EVENT = ua.NodeId(ua.ObjectIds.BaseEventType)

_AES = ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt
_SIGN_AND_ENCRYPT = ua.MessageSecurityMode.SignAndEncrypt


@dataclass
class Target:
    """A running server as a scenario sees it, from the outside and from within.

    The names of ``nodes``: objects ``area`` (a notifier), ``machine`` (in it; events come from
    here), ``other``; variables ``level`` (Double), ``setpoint`` (Double, a client may write it),
    ``array`` (Int64[5]), ``text``, ``secret`` (CurrentRead is not set), ``record`` (Double, has
    history); methods of machine ``echo`` (String to String), ``sum`` (Double[] to Double),
    ``slow``, ``fail`` (raises BadResourceUnavailable), ``locked`` (Executable is false),
    ``unlinked`` (nothing runs behind it).
    """

    is_ours: bool
    url: str
    server: Any
    certificate_path: Path
    nodes: dict[str, ua.NodeId]
    writes: dict[ua.NodeId, Any] = field(default_factory=dict)
    store: Any = None

    def __getitem__(self, name: str) -> ua.NodeId:
        return self.nodes[name]

    async def write(self, name: str, value: Any, kind: ua.VariantType | None = None) -> None:
        """Set the value of a variable from within."""
        given = value if isinstance(value, ua.DataValue) else ua.DataValue(ua.Variant(value, kind))
        if self.is_ours:
            await self.server.write_value(self[name], given)
        else:
            await self.server.write_attribute_value(self[name], given)

    async def emit(
        self,
        message: str = "something happened",
        *,
        source: str = "machine",
        event_type: ua.NodeId = BASE_EVENT,
        severity: int = 500,
        fields: Mapping[str, ua.Variant] | None = None,
    ) -> None:
        """Emit an event of a node from within."""
        if self.is_ours:
            await self.server.emit_event(
                EventNotification(
                    event_type=event_type,
                    source_node=self[source],
                    source_name=source,
                    message=message,
                    severity=severity,
                    time=utc_now(),
                    event_id=f"{next(_EVENT_IDS):016x}".encode(),
                    fields=fields or {},
                ),
                self[source],
            )
            return
        generator = await self.server.get_event_generator(event_type, self[source])
        generator.event.Message = ua.LocalizedText(message)
        generator.event.Severity = severity
        for name, value in (fields or {}).items():
            setattr(generator.event, name, value.Value)
        await generator.trigger()

    async def remember(self, values: Sequence[tuple[datetime, float]]) -> None:
        """Make this the history of the variable ``record``; times are UTC and in order."""
        if self.is_ours:
            self.store._values.clear()
            await self.store.write(
                [
                    TagValue("machine.record", value, Quality.GOOD, time, time, sequence)
                    for sequence, (time, value) in enumerate(values)
                ]
            )
            return
        held = self.server.iserver.history_manager.storage._datachanges
        held[self["record"]] = [
            ua.DataValue(ua.Variant(value), SourceTimestamp=time, ServerTimestamp=time)
            for time, value in values
        ]

    @asynccontextmanager
    async def client(self, user: str = "hmi-01", **facts: Any) -> AsyncIterator[Client]:
        """Connect a client over Basic256Sha256 with certificate, user name and password."""
        one = await self.prepared_client(user, **facts)
        async with one:
            yield one

    async def prepared_client(
        self,
        user: str = "hmi-01",
        *,
        password: str | None = None,
        certificate: OwnCertificate | None = None,
        mode: ua.MessageSecurityMode = _SIGN_AND_ENCRYPT,
    ) -> Client:
        """Return a client that is ready to connect."""
        certificate = certificate or client_certificate()
        one = Client(self.url, timeout=5)
        one.application_uri = CLIENT_URI
        one.set_user(user)
        one.set_password(PASSWORDS.get(user, "") if password is None else password)
        await one.set_security(
            SecurityPolicyBasic256Sha256,
            str(certificate.certificate_path),
            str(certificate.private_key_path),
            server_certificate=str(self.certificate_path),
            mode=mode,
        )
        return one

    def plain_client(self) -> Client:
        """Return a client on SecurityPolicy None without a user, ready to connect."""
        return Client(self.url, timeout=5)

    async def open_channel(self, user: str = "hmi-01", **facts: Any) -> Client:
        """Return a client with a secure channel and no session; disconnect it by its socket."""
        return await opened(await self.prepared_client(user, **facts))


_EVENT_IDS = count(1)

Scenario = Callable[[Target], Awaitable[None]]


async def opened(one: Client) -> Client:
    """Open socket and channel of a client, and no session."""
    await one.connect_socket()
    await one.send_hello()
    await one.open_secure_channel()
    return one


@dataclass(frozen=True)
class Servers:
    """Both servers, side by side."""

    ours: Target
    stock: Target

    async def check(self, scenario: Scenario, *, patience_s: float = 8.0) -> None:
        """Assert that the scenario holds on our server and does not on stock asyncua."""
        await scenario(self.ours)
        try:
            async with asyncio.timeout(patience_s):
                await scenario(self.stock)
        except (AssertionError, TimeoutError):
            return
        raise AssertionError(f"stock asyncua does what {scenario.__name__} expects: is it mended?")


async def check_defect(scenario: Scenario, folder: Path) -> None:
    """Run a scenario on two fresh servers; ``Servers.check`` on shared ones is faster."""
    async with both_servers(folder) as servers:
        await servers.check(scenario)


@asynccontextmanager
async def both_servers(folder: Path) -> AsyncIterator[Servers]:
    """Run both servers on loopback."""
    async with our_server(folder / "ours") as ours, stock_server(folder / "stock") as stock:
        yield Servers(ours, stock)


@asynccontextmanager
async def our_server(folder: Path, **limits: Any) -> AsyncIterator[Target]:
    """Run our server; SecurityPolicy None is offered, as in the demo, so that it can be tried."""
    trust(folder, client_certificate())
    server = await SecureServer.open(
        SecureServerSettings(
            endpoint_host="127.0.0.1",
            port=0,
            application_uri="urn:test:interlock",
            server_name="Interlock under test",
            certificates_dir=folder,
            allow_policy_none=True,
            limits=SecureServerLimits(login_refusal_after_s=0.05, **limits),
        ),
        authenticate=_authenticate,
        permissions=_Everything(),
        clock=utc_now,
    )
    nodes = await _build(server)
    server.declare_writable(nodes["setpoint"])
    for name, coroutine in _METHODS.items():
        server.link_method(nodes[name], coroutine)
    store = InMemoryTagValues()
    for attribute in (ua.AttributeIds.AccessLevel, ua.AttributeIds.UserAccessLevel):
        record = server.get_node(nodes["record"])
        await record.set_attr_bit(attribute, ua.AccessLevel.HistoryRead)
    row = TagRow(
        tag="machine.record", unit="kg", data_type="double", description="A record", stepped=False
    )
    server.iserver.history_manager = tag_history(  # type: ignore[assignment]
        {nodes["record"]: row}, store, lambda: f"point-{next(_EVENT_IDS)}"
    )
    await server.start()
    try:
        own = server.own_certificate.certificate_path
        yield Target(True, server.endpoint_url, server, own, nodes, store=store)
    finally:
        await server.stop()


@asynccontextmanager
async def stock_server(folder: Path) -> AsyncIterator[Target]:
    """Run asyncua as it is: user manager, trust list and rules of roles as its manual says."""
    trust(folder, client_certificate())
    own = ensure_own_certificate(
        folder / "own",
        application_uri="urn:test:stock",
        common_name="stock",
        host_names=(),
        clock=utc_now,
        use=CertificateUse.SERVER,
    )
    server = asyncua.Server(user_manager=_StockUsers())
    await server.init()
    await server.set_application_uri("urn:test:stock")
    server.set_endpoint("opc.tcp://127.0.0.1:0")
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity, _AES], SimpleRoleRuleset())
    await server.load_certificate(str(own.certificate_path))
    await server.load_private_key(str(own.private_key_path))
    trusted = TrustStore([folder / "trusted"], [])
    await trusted.load()
    options = CertificateValidatorOptions.TRUSTED_VALIDATION
    server.set_certificate_validator(
        CertificateValidator(options | CertificateValidatorOptions.PEER_CLIENT, trusted)
    )
    nodes = await _build(server)
    await server.start()
    port = server.bserver._server.sockets[0].getsockname()[1]
    await server.historize_node_data_change(server.get_node(nodes["record"]))
    url = f"opc.tcp://127.0.0.1:{port}"
    try:
        yield Target(False, url, server, own.certificate_path, nodes)
    finally:
        await server.stop()


async def _build(server: asyncua.Server) -> dict[str, ua.NodeId]:
    idx = await server.register_namespace(URI)
    nodes: dict[str, Any] = {}
    area = nodes["area"] = await server.nodes.objects.add_object(f"ns={idx};s=area", f"{idx}:Area")
    machine = await area.add_object(f"ns={idx};s=machine", f"{idx}:Machine")
    nodes["machine"] = machine
    nodes["other"] = await area.add_object(f"ns={idx};s=other", f"{idx}:Other")
    for name, value in (
        ("level", 1.0),
        ("setpoint", 10.0),
        ("array", [1, 2, 3, 4, 5]),
        ("text", "abcdef"),
        ("secret", 42),
        ("record", 0.0),
    ):
        nodes[name] = await machine.add_variable(f"ns={idx};s={name}", f"{idx}:{name}", value)
    await nodes["setpoint"].set_writable()
    await nodes["secret"].write_attribute(
        ua.AttributeIds.AccessLevel, ua.DataValue(ua.Variant(0, ua.VariantType.Byte))
    )
    for one in (area, machine):
        await one.set_event_notifier([ua.EventNotifier.SubscribeToEvents])
    for name, (inputs, outputs) in _SIGNATURES.items():
        callback = _STOCK_METHODS.get(name, _nothing_linked)
        nodes[name] = await machine.add_method(
            f"ns={idx};s={name}", f"{idx}:{name}", callback, inputs, outputs
        )
    server.iserver.aspace[nodes["unlinked"].nodeid].call = None  # asyncua links what it is given
    await nodes["locked"].write_attribute(
        ua.AttributeIds.Executable, ua.DataValue(ua.Variant(False, ua.VariantType.Boolean))
    )
    return {name: one.nodeid for name, one in nodes.items()}


def _nothing_linked(*_: Any) -> list[ua.Variant]:
    return []


def _argument(name: str, data_type: int, rank: int = -1) -> ua.Argument:
    return ua.Argument(Name=name, DataType=ua.NodeId(data_type), ValueRank=rank)


_TEXT = [_argument("Text", ua.ObjectIds.String)]
_SIGNATURES: dict[str, tuple[list[ua.Argument], list[ua.Argument]]] = {
    "echo": (_TEXT, _TEXT),
    "sum": (
        [_argument("Numbers", ua.ObjectIds.Double, 1)],
        [_argument("Sum", ua.ObjectIds.Double)],
    ),
    "slow": ([], []),
    "fail": ([], []),
    "locked": ([], []),
    "unlinked": ([], []),
}


async def _echo(call: MethodCall) -> MethodAnswer:
    return MethodAnswer(outputs=call.values)


async def _sum(call: MethodCall) -> MethodAnswer:
    return MethodAnswer(outputs=(sum(call.values[0]),))


async def _slow(call: MethodCall) -> MethodAnswer:
    del call
    await asyncio.sleep(SLOW_S)
    return MethodAnswer()


async def _fail(call: MethodCall) -> MethodAnswer:
    del call
    raise ua.UaStatusCodeError(ua.StatusCodes.BadResourceUnavailable)


async def _locked(call: MethodCall) -> MethodAnswer:
    del call
    return MethodAnswer()


_METHODS = {"echo": _echo, "sum": _sum, "slow": _slow, "fail": _fail, "locked": _locked}


async def _stock_echo(parent: ua.NodeId, text: ua.Variant) -> list[ua.Variant]:
    del parent
    return [text]


async def _stock_sum(parent: ua.NodeId, numbers: ua.Variant) -> list[ua.Variant]:
    del parent
    return [ua.Variant(float(sum(numbers.Value)), ua.VariantType.Double)]


async def _stock_slow(parent: ua.NodeId) -> list[ua.Variant]:
    del parent
    await asyncio.sleep(SLOW_S)
    return []


async def _stock_fail(parent: ua.NodeId) -> list[ua.Variant]:
    del parent
    raise ua.UaStatusCodeError(ua.StatusCodes.BadResourceUnavailable)


async def _stock_locked(parent: ua.NodeId) -> list[ua.Variant]:
    del parent
    return []


_STOCK_METHODS: dict[str, Any] = {
    "echo": _stock_echo,
    "sum": _stock_sum,
    "slow": _stock_slow,
    "fail": _stock_fail,
    "locked": _stock_locked,
}


class _StockUsers:
    def get_user(
        self, iserver: Any, username: Any = None, password: Any = None, certificate: Any = None
    ) -> User | None:
        del iserver, certificate
        if username is None:
            return User(role=UserRole.Anonymous)
        if PASSWORDS.get(username) != password:
            return None
        role = UserRole.Admin if username == "admin-01" else UserRole.User
        return User(role=role, name=username)


class _Everything(FacePermissions):
    """The permissions of the product, but that a value may be written where its node says so."""

    @override
    def may(self, caller: Caller, access: AccessKind, node_id: ua.NodeId) -> bool:
        if access is AccessKind.WRITE:
            return AUTHENTICATED in caller.granted
        return super().may(caller, access, node_id)


async def _authenticate(name: str, password: str) -> Account | None:
    await asyncio.sleep(0)
    roles = frozenset({"administrator" if name == "admin-01" else "hmi"})
    return Account(name=name, roles=roles) if PASSWORDS.get(name) == password else None
