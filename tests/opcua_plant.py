"""A small plant behind the hardened OPC UA server, and clients with certificates of their own."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from asyncua import Client, ua
from asyncua.crypto.security_policies import (
    SecurityPolicy,
    SecurityPolicyBasic256Sha256,
)

from server.faces.opcua.access.caller import Account, Caller
from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall
from server.faces.opcua.secure.server import SecureServer
from server.faces.opcua.settings import SecureServerLimits, SecureServerSettings
from server.faces.opcua.trust.certificates import (
    CertificateUse,
    OwnCertificate,
    ensure_own_certificate,
)

CLIENT_URI = "urn:test:hmi"
PATIENT_S = 30.0
"""How long a client waits before it takes a server on a busy machine for lost."""
PASSWORDS = {"hmi-01": "booth seven", "hmi-02": "line three"}
UNCERTAIN = ua.StatusCode(ua.UInt32(ua.StatusCodes.Uncertain))


def utc_now() -> datetime:
    return datetime.now(UTC)


async def authenticate(name: str, password: str) -> Account | None:
    await asyncio.sleep(0)
    return Account(name=name) if PASSWORDS.get(name) == password else None


@dataclass
class Rules:
    """Permissions of the test: everything but what stands in ``denied``."""

    denied: set[tuple[AccessKind, ua.NodeId]] = field(default_factory=set)
    denied_writes: list[tuple[Caller, ua.NodeId, Any]] = field(default_factory=list)

    def may(self, caller: Caller, access: AccessKind, node_id: ua.NodeId) -> bool:
        del caller
        return (access, node_id) not in self.denied

    async def record(self, caller: Caller, node_id: ua.NodeId, value: ua.DataValue) -> None:
        self.denied_writes.append((caller, node_id, value.Value.Value if value.Value else None))


@dataclass
class Plant:
    """The running server, its rules and the nodes the tests touch."""

    server: SecureServer
    rules: Rules
    folder: Path
    nodes: dict[str, ua.NodeId]
    calls: list[MethodCall] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    def __getitem__(self, name: str) -> ua.NodeId:
        return self.nodes[name]

    @property
    def url(self) -> str:
        return self.server.endpoint_url


@cache
def client_certificate(name: str = "hmi", uri: str = CLIENT_URI) -> OwnCertificate:
    """Return a client certificate that is made once per test run."""
    return ensure_own_certificate(
        Path(mkdtemp(prefix="opcua-client-")) / name,
        application_uri=uri,
        common_name=name,
        host_names=(),
        clock=utc_now,
        use=CertificateUse.CLIENT,
    )


def trust(folder: Path, *certificates: OwnCertificate) -> None:
    """Put client certificates where an engineer would."""
    trusted = folder / "trusted"
    trusted.mkdir(parents=True, exist_ok=True)
    for one in certificates:
        (trusted / f"{one.fingerprint[:16]}.der").write_bytes(one.der)


@asynccontextmanager
async def running_plant(
    folder: Path,
    *,
    limits: SecureServerLimits | None = None,
    login: Callable[[str, str], Any] = authenticate,
    **settings: Any,
) -> AsyncIterator[Plant]:
    trust(folder, client_certificate())
    rules = Rules()
    server = await SecureServer.open(
        SecureServerSettings(
            endpoint_host="127.0.0.1",
            port=0,
            application_uri="urn:test:interlock",
            server_name="Interlock under test",
            certificates_dir=folder,
            limits=limits or SecureServerLimits(login_refusal_after_s=0.05),
            **settings,
        ),
        authenticate=login,
        permissions=rules,
        clock=utc_now,
        on_denied_write=rules.record,
    )
    plant = Plant(server, rules, folder, {})
    await _build(plant)
    await server.start()
    try:
        yield plant
    finally:
        plant.release.set()
        await server.stop()


@asynccontextmanager
async def client(
    plant: Plant,
    *,
    certificate: OwnCertificate | None = None,
    user: str = "hmi-01",
    password: str | None = None,
    policy: type[SecurityPolicy] = SecurityPolicyBasic256Sha256,
    mode: ua.MessageSecurityMode = ua.MessageSecurityMode.SignAndEncrypt,
) -> AsyncIterator[Client]:
    """Connect a client with certificate, user name and password."""
    one = await prepared_client(
        plant, certificate=certificate, user=user, password=password, policy=policy, mode=mode
    )
    async with one:
        yield one


async def prepared_client(
    plant: Plant,
    *,
    certificate: OwnCertificate | None = None,
    user: str = "hmi-01",
    password: str | None = None,
    policy: type[SecurityPolicy] = SecurityPolicyBasic256Sha256,
    mode: ua.MessageSecurityMode = ua.MessageSecurityMode.SignAndEncrypt,
) -> Client:
    """Return a client that is ready to connect."""
    certificate = certificate or client_certificate()
    one = Client(plant.url, timeout=10, watchdog_intervall=PATIENT_S)
    one.application_uri = CLIENT_URI
    one.set_user(user)
    one.set_password(PASSWORDS.get(user, "") if password is None else password)
    await one.set_security(
        policy,
        str(certificate.certificate_path),
        str(certificate.private_key_path),
        server_certificate=str(plant.server.own_certificate.certificate_path),
        mode=mode,
    )
    return one


@asynccontextmanager
async def anonymous_client(plant: Plant) -> AsyncIterator[Client]:
    """Connect without any security."""
    async with Client(plant.url, timeout=10, watchdog_intervall=PATIENT_S) as one:
        yield one


async def call(one: Client, object_id: ua.NodeId, method_id: ua.NodeId, *args: Any) -> Any:
    """Call a method and return the raw result, whatever its status."""
    request = ua.CallMethodRequest(
        ObjectId=object_id,
        MethodId=method_id,
        InputArguments=[a if isinstance(a, ua.Variant) else ua.Variant(a) for a in args],
    )
    (result,) = await one.uaclient.call([request])
    return result


async def status_of(awaitable: Any) -> str:
    """Return the name of the status code that something fails with, or Good."""
    try:
        await awaitable
    except ua.UaStatusCodeError as failure:
        return ua.StatusCode(ua.UInt32(failure.code)).name
    return "Good"


async def wait_until(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    """Wait until the condition holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - what is waited for knows of no event
            await asyncio.sleep(0.01)


