"""The official NodeSet2 files as facts: (node, aspect) to value, in words that can be compared.

The same facts are made of what a server serves; see ``served_facts``. Descriptions are our own
words, so of them only counts whether there is one where the standard has one.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from asyncua import ua
from lxml import etree

from tests.conformance.crawl import ONE_WAY, Reference
from tests.conformance.type_dictionaries import dictionary_facts
from tests.tree import ROOT

_BESIDE: Final = ROOT.parent / "shared" / "conformance"
NODESETS: Final = Path(os.environ.get("INTERLOCK_CONFORMANCE", _BESIDE)) / "nodesets"

_UA: Final = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"
_T: Final = "{http://opcfoundation.org/UA/2008/02/Types.xsd}"
_UA_URI: Final = "http://opcfoundation.org/UA/"


class _Unsaid:
    """Stands where the standard says nothing, and agrees with all that may be served there."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "anything"


UNSAID: Final = _Unsaid()

Facts = dict[str, Any]
"""What is said of one node: attributes by their names, ``Value``, ``References`` and so on."""

_ATTRIBUTES: Final[Mapping[str, Mapping[str, Any]]] = {
    "Object": {"EventNotifier": 0},
    "Variable": {
        "ValueRank": -1,
        "AccessLevel": 1,
        "Historizing": False,
        "MinimumSamplingInterval": 0,
    },
    "Method": {"Executable": True},
    "ObjectType": {"IsAbstract": False},
    "VariableType": {"ValueRank": -1, "IsAbstract": False},
    "ReferenceType": {"IsAbstract": False, "Symmetric": False},
    "DataType": {"IsAbstract": False},
}
"""The XML attributes of each class with the defaults of UANodeSet.xsd."""


@dataclass
class Nodeset:
    """One official file, its namespaces being those of the server."""

    name: str
    namespace: int
    facts: dict[ua.NodeId, Facts]


class _Reader:
    def __init__(self, path: Path, index_of: Callable[[str], int]) -> None:
        self.root = etree.parse(path, etree.XMLParser(resolve_entities=False)).getroot()
        uris = [one.text or "" for one in self.root.iterfind(f"{_UA}NamespaceUris/{_UA}Uri")]
        self.indexes = [index_of(uri) for uri in (_UA_URI, *uris)]
        self.aliases = {
            str(one.get("Alias")): one.text or ""
            for one in self.root.iterfind(f"{_UA}Aliases/{_UA}Alias")
        }

    def node_id(self, text: str) -> ua.NodeId:
        text = self.aliases.get(text.strip(), text.strip())
        node_id = ua.NodeId.from_string(text)
        return ua.NodeId(node_id.Identifier, self.indexes[node_id.NamespaceIndex])

    def name(self, text: str) -> tuple[int, str]:
        index, colon, name = text.partition(":")
        if not colon or not index.isdigit():
            return 0, text
        return self.indexes[int(index)], name


def read_nodeset(name: str, index_of: Callable[[str], int]) -> Nodeset:
    """Return the facts of a file; ``index_of`` gives the server's index of a namespace."""
    reader = _Reader(NODESETS / name, index_of)
    elements = {
        reader.node_id(str(one.get("NodeId"))): one
        for one in reader.root
        if isinstance(one.tag, str) and one.get("NodeId")
    }
    facts = {node_id: _facts(reader, one) for node_id, one in elements.items()}
    for node_id, one in elements.items():
        for reference in one.iterfind(f"{_UA}References/{_UA}Reference"):
            _refer(reader, facts, node_id, reference)
    encodings = _default_encodings(facts)
    for node_id, said in facts.items():
        if "DataTypeDefinition" in said and said["DataTypeDefinition"][0] != "Enumeration":
            said["DefaultEncodingId"] = encodings.get(node_id)
    model = reader.root.find(f"{_UA}Models/{_UA}Model")
    assert model is not None
    return Nodeset(name, index_of(str(model.get("ModelUri"))), facts)


def _refer(
    reader: _Reader, facts: dict[ua.NodeId, Facts], node_id: ua.NodeId, element: etree._Element
) -> None:
    kind = reader.node_id(str(element.get("ReferenceType")))
    target = reader.node_id(element.text or "")
    forward = element.get("IsForward", "true") == "true"
    facts[node_id]["References"].add(Reference(kind, forward, target))
    if target in facts and not (kind in ONE_WAY and forward):
        facts[target]["References"].add(Reference(kind, not forward, node_id))


def _default_encodings(facts: dict[ua.NodeId, Facts]) -> dict[ua.NodeId, ua.NodeId]:
    has_encoding = ua.NodeId(ua.ObjectIds.HasEncoding)
    return {
        one.target: node_id
        for node_id, said in facts.items()
        if said["BrowseName"] == (0, "Default Binary")
        for one in said["References"]
        if one.reference == has_encoding and not one.is_forward
    }


