"""Each open item alone holds the release up, and with all of them closed it is allowed (B13)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution.commands import ExceptionDisposition as Way
from models.execution.commands import Severity
from models.execution.job_order_state import JobOrderState
from models.execution.step_state import StepState
from models.isa95.material import Disposition, MaterialSublot
from models.isa95.quantity import Quantity
from tests.packing import (
    AT,
    COMPLETE,
    LOT,
    ORDER,
    QA_2,
    RELEASE,
    Batch,
    happens,
    packed,
    photo,
)
from tests.world import identity

SUP, QA = identity("sup-01"), identity("qa-01")
Act = Callable[[Batch], None]


def opened(kind: str, severity: Severity = Severity.MAJOR) -> Act:
    """Open an exception of a kind, as the part of the plant does that finds it."""

    def act(here: Batch) -> None:
        found = e.ExceptionOpened(
            job_order_id=ORDER,
            exception_id=here.order.next_exception_id,
            kind=kind,
            description="found",
            severity=severity,
        )
        happens(here, found)

    return act


def accepted(here: Batch) -> None:
    assert here.dispose(Way.ACCEPT, QA_2) == ()


def investigated(here: Batch) -> None:
    opened("deviation")(here)
    assert here.dispose(Way.INVESTIGATE, SUP) == ()
    resumed(here, refused=("exception-open",))


def settled(here: Batch) -> None:
    accepted(here)
    resumed(here)


def held(here: Batch) -> None:
    here.world.must(c.PauseJobOrder(job_order_id=ORDER, reason="a leak", identity=SUP))


def resumed(here: Batch, refused: tuple[str, ...] = ()) -> None:
    command = c.ResumeJobOrder(job_order_id=ORDER, reason="go on", identity=SUP)
    assert here.world.refused(command) == refused


def reworked(here: Batch) -> None:
    opened("deviation")(here)
    assert here.dispose(Way.REWORK, QA, step_id="030") == ()


def done_anew(here: Batch) -> None:
    here.start("030")
    for text in ("500.5", "499.0", "501.0"):
        assert here.record("fill", text) == ()
    assert here.record("photo", "true") == ()
    here.world.must(photo())
    here.world.must(COMPLETE)


def overridden(here: Batch) -> None:
    reworked(here)
    override = c.OverrideGate(
        station=AT,
        step_id="030",
        code="samples-missing",
        reason="broken",
        identity=SUP,
        second=QA,
    )
    here.world.must(override)
    done_anew(here)


def result(value: str, *, passed: bool) -> Act:
    return lambda here: happens(
        here,
        e.TestResultRecorded(
            material_lot_id=LOT, test_id="assay", value=value, unit="%", passed=passed
        ),
    )


def lot_becomes(material_lot_id: str, disposition: Disposition, status: str) -> Act:
    return lambda here: happens(
        here,
        e.MaterialLotDispositionChanged(
            material_lot_id=material_lot_id, disposition=disposition, status=status
        ),
    )


def unbalanced(here: Batch) -> None:
    corrected = c.CorrectEvidence(
        job_order_id=ORDER,
        step_id="020",
        evidence_id="used",
        value="940",
        reason="misread",
        identity=SUP,
    )
    here.world.must(corrected)
    assert here.dispose(Way.ACCEPT, exception_id=f"{ORDER}-E1") == ()
    assert here.dispose(Way.INVESTIGATE, exception_id=f"{ORDER}-E2") == ()


def balanced(here: Batch) -> None:
    accepted(here)
    resumed(here)


def unit_made(here: Batch) -> None:
    amount = Quantity.parse("1 pcs")
    made = MaterialSublot(material_sublot_id="CASE-1", material_lot_id=LOT, quantity=amount)
    happens(here, e.MaterialSublotDefined(material_sublot=made))
    recorded = e.ProducedUnitRecorded(
        job_order_id=ORDER,
        step_id="030",
        station=AT,
        material_sublot_id="CASE-1",
        quantity=amount,
        person_id="op-01",
    )
    happens(here, recorded)


def unit_held(here: Batch) -> None:
    unit_made(here)
    happens(here, e.MaterialSublotHeld(material_sublot_id="CASE-1", reason="metal"))


def unit_freed(here: Batch) -> None:
    happens(here, e.MaterialSublotHeld(material_sublot_id="CASE-1", reason=""))


def action_due(when: datetime | None = None) -> Act:
    """Settle an exception, and open a corrective action for it."""

    def act(here: Batch) -> None:
        opened("deviation")(here)
        accepted(here)
        command = c.OpenCorrectiveAction(
            corrective_action_id="CAPA-1",
            job_order_id=ORDER,
            exception_id=here.last.exception_id,
            description="train again",
            due_time=when or here.world.time,
            identity=QA,
        )
        here.world.must(command)

    return act


def carried_out(here: Batch) -> None:
    command = c.RecordCorrectiveAction(
        corrective_action_id="CAPA-1", description="trained", identity=SUP
    )
    here.world.must(command)


def judged(*, effective: bool) -> Act:
    return lambda here: (
        here.world.must(
            c.CloseCorrectiveAction(
                corrective_action_id="CAPA-1",
                description="seen",
                effective=effective,
                identity=QA,
            )
        )
        and None
    )


def done(here: Batch) -> None:
    carried_out(here)
    judged(effective=True)(here)


def not_effective(here: Batch) -> None:
    action_due(here.world.time + timedelta(days=90))(here)
    carried_out(here)
    judged(effective=False)(here)


OPEN_ITEMS: dict[str, tuple[Act, tuple[str, ...], Act]] = {
    "a deviation": (opened("deviation"), ("exception-open",), accepted),
    "an OOS": (
        opened("out-of-specification", Severity.CRITICAL), ("exception-open",), accepted
    ),
    "a nonconformance": (opened("weight-out-of-tolerance"), ("exception-open",), accepted),
    "a minor one": (opened("sample-late", Severity.MINOR), ("exception-open",), accepted),
    "an investigation": (
        investigated, ("job-order-held", "exception-open"), settled
    ),
    "a hold": (held, ("job-order-held",), resumed),
    "an override to review": (overridden, ("exception-open",), accepted),
    "a step that is reworked": (reworked, ("step-not-finished",), done_anew),
    "a failed laboratory result": (
        result("89", passed=False), ("release-test-failed",), result("99", passed=True)
    ),
    "a rejected lot": (
        lot_becomes(LOT, Disposition.RESTRICTED, "rejected"),
        ("produced-lot-decided",),
        lot_becomes(LOT, Disposition.IN_PROCESS, "in production"),
    ),
    "a component that was recalled": (
        lot_becomes("AA-2601", Disposition.RESTRICTED, "recalled"),
        ("consumed-lot-restricted",),
        lot_becomes("AA-2601", Disposition.UNRESTRICTED, "released"),
    ),
    "labels that do not add up": (
        unbalanced,
        ("job-order-held", "exception-open", "balance-out-of-limits"),
        balanced,
    ),
    "a held unit": (unit_held, ("produced-unit-held",), unit_freed),
    "a corrective action that is due": (action_due(), ("corrective-action-overdue",), done),
    "one that was not effective": (not_effective, ("corrective-action-not-effective",), done),
}  # fmt: skip


@pytest.mark.parametrize("item", OPEN_ITEMS)
def test_each_open_item_alone_blocks_and_closed_it_does_not(item: str) -> None:
    act, refused, close = OPEN_ITEMS[item]
    here = packed()
    act(here)
    assert here.world.refused(RELEASE) == refused
    close(here)
    here.world.must(RELEASE)
    assert here.order.state is JobOrderState.ENDED


def test_a_release_test_without_a_result_blocks_until_there_is_one() -> None:
    here = packed(tests=("assay",))
    assert here.world.refused(RELEASE) == ("release-test-missing",)
    result("99.1", passed=True)(here)
    here.world.must(RELEASE)


def test_a_missing_verification_blocks() -> None:
    here = packed()
    first, *others = here.order.steps
    unverified = replace(first, state=StepState.COMPLETE, verification=None)
    here.world.states[f"job_order:{ORDER}"] = replace(here.order, steps=(unverified, *others))
    assert here.world.refused(RELEASE) == ("step-not-finished",)
    verify = c.VerifyStep(station=AT, step_id="010", identity=identity("op-02"))
    here.world.must(verify)
    here.world.must(RELEASE)


def test_whoever_produced_does_not_release() -> None:
    here = packed()
    mine = replace(RELEASE, identity=replace(QA, person_id="op-01"))
    assert here.world.refused(mine) == ("self-release",)
    assert here.world.refused(replace(RELEASE, identity=SUP)) == ("role-not-suitable",)


def test_an_action_that_is_due_later_does_not_hold_the_release_up() -> None:
    here = packed()
    action_due(here.world.time + timedelta(days=90))(here)
    here.world.must(RELEASE)


def test_all_that_is_open_is_said_at_once() -> None:
    here = packed(tests=("assay",))
    opened("deviation")(here)
    unit_held(here)
    assert here.world.refused(RELEASE) == (
        "exception-open",
        "release-test-missing",
        "produced-unit-held",
    )
