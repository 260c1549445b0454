"""Our table of OPC 10030 against the published nodeset: every fact in it, row by row."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from asyncua import ua
from lxml import etree

from server.faces.opcua.nodes import HAS_SUBTYPE, Node
from server.faces.opcua.types.isa95_table import EQUIPMENT_LEVELS
from server.faces.opcua.types.type_nodes import type_nodes
from tests.tree import ROOT

_BESIDE = ROOT.parent / "shared" / "conformance"
NODESET: Final = (
    Path(os.environ.get("INTERLOCK_CONFORMANCE", _BESIDE)) / "nodesets" / "Opc.ISA95.NodeSet2.xml"
)
UA: Final = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"
NAMES: Final = {
    "HasSubtype": "i=45",
    "HasComponent": "i=47",
    "HasProperty": "i=46",
    "HasTypeDefinition": "i=40",
    "HasModellingRule": "i=37",
    "String": "i=12",
    "LocalizedText": "i=21",
}

pytestmark = pytest.mark.skipif(
    not NODESET.is_file(),
    reason=f"{NODESET} is not here; name the folder of the official files in INTERLOCK_CONFORMANCE",
)


def isa95_nodes() -> dict[str, Node]:
    return {text(node.node_id): node for node in type_nodes() if node.node_id.NamespaceIndex == 2}


def text(node_id: ua.NodeId) -> str:
    """Return a NodeId as the nodeset writes it: its own namespace is 1 there."""
    prefix = "ns=1;" if node_id.NamespaceIndex == 2 else ""
    return f"{prefix}i={node_id.Identifier}"


@pytest.fixture(scope="module")
def published() -> dict[str, etree._Element]:
    root = etree.parse(str(NODESET)).getroot()
    return {
        str(one.get("NodeId")): one
        for one in root
        if isinstance(one.tag, str) and one.get("NodeId")
    }


def references(one: etree._Element) -> Iterator[tuple[str, bool, str]]:
    for reference in one.iterfind(f"{UA}References/{UA}Reference"):
        kind = str(reference.get("ReferenceType"))
        forward = reference.get("IsForward", "true") == "true"
        yield NAMES.get(kind, kind), forward, str(reference.text)


@pytest.mark.parametrize("node_id", sorted(isa95_nodes()) if NODESET.is_file() else [])
def test_the_row_is_what_is_published(published: dict[str, etree._Element], node_id: str) -> None:
    node, official = isa95_nodes()[node_id], published[node_id]
    assert official.tag == f"{UA}UA{node.node_class.name}"
    index, _, name = str(official.get("BrowseName")).rpartition(":")
    assert (node.name.Name, node.name.NamespaceIndex) == (name, 2 if index == "1" else 0)
    assert official.get("IsAbstract", "false") == str(node.is_abstract).lower()
    assert (official.findtext(f"{UA}InverseName") or "") == node.inverse_name
    found = set(references(official))
    assert (text(node.reference), False, text(node.parent)) in found
    if node.type_definition is not None:
        assert ("i=40", True, text(node.type_definition)) in found
    if node.modelling_rule is not None:
        assert ("i=37", True, text(node.modelling_rule)) in found
    if node.node_class in (ua.NodeClass.Variable, ua.NodeClass.VariableType):
        data_type = official.get("DataType", "i=24")  # absent means BaseDataType
        assert node.data_type is not None
        assert text(node.data_type) == NAMES.get(data_type, data_type)
        assert int(official.get("ValueRank", "-1")) == node.value_rank


def test_the_levels_have_the_published_values(published: dict[str, etree._Element]) -> None:
    fields = published["ns=1;i=4871"].iterfind(f"{UA}Definition/{UA}Field")
    assert [one.get("Name") for one in fields] == list(EQUIPMENT_LEVELS)


def test_we_serve_every_supertype_of_what_we_serve() -> None:
    nodes = isa95_nodes()
    parents = {text(one.parent) for one in nodes.values() if one.reference == HAS_SUBTYPE}
    assert {one for one in parents if one.startswith("ns=1")} <= nodes.keys()