def _facts(reader: _Reader, one: etree._Element) -> Facts:
    node_class = str(one.tag).removeprefix(f"{_UA}UA")
    facts: Facts = {
        "NodeClass": node_class,
        "BrowseName": reader.name(str(one.get("BrowseName"))),
        "DisplayName": one.findtext(f"{_UA}DisplayName"),
        "Description": _described(one.find(f"{_UA}Description")),
        "References": set(),
    }
    for name, default in _ATTRIBUTES[node_class].items():
        facts[name] = _typed(one.get(name), default)
    if node_class in ("Variable", "VariableType"):
        facts["DataType"] = reader.node_id(one.get("DataType", "i=24"))
        facts["ArrayDimensions"] = _sizes(one.get("ArrayDimensions"))
    if node_class == "Variable":
        facts["Value"] = _value(reader, one.find(f"{_UA}Value"))
    if node_class == "ReferenceType":
        facts["InverseName"] = one.findtext(f"{_UA}InverseName") or ""
    if node_class == "DataType":
        definition = one.find(f"{_UA}Definition")
        if definition is not None:
            facts["DataTypeDefinition"] = _definition(reader, definition)
    return facts


def _described(found: etree._Element | None) -> Any:
    return UNSAID if found is None else True


def _typed(text: str | None, default: Any) -> Any:
    if text is None:
        return default
    return text == "true" if isinstance(default, bool) else type(default)(text)


def _sizes(text: str | None) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split(",")) if text else ()


def _definition(reader: _Reader, definition: etree._Element) -> tuple[Any, ...]:
    fields = definition.findall(f"{_UA}Field")
    if any(one.get("Value") is not None for one in fields):
        return (
            "Enumeration",
            tuple((one.get("Name"), int(one.get("Value", "0"))) for one in fields),
        )
    optional = any(one.get("IsOptional") == "true" for one in fields)
    return (
        "StructureWithOptionalFields" if optional else "Structure",
        tuple(
            (
                one.get("Name"),
                reader.node_id(one.get("DataType", "i=24")),
                int(one.get("ValueRank", "-1")),
                _sizes(one.get("ArrayDimensions")),
                one.get("IsOptional") == "true",
                _described(one.find(f"{_UA}Description")),
            )
            for one in fields
        ),
    )


def _value(reader: _Reader, value: etree._Element | None) -> Any:
    if value is None:
        return None
    return _plain(reader, next(one for one in value if isinstance(one.tag, str)))


def _plain(reader: _Reader, one: etree._Element) -> Any:
    kind = str(one.tag).removeprefix(_T)
    text = one.text or ""
    if kind.startswith("ListOf"):
        return tuple(_plain(reader, each) for each in one)
    if kind == "ExtensionObject":
        return _structure(reader, one)
    if kind == "LocalizedText":
        return (one.findtext(f"{_T}Text") or "").strip()
    if kind == "QualifiedName":
        index = int(one.findtext(f"{_T}NamespaceIndex") or "0")
        return reader.indexes[index], one.findtext(f"{_T}Name")
    if kind == "NodeId":
        return reader.node_id(one.findtext(f"{_T}Identifier") or "")
    if kind == "ByteString":
        return dictionary_facts(text)
    return _SIMPLE.get(kind, int)(text)


_SIMPLE: Final[Mapping[str, Callable[[str], Any]]] = {
    "DateTime": str,
    "String": str,
    "Boolean": lambda text: text == "true",
    "Double": float,
    "Float": float,
}


def _structure(reader: _Reader, one: etree._Element) -> tuple[Any, ...]:
    for value in one.iter(f"{_T}EnumValueType"):
        described = _described(value.find(f"{_T}Description"))
        number = int(value.findtext(f"{_T}Value") or "0")
        return number, value.findtext(f"{_T}DisplayName/{_T}Text"), described
    body = one.find(f"{_T}Body/*")
    assert body is not None
    if body.tag != f"{_T}Argument":
        leaves = (each for each in body.iter() if not len(each) and (each.text or "").strip())
        return (str(body.tag).rpartition("}")[2], {(each.text or "").strip() for each in leaves})
    dimensions = body.find(f"{_T}ArrayDimensions")
    return (
        body.findtext(f"{_T}Name"),
        reader.node_id(body.findtext(f"{_T}DataType/{_T}Identifier") or ""),
        int(body.findtext(f"{_T}ValueRank") or "-1"),
        tuple(int(each.text or "0") for each in dimensions) if dimensions is not None else (),
        _described(body.find(f"{_T}Description")),
    )


def differences(nodeset: Nodeset, served: Mapping[ua.NodeId, Facts]) -> Iterator[str]:
    """Yield every fact of the file that is served otherwise, and what is served beyond it."""
    for node_id, published in nodeset.facts.items():
        name = node_id.to_string()
        if node_id not in served:
            yield f"{name} is not served"
            continue
        for aspect in sorted(published.keys() | (served[node_id].keys() - {"DataTypeDefinition"})):
            yield from _difference(nodeset, node_id, aspect, served[node_id])
    for node_id in served:
        if node_id.NamespaceIndex == nodeset.namespace and node_id not in nodeset.facts:
            yield f"{node_id.to_string()} is served and not published"


def _difference(nodeset: Nodeset, node_id: ua.NodeId, aspect: str, served: Facts) -> Iterator[str]:
    name = node_id.to_string()
    ought, does = nodeset.facts[node_id].get(aspect), served.get(aspect)
    if aspect == "References":
        within = (0, nodeset.namespace)
        shown = {one for one in does if one.target.NamespaceIndex in within}
        for sign, some in (("lacks", ought - does), ("shows", shown - ought)):
            for one in some:
                arrow = "->" if one.is_forward else "<-"
                kind, target = one.reference.to_string(), one.target.to_string()
                yield f"{name} {sign} {arrow} {target} ({kind})"
    elif not ought == does:  # noqa: SIM201 - UNSAID is equal to anything
        yield f"{name} {aspect}: published {ought!r}, served {does!r}"
