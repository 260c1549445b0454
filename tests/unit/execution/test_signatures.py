"""Signatures hold for what was signed, by whom, when, and for what; and for nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import codec, streams
from models.execution import commands as c
from models.execution.decisions.signing import sign_for, sign_record, signer_view
from models.execution.signature import Signature
from models.execution.signing_check import content_hash, is_bound, signatures_in
from models.execution.snapshot import Snapshot
from server.command_path.load import Known
from tests import world as w

LOT = streams.material_lot("AA-2601")
HEAD = Known(7, b"\x07" * 32, None)


def snapshot(head: Known = HEAD) -> Snapshot:
    return Snapshot(time=w.NOON, states={LOT: None}, live={}, heads={LOT: head})


def signed() -> Signature:
    return sign_record(w.identity("qa-01"), None, LOT, snapshot(), "released", "all tests passed")


def test_a_signature_names_what_it_was_given_for() -> None:
    made = signed()
    assert (made.stream, made.version, made.scheme) == (LOT, 7, "2")
    assert (made.account, made.meaning, made.remark) == ("qa-01", "released", "all tests passed")
    assert is_bound(made, HEAD.hash)


def test_one_changed_bit_of_what_was_signed_is_seen() -> None:
    assert not is_bound(signed(), b"\x06" + HEAD.hash[1:])


@pytest.mark.parametrize(
    "change",
    [
        {"person_id": "op-01"},
        {"account": "op-01"},
        {"name": "Somebody Else"},
        {"meaning": "rejected"},
        {"remark": "not all tests passed"},
        {"time": w.NOON + timedelta(microseconds=1)},
        {"stream": streams.material_lot("AA-2603")},
        {"version": 8},
        {"scheme": "3"},
        {"continued": True},
        {"meaning": "released1", "remark": "6:all tests passed"},
    ],
    ids=str,
)
def test_nothing_that_a_signature_says_can_be_changed(change: dict[str, object]) -> None:
    assert not is_bound(replace(signed(), **change), HEAD.hash)  # type: ignore[arg-type]  # fields


def test_text_can_not_be_shifted_from_the_meaning_into_the_remark() -> None:
    one = replace(signed(), meaning="ab", remark="c")
    other = replace(signed(), meaning="a", remark="bc")
    assert content_hash(one, HEAD.hash) != content_hash(other, HEAD.hash)


def test_what_was_not_loaded_can_not_be_signed() -> None:
    with pytest.raises(KeyError):
        sign_record(w.identity("qa-01"), None, streams.document("SOP-1"), snapshot(), "released")


def test_any_record_is_signed_by_its_id() -> None:
    view = signer_view(w.identity("qa-01"), snapshot())
    assert sign_for(view, "AA-2601", None, "released", "all tests passed").stream == LOT


def test_a_signature_of_release_0_1_0_keeps_its_text() -> None:
    old = Signature(
        person_id="op-01",
        account="op-01",
        name="",
        meaning="verified",
        time=w.NOON,
        content_hash="",
    )
    assert '"scheme"' not in codec.dumps(old)
    assert codec.loads(Signature, codec.dumps(old)) == old


def test_the_signatures_of_a_batch_hold_against_the_rows_before_them() -> None:
    world = w.at_station()
    heads = {}
    for command in (
        c.StartStep(station="DISP-01", step_id="010"),
        c.RecordEvidence(
            station="DISP-01",
            evidence_id="booth-is-clear",
            value="true",
            source=w.Source.MANUAL,
        ),
        c.CompleteStep(station="DISP-01"),
        c.VerifyStep(station="DISP-01", step_id="010", identity=w.identity("op-02")),
        c.AbortJobOrder(job_order_id="JO-1", reason="a spill", identity=w.identity("sup-01")),
    ):
        head = world.heads[streams.job_order("JO-1")]
        heads[head.version] = head.hash
        principal = None if hasattr(command, "station") else w.account("sup-01")
        world.must(command, principal)
    found = [one for event in world.events for one in signatures_in(event)]
    mine = [one for one in found if one.stream == streams.job_order("JO-1")]
    assert {"verified", "aborted"} <= {one.meaning for one in mine}
    assert all(is_bound(one, heads[one.version]) for one in mine)
    assert all(one.name for one in mine)
