"""Further nodesets of a plant: companion models that are served beside ours.

They follow our namespaces, from 7 on, in the order in which the settings list them. Nothing of
them is writable, none of their methods runs: they are served as they stand in their files.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncua
from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.namespaces import (
    ISA95_URI,
    JOB_CONTROL_URI,
    OWN_URIS,
    PACKML_URI,
    PLANT_URI,
    TYPES_URI,
)
from server.faces.opcua.types.nodeset_definitions import Definition
from server.faces.opcua.types.nodeset_file import (
    UA_URI,
    CompanionNodesetFault,
    Mistake,
    Model,
    NodesetFile,
    line_of,
    read_nodeset_file,
)
from server.faces.opcua.types.nodeset_nodes import NodesetNodes
from server.faces.opcua.types.own_types import TYPES_DATE, TYPES_VERSION

diagnostics = logging.getLogger("interlock.opcua")

FIRST: Final = len(OWN_URIS) + 2
"""The namespace index of the first model that a plant brings."""

MAX_FILES: Final = 64

_OURS: Final[Mapping[str, tuple[str, datetime]]] = {
    UA_URI: ("1.05.07", datetime(2026, 5, 1, tzinfo=UTC)),
    ISA95_URI: ("1.00", datetime(2013, 11, 6, tzinfo=UTC)),
    JOB_CONTROL_URI: ("2.0.0", datetime(2024, 1, 31, tzinfo=UTC)),
    PACKML_URI: ("1.01", datetime(2020, 10, 8, tzinfo=UTC)),
    TYPES_URI: (TYPES_VERSION, TYPES_DATE),
    PLANT_URI: (TYPES_VERSION, TYPES_DATE),
}
"""The models that the server has by itself, with their versions."""


@dataclass(frozen=True, slots=True)
class CompanionNodesets:
    """Files that fit together: what they are, and the namespaces they bring."""

    files: tuple[NodesetFile, ...]
    uris: tuple[str, ...]
    """To be registered in this order, the first as namespace 7."""


NO_NODESETS: Final = CompanionNodesets((), ())


async def serve_companion_nodesets(
    found: CompanionNodesets, server: asyncua.Server, tree: AddressTree
) -> None:
    """Register the namespaces and insert the nodes, after ours and before any instance.

    Raises CompanionNodesetFault with everything that is wrong with any of the files.
    """
    for place, uri in enumerate(found.uris, start=FIRST):
        index = await server.register_namespace(uri)
        assert index == place, f"{uri} got namespace index {index} instead of {place}"
    for remark in insert_companion_nodesets(found, tree, server.iserver.aspace):
        diagnostics.warning("%s", remark)


def read_companion_nodesets(folder: Path, names: Sequence[str]) -> CompanionNodesets:
    """Read the files, each relative to the folder, and compare what they need and bring.

    Raises CompanionNodesetFault with everything that is wrong with any of them.
    """
    mistakes: list[Mistake] = []
    files: list[NodesetFile] = []
    if len(names) > MAX_FILES:
        where = f"opcua_nodesets lists {len(names)} files"
        raise CompanionNodesetFault([Mistake(where, None, "too many", f"list up to {MAX_FILES}")])
    for name in names:
        try:
            files.append(read_nodeset_file(folder / name, name))
        except CompanionNodesetFault as fault:
            mistakes += fault.mistakes
    uris = tuple(dict.fromkeys(model.uri for file in files for model in file.models))
    indexes = {UA_URI: 0} | {uri: index for index, uri in OWN_URIS}
    indexes |= {uri: FIRST + place for place, uri in enumerate(uris) if uri not in indexes}
    mistakes += _model_mistakes(files, complete=not mistakes)
    for file in files:
        file.indexes = [0, *(indexes.get(uri, -1) for uri in file.uris)]
        mistakes += _uri_mistakes(file, indexes)
    if mistakes:
        raise CompanionNodesetFault(mistakes)
    return CompanionNodesets(tuple(files), uris)


def insert_companion_nodesets(
    found: CompanionNodesets, tree: AddressTree, space: AddressSpace
) -> list[str]:
    """Insert the nodes of all files, or of none; return what was left out, in sentences.

    Raises CompanionNodesetFault with everything that is wrong with any of them.
    """
    brought: list[NodesetNodes] = []
    known: set[ua.NodeId] = set()
    definitions: dict[ua.NodeId, Definition | None] = {}

    def stands(node_id: ua.NodeId) -> bool:
        return node_id in known or tree.stands(node_id)

    def defined(node_id: ua.NodeId) -> Definition | None:
        return definitions.get(node_id) or _served_definition(space, node_id)

    for file in found.files:
        nodes = NodesetNodes(file, stands, defined)
        brought.append(nodes)
        known.update(nodes.node_ids)
        definitions |= {node.node_id: node.definition for node in nodes.nodes if node.definition}
    mistakes = [mistake for nodes in brought for mistake in nodes.mistakes]
    if mistakes:
        raise CompanionNodesetFault(mistakes)
    for nodes in brought:
        tree.insert(nodes.nodes)
        for link in nodes.links:
            tree.link(link)
    return [
        f"{file.name}: {remark}"
        for file, nodes in zip(found.files, brought, strict=True)
        for remark in nodes.remarks
    ]


def _served_definition(space: AddressSpace, node_id: ua.NodeId) -> Definition | None:
    data = space.get(node_id)
    held = data.attributes.get(ua.AttributeIds.DataTypeDefinition) if data is not None else None
    value = held.value.Value if held is not None and held.value is not None else None
    found = value.Value if value is not None else None
    return found if isinstance(found, ua.StructureDefinition | ua.EnumDefinition) else None


def _model_mistakes(files: Iterable[NodesetFile], *, complete: bool) -> Iterator[Mistake]:
    """Yield duplicate models, and needed ones that are missing, too old, or listed too late."""
    files = tuple(files)
    listed = {model.uri: file.name for file in files for model in file.models}
    have = dict(_OURS)
    for file in files:
        for model in file.required:
            if model.uri not in have and (complete or model.uri in listed):
                yield _missing(file, model, listed.get(model.uri))
            elif model.uri in have and _is_older(have[model.uri], model):
                version, published = have[model.uri]
                yield file.mistake(
                    model.line,
                    f"it needs {model.uri} of {model.published[:10]}, and the server has version"
                    f" {version} of {published:%Y-%m-%d}",
                    "take a version of this file that fits",
                )
        for model in file.models:
            if model.uri in have:
                yield file.mistake(
                    model.line,
                    f"{model.uri} is defined already"
                    + (" by Interlock" if model.uri in _OURS else f" by {listed[model.uri]}"),
                    "take it off opcua_nodesets",
                )
            else:
                have[model.uri] = (model.version, _moment(model.published))


def _missing(file: NodesetFile, model: Model, listed: str | None) -> Mistake:
    remedy = f"list {listed} before it" if listed else "add that nodeset before it"
    return file.mistake(model.line, f"it needs {model.uri}", f"{remedy} in opcua_nodesets")


def _is_older(have: tuple[str, datetime], wanted: Model) -> bool:
    return bool(wanted.published) and have[1].date() < _moment(wanted.published).date()


def _moment(text: str) -> datetime:
    """Return a publication date; one that is not given or not readable is as old as can be."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _uri_mistakes(file: NodesetFile, indexes: Mapping[str, int]) -> Iterator[Mistake]:
    for uri in file.uris:
        if uri not in indexes:
            yield file.mistake(
                line_of(file.root),
                f"it uses the namespace {uri}, and nothing brings it",
                "add its nodeset to opcua_nodesets",
            )
    for model in file.models:
        if model.uri not in file.uris:
            yield file.mistake(
                model.line,
                f"its model {model.uri} is not among its NamespaceUris",
                "correct the header of the file",
            )
