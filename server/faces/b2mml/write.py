"""The one writer: from a domain value to XML text, as the tables of a version say."""

import re
from collections.abc import Iterable
from typing import Final

from models.isa95.work_schedule import Code
from server.faces.b2mml import lexical
from server.faces.b2mml.tables import Child, ComplexType, Version

# Char of XML 1.0, 2.2: everything else cannot be written at all, not even as a reference.
_IMPOSSIBLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_ATTRIBUTE: Final = {**_TEXT, ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}


def write_document(version: Version, root: str, value: object) -> bytes:
    """Return the document, UTF-8 with declaration, indented; equal values give equal bytes."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    type_ = version.types[version.documents[root]]
    _write_complex(parts, version, (root, f' xmlns="{version.namespace}"', 0), type_, value)
    return "".join(parts).encode()


def escape(text: str) -> str:
    """Return the text as the content of an element; what XML cannot say becomes U+FFFD."""
    return _IMPOSSIBLE.sub("\ufffd", text).translate(_TEXT)


def _write_complex(
    parts: list[str],
    version: Version,
    start: tuple[str, str, int],
    type_: ComplexType,
    value: object,
) -> None:
    name, extra, depth = start
    indent = "  " * depth
    parts.append(f"{indent}<{name}{extra}{_attributes(type_, value)}")
    text = escape(getattr(value, type_.text)) if type_.text else ""
    inside: list[str] = []
    for child in type_.children:
        for item in _items(child, value):
            _write_child(inside, version, child, item, depth + 1)
    if inside:
        parts.append(">\n")
        parts.extend(inside)
        parts.append(f"{indent}</{name}>\n")
    else:
        parts.append(f">{text}</{name}>\n" if text else "/>\n")


def _attributes(type_: ComplexType, value: object) -> str:
    written = ""
    for attribute in type_.attributes:
        content = getattr(value, attribute.field) if attribute.field else None
        if content is not None:
            written += f' {attribute.name}="{_attribute_text(content)}"'
    return written


def _attribute_text(content: str) -> str:
    return _IMPOSSIBLE.sub("\ufffd", content).translate(_ATTRIBUTE)


def _items(child: Child, value: object) -> Iterable[object]:
    if child.field is None or child.alias:
        return ()
    item = getattr(value, child.field)
    if child.count in ("*", "+"):
        return item  # type: ignore[no-any-return] # the tables pair "many" with tuples
    return () if item is None else (item,)


def _write_child(
    parts: list[str], version: Version, child: Child, item: object, depth: int
) -> None:
    type_ = version.types.get(child.type)
    if type_ is not None:
        _write_complex(parts, version, (child.element, "", depth), type_, item)
        return
    extra = ""
    if isinstance(item, Code):
        if item.other_value is not None:
            extra = f' OtherValue="{_attribute_text(item.other_value)}"'
        item = item.value
    if child.type in version.enumerations and item not in version.enumerations[child.type]:
        # The vendor's word still reaches the receiver; the document stays valid.
        extra, item = f' OtherValue="{_attribute_text(str(item))}"', "Other"
    parts.append(
        f"{'  ' * depth}<{child.element}{extra}>{escape(lexical.write(item))}</{child.element}>\n"
    )