async def _build(plant: Plant) -> None:
    server = plant.server
    idx = await server.register_namespace("urn:test:plant")
    await server.load_data_type_definitions()
    area = await server.nodes.objects.add_object(f"ns={idx};s=area", f"{idx}:Area")
    machine = await area.add_object(f"ns={idx};s=machine", f"{idx}:Machine")
    other = await area.add_object(f"ns={idx};s=other", f"{idx}:Other")
    level = await machine.add_variable(f"ns={idx};s=level", f"{idx}:Level", 1.0)
    setpoint = await machine.add_variable(f"ns={idx};s=setpoint", f"{idx}:Setpoint", 10.0)
    await setpoint.set_writable()
    array = await machine.add_variable(f"ns={idx};s=array", f"{idx}:Array", [1, 2, 3, 4, 5])
    text = await machine.add_variable(f"ns={idx};s=text", f"{idx}:Text", "abcdef")
    secret = await machine.add_variable(f"ns={idx};s=secret", f"{idx}:Secret", 42)
    server.declare_writable(setpoint.nodeid)
    event_type = await server.create_custom_event_type(
        idx, "MachineEventType", ua.ObjectIds.SystemEventType, [("Extra", ua.VariantType.Int32)]
    )
    plant.nodes["machine_event"] = event_type.nodeid
    await area.set_event_notifier([ua.EventNotifier.SubscribeToEvents])
    methods = {
        "echo": ([_argument("Text", ua.ObjectIds.String)], [_argument("Text", 12)], _echo(plant)),
        "sum": (
            [_argument("Numbers", ua.ObjectIds.Double, rank=1)],
            [_argument("Sum", ua.ObjectIds.Double)],
            _sum,
        ),
        "range": ([_argument("Range", ua.ObjectIds.Range)], [], _nothing),
        "anything": ([_argument("Value", ua.ObjectIds.BaseDataType, rank=-2)], [], _nothing),
        "slow": ([], [], _slow(plant)),
        "refuse": ([], [_argument("Why", ua.ObjectIds.String)], _refuse),
        "crash": ([], [], _crash),
        "fail": ([], [], _fail),
    }
    for name, (inputs, outputs, coroutine) in methods.items():
        node = await machine.add_method(
            f"ns={idx};s={name}", f"{idx}:{name}", _never, inputs, outputs
        )
        if inspect.iscoroutinefunction(coroutine):
            server.link_method(node, coroutine)
        else:
            server.link_function(node, coroutine)
        plant.nodes[name] = node.nodeid
    unlinked = await machine.add_method(f"ns={idx};s=unlinked", f"{idx}:Unlinked", _never, [], [])
    for node in (area, machine, other, level, setpoint, array, text, secret, unlinked):
        plant.nodes[str(node.nodeid.Identifier)] = node.nodeid


