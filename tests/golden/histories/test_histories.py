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
from models.execution.records import Record
from server.command_path.replay import replay
from tests import world as w
from tests.fix_command_path import KEY
from tests.golden.histories import day
from tests.golden.histories.files import Rows, as_lines, read
from tests.tree import ROOT

HERE = Path(__file__).parent
HISTORIES = sorted(HERE.glob("*.jsonl"))
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
PRESENT = HERE / f"{VERSION}.jsonl"
OUT = {
    "0.1.0": "a7fe57490ac8c19c3a539ffd9dd07e3928706032fe6d305c3072411a6f6b61de",
    "0.2.0": "89eddd082a01a536f4a7481e936ea6118abf2533a4dc051ce6d65598f0fc365f",
}
"""The histories of the versions that are out, by the SHA-256 of their files."""
NO_LONGER_WRITTEN = {"WorkMasterDefined"}
"""Events of older versions; this version only reads them."""
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def recorded_plant() -> tuple[c.MasterDatum, ...]:
    """Return the plant of the history itself, so that the demo's may change beside it."""
    if UPDATE or not PRESENT.exists():
        return (*w.PLANT.master_data, *day.MORE)
    rows, _ = read(PRESENT)
    installed = [row for row in rows if row.command_id == rows[0].command_id]
    defined = [row for row in installed if row.type.endswith(("Defined", "Drafted"))]
    found = (read_event(row.type, row.type_version, row.payload) for row in defined)
    return tuple(getattr(event, fields(event)[0].name) for event in found)


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
    made = "".join([f"{line}\n" async for line in lines(await day.history(recorded_plant()))])
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


def test_the_present_history_holds_every_type_of_event_that_is_still_written() -> None:
    rows, _ = read(PRESENT)
    assert {row.type for row in rows} == EVENT_VERSIONS.keys() - NO_LONGER_WRITTEN


def test_what_is_no_longer_written_is_in_the_history_of_a_version_that_wrote_it() -> None:
    older = {row.type for version in OUT for row in read(HERE / f"{version}.jsonl")[0]}
    assert older >= NO_LONGER_WRITTEN
