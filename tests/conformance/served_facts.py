"""What a server serves, as the same facts that are read from the official files."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from asyncua import ua

from tests.conformance.crawl import Crawled, Space, plain
from tests.conformance.nodesets import Facts
from tests.conformance.type_dictionaries import dictionary_facts_of_bytes

_A = ua.AttributeIds
_PLAIN: Mapping[ua.AttributeIds, str] = {
    attribute: attribute.name
    for attribute in (
        _A.EventNotifier,
        _A.ValueRank,
        _A.AccessLevel,
        _A.Historizing,
        _A.MinimumSamplingInterval,
        _A.Executable,
        _A.IsAbstract,
        _A.Symmetric,
        _A.DataType,
    )
}


def served_facts(space: Space) -> dict[ua.NodeId, Facts]:
    """Return the facts of everything that is served."""
    return {node_id: _facts(node) for node_id, node in space.items()}


def _facts(node: Crawled) -> Facts:
    read = {attribute: one.Value for attribute, one in node.attributes.items() if one is not None}
    name, description = read[_A.BrowseName], read.get(_A.Description)
    facts: Facts = {
        "NodeClass": node.node_class.name,
        "BrowseName": (name.NamespaceIndex, name.Name),
        "DisplayName": read[_A.DisplayName].Text,
        "Description": bool(description is not None and description.Text),
        "References": set(node.references),
    }
    facts |= {word: read[attribute] for attribute, word in _PLAIN.items() if attribute in read}
    if node.node_class in (ua.NodeClass.Variable, ua.NodeClass.VariableType):
        facts["ArrayDimensions"] = tuple(read.get(_A.ArrayDimensions) or ())
    if node.node_class is ua.NodeClass.Variable:
        facts["Value"] = _value(read.get(_A.Value))
    if node.node_class is ua.NodeClass.ReferenceType:
        inverse = read.get(_A.InverseName)
        facts["InverseName"] = (inverse.Text if inverse is not None else None) or ""
    definition = read.get(_A.DataTypeDefinition)
    if isinstance(definition, ua.StructureDefinition):
        facts["DefaultEncodingId"] = definition.DefaultEncodingId
    if definition is not None:
        facts["DataTypeDefinition"] = _definition(definition)
    return facts


def _definition(definition: Any) -> tuple[Any, ...]:
    if isinstance(definition, ua.EnumDefinition):
        return ("Enumeration", tuple((one.Name, one.Value) for one in definition.Fields))
    return (
        definition.StructureType.name,
        tuple(
            (
                one.Name,
                plain(one.DataType),
                one.ValueRank,
                tuple(one.ArrayDimensions or ()),
                one.IsOptional,
                bool(one.Description.Text),
            )
            for one in definition.Fields
        ),
    )


def _leaves(value: Any) -> Iterator[str]:
    """Yield the texts that a structure would be written with in XML, in no order."""
    if is_dataclass(value):
        for one in fields(value):
            yield from _leaves(getattr(value, one.name))
    elif value is not None and value != "":
        yield f"{value:g}" if isinstance(value, float) else str(value)


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_value(one) for one in value)
    if is_dataclass(value) and not isinstance(value, ua.NodeId):
        return _structure(value)
    if isinstance(value, bytes):
        return dictionary_facts_of_bytes(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def _structure(value: Any) -> Any:
    match type(value).__name__:
        case "LocalizedText":
            return value.Text or ""
        case "QualifiedName":
            return value.NamespaceIndex, value.Name
        case "EnumValueType":
            return value.Value, value.DisplayName.Text, bool(value.Description.Text)
        case "Argument":
            return (
                value.Name,
                plain(value.DataType),
                value.ValueRank,
                tuple(value.ArrayDimensions or ()),
                bool(value.Description.Text),
            )
        case name:
            return name, set(_leaves(value))
