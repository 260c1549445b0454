"""docs/opcua.md is what the tables of the OPC UA face say; UPDATE_GOLDEN=1 writes it anew."""

from collections.abc import Iterable, Sequence

from asyncua import ua

from models.execution.refusal_codes import RefusalGroup
from server.faces.opcua.access.denied_writes import PER_SECOND
from server.faces.opcua.face import LIVE_INTERVAL_S
from server.faces.opcua.history.continuations import MAX_CONTINUATION_POINTS
from server.faces.opcua.history.raw import MAX_VALUES
from server.faces.opcua.instances.projection import MAX_FINISHED_JOB_ORDERS
from server.faces.opcua.methods.arguments import COMMAND_ID, OUTPUTS, ArgumentRow
from server.faces.opcua.methods.methods_table import FACEPLATE_METHODS, FOLDERS, MethodRow
from server.faces.opcua.namespaces import ISA95, JOB_CONTROL, OWN_URIS, PACKML
from server.faces.opcua.types.execution_table import (
    FACEPLATE_VARIABLES,
    JOB_ORDER_VARIABLES,
    STEP_VARIABLES,
    VariableRow,
)
from server.faces.opcua.types.type_nodes import type_nodes
from tests.golden.documents import agrees, table
from tests.tree import ROOT

PAGE = ROOT / "docs/opcua.md"


def test_the_page_is_what_the_face_serves() -> None:
    assert agrees(PAGE, page()), "run it again with UPDATE_GOLDEN=1, and read what changed"


def page() -> str:
    parts = (
        _introduction(),
        _command_id(),
        _methods("Methods of a station", "`ns=4;s=Stations/STATION`", FACEPLATE_METHODS),
        *(
            _methods(f"Methods of {row.name}", f"`ns=4;s={row.name}`", row.methods)
            for row in FOLDERS
        ),
        _outputs(),
        _variables("Variables of a station", "Stations/STATION", FACEPLATE_VARIABLES),
        _variables("Variables of a job order", "JobOrders/ID", JOB_ORDER_VARIABLES),
        _variables("Variables of a step", "JobOrders/ID/Steps/STEP", STEP_VARIABLES),
        _events(),
        _history(),
        _isa95(),
    )
    return "\n".join(parts)


def _introduction() -> str:
    namespaces = ((str(index), f"`{uri}`") for index, uri in OWN_URIS)
    return (
        "# What the OPC UA server serves\n\n"
        "The reference to [connecting a SCADA system or an HMI](connect-scada.md): every method,\n"
        "variable and type. This page is made from the tables that the address space is made\n"
        "from; a test compares them, and `UPDATE_GOLDEN=1` writes it anew.\n\n"
        f"{table(('namespace', 'URI'), namespaces)}\n"
        "Index 0 is OPC UA itself, 1 the application URI of the server. NodeIds of instances are\n"
        "their paths and stay the same over restarts. Nothing is writable: of the attempts to\n"
        f"write, {PER_SECOND} per second and account go on record. The {MAX_FINISHED_JOB_ORDERS}\n"
        "job orders that finished last are shown, and all that are not finished.\n\n"
        "## Diagnostics\n\n"
        "Status, limits and counters of the server, its sessions and subscriptions:\n"
        "[opcua-diagnostics.md](opcua-diagnostics.md).\n"
    )


def _command_id() -> str:
    return (
        "## Inputs of every method\n\n"
        "The last input of every method but Check, not listed again below:\n\n"
        f"{_arguments((COMMAND_ID,))}"
    )


def _methods(title: str, where: str, rows: Sequence[MethodRow]) -> str:
    lines = [
        f"## {title}\n",
        f"Objects: {where}; a method's NodeId is that path, a slash, its name.\n",
    ]
    for row in rows:
        inputs = [one for one in row.inputs if one is not COMMAND_ID]
        said = _arguments(inputs) if inputs else "No inputs of its own.\n"
        node = f"On the type: `ns=3;i={row.number}`.\n"
        lines += [f"### {row.name}\n", f"{row.description}\n", said, node]
    return "\n".join(lines)


def _arguments(rows: Iterable[ArgumentRow]) -> str:
    return table(
        ("input", "type", "meaning"),
        (
            (f"`{row.name}`", _type(row.variant_type.name, is_array=row.is_array), row.description)
            for row in rows
        ),
    )


def _type(name: str, *, is_array: bool) -> str:
    return f"{name}[]" if is_array else name


def _outputs() -> str:
    rows = (
        (f"`{row.name}`", _type(row.variant_type.name, is_array=row.is_array), row.description)
        for row in OUTPUTS
    )
    bits = [
        ("0", "accepted: nothing else is ever set with it"),
        ("4", "whoever signs may not, or a fault of the server"),
        ("32", "the request means nothing"),
        *(
            (str(group.value), f"refused: {group.name.lower().replace('_', ' ')}")
            for group in RefusalGroup
        ),
    ]
    return (
        "## Outputs of every method\n\n"
        f"{table(('output', 'type', 'meaning'), rows)}\n"
        "The status of the call is Good when it was accepted, else Uncertain, with all outputs; a\n"
        "method that is not the session's is BadUserAccessDenied, as its UserExecutable said\n"
        "([opcua-security.md](opcua-security.md)).\n"
        "The bits of `ReturnStatus` are those of OPC 10031-4, Annex B.2; from 33 on they are the\n"
        "groups of [refusals](refusals.md):\n\n"
        f"{table(('bit', 'meaning'), bits)}"
    )


def _variables(title: str, where: str, rows: Iterable[VariableRow]) -> str:
    lines = (
        (f"`{row.name}`", _type(row.variant_type.name, is_array=row.is_array), row.description)
        for row in rows
    )
    return (
        f"## {title}\n\nNodeIds: `ns=4;s={where}/NAME`.\n\n"
        f"{table(('variable', 'type', 'meaning'), lines)}"
    )


def _events() -> str:
    return (
        "## Events\n\n"
        "Which events there are, with their types and fields, alarms and audit:\n"
        "[opcua-events.md](opcua-events.md).\n"
    )


def _history() -> str:
    return (
        "## Tags and their history\n\n"
        "Tags are variables below their asset: `ns=4;s=ISA95/PhysicalAssets/ASSET/NAME`, with\n"
        "unit, ranges, the quality as StatusCode, and the time of the device as source time; see\n"
        "[what stands where](opcua-tree.md).\n"
        f"A reading is shown within {LIVE_INTERVAL_S:g} s; what is stored is in the history.\n\n"
        "HistoryRead answers ReadRaw, ReadModified, ReadAtTime and ReadProcessed; see\n"
        f"[opcua-history.md](opcua-history.md). One answer has at most {MAX_VALUES} values of a\n"
        "node, and a continuation point leads on: good once, for the session and the node that\n"
        f"got it, and the server keeps the last {MAX_CONTINUATION_POINTS} of each session.\n"
    )


def _isa95() -> str:
    classes = (ua.NodeClass.ObjectType, ua.NodeClass.VariableType)
    rows = [
        (f"`{one.name.Name}`", f"`{one.node_id.to_string()}`", one.description)
        for one in type_nodes()
        if one.node_class in classes and one.node_id.NamespaceIndex in (ISA95, JOB_CONTROL, PACKML)
    ]
    return (
        "## ISA-95, job control and PackML\n\n"
        "OPC 10030, OPC 10031-4 V2 and OPC 30050 are served whole, with the NodeIds of the\n"
        "standards; see [the types that are served](opcua-types.md). Their types of objects and\n"
        "variables:\n\n"
        f"{table(('type', 'NodeId', 'meaning'), rows)}"
    )
