"""Histories of every release: what they recorded is read by all later ones, and means the same.

A history is a log with its final states, one JSON object per line. The one of the present version
is written by UPDATE_GOLDEN=1; those of versions that are out never change. A later version may know
more of an old event than its own did (when a session was opened, say), never less or other.
"""

import hashlib
import json
import os
import tomllib
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path

import pytest

from historian.in_memory import InMemoryExecutionLog
from models.added import ADDED
from models.execution import chain, codec, streams
from models.execution import commands as c
from models.execution.event_types import EVENT_VERSIONS, read_event
from models.execution.evolve import evolve
from models.execution.log_row import Cursor, LogRow
from models.execution.outcome import Denied, Outcome, Refused
from models.execution.principal import Identity, Principal, Role
from models.execution.records import Record
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from server.command_path.replay import replay
from tests import world as w
from tests.fix_command_path import KEY, Rig, cleared, running
from tests.golden.histories.files import Rows, as_lines, read
from tests.tree import ROOT

HERE = Path(__file__).parent
HISTORIES = sorted(HERE.glob("*.jsonl"))
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
PRESENT = HERE / f"{VERSION}.jsonl"
OUT = {
    "0.1.0": "a7fe57490ac8c19c3a539ffd9dd07e3928706032fe6d305c3072411a6f6b61de",
}
"""The histories of the versions that are out, by the SHA-256 of their files."""
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"
METROLOGY = Principal(account="met-01", roles=frozenset({Role.METROLOGY}), face="rest")


def refused(outcome: Outcome, code: str) -> None:
    assert isinstance(outcome, Refused)
    assert code in [refusal.code for refusal in outcome.refusals]


async def dispense(rig: Rig) -> None:
    """Walk the first two steps, and run into every obstacle on the way."""
    at = "DISP-01"
    refused(await rig.do(c.StartStep(station=at, step_id="020")), "predecessor-open")
    await rig.must(c.StartStep(station=at, step_id="010"))
    await rig.must(cleared())
    await rig.must(c.CompleteStep(station=at, job_order_id="JO-1", step_id="010"))
    own = c.VerifyStep(station=at, step_id="010", identity=w.identity("op-01b"))
    refused(await rig.do(own), "self-verification")
    await rig.must(c.VerifyStep(station=at, step_id="010", identity=w.identity("op-02")))
    await rig.must(c.StartStep(station=at, step_id="020"))
    refused(await rig.do(c.ScanMaterial(station=at, code="AA-2603-C1")), "material-lot-restricted")
    await rig.must(c.ScanMaterial(station=at, code="AA-2601"))
    overdue = c.CaptureWeight(station=at, instrument_id="BENCH-SCALE-02")
    refused(await rig.do(overdue), "calibration-overdue")
    weigh = c.CaptureWeight(station=at, instrument_id="FLOOR-SCALE-01")
    for shown in (1.5, 0.5):
        rig.devices.scale(shown)
        refused(await rig.do(weigh), "weight-out-of-tolerance")
        await decided(rig, c.ExceptionDisposition.REDO, "sup-01")
    rig.devices.scale(1.002)
    await rig.must(weigh)
    await rig.must(c.OpenDeviation(station=at, description="The booth light flickers"))
    await decided(rig, c.ExceptionDisposition.ACCEPT, "qa-01")
    await rig.must(c.CompleteStep(station=at))
    await rig.must(c.CloseStationSession(station=at))


async def decided(rig: Rig, disposition: c.ExceptionDisposition, account: str) -> None:
    heads = await rig.log.load(["job_order:JO-1"])
    order = codec.loads(streams.record_kind("job_order:"), heads["job_order:JO-1"].state)
    command = c.DispositionException(
        job_order_id="JO-1",
        exception_id=order.open_exceptions()[0].exception_id,
        disposition=disposition,
        reason="Weighed anew",
        identity=w.identity(account),
    )
    await rig.must(command, w.terminal("DISP-01"))


