"""The inbox: commands out of documents, answers out of outcomes, and each document only once."""

import asyncio
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from lxml import etree

from models.execution.commands import StoreJobOrder
from models.execution.log_row import LogRow
from models.execution.outcome import Fault, Outcome
from models.execution.principal import Principal, Role
from models.isa95.quantity import Quantity
from server.faces.b2mml.codec import Codec, Received
from server.faces.b2mml.inbox import Inbox, Reply, Verdict, decision_times
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.translate import translate
from server.faces.b2mml.v0701 import V0701
from tests.fix_b2mml import (
    ERP,
    FIRST_TIME,
    OURS,
    action_code,
    conformance,
    inbox_in_memory,
    request,
    schedule,
    segment,
    xsd_folder,
)

ROW = LogRow(
    stream="job_order:1",
    version=1,
    type="JobOrderStored",
    type_version=1,
    payload="{}",
    command_id="c-1",
    person=None,
    account="erp",
    station=None,
    face="b2mml",
    source="system",
    source_time=FIRST_TIME,
    server_time=FIRST_TIME,
    rule_version="1",
    previous_hash=b"",
    hash=b"",
    mac=b"",
)
BACKWARDS = """<StartTime>2026-01-02T00:00:00Z</StartTime>
<EndTime>2026-01-01T00:00:00Z</EndTime>"""
CONSUMED = """<MaterialRequirement><ID>M1</ID><MaterialDefinitionID> RM-1 </MaterialDefinitionID>
<MaterialLotID>LOT-7</MaterialLotID><MaterialUse>Consumed</MaterialUse>
<Quantity><QuantityString>2</QuantityString><UnitOfMeasure>KG</UnitOfMeasure></Quantity>
<MaterialRequirementProperty><ID>RSNUM</ID><Value><ValueString>0099</ValueString></Value>
</MaterialRequirementProperty></MaterialRequirement>"""


def commands(body: bytes) -> list[StoreJobOrder]:
    document = Codec().read(body)
    assert isinstance(document, Received)
    asked, objections = translate(document)
    assert objections == []
    return [one.command for one in asked]


def objections(body: bytes) -> list[str]:
    document = Codec().read(body)
    assert isinstance(document, Received)
    return [objection.code for objection in translate(document)[1]]


def descriptions(reply: Reply) -> list[str]:
    found = etree.fromstring(reply.body).findall(".//{*}ChangeStatus/{*}Description")
    return [str(element.text) for element in found]


def test_a_request_becomes_a_command() -> None:
    head = """<StartTime>2026-11-21T08:00:00+02:00</StartTime>
<EndTime>2026-11-21T14:00:00Z</EndTime>
<OperationsType>Production</OperationsType><Priority>50</Priority>
<RequestState>Released</RequestState>"""
    (command,) = commands(schedule(request(" 4711 ", head, body=segment(materials=CONSUMED))))
    assert command.job_order_id == "4711"
    assert command.work_master_id == "REC-1"
    assert command.quantity == Quantity(Decimal(1000), "kg")
    assert command.planned_start == datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert command.planned_end == datetime(2026, 11, 21, 14, tzinfo=UTC)
    assert command.priority == 50
    assert command.material_lot_id == "LOT-FG"
    assert command.allowed_to_start
    assert command.operations_schedule_id == "SCH-1"
    assert command.lot_allocations == (("RM-1", "LOT-7"),)
    reference = dict(command.erp_reference)
    assert reference["BODID"] == "bod-1"
    assert reference["OperationsRequestID"] == " 4711 "
    assert reference["MaterialRequirement/RM-1/RSNUM"] == "0099"


@pytest.mark.parametrize(
    ("state", "allowed"),
    [("Released", True), ("Ready", True), ("Forecast", False), ("Held", False), ("", False)],
)
def test_only_released_requests_are_allowed_to_start(state: str, *, allowed: bool) -> None:
    head = f"<RequestState>{state}</RequestState>" if state else ""
    assert commands(schedule(request(head=head)))[0].allowed_to_start is allowed


def test_the_order_is_for_what_the_last_producing_segment_produces() -> None:
    last = segment("0020").replace(">1000<", ">900<")
    (command,) = commands(schedule(request(body=segment() + last)))
    assert command.quantity.value == 900


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<ID>4711<", "<ID> <", "bad-id"),
        ("<ID>4711<", f"<ID>{'4' * 101}<", "bad-id"),
        (">1000<", ">1.000,5<", "bad-quantity"),
        (">1000<", "><", "bad-quantity"),
        (">1000<", ">NaN<", "bad-quantity"),
        (">1000<", ">0<", "bad-quantity"),
        (">1000<", ">-1<", "bad-quantity"),
        ("<UnitOfMeasure>KG<", "<UnitOfMeasure> <", "missing-unit"),
        ("<UnitOfMeasure>KG</UnitOfMeasure>", "", "missing-unit"),
        (">Produced<", ">Consumed<", "missing-product"),
        ("<ID>4711</ID>", "<ID>4711</ID><RequestState>Running</RequestState>", "bad-state"),
        ("<ID>4711</ID>", "<ID>4711</ID><Priority>1.5</Priority>", "bad-priority"),
        ("<ID>4711</ID>", "<ID>4711</ID><Priority>40000</Priority>", "bad-priority"),
        (
            "<ID>4711</ID>",
            "<ID>4711</ID><OperationsType>Quality</OperationsType>",
            "bad-operations-type",
        ),
        (
            "<ID>4711</ID>",
            f"<ID>4711</ID>{BACKWARDS}",
            "end-before-start",
        ),
        (
            "<ID>4711</ID>",
            "<ID>4711</ID><StartTime>0001-01-01T00:00:00+14:00</StartTime>",
            "bad-time",
        ),
    ],
)
def test_what_makes_no_sense_is_objected_to(old: str, new: str, code: str) -> None:
    body = schedule()
    assert old.encode() in body
    assert code in objections(body.replace(old.encode(), new.encode()))


