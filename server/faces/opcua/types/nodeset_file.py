"""A NodeSet2 file (OPC 10000-6, Annex F), read safely, with its models and its mistakes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from asyncua import ua
from lxml import etree
from typing_extensions import override

NODESET: Final = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"
UA_URI: Final = "http://opcfoundation.org/UA/"
MAX_BYTES: Final = 32 * 1024 * 1024
"""A nodeset that is larger is refused; the largest that are published have a third of it."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a nodeset, where, and what to do about it."""

    file: str
    line: int | None
    reason: str
    remedy: str

    @property
    def where(self) -> str:
        """The file and, where it is known, the line."""
        return self.file if self.line is None else f"{self.file}, line {self.line}"

    @override
    def __str__(self) -> str:
        """Return it as one line for the person who starts the server."""
        return f"{self.where}: {self.reason}; {self.remedy}"


class CompanionNodesetFault(Exception):
    """Nodesets of a plant that can't be served; ``mistakes`` are all that were found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(one) for one in mistakes))


@dataclass(frozen=True, slots=True)
class Model:
    """A model that a file defines or asks for; ``published`` is empty when it isn't said."""

    uri: str
    version: str
    published: str
    line: int | None


@dataclass(slots=True)
class NodesetFile:
    """One file: its elements, and what its header says."""

    name: str
    root: etree._Element
    uris: tuple[str, ...]
    aliases: dict[str, str]
    models: tuple[Model, ...]
    required: tuple[Model, ...]
    indexes: list[int] = field(default_factory=list)
    """The server's namespace index of each index in the file; filled when all files are known."""

    def mistake(self, line: int | None, reason: str, remedy: str) -> Mistake:
        """Return a mistake in this file."""
        return Mistake(self.name, line, reason, remedy)

    def node_id(self, text: str | None) -> ua.NodeId:
        """Return the server's NodeId for one in the file or an alias; ValueError when it's none."""
        written = (text or "").strip()
        written = self.aliases.get(written, written)
        try:
            found = ua.NodeId.from_string(written)
            return ua.NodeId(found.Identifier, ua.Int16(self.indexes[int(found.NamespaceIndex)]))
        except (ua.UaError, ValueError, IndexError, AttributeError):
            raise ValueError(f"{written!r} is no NodeId and no alias of this file") from None

    def qualified_name(self, text: str | None) -> ua.QualifiedName:
        """Return a BrowseName in the server's namespaces; ValueError when its index is none."""
        index, colon, name = (text or "").partition(":")
        if not colon or not index.isdigit():
            index, name = "0", text or ""
        if int(index) >= len(self.indexes):
            raise ValueError(
                f"the BrowseName {text!r} is in a namespace that the file doesn't name"
            )
        return ua.QualifiedName(name, self.indexes[int(index)])


def line_of(element: etree._Element) -> int | None:
    """Return the line of the file that an element stands in, where it is known."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None


def read_nodeset_file(path: Path, name: str) -> NodesetFile:
    """Read a file; ``name`` is how the settings call it. Raises CompanionNodesetFault."""
    root = _parse(path, name)
    if root.tag != f"{NODESET}UANodeSet":
        raise _fault(name, 1, "this is XML but no UANodeSet", "name a NodeSet2 file")
    uris = tuple((one.text or "").strip() for one in root.iterfind(f"{NODESET}NamespaceUris/*"))
    models = tuple(_models(root.iterfind(f"{NODESET}Models/{NODESET}Model")))
    if not models or not all(one.uri for one in models):
        raise _fault(
            name, line_of(root), "it does not say which model it defines",
            "add Models/Model with its ModelUri",
        )  # fmt: skip
    return NodesetFile(
        name=name,
        root=root,
        uris=uris,
        aliases={
            str(one.get("Alias")): (one.text or "").strip()
            for one in root.iterfind(f"{NODESET}Aliases/{NODESET}Alias")
        },
        models=models,
        required=tuple(
            _models(root.iterfind(f"{NODESET}Models/{NODESET}Model/{NODESET}RequiredModel"))
        ),
    )


def _parse(path: Path, name: str) -> etree._Element:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _fault(
                name, None, f"it has {size} bytes", f"name a file of at most {MAX_BYTES} bytes"
            )
        written = path.read_bytes()
    except OSError as error:
        raise _fault(
            name, None, f"it can't be read: {error.strerror}", f"put it to {path}, or correct the"
            " setting opcua_nodesets",
        ) from None  # fmt: skip
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(written, parser)
    except etree.XMLSyntaxError as error:
        raise _fault(
            name, error.lineno, f"it is not XML: {error.msg}", "get the file again from its maker"
        ) from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise _fault(
            name, 1, "it has a document type declaration", "remove it: nodesets need no entities"
        )
    return root


def _models(elements: Iterator[etree._Element]) -> Iterator[Model]:
    for one in elements:
        yield Model(
            uri=one.get("ModelUri", ""),
            version=one.get("Version", ""),
            published=one.get("PublicationDate", ""),
            line=line_of(one),
        )


def _fault(name: str, line: int | None, reason: str, remedy: str) -> CompanionNodesetFault:
    return CompanionNodesetFault([Mistake(name, line, reason, remedy)])