async def review(rig: Rig) -> None:
    """Review and release the record."""
    at, who = "QA-01", w.identity("qa-01")
    await rig.must(c.OpenStationSession(station=at, job_order_id="JO-1", identity=who))
    await rig.must(c.StartStep(station=at, step_id="030"))
    reviewed = c.RecordEvidence(
        station=at, evidence_id="record-reviewed", value="true", source=w.Source.MANUAL
    )
    await rig.must(reviewed)
    await rig.must(c.CompleteStep(station=at))
    await rig.must(c.CloseStationSession(station=at))
    await rig.do(c.ReleaseJobOrder(job_order_id="JO-1", identity=who), w.terminal(at))


async def others(rig: Rig) -> None:
    """Do what belongs to no order: an abort, a calibration, events of a machine, denials."""
    second = c.StoreJobOrder(
        job_order_id="JO-2",
        work_master_id="WM-VITC-500",
        quantity=w.kilograms("15.15"),
        erp_reference=(("OrderNumber", "4711"),),
        lot_allocations=(("ASCORBIC-ACID", "AA-2602"),),
    )
    await rig.must(second)
    await rig.must(c.StartJobOrder(job_order_id="JO-2"))
    sup = w.identity("sup-01")
    abort = c.AbortJobOrder(job_order_id="JO-2", reason="No longer wanted", identity=sup)
    await rig.must(abort, w.terminal("DISP-01"))
    calibrated = c.RecordCalibration(
        physical_asset_id="BENCH-SCALE-02",
        due_time=w.NOON.replace(year=2027),
        certificate="CAL-1",
    )
    await rig.must(calibrated, METROLOGY)
    for kind in EquipmentEventKind:
        event = EquipmentEvent(
            equipment_id="BLEND-01", kind=kind, source_time=w.NOON, name="speed", value="12"
        )
        await rig.must(c.RecordEquipmentEvent(event=event), w.SYSTEM)
    nobody = Identity(account="op-01", authenticated=False)
    wrong = c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=nobody)
    for command in (wrong, c.WriteVariable(node="x", value="1")):
        assert isinstance(await rig.do(command), Denied)


def master_data() -> tuple[c.MasterDatum, ...]:
    """Return the plant of the history itself, so that the demo's may change beside it."""
    if UPDATE or not PRESENT.exists():
        return w.PLANT.master_data
    rows, _ = read(PRESENT)
    installed = [row for row in rows if row.command_id == rows[0].command_id]
    defined = [row for row in installed if row.type.endswith("Defined")]
    found = (read_event(row.type, row.type_version, row.payload) for row in defined)
    return tuple(getattr(event, fields(event)[0].name) for event in found)


async def history() -> InMemoryExecutionLog:
    """Return the log of a short day, the same to the byte whenever it is made."""
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await rig.must(c.DefineMasterData(items=master_data()), w.SYSTEM)
        first = c.StoreJobOrder(
            job_order_id="JO-1",
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("1"),
            planned_start=w.NOON,
            priority=3,
            allowed_to_start=True,
        )
        await rig.must(first)
        person = w.identity("op-01")
        await rig.must(
            c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=person)
        )
        await dispense(rig)
        await review(rig)
        await others(rig)
    return log


async def lines(log: InMemoryExecutionLog) -> AsyncIterator[str]:
    """Yield the rows, then the final states, as the lines of a history."""
    for line in as_lines([row for _, row in await log.read(Cursor(0, 0), 10_000)]):
        yield line
    for head in await log.all_heads("", 10_000):
        yield codec.dumps({"final": head.stream, "version": head.version, "state": head.state})


def replayed(rows: list[LogRow]) -> dict[str, Record]:
    records: dict[str, Record] = {}
    for row in rows:
        event = read_event(row.type, row.type_version, row.payload)
        records[row.stream] = evolve(records.get(row.stream), event, row.server_time)
    return records


