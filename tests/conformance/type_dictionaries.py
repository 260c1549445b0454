"""Type dictionaries as what an old client reads out of them, however they are laid out."""

import base64
from typing import Any, Final

from lxml import etree

_OPC: Final = "{http://opcfoundation.org/BinarySchema/}"
_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_SAME: Final = {"opc:String": "opc:CharArray"}
_UNSAID: Final = frozenset({"minOccurs", "maxOccurs", "nillable"})
"""Whether an element may be left out of XML that nobody here exchanges."""


def dictionary_facts(text: str) -> dict[str, Any]:
    """Return what a dictionary says that is written in base64, as nodesets hold it."""
    return dictionary_facts_of_bytes(base64.b64decode(text))


def dictionary_facts_of_bytes(written: bytes) -> dict[str, Any]:
    """Return the name of each type with its fields, in their order."""
    root = etree.fromstring(written, etree.XMLParser(resolve_entities=False))
    target = root.get("TargetNamespace") or root.get("targetNamespace")
    facts: dict[str, Any] = {"": target}
    for one in root:
        if isinstance(one.tag, str) and one.get("Name", one.get("name")):
            said = _binary(one) if one.tag.startswith(_OPC) else _xml(one)
            facts[f"{etree.QName(one).localname} {one.get('Name', one.get('name'))}"] = said
    return facts


def _binary(one: etree._Element) -> tuple[Any, ...]:
    return tuple(
        tuple(
            sorted((name, _SAME.get(str(value), str(value))) for name, value in each.attrib.items())
        )
        for each in one
        if isinstance(each.tag, str) and each.tag != f"{_OPC}Documentation"
    )


def _xml(one: etree._Element) -> tuple[Any, ...]:
    return tuple(
        tuple(sorted((str(k), str(v)) for k, v in each.attrib.items() if k not in _UNSAID))
        for each in one.iter()
        if isinstance(each.tag, str)
        and each.tag in (f"{_XS}element", f"{_XS}enumeration", f"{_XS}restriction")
    )
