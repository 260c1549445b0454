"""The batch record: what stands in it, and that it follows from the stored events alone."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.execution.outcome import Denied
from models.execution.principal import Identity, Principal, Role
from models.tag_value import Quality
from server.queries.batch_record import BatchRecord, Document, batch_record
from tests import lifecycle as cell
from tests import world as w
from tests.fix_command_path import running
from tests.golden.histories.files import Rows, read
from tests.tree import ROOT

NOBODY = Identity(account="op-01", authenticated=False)
OLD = ROOT / "tests/golden/histories/0.1.0.jsonl"


ISSUED = {
    ("0.1.0", "JO-1"): "fb8be46a5e19087b1df50d08c6b0983a352667cc837453d14572f2a210f6a5dc",
    ("0.1.0", "JO-2"): "d2791ba4b11a054c5dcf27a90cbfd587cc2473fc2547079b356bc98e12d8fcd6",
    ("0.2.0", "JO-1"): "1e32b5639886a5916384b7b5fc3d0ca64cfd182dc5fa64e6a910bfb566718204",
    ("0.2.0", "JO-2"): "9730a5e57e7d150d04a892f06d7abc59be56d97be55e127606ed60cad9867d5e",
    ("0.2.0", "JO-2-1"): "212ce42ce382e88fac7e2c2a14d55ebe765a33c8a8ab34f69cb06dfa2771a912",
    ("0.2.0", "JO-2-2"): "a5b6626207749e3e9fe2dabe4d32f61329f81e24d08a7fa49af49b556396fe69",
}
"""What the releases made of their own histories: somebody has printed and signed them."""


async def record_of(path: Path, job_order_id: str = "JO-1") -> BatchRecord:
    rows, _ = read(path)
    found = await batch_record(Rows(rows), job_order_id)
    assert found is not None
    return found


@pytest.fixture
async def old() -> Document:
    """Return the record of a job order that release 0.1.0 executed."""
    return (await record_of(OLD)).document()


async def test_nothing_is_made_of_a_job_order_that_is_not_there() -> None:
    assert await batch_record(InMemoryExecutionLog(), "JO-9") is None


async def test_the_same_events_give_the_same_text_and_hash() -> None:
    one, again = await record_of(OLD), await record_of(OLD)
    assert (one.text, one.sha256) == (again.text, again.sha256)
    assert len(one.sha256) == 64


@pytest.mark.parametrize(("version", "job_order_id"), ISSUED)
async def test_a_later_release_makes_the_same_record_of_what_an_earlier_one_executed(
    version: str, job_order_id: str
) -> None:
    found = await record_of(OLD.with_name(f"{version}.jsonl"), job_order_id)
    assert found.sha256 == ISSUED[version, job_order_id]


async def test_why_it_was_stopped_and_who_saw_its_alarms_stand_in_it() -> None:
    log = InMemoryExecutionLog()
    supervisor = w.account("sup-01")
    async with running(log) as rig:
        for command, principal in cell.installation():
            await rig.must(command, principal)
        await rig.must(
            c.StoreJobOrder(
                job_order_id=cell.ORDER,
                work_master_id=cell.RECIPE.work_master_id,
                quantity=cell.RECIPE.quantity,
                allowed_to_start=True,
            )
        )
        who = w.identity("op-01")
        await rig.must(
            c.OpenStationSession(station=cell.CELL, job_order_id=cell.ORDER, identity=who)
        )
        await rig.must(c.StartStep(station=cell.CELL, step_id="010"))
        await rig.must(cell.DEVIATION)
        await rig.must(cell.PUT_ON_HOLD, supervisor)
        for alarm in (f"exception:{cell.ORDER}:{cell.ORDER}-E1", f"hold:{cell.ORDER}"):
            await rig.must(c.AcknowledgeAlarm(alarm_id=alarm, remark="on my way"), supervisor)
        await rig.must(cell.STOP, supervisor)
        issued = await batch_record(log, cell.ORDER)
        late = c.AcknowledgeAlarm(alarm_id=f"step-hold:{cell.ORDER}:010")
        await rig.do(late, supervisor)
        await rig.do(replace(late, alarm_id=f"hold:{cell.ORDER}"), supervisor)
    assert issued is not None
    assert await batch_record(log, cell.ORDER) == issued
    document = issued.document()
    assert document["header"]["stop_reason"] == cell.STOP.reason
    assert [one["type"] for one in document["alarms"]] == ["AlarmAcknowledged"] * 2
    assert {one["payload"]["remark"] for one in document["alarms"]} == {"on my way"}
    assert "sup-01" in {one["person_id"] for one in document["persons"]}
    assert "JobOrderStopped" in {one["type"] for one in document["audit_trail"]}


def test_every_step_says_who_where_and_when(old: Document) -> None:
    assert [step["step_id"] for step in old["steps"]] == ["010", "020", "030"]
    for step in old["steps"]:
        assert step["performers"]
        assert step["station"] in {"DISP-01", "QA-01"}
        assert step["start_time"] < step["end_time"]
    assert old["steps"][0]["verification"]["person_id"] == "op-02"


def test_evidence_says_where_it_comes_from(old: Document) -> None:
    booth, weight = old["steps"][0]["readings"], old["steps"][1]["readings"]
    assert [(one["of"], one["source"]) for one in booth] == [("booth-is-clear", "manual")]
    assert [(one["of"], one["source"]) for one in weight] == [("ASCORBIC-ACID", "device")]
    assert weight[0]["reading"]["quality"] == Quality.GOOD.value
    assert weight[0]["instrument_id"] == "FLOOR-SCALE-01"


def test_lots_and_instruments_are_those_of_when_they_were_used(old: Document) -> None:
    (used,) = old["materials"]
    assert used["lot"]["material_lot_id"] == "AA-2601"
    assert used["lot"]["disposition"] == "UnRestricted"
    (scale,) = old["equipment"]["instruments"]
    assert scale["physical_asset_id"] == "FLOOR-SCALE-01"
    assert scale["calibration_due_time"] > used["consumed"]["time"]


def test_exceptions_and_refused_attempts_are_in_it(old: Document) -> None:
    assert [x["exception"]["disposition"] for x in old["exceptions"]] == ["Redo", "Redo", "Accept"]
    codes = {r["code"] for one in old["refused_attempts"] for r in one["refusals"]}
    assert codes >= {"predecessor-open", "self-verification", "material-lot-restricted"}
    assert all(one["rule_version"] == "1" for one in old["refused_attempts"])


async def test_a_summary_of_what_was_not_routine_goes_with_it() -> None:
    summary = (await record_of(OLD)).summary
    assert summary is not None
    assert (summary.open_exceptions, len(summary.exceptions)) == (0, 3)
    assert dict(summary.refused)["predecessor-open"] == 1


def test_every_signature_and_every_signer_is_in_it(old: Document) -> None:
    signers = {one["signature"]["person_id"] for one in old["signatures"]}
    assert signers == {"op-02", "sup-01", "qa-01"}
    assert {one["person_id"]: one["name"] for one in old["persons"]}["qa-01"] == "Quality 1"


def test_the_header_says_that_it_is_final_and_which_versions_counted(old: Document) -> None:
    assert old["header"]["is_final"]
    assert old["header"]["release"]["meaning"]
    assert old["versions"]["work_master_version"] == "1"
    assert ["WI-110", "4"] in old["versions"]["documents"]


async def test_any_fact_of_the_record_changes_its_hash() -> None:
    rows, _ = read(OLD)
    before = await record_of(OLD)
    for number, row in enumerate(rows):
        if row.stream == "job_order:JO-1" and row.type == "WeightCaptured":
            payload = json.loads(row.payload)
            payload["quantity"]["value"] = "1.003"
            fields = {name: getattr(row, name) for name in type(row).__dataclass_fields__}
            rows[number] = type(row)(**(fields | {"payload": json.dumps(payload)}))
    after = await batch_record(Rows(rows), "JO-1")
    assert after is not None
    assert after.sha256 != before.sha256


async def test_what_happens_after_the_end_does_not_change_a_final_record() -> None:
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await rig.install()
        store = c.StoreJobOrder(
            job_order_id="JO-1",
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("1"),
            allowed_to_start=True,
        )
        await rig.must(store)
        session = c.OpenStationSession(
            station="DISP-01", job_order_id="JO-1", identity=w.identity("op-01")
        )
        await rig.must(session)
        assert isinstance(await rig.do(replace(session, identity=NOBODY)), Denied)
        so_far = await batch_record(log, "JO-1")
        abort = c.AbortJobOrder(
            job_order_id="JO-1", reason="No longer wanted", identity=w.identity("sup-01")
        )
        await rig.must(abort, w.terminal("DISP-01"))
        issued = await batch_record(log, "JO-1")
        assert so_far is not None
        assert issued is not None
        assert so_far.sha256 != issued.sha256
        denied = issued.document()["denied_attempts"]
        assert [one["code"] for one in denied] == ["credentials-wrong"]
        metrology = Principal(account="met-01", roles=frozenset({Role.METROLOGY}), face="rest")
        later = c.RecordCalibration(
            physical_asset_id="FLOOR-SCALE-01", due_time=w.NOON.replace(year=2028), certificate="X"
        )
        await rig.must(later, metrology)
        assert isinstance(await rig.do(abort, w.ERP), Denied)
        await rig.do(c.StartStep(station="DISP-01", step_id="010"))
        await rig.must(c.ClearJobOrder(job_order_id="JO-1", remark="off the list"))
    assert await batch_record(log, "JO-1") == issued
