"""The servers that are measured, each in a process of its own: ours and stock asyncua.

``python -m tests.bench.opcua_servers ours|stock NODES FOLDER`` prints one line of JSON when it
listens; each line it reads names something to do, and is answered with a line of JSON.
"""

import asyncio
import gc
import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asyncua import Server, ua
from asyncua.server.user_managers import User, UserRole

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall
from server.faces.opcua.nodes import BASE_DATA_VARIABLE, FOLDER, HAS_COMPONENT, ORGANIZES, Node
from server.faces.opcua.secure.server import SecureServer
from server.faces.opcua.settings import SecureServerLimits, SecureServerSettings
from tests.opcua_plant import authenticate as right_password
from tests.opcua_plant import client_certificate, utc_now

PER_FOLDER = 100
OBJECTS = ua.NodeId(ua.ObjectIds.ObjectsFolder)
DOUBLE = ua.NodeId(ua.ObjectIds.Double)
METHOD, WAITING = "twice", "twice in a task"


def nodes(index: int, count: int, prefix: str = "") -> Iterator[Node]:
    """Yield folders of a hundred variables."""
    for number in range(count):
        folder = ua.NodeId(f"{prefix}folder/{number // PER_FOLDER}", index)
        if number % PER_FOLDER == 0:
            yield Node(
                node_id=folder,
                node_class=ua.NodeClass.Object,
                name=ua.QualifiedName(f"Folder {number // PER_FOLDER}", index),
                description="A folder",
                parent=OBJECTS,
                reference=ORGANIZES,
                type_definition=FOLDER,
            )
        yield Node(
            node_id=ua.NodeId(f"{prefix}v/{number}", index),
            node_class=ua.NodeClass.Variable,
            name=ua.QualifiedName(f"V{number}", index),
            description="A variable",
            parent=folder,
            reference=HAS_COMPONENT,
            type_definition=BASE_DATA_VARIABLE,
            value=value(float(number)),
            data_type=DOUBLE,
        )


def value(number: float) -> ua.DataValue:
    """Return a good value of now."""
    now = utc_now()
    return ua.DataValue(ua.Variant(number, ua.VariantType.Double), ua.StatusCode(), now, now)


class Rules:
    """Everybody may everything."""

    def may(self, *_: Any) -> bool:
        """Return whether that is so."""
        return True


class Everybody:
    """The user manager of the stock server."""

    def get_user(self, *_: Any, **__: Any) -> User:
        """Let everybody do everything: asyncua asks for no less before a write."""
        return User(role=UserRole.Admin)


def argument(name: str) -> ua.Argument:
    """Return a number as an argument."""
    return ua.Argument(Name=name, DataType=DOUBLE, ValueRank=-1)


async def ours(folder: Path, count: int) -> tuple[Any, int]:
    """Start our server with its usual checks."""
    server = await SecureServer.open(
        SecureServerSettings(
            endpoint_host="127.0.0.1",
            port=0,
            application_uri="urn:test:interlock",
            server_name="Interlock",
            certificates_dir=folder,
            allow_policy_none=True,
            limits=SecureServerLimits(max_calls_in_progress=1_000),
        ),
        authenticate=right_password,
        permissions=Rules(),
        clock=utc_now,
    )
    index = await server.register_namespace("urn:test:bench")
    tree = AddressTree(server.iserver.aspace)
    began = time.perf_counter()
    tree.insert(nodes(index, count))
    inserted = time.perf_counter() - began
    server.declare_writable(ua.NodeId("v/0", index))
    method = await _method(server, index)
    server.link_function(method, _twice)
    server.link_method(await _method(server, index, WAITING), _twice_in_a_task)
    await server.start()
    server.bench = tree, inserted
    return server, server.bound_port


def _twice(call: MethodCall) -> MethodAnswer:
    return MethodAnswer(outputs=(call.values[0] * 2,))


async def _twice_in_a_task(call: MethodCall) -> MethodAnswer:
    return _twice(call)


async def _method(server: Server, index: int, name: str = METHOD) -> Any:
    async def twice(_: Any, number: ua.Variant) -> list[ua.Variant]:
        return [ua.Variant(number.Value * 2, ua.VariantType.Double)]

    node = await server.nodes.objects.add_method(
        ua.NodeId(name, index),
        ua.QualifiedName(name, index),
        twice,
        [argument("Number")],
        [argument("Twice")],
    )
    return node.nodeid


