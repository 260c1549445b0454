"""Safe parsing: bytes from a stranger to a tree without entities, comments or surprises."""

import re
from dataclasses import dataclass
from typing import Final, cast

from lxml import etree

from server.faces.b2mml.problem import MAX_PROBLEMS, Defect, Problem, Unreadable
from server.faces.b2mml.report import Finding, locate
from server.faces.b2mml.tree import Element, local_name

# Encodings in which "<" is the byte 0x3C, so that elements can be counted before parsing.
# UTF-7 and EBCDIC would hide them.
_DECLARED: Final = re.compile(
    rb"""(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]*)""", re.ASCII
)
_ENCODINGS: Final = re.compile(
    rb"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-\d+|windows-125\d|cp125\d", re.IGNORECASE
)
_STARTS: Final = (b"<", b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe", b"\x00<")

_DOCTYPE: Final = (
    "the document has a DOCTYPE; remove it: definitions and entities are never read from documents"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a document may be, in bytes and elements, and an element in attributes."""

    bytes: int = 20_000_000
    elements: int = 500_000
    attributes: int = 64


def parse(body: bytes, limits: Limits) -> Element | Unreadable:
    """Return the root element, or why the bytes are not a document that may be read."""
    refused = _too_large(body, limits) or _not_text(body)
    if refused is not None:
        return refused
    # One parser for one document: parsers keep state and are not safe between threads.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        recover=False,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as wrong:
        return _malformed(parser, wrong)
    except ValueError as wrong:
        return _refusal(Defect.MALFORMED, "not-well-formed", f"not XML: {wrong}")
    if root.getroottree().docinfo.internalDTD is not None:
        line, column = _place(body, b"<!DOCTYPE")
        problem = Problem(code="doctype", reason=_DOCTYPE, line=line, column=column)
        return Unreadable(defect=Defect.MALFORMED, problems=(problem,))
    crowded = root.xpath(f"//*[@*[position() > {limits.attributes}]][1]")
    if isinstance(crowded, list) and crowded:
        return _crowded(body, cast("Element", crowded[0]), limits)
    return root


def _crowded(body: bytes, element: Element, limits: Limits) -> Unreadable:
    """Refuse an element with a flood of attributes: comparing them costs quadratic time."""
    reason = f"{local_name(element)} has more than {limits.attributes} attributes; remove them"
    problems = locate(body, [Finding(element, "too-many-attributes", reason)])
    return Unreadable(defect=Defect.INVALID, problems=problems, root=None)


def _place(body: bytes, text: bytes) -> tuple[int, int]:
    """Return line and column of a text; the start when its encoding hides it."""
    before = body[: max(body.find(text), 0)]
    return before.count(b"\n") + 1, len(before) - before.rfind(b"\n")


def _too_large(body: bytes, limits: Limits) -> Unreadable | None:
    if len(body) > limits.bytes:
        reason = f"the document has {len(body)} bytes; at most {limits.bytes} are read: split it"
        return _refusal(Defect.TOO_LARGE, "too-large", reason)
    # Every element begins with "<", so this never counts too few, and it costs no tree.
    elements = body.count(b"<") - body.count(b"</")
    if elements > limits.elements:
        reason = (
            f"the document has {elements} elements; at most {limits.elements} are read: split it"
        )
        return _refusal(Defect.TOO_LARGE, "too-large", reason)
    return None


def _not_text(body: bytes) -> Unreadable | None:
    if not body.lstrip(b" \t\r\n").startswith(_STARTS):
        reason = "not XML: the document must begin with <, in UTF-8 or UTF-16"
        return _refusal(Defect.MALFORMED, "not-well-formed", reason)
    declared = _DECLARED.match(body)
    if declared is not None and _ENCODINGS.fullmatch(declared[1]) is None:
        reason = f"the encoding {declared[1].decode()} is not read; send UTF-8"
        return _refusal(Defect.MALFORMED, "encoding", reason)
    return None


def _malformed(parser: etree.XMLParser, wrong: etree.XMLSyntaxError) -> Unreadable:
    found = [
        Problem(
            code="not-well-formed",
            reason=f"not well-formed XML: {entry.message.strip()}",
            line=max(entry.line, 1),
            column=max(entry.column, 1),
        )
        for entry in list(parser.error_log)[:MAX_PROBLEMS]
        if entry.message
    ]
    if not found:
        line, column = wrong.position if wrong.lineno else (1, 1)
        reason = f"not well-formed XML: {wrong.msg or 'the document is empty'}"
        found = [Problem(code="not-well-formed", reason=reason, line=line or 1, column=column or 1)]
    return Unreadable(defect=Defect.MALFORMED, problems=tuple(found))


def _refusal(defect: Defect, code: str, reason: str) -> Unreadable:
    return Unreadable(defect=defect, problems=(Problem(code=code, reason=reason),))