def test_a_unit_is_never_guessed() -> None:
    assert commands(schedule().replace(b">KG<", b">MG<"))[0].quantity.unit == "MG"


async def test_a_good_document_is_accepted_and_stored() -> None:
    inbox, path = inbox_in_memory()
    reply = await inbox.receive(schedule(), ERP)
    assert reply.verdict is Verdict.ACCEPTED
    assert action_code(reply.body) == "Accepted"
    assert list(path.stored) == ["4711"]


async def test_the_same_document_again_is_the_same_answer_and_no_second_order() -> None:
    inbox, path = inbox_in_memory()
    first = await inbox.receive(schedule(request("1") + request("2", recipe="UNKNOWN")), ERP)
    again = await inbox.receive(schedule(request("1") + request("2", recipe="UNKNOWN")), ERP)
    assert again == first
    assert len(path.outcomes) == 2


async def test_fifty_posts_at_once_are_one_order_and_one_answer() -> None:
    inbox, path = inbox_in_memory()
    replies = await asyncio.gather(*(inbox.receive(schedule(), ERP) for _ in range(50)))
    assert len({reply.body for reply in replies}) == 1
    assert len(path.outcomes) == 1


@pytest.mark.parametrize("changed", [request("9"), request("9") + request("8"), request() * 1])
async def test_a_message_id_with_other_content_is_a_conflict(changed: str) -> None:
    inbox, path = inbox_in_memory()
    await inbox.receive(schedule(), ERP)
    changed = changed.replace(">1000<", ">1001<")
    reply = await inbox.receive(schedule(changed), ERP)
    assert await inbox.receive(schedule(changed), ERP) == reply
    assert reply.verdict is Verdict.CONFLICT
    assert action_code(reply.body) == "Rejected"
    assert "BODID reuse" in descriptions(reply)[0]
    assert list(path.stored) == ["4711"]


async def test_without_a_message_id_the_senders_reference_counts() -> None:
    inbox, path = inbox_in_memory()
    body = schedule(bod_id=None, reference="DOC-1")
    first = await inbox.receive(body, ERP)
    assert await inbox.receive(body, ERP) == first
    other = await inbox.receive(schedule(request("2"), bod_id=None, reference="DOC-1"), ERP)
    assert other.verdict is Verdict.CONFLICT
    assert list(path.stored) == ["4711"]


async def test_without_any_id_the_content_counts() -> None:
    inbox, path = inbox_in_memory()
    first = await inbox.receive(schedule(bod_id=None), ERP)
    again = await inbox.receive(schedule(bod_id=None).replace(b"T10:00:00Z", b"T11:00:00Z"), ERP)
    assert (first.verdict, again.verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED)
    assert len(path.outcomes) == 1


async def test_the_same_order_in_two_messages_is_refused_the_second_time() -> None:
    inbox, _ = inbox_in_memory()
    await inbox.receive(schedule(), ERP)
    reply = await inbox.receive(schedule(bod_id="bod-2"), ERP)
    assert reply.verdict is Verdict.REJECTED
    assert "already stored" in descriptions(reply)[0]


async def test_a_partly_bad_schedule_is_modified_and_lists_what_failed() -> None:
    inbox, path = inbox_in_memory()
    bad = request("3").replace(">1000<", ">many<")
    body = schedule(request("1") + request("2", recipe="UNKNOWN") + bad + request("1"))
    reply = await inbox.receive(body, ERP)
    assert reply.verdict is Verdict.MODIFIED
    assert action_code(reply.body) == "Modified"
    assert list(path.stored) == ["1"]
    tree = etree.fromstring(reply.body)
    assert [e.text for e in tree.findall(".//{*}OperationsRequest/{*}ID")] == ["1"]
    first_status = tree.find(".//{*}ChangeStatus")
    assert first_status is not None
    said = [str(e.text) for e in first_status.findall("{*}Description")]
    assert len(said) == 3
    assert said[0].startswith("operations request 3: line ")
    assert any("UNKNOWN is not defined" in text for text in said)


