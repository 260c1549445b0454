"""Documents that want to do harm or are no documents: always a value, always with a place."""

import gzip
import time

import pytest

from server.faces.b2mml.codec import Codec, Received
from server.faces.b2mml.parse import Limits
from server.faces.b2mml.problem import Defect, Unreadable
from tests.fix_b2mml import request, schedule, segment

GOOD = schedule()
ROOT = GOOD[GOOD.index(b"<Process") :]


def unreadable(body: bytes, codec: Codec | None = None) -> Unreadable:
    document = (codec or Codec()).read(body)
    assert isinstance(document, Unreadable)
    assert document.problems
    assert all(p.line >= 1 and p.column >= 1 and p.reason for p in document.problems)
    return document


def quantity(text: str) -> bytes:
    return GOOD.replace(b"<QuantityString>1000<", b"<QuantityString>" + text.encode() + b"<")


def read_quantity(body: bytes) -> str:
    document = Codec().read(body)
    assert isinstance(document, Received)
    materials = document.schedules[0].requests[0].segment_requirements[0].material_requirements
    return materials[0].quantities[0].quantity_string


LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(10)
)


@pytest.mark.parametrize(
    "doctype",
    [
        b"<!DOCTYPE x>",
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        b'<!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY s SYSTEM "http://127.0.0.1:9/">]>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]>',
        b'<!DOCTYPE x [<!ENTITY z "0">]>',
        b"<!DOCTYPE x [" + LAUGHS + b"]>",
        b'<!DOCTYPE x [<!ENTITY q "' + b"a" * 50_000 + b'">]>',
    ],
)
@pytest.mark.parametrize("used", [b"&s;", b"&z;", b"&l9;", b"&q;" * 1000, b""])
def test_doctype_is_refused(doctype: bytes, used: bytes) -> None:
    body = doctype + b"\n" + ROOT.replace(b">1000<", b">48" + used + b"0<")
    assert unreadable(body).defect is Defect.MALFORMED


def test_doctype_is_told_with_its_line() -> None:
    problem = unreadable(b'<?xml version="1.0"?>\n  <!DOCTYPE x>' + ROOT).problems[0]
    assert (problem.code, problem.line, problem.column) == ("doctype", 2, 3)


def test_doctype_is_refused_in_utf_16_too() -> None:
    text = "<!DOCTYPE x>" + ROOT.decode()
    assert unreadable(text.encode("utf-16")).problems[0].code == "doctype"


@pytest.mark.parametrize("inside", ["48<!-- x -->0", "48<?x y?>0", "<![CDATA[48]]>0", "4&#56;0"])
def test_number_is_not_cut_at_comments_and_sections(inside: str) -> None:
    assert read_quantity(quantity(inside)) == "480"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_are_read(encoding: str) -> None:
    text = schedule(request(number="Ü-1")).decode()
    declared = encoding.removesuffix("-sig")
    document = Codec().read(text.replace("UTF-8", declared).encode(encoding))
    assert isinstance(document, Received)
    assert document.schedules[0].requests[0].id == "Ü-1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"\x00",
        b"{}",
        b"hello",
        gzip.compress(GOOD),
        GOOD.replace(b"UTF-8", b"UTF-7"),
        GOOD.replace(b"UTF-8", b"x-none"),
        GOOD.replace(b"4711", b"\xff\xfe"),
        GOOD.replace(b"4711", b"47\x0011"),
        GOOD.replace(b"4711", b"47\x0811"),
        GOOD.replace(b"4711", b"&#0;"),
        GOOD[:-30],
        GOOD + GOOD[GOOD.index(b"<Process") :],
        GOOD.replace(b"</ID>", b"</Id>", 1),
        GOOD.replace(b' xmlns="', b' xmlns:b="').replace(b"<Process", b"<c:Process"),
    ],
)
def test_what_is_no_xml_is_refused(body: bytes) -> None:
    assert unreadable(body).defect is Defect.MALFORMED


@pytest.mark.parametrize("encoding", ["cp037", "utf-7", "gb18030"])
def test_encodings_that_hide_elements_are_refused(encoding: str) -> None:
    body = GOOD.decode().replace("UTF-8", encoding).encode(encoding)
    assert unreadable(body).defect is Defect.MALFORMED


def test_document_deeper_than_the_parser_goes_is_refused() -> None:
    deep = b"<ID>" * 300 + b"</ID>" * 300
    assert unreadable(GOOD.replace(b"<ID>SCH-1</ID>", deep)).defect is Defect.MALFORMED


def test_document_as_deep_as_the_parser_goes_is_read() -> None:
    inner = segment().removeprefix("<SegmentRequirement>").removesuffix("</SegmentRequirement>")
    body = "<SegmentRequirement>" + inner
    for _ in range(230):
        body += "<SegmentRequirementChild>" + inner
    body += "</SegmentRequirementChild>" * 230 + "</SegmentRequirement>"
    assert isinstance(Codec().read(schedule(request(body=body))), Received)


def test_text_beyond_the_limit_of_the_parser_is_refused() -> None:
    assert unreadable(GOOD.replace(b"4711", b"4" * 10_000_001)).defect is Defect.MALFORMED


def test_body_beyond_the_limit_is_refused_unread() -> None:
    codec = Codec(limits=Limits(bytes=100))
    assert unreadable(GOOD, codec).defect is Defect.TOO_LARGE


def test_too_many_elements_are_refused_before_a_tree_is_built() -> None:
    body = GOOD.replace(b"<ID>SCH-1</ID>", b"<ID/>" * 1_000_000)
    begin = time.perf_counter()
    assert unreadable(body).defect is Defect.TOO_LARGE
    assert time.perf_counter() - begin < 0.5


@pytest.mark.parametrize(
    "attributes",
    [
        b" ".join(b'a%d=""' % n for n in range(100_000)),
        b" ".join(b'xmlns:n%d="urn:%d"' % (n, n) for n in range(50_000)),
    ],
)
def test_a_flood_of_attributes_is_answered_soon(attributes: bytes) -> None:
    for element in (b"<DataArea", b"<QuantityString", b"<HierarchyScope"):
        body = GOOD.replace(element, element + b" " + attributes, 1)
        begin = time.perf_counter()
        assert isinstance(Codec().read(body), Unreadable | Received)
        assert time.perf_counter() - begin < 1


def test_schema_location_stylesheet_and_inclusion_are_never_followed() -> None:
    body = GOOD.replace(
        b" releaseID",
        b' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
        b' i:schemaLocation="http://www.mesa.org/xml/B2MML http://127.0.0.1:9/x.xsd" releaseID',
    ).replace(b"<Process", b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>\n<Process', 1)
    assert isinstance(Codec().read(body), Received)
    include = b'<include xmlns="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    wrong = unreadable(GOOD.replace(b"<ID>SCH-1</ID>", include))
    assert "unexpected-element" in {problem.code for problem in wrong.problems}


def test_at_most_fifty_problems_are_told() -> None:
    body = GOOD.replace(b"<ID>SCH-1</ID>", b"<ID>SCH-1</ID>" + b"<Foo/>\n" * 200)
    assert len(unreadable(body).problems) == 50