async def stock(folder: Path, count: int) -> tuple[Any, int]:
    """Start asyncua as it comes."""
    certificate = client_certificate("stock", "urn:test:stock")
    server = Server(user_manager=Everybody())
    await server.init()
    server.set_endpoint("opc.tcp://127.0.0.1:0")
    await server.set_application_uri("urn:test:stock")
    await server.load_certificate(str(certificate.certificate_path))
    await server.load_private_key(str(certificate.private_key_path))
    server.set_security_policy(
        [
            ua.SecurityPolicyType.NoSecurity,
            ua.SecurityPolicyType.Basic256Sha256_Sign,
            ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
        ]
    )
    index = await server.register_namespace("urn:test:bench")
    began = time.perf_counter()
    items = [_item(node) for node in nodes(index, count)]
    for at in range(0, len(items), 1_000):
        for one in server.iserver.node_mgt_service.add_nodes(items[at : at + 1_000]):
            one.StatusCode.check()
    inserted = time.perf_counter() - began
    await server.get_node(ua.NodeId("v/0", index)).set_writable()
    for name in (METHOD, WAITING):
        await _method(server, index, name)
    await server.start()
    server.bench = None, inserted
    (folder / "stock.der").write_bytes(certificate.der)
    return server, server.bserver._server.sockets[0].getsockname()[1]


def _item(node: Node) -> ua.AddNodesItem:
    item = ua.AddNodesItem(
        RequestedNewNodeId=node.node_id,
        BrowseName=node.name,
        NodeClass=node.node_class,
        ParentNodeId=node.parent,
        ReferenceTypeId=node.reference,
        TypeDefinition=node.type_definition,
    )
    if node.node_class is ua.NodeClass.Object:
        item.NodeAttributes = ua.ObjectAttributes(DisplayName=node.display_name)
    else:
        item.NodeAttributes = ua.VariableAttributes(
            DisplayName=node.display_name,
            Value=node.value.Value,
            DataType=node.data_type,
            ValueRank=-1,
            AccessLevel=1,
            UserAccessLevel=1,
        )
    return item


def rss_mb() -> float:
    """Return the memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def change(server: Any, index: int, count: int) -> dict[str, float]:
    """Add and remove the nodes of an order, and say how long each took."""
    tree, _ = server.bench
    adding, removing = [], []
    for turn in range(5 if tree is not None else 1):  # stock asyncua takes long
        some = list(nodes(index, count, f"order {turn}/"))
        began = time.perf_counter()
        if tree is not None:
            tree.insert(some)
        else:
            server.iserver.node_mgt_service.add_nodes([_item(one) for one in some])
        adding.append(time.perf_counter() - began)
        began = time.perf_counter()
        if tree is not None:
            await tree.remove([one.node_id for one in some])
        else:
            gone = [ua.DeleteNodesItem(one.node_id, True) for one in some]
            server.iserver.node_mgt_service.delete_nodes(ua.DeleteNodesParameters(gone))
        removing.append(time.perf_counter() - began)
    return {
        "add": statistics.median(adding),
        "remove": statistics.median(removing),
        "remove_max": max(removing),
    }


async def main() -> None:
    """Serve until the input ends."""
    kind, count, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if kind == "ours":
        gc.disable()
    began = time.perf_counter()
    server, port = await (ours if kind == "ours" else stock)(folder, count)
    index = await server.get_namespace_index("urn:test:bench")
    if kind == "ours":  # as the product does when its address space stands
        gc.enable()
        gc.collect()
        gc.freeze()
    ready = time.perf_counter() - began
    _say(port=port, index=index, ready=ready, inserted=server.bench[1], rss=rss_mb())
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        words = line.split()
        if words[0] == "cpu":
            _say(cpu=time.process_time())
        elif words[0] == "change":
            _say(**await change(server, index, int(words[1])))
        elif words[0] == "update":
            _say(**await update(server, index, int(words[1]), float(words[2]), int(words[3])))
    await server.stop()


async def update(
    server: Any, index: int, count: int, interval_s: float, rounds: int
) -> dict[str, float]:
    """Give the first variables new values, so many times; return the processor time it took."""
    busy = time.process_time()
    due = time.perf_counter()
    for turn in range(rounds):
        for number in range(count):
            node_id = ua.NodeId(f"v/{number}", index)
            new = value(float(turn * count + number) + 0.5)
            if hasattr(server, "write_value"):
                await server.write_value(node_id, new)
            else:
                await server.write_attribute_value(node_id, new)
        due += interval_s
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    return {"cpu": time.process_time() - busy, "values": float(rounds * count)}


def _say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