async def test_a_thousand_requests_of_which_three_are_bad() -> None:
    begin = time.perf_counter()
    inbox, path = inbox_in_memory()
    bad = {7, 500, 999}
    body = schedule(
        "".join(request(str(n), recipe="UNKNOWN" if n in bad else "REC-1") for n in range(1000))
    )
    reply = await inbox.receive(body, ERP)
    assert reply.verdict is Verdict.MODIFIED
    assert len(path.stored) == 997
    assert len(set(descriptions(reply))) == 6  # each as a sentence, and each alone
    assert time.perf_counter() - begin < 5  # seconds; a budget of one on an idle machine


async def test_an_all_bad_schedule_is_rejected() -> None:
    inbox, _ = inbox_in_memory()
    reply = await inbox.receive(schedule(request(recipe="UNKNOWN")), ERP)
    assert (reply.verdict, action_code(reply.body)) == (Verdict.REJECTED, "Rejected")
    assert b"AcknowledgeOperationsSchedule" in reply.body


async def test_an_account_that_may_not_is_denied() -> None:
    inbox, _ = inbox_in_memory()
    hmi = Principal(account="hmi", roles=frozenset({Role.HMI}), face="b2mml")
    reply = await inbox.receive(schedule(), hmi)
    assert (reply.verdict, action_code(reply.body)) == (Verdict.DENIED, "Rejected")


async def test_the_time_of_a_decision_is_looked_up_in_the_log() -> None:
    class Log:
        async def find(self, *, command_id: str | None = None) -> list[LogRow]:
            return [ROW] if command_id == ROW.command_id else []

    decided = decision_times(Log())
    assert await decided(ROW.command_id) == ROW.server_time
    assert await decided("other") is None


async def test_a_fault_of_ours_asks_for_the_same_document_again() -> None:
    async def submit(_command: StoreJobOrder, _principal: Principal, _id: str) -> Outcome:
        return Fault(reason="the database is away", retry=True)

    whole, _ = inbox_in_memory()
    inbox = Inbox(
        codec=whole.codec,
        answerer=whole.answerer,
        submit=submit,
        decision_time=whole.decision_time,
        clock=whole.clock,
    )
    reply = await inbox.receive(schedule(), ERP)
    assert reply.verdict is Verdict.FAULT
    assert b"SystemError" in reply.body
    assert "send the same document again" in descriptions(reply)[0]


@pytest.mark.parametrize("root", ["ConfirmBOD", "AcknowledgeOperationsPerformance"])
async def test_an_answer_is_never_answered(root: str) -> None:
    inbox, _ = inbox_in_memory()
    body = f'<{root} xmlns="http://www.mesa.org/xml/B2MML"/>'.encode()
    assert await inbox.receive(body, ERP) == Reply(verdict=Verdict.NOTED)


async def test_an_unreadable_document_is_confirmed_as_rejected_with_every_problem() -> None:
    inbox, _ = inbox_in_memory()
    body = schedule(request(head="<Foo/>")).replace(b"<ID>SCH-1</ID>", b"")
    reply = await inbox.receive(body, ERP)
    assert reply.verdict is Verdict.REJECTED
    tree = etree.fromstring(reply.body)
    assert etree.QName(tree).localname == "ConfirmBOD"
    codes = [e.text for e in tree.findall(".//{*}ErrorMessage/{*}ErrorCode")]
    assert codes == ["missing-element", "unexpected-element"]
    assert tree.findtext(".//{*}OriginalApplicationArea/{*}BODID") == "bod-1"


@pytest.mark.parametrize(
    "body",
    [
        schedule(),
        schedule(bod_id=None),
        schedule(request("1") + request("2", recipe="UNKNOWN")),
        schedule(request(recipe="UNKNOWN")),
        schedule(request().replace(">1000<", ">x<")),
        schedule(request(head="<Foo/>")),
        schedule().replace(b"ProcessOperationsSchedule", b"GetMaterialLot"),
        schedule().replace(b"<BODID>bod-1</BODID>", b"<BODID>\n b&amp;&lt;1 </BODID>"),
        b"",
        b"<!DOCTYPE x><x/>",
        b"<x/>",
    ],
)
async def test_every_answer_is_valid(body: bytes) -> None:
    schemas = SchemaFolder(xsd_folder(), V0701)
    inbox, _ = inbox_in_memory()
    for _ in range(2):
        reply = await inbox.receive(body, ERP)
        wrong = schemas.findings(etree.fromstring(reply.body), 5)
        assert [finding.reason for finding in wrong] == []


async def test_the_skeleton_beside_the_repository_becomes_a_job_order() -> None:
    inbox, path = inbox_in_memory(Codec(schemas=SchemaFolder(xsd_folder(), V0701)))
    body = (conformance() / "skeletons" / "ProcessOperationsSchedule.xml").read_bytes()
    reply = await inbox.receive(body, ERP)
    assert reply.verdict is Verdict.ACCEPTED
    command = path.stored["000001000000"]
    assert command.quantity == Quantity(Decimal(1000), "kg")
    assert len(command.lot_allocations) == 4
    assert OURS.logical_id is not None
    assert OURS.logical_id.encode() in reply.body
