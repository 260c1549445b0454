"""Reading: the skeleton's values, and each kind of mistake with its place and words."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from models.isa95.work_schedule import Code
from server.faces.b2mml.codec import Answer, Codec, Received
from server.faces.b2mml.problem import Defect, Problem, Unreadable
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.v0701 import V0701
from tests.fix_b2mml import conformance, request, schedule, segment, xsd_folder

GOOD = schedule(request(head="\n<StartTime>2026-11-21T06:00:00Z</StartTime><Priority>5</Priority>"))


def only_problem(body: bytes) -> Problem:
    document = Codec().read(body)
    assert isinstance(document, Unreadable)
    assert len(document.problems) == 1, document.problems
    return document.problems[0]


def test_a_schedule_is_read() -> None:
    document = Codec().read(GOOD)
    assert isinstance(document, Received)
    assert document.root == "ProcessOperationsSchedule"
    assert document.verb.acknowledge_code == "Always"
    assert document.application_area is not None
    assert document.application_area.bod_id == "bod-1"
    operations_request = document.schedules[0].requests[0]
    assert operations_request.id == "4711"
    assert operations_request.priority == Decimal(5)
    assert operations_request.start_time == datetime(2026, 11, 21, 6, tzinfo=UTC)
    material = operations_request.segment_requirements[0].material_requirements[0]
    assert material.material_use == Code("Produced")


def test_a_bare_schedule_is_read() -> None:
    bare = GOOD[GOOD.index(b"<OperationsSchedule>") : GOOD.index(b"</DataArea>")]
    bare = bare.replace(b"Schedule>", b'Schedule xmlns="http://www.mesa.org/xml/B2MML">', 1)
    document = Codec().read(bare)
    assert isinstance(document, Received)
    assert document.application_area is None
    assert len(document.schedules[0].requests) == 1


def test_the_skeleton_beside_the_repository_is_read_with_and_without_schemas() -> None:
    body = (conformance() / "skeletons" / "ProcessOperationsSchedule.xml").read_bytes()
    plain = Codec().read(body)
    checked = Codec(schemas=SchemaFolder(xsd_folder(), V0701)).read(body)
    assert isinstance(plain, Received)
    assert isinstance(checked, Received)
    assert plain.schedules == checked.schedules
    assert plain.content_hash == checked.content_hash


def test_the_hash_is_that_of_the_content() -> None:
    def digest(body: bytes) -> str:
        document = Codec().read(body)
        assert isinstance(document, Received)
        return document.content_hash

    assert digest(GOOD) == digest(GOOD.replace(b"><", b">\n  <!-- x --><"))
    assert digest(GOOD) == digest(GOOD.replace(b"2026-11-20T10:00:00Z", b"2026-11-20T11:00:00Z"))
    assert digest(GOOD) != digest(GOOD.replace(b">1000<", b">1001<"))


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("<ID>4711</ID>", "<Id>4711</Id><ID>1</ID>", "unexpected-element", "no element Id"),
        ("<ID>4711</ID>", "", "missing-element", "OperationsRequest needs the element ID"),
        ("<ID>4711</ID>", "<ID>4711</ID><ID>4712</ID>", "repeated-element", "a second time"),
        ("<Priority>5</Priority>", "<Priority>high</Priority>", "bad-value", "not a decimal"),
        ("<Priority>5<", "<Priority><ID>5</ID><", "unexpected-element", "holds text"),
        ("<StartTime>2026-11-21T06:00:00Z", "<StartTime>21.11.2026", "bad-value", "date and time"),
        ("<MaterialUse>Produced", "<MaterialUse>produced", "bad-value", "none of Consumable"),
        ("<MaterialUse>Produced", "<MaterialUse> Produced", "bad-value", "none of Consumable"),
        ('releaseID="0701"', "", "missing-attribute", "releaseID"),
        ('"Always"', '"Never"', "bad-value", "Always, OnError"),
        ("<DataArea>", '<DataArea x="1">', "unexpected-attribute", "no attribute x"),
        ("<DataArea>", "<DataArea>hello", "unexpected-text", "hello"),
        ("<Quantity>", "hello<Quantity>", "unexpected-text", "hello"),
    ],
)
def test_each_mistake_is_told(old: str, new: str, code: str, words: str) -> None:
    assert old.encode() in GOOD
    body = GOOD.replace(old.encode(), new.encode(), 1)
    problem = only_problem(body)
    assert problem.code == code
    assert words in problem.reason
    assert problem.xpath.startswith("/ProcessOperationsSchedule")


def test_wrong_order_is_told_with_its_place() -> None:
    time = "2026-11-21T06:00:00Z"
    head = f"\n  <EndTime>{time}</EndTime>\n  <StartTime>{time}</StartTime>"
    problem = only_problem(schedule(request() + request("2", head)))
    assert problem.code == "misplaced-element"
    assert "StartTime must stand before EndTime" in problem.reason
    assert problem.xpath.endswith("/OperationsRequest[2]/StartTime")
    assert problem.column == 3


def test_all_problems_are_told_in_the_order_of_the_document() -> None:
    body = GOOD.replace(b"<Priority>5", b"<Priority>x").replace(b">Produced<", b">Prod<")
    body = body.replace(b"<ID>SCH-1</ID>", b"")
    document = Codec().read(body)
    assert isinstance(document, Unreadable)
    assert [p.code for p in document.problems] == ["missing-element", "bad-value", "bad-value"]
    assert [p.line for p in document.problems] == sorted(p.line for p in document.problems)


def test_lines_beyond_65535_are_told_right() -> None:
    requests = "\n".join(request(str(n)) for n in range(7000)) + "\n" * 66_000
    body = schedule(requests + "\n  " + request("x", "<Foo/>"))
    problem = only_problem(body)
    line = body[: body.index(b"<Foo/>")].count(b"\n") + 1
    assert line > 65_535
    assert problem.line == line
    assert problem.xpath.endswith("OperationsRequest[7001]/Foo")


def test_an_element_of_another_namespace_is_told() -> None:
    body = GOOD.replace(b"<Priority>", b'<Priority xmlns="">')
    assert "must be in the namespace http://www.mesa.org/xml/B2MML" in only_problem(body).reason


@pytest.mark.parametrize(
    "namespace", ["", "http://www.mesa.org/xml/B2MML-V0600", "http://www.wbf.org/xml/B2MML-V0401"]
)
def test_other_versions_are_refused_by_name(namespace: str) -> None:
    document = Codec().read(GOOD.replace(b"http://www.mesa.org/xml/B2MML", namespace.encode()))
    assert isinstance(document, Unreadable)
    assert document.defect is Defect.UNSUPPORTED
    assert "V0701" in document.problems[0].reason


@pytest.mark.parametrize("root", ["GetMaterialLot", "SyncOperationsSchedule", "Foo"])
def test_other_documents_are_refused_with_what_is_read(root: str) -> None:
    document = Codec().read(GOOD.replace(b"ProcessOperationsSchedule", root.encode()))
    assert isinstance(document, Unreadable)
    assert document.defect is Defect.UNSUPPORTED
    assert "ProcessOperationsSchedule" in document.problems[0].reason
    assert document.application_area is not None


@pytest.mark.parametrize("namespace", ["http://www.mesa.org/xml/B2MML", "urn:other"])
@pytest.mark.parametrize("root", ["ConfirmBOD", "AcknowledgeOperationsPerformance"])
def test_answers_are_known_as_answers(root: str, namespace: str) -> None:
    assert Codec().read(f'<{root} xmlns="{namespace}"/>'.encode()) == Answer(root=root)


def test_schemas_refuse_what_the_tables_let_pass() -> None:
    vendor = "<MaterialRequirement><ID>M1</ID><SpatialDefinition><Foo/></SpatialDefinition>"
    body = schedule(request(body=segment(materials=f"{vendor}</MaterialRequirement>")))
    assert isinstance(Codec().read(body), Received)
    document = Codec(schemas=SchemaFolder(xsd_folder(), V0701)).read(body)
    assert isinstance(document, Unreadable)
    assert document.problems[0].code == "not-valid"
    assert document.problems[0].xpath.endswith("/SpatialDefinition/Foo")
    assert document.problems[0].line > 1


def test_a_folder_without_schemas_is_told_at_the_start() -> None:
    folder = xsd_folder().parent
    with pytest.raises(ValueError, match="AllExtensions"):
        SchemaFolder(folder, V0701)
    with pytest.raises(FileNotFoundError, match="no folder"):
        SchemaFolder(folder / "nowhere", V0701)


def test_what_the_schemas_would_not_accept_is_not_written() -> None:
    codec = Codec(schemas=SchemaFolder(xsd_folder(), V0701))
    document = codec.read(GOOD)
    assert isinstance(document, Received)
    empty = document.schedules[0].__class__(id="S", requests=())
    with pytest.raises(ValueError, match="would not be valid"):
        codec.write(V0701, "OperationsSchedule", empty)
