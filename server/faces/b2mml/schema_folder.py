"""Checks documents against a folder of the official schemas, where the setting names one."""

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lxml import etree

from server.faces.b2mml.report import Finding
from server.faces.b2mml.tables import Version
from server.faces.b2mml.tree import Element

_XSD: Final = "http://www.w3.org/2001/XMLSchema"
_BLANKS: Final = " \t\r\n"
_TIME_OR_DURATION: Final = re.compile(r"\d{4,}-\d\d-\d\dT|-?P[T\d]", re.ASCII)


class SchemaFolder:
    """The official schemas of one version of B2MML in a folder.

    Raises FileNotFoundError or ValueError at once when the folder holds no such schemas, so
    that a wrong setting shows at the start and not with the first document.
    """

    def __init__(self, folder: Path, version: Version) -> None:
        self._folder = folder
        self._version = version
        self._driver = _driver(folder, version)
        # A compiled schema keeps its error log in itself, so each thread has its own.
        self._per_thread = threading.local()
        self._schema()

    def _schema(self) -> etree.XMLSchema:
        schema: etree.XMLSchema | None = getattr(self._per_thread, "schema", None)
        if schema is None:
            base = self._folder.resolve().as_uri() + "/"
            try:
                schema = etree.XMLSchema(etree.fromstring(self._driver, base_url=base))
            except etree.XMLSchemaParseError as wrong:
                raise ValueError(f"{self._folder}: the schemas do not compile: {wrong}") from wrong
            self._per_thread.schema = schema
        return schema

    def findings(self, root: Element, limit: int) -> list[Finding]:
        """Return what the schemas say about a tree; the blanks around times get lost.

        libxml2 takes blanks around a dateTime and a duration for an error; the standard and the
        other parsers do not, and real senders write them.
        """
        _trim(root)
        schema = self._schema()
        if schema.validate(root):
            return []
        find = _finder(root)
        return [
            Finding(find(entry.path or "", entry.line), "not-valid", _shorter(entry.message))
            for entry in list(schema.error_log)[:limit]  # type: ignore[call-overload] # it can be iterated
        ]


def _driver(folder: Path, version: Version) -> bytes:
    """Return a schema that includes all schemas of the folder.

    The extensions come first: in the order of the official AllSchemas.xsd no parser finds them.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder; xsd_dir names the folder of the schemas")
    files = sorted(
        file.name
        for file in folder.glob("*.xsd")
        if "AllSchemas" not in file.name and not file.name.startswith("_")
    )
    first = [name for name in files if name.endswith("AllExtensions.xsd")]
    if len(first) != 1:
        raise ValueError(f"{folder}: expected one *-AllExtensions.xsd, found {len(first)}")
    extensions = f"{version.namespace}-AllExtensions"
    lines = [
        f'<xsd:schema xmlns:xsd="{_XSD}" targetNamespace="{version.namespace}">',
        f'<xsd:import namespace="{extensions}" schemaLocation="{first[0]}"/>',
        *(f'<xsd:include schemaLocation="{name}"/>' for name in files if "Extensions" not in name),
        "</xsd:schema>",
    ]
    return "".join(lines).encode()


def _trim(root: Element) -> None:
    for element in root.iter():
        text = element.text
        if text is not None and not len(element):
            trimmed = text.strip(_BLANKS)
            if len(trimmed) != len(text) and _TIME_OR_DURATION.match(trimmed):
                element.text = trimmed


def _finder(root: Element) -> Callable[[str, int], Element]:
    prefixes = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}

    def find(path: str, _line: int) -> Element:
        try:
            found = root.getroottree().xpath(path, namespaces=prefixes)
        except etree.XPathError:
            return root
        first = found[0] if isinstance(found, list) and found else None
        return first if isinstance(first, Element) else root

    return find


def _shorter(message: str) -> str:
    """Return the message without namespaces, which say nothing to a reader of one document."""
    parts = message.split("{http")
    return parts[0] + "".join(part[part.find("}") + 1 :] for part in parts[1:])
