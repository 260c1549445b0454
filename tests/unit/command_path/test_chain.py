"""Seals and hashes: what they cover, and that no two things share one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import chain
from models.execution.log_row import LogRow, StreamHead
from tests import world as w
from tests.fix_command_path import KEY

ROW = LogRow(
    stream="job_order:JO-1",
    version=3,
    type="StepBegan",
    type_version=1,
    payload='{"a":1}',
    command_id="c-1",
    person="op-01",
    account="hmi-disp",
    station="DISP-01",
    face="opcua",
    source="system",
    source_time=w.NOON,
    server_time=w.NOON,
    rule_version="1",
    previous_hash=bytes(32),
    hash=b"",
    mac=b"",
)
HEAD = StreamHead(
    stream="job_order:JO-1", version=3, hash=bytes(range(32)), state='{"a":1}', mac=b""
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stream", "job_order:JO-2"),
        ("version", 4),
        ("type", "StepClosed"),
        ("type_version", 2),
        ("payload", '{"a":2}'),
        ("command_id", "c-2"),
        ("person", None),
        ("account", "hmi-pack"),
        ("station", None),
        ("face", "rest"),
        ("source", "manual"),
        ("source_time", w.NOON + timedelta(microseconds=1)),
        ("server_time", w.NOON - timedelta(microseconds=1)),
        ("rule_version", "2"),
    ],
)
def test_every_field_of_a_row_is_hashed(field: str, value: object) -> None:
    changed = replace(ROW, **{field: value})
    assert chain.row_hash(ROW.previous_hash, changed) != chain.row_hash(ROW.previous_hash, ROW)


def test_no_field_was_forgotten_above() -> None:
    covered = set(LogRow.__dataclass_fields__) - {"previous_hash", "hash", "mac", "position"}
    marks = test_every_field_of_a_row_is_hashed.pytestmark[0].args[1]
    assert {field for field, _ in marks} == covered


def test_a_row_is_hashed_with_the_one_before_it() -> None:
    assert chain.row_hash(bytes(32), ROW) != chain.row_hash(b"1" * 32, ROW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stream", "job_order:JO-2"),
        ("version", 4),
        ("hash", bytes(32)),
        ("state", '{"a":2}'),
    ],
)
def test_every_field_of_a_projection_is_sealed(field: str, value: object) -> None:
    changed = replace(HEAD, **{field: value})
    assert chain.head_mac(KEY, changed) != chain.head_mac(KEY, HEAD)


def test_a_seal_cannot_be_moved_to_a_stream_whose_name_goes_on_with_a_colon() -> None:
    """Without the length of the name both texts would be the same bytes."""
    hash_ = bytes(range(48, 80))
    long = StreamHead(stream="job_order:A:1", version=22, hash=hash_, state="{}", mac=b"")
    moved = StreamHead(
        stream="job_order:A",
        version=1,
        hash=b"22:" + hash_[:29],
        state=hash_[29:].decode() + "{}",
        mac=b"",
    )
    assert chain.head_mac(KEY, long) != chain.head_mac(KEY, moved)


def test_another_key_makes_another_seal() -> None:
    assert chain.head_mac(bytes(32), HEAD) != chain.head_mac(KEY, HEAD)
    assert chain.row_mac(bytes(32), HEAD.hash) != chain.row_mac(KEY, HEAD.hash)
    assert chain.row_mac(KEY, HEAD.hash) != chain.head_mac(KEY, HEAD)