async def test_the_present_version_writes_this_history() -> None:
    made = "".join([f"{line}\n" async for line in lines(await history())])
    if UPDATE:
        PRESENT.write_text(made, encoding="utf-8")
    same = hashlib.sha256(made.encode()).digest() == hashlib.sha256(PRESENT.read_bytes()).digest()
    assert same, (
        f"{PRESENT.name} would be written differently now; UPDATE_GOLDEN=1, then look at it"
    )


def test_there_is_a_history_to_hold_on_to() -> None:
    assert PRESENT in HISTORIES


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_history_replays_to_its_final_states(path: Path) -> None:
    rows, final = read(path)
    records = replayed(rows)
    assert records.keys() == final.keys()
    for name, state in final.items():
        assert missing(json.loads(state), json.loads(codec.dumps(records[name]))) == [], name
        if path == PRESENT:
            assert records[name] == codec.loads(streams.record_kind(name), state), name


def missing(recorded: object, now: object, where: str = "") -> list[str]:
    """Return where a state does not say any more what it said; more than it said is fine."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        gone = [f"{where}.{name} is gone" for name in recorded.keys() - now.keys()]
        both = recorded.keys() & now.keys()
        return gone + [
            text for name in both for text in missing(recorded[name], now[name], f"{where}.{name}")
        ]
    if isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        pairs = enumerate(zip(recorded, now, strict=True))
        return [text for at, pair in pairs for text in missing(*pair, f"{where}[{at}]")]
    return [] if recorded == now else [f"{where} was {recorded} and is {now}"]


def test_a_state_that_lost_or_changed_a_fact_is_found() -> None:
    was = {"a": [{"b": 1}], "c": None}
    assert missing(was, {"a": [{"b": 1, "new": 2}], "c": None, "d": 3}) == []
    for other in ({"a": [{"b": 1}]}, {"a": [{"b": 2}], "c": None}, {"a": [], "c": None}):
        assert len(missing(was, other)) == 1


def test_what_is_added_to_an_old_state_is_a_field_that_came_later() -> None:
    """The canonical text of what an old version knew stays: hashes and signatures go over it."""
    rows, final = read(HERE / "0.1.0.jsonl")
    for name, record in replayed(rows).items():
        for field in fields(record):
            if ADDED not in field.metadata:
                assert f'"{field.name}":' in final[name], f"{name}.{field.name}"


@pytest.mark.parametrize("version", OUT)
def test_the_history_of_a_version_that_is_out_was_not_touched(version: str) -> None:
    assert hashlib.sha256((HERE / f"{version}.jsonl").read_bytes()).hexdigest() == OUT[version]


def test_every_history_but_the_present_is_of_a_version_that_is_out() -> None:
    assert {path.stem for path in HISTORIES} - {VERSION} == OUT.keys() - {VERSION}


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_the_chain_and_the_seals_of_a_history_hold(path: Path) -> None:
    rows, _ = read(path)
    before: dict[str, LogRow] = {}
    for row in rows:
        last = before.get(row.stream)
        assert row.version == (last.version if last else 0) + 1
        assert row.previous_hash == (last.hash if last else chain.GENESIS)
        assert row.hash == chain.row_hash(row.previous_hash, row)
        assert row.mac == chain.row_mac(KEY, row.hash)
        before[row.stream] = row


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_refusals_of_a_history_are_still_explained(path: Path) -> None:
    """Under the same rules the same verdict; under later rules at least one can be made."""
    rows, _ = read(path)
    log = Rows(rows)
    verdicts = [await replay(log, row) for row in rows if row.type == "CommandRefused"]
    assert len(verdicts) >= 5
    assert all(verdict.agrees for verdict in verdicts if verdict.same_rules)


def test_the_present_history_holds_every_type_of_event() -> None:
    rows, _ = read(PRESENT)
    assert {row.type for row in rows} == EVENT_VERSIONS.keys()