def _argument(name: str, data_type: int, rank: int = -1) -> ua.Argument:
    return ua.Argument(Name=name, DataType=ua.NodeId(data_type), ValueRank=rank)


def _never(*_: Any) -> None:
    raise AssertionError("asyncua's own way of calling methods must not be taken")


def _echo(plant: Plant) -> Any:
    async def echo(call: MethodCall) -> MethodAnswer:
        plant.calls.append(call)
        return MethodAnswer(outputs=call.values)

    return echo


def _slow(plant: Plant) -> Any:
    async def slow(call: MethodCall) -> MethodAnswer:
        plant.calls.append(call)
        await plant.release.wait()
        return MethodAnswer()

    return slow


def _sum(call: MethodCall) -> MethodAnswer:
    return MethodAnswer(outputs=(sum(call.values[0]),))


async def _nothing(call: MethodCall) -> MethodAnswer:
    del call
    return MethodAnswer()


async def _refuse(call: MethodCall) -> MethodAnswer:
    del call
    return MethodAnswer(outputs=("the lot is on hold",), status=UNCERTAIN)


async def _crash(call: MethodCall) -> MethodAnswer:
    raise RuntimeError(f"inner secret of {call.method_id}")


def _fail(call: MethodCall) -> MethodAnswer:
    del call
    raise ua.UaStatusCodeError(ua.StatusCodes.BadResourceUnavailable)


async def open_channel(plant: Plant, **facts: Any) -> Client:
    """Return a client with an open secure channel and no session."""
    one = await prepared_client(plant, **facts)
    await one.connect_socket()
    await one.send_hello()
    await one.open_secure_channel()
    return one


async def open_plain_channel(plant: Plant) -> Client:
    """Return a client with a channel on SecurityPolicy None and no session."""
    one = Client(plant.url, timeout=10, watchdog_intervall=PATIENT_S)
    await one.connect_socket()
    await one.send_hello()
    await one.open_secure_channel()
    return one


def steal_session(thief: Client, victim: Client) -> None:
    """Give a client everything that the other one knows about its session."""
    thief.uaclient.session.restore_authentication_token(
        victim.uaclient.session.authentication_token
    )
    thief._server_nonce = victim._server_nonce
    thief._policy_ids = victim._policy_ids


async def fault_of(plant: Plant, one: Client) -> str:
    """Connect, and return the code of the error message the server sends before it hangs up."""
    del plant
    codes: list[int] = []
    await one.connect_socket()
    protocol: Any = one.uaclient.protocol
    received = protocol._process_received_message

    def record(message: Any) -> None:
        if isinstance(message, ua.ErrorMessage):
            codes.append(message.Error.value)
        received(message)

    protocol._process_received_message = record
    try:
        await one.send_hello()
        await one.open_secure_channel()
    except (ConnectionError, ua.UaError):
        await wait_until(lambda: protocol.is_closed)
    one.disconnect_socket()
    return ua.StatusCode(ua.UInt32(codes[0])).name if codes else "Good"
