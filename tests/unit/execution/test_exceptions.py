"""An out-of-tolerance weight stops the step until somebody who may has decided what is done."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from models.execution import commands as c
from models.execution.commands import ExceptionDisposition as Disposed
from models.execution.job_order_state import JobOrderState
from models.execution.principal import Identity, Role
from models.execution.records import MaterialLotRecord
from models.execution.step_state import StepState
from models.isa95.material import Disposition
from tests import world as w
from tests.world import World, identity

WEIGH = c.CaptureWeight(station="DISP-01", instrument_id="FLOOR-SCALE-01")
COMPLETE = c.CompleteStep(station="DISP-01")


def out_of_tolerance() -> World:
    world = w.identified()
    world.scale_shows("FLOOR-SCALE-01", 1.021)
    assert world.refused(WEIGH) == ("weight-out-of-tolerance",)
    return world


def disposition(how: Disposed, account: str) -> c.DispositionException:
    return c.DispositionException(
        job_order_id="JO-1",
        exception_id="JO-1-E1",
        disposition=how,
        reason="seen and decided",
        identity=identity(account),
    )


def test_the_step_goes_into_exception_and_nothing_is_drawn() -> None:
    world = out_of_tolerance()
    order = world.job_order("JO-1")
    step = order.step("020")
    assert step is not None
    assert (step.state, step.consumed) == (StepState.EXCEPTION, ())
    assert [item.kind for item in order.open_exceptions("020")] == ["weight-out-of-tolerance"]


def test_trying_again_opens_no_second_exception() -> None:
    world = out_of_tolerance()
    world.scale_shows("FLOOR-SCALE-01", 1.021)
    assert world.refused(WEIGH) == ("step-not-in-progress", "weight-out-of-tolerance")
    assert len(world.job_order("JO-1").exceptions) == 1


@pytest.mark.parametrize("how", [Disposed.REDO, Disposed.ADJUST])
def test_after_redo_or_adjust_the_right_weight_is_accepted(how: Disposed) -> None:
    world = out_of_tolerance()
    assert "exception-open" in world.refused(COMPLETE)
    world.must(disposition(how, "sup-01"))
    world.scale_shows("FLOOR-SCALE-01", 1.0)
    world.must(WEIGH)
    world.must(COMPLETE)


def test_accepting_puts_the_withheld_weight_on_record() -> None:
    world = out_of_tolerance()
    assert world.refused(disposition(Disposed.ACCEPT, "sup-01")) == ("role-not-suitable",)
    world.must(disposition(Disposed.ACCEPT, "qa-01"))
    step = world.job_order("JO-1").step("020")
    assert step is not None
    assert [str(item.quantity) for item in step.consumed] == ["1.021 kg"]
    world.must(COMPLETE)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"disposition": Disposition.RESTRICTED}, "material-lot-restricted"),
        ({"expiration_time": w.NOON}, "material-lot-expired"),
    ],
)
def test_accepting_a_weight_is_no_way_around_the_gates_of_its_lot(
    changed: dict[str, Any], code: str
) -> None:
    world = out_of_tolerance()
    record = world.states["material_lot:AA-2601"]
    assert isinstance(record, MaterialLotRecord)
    lot = replace(record.material_lot, **changed)
    world.states["material_lot:AA-2601"] = replace(record, material_lot=lot)
    assert world.refused(disposition(Disposed.ACCEPT, "qa-01")) == (code,)
    world.must(disposition(Disposed.REDO, "qa-01"))


def test_an_operator_can_not_disposition() -> None:
    world = out_of_tolerance()
    assert world.refused(disposition(Disposed.REDO, "op-02")) == ("role-not-suitable",)


def test_a_settled_exception_is_not_settled_again() -> None:
    world = out_of_tolerance()
    world.must(disposition(Disposed.REDO, "sup-01"))
    assert world.refused(disposition(Disposed.REDO, "sup-01")) == ("exception-unknown",)


def test_three_partial_draws_leave_exactly_the_rest_and_the_overdraw_is_refused() -> None:
    """25.000 kg less three exact draws; what is left decides the fourth (row B3)."""
    draws = ["8.100", "8.200", "8.300", "0.500"]
    world = w.installed()
    for number, amount in enumerate(draws, 1):
        order_id = f"JO-{number}"
        world.must(_order(order_id, amount))
        _up_to_the_weighing(world, order_id)
        world.scale_shows("FLOOR-SCALE-01", float(amount))
        refused = world.refused(WEIGH)
        if number < len(draws):
            assert refused == ()
            world.must(COMPLETE)
            world.must(c.CloseStationSession(station="DISP-01"))
    assert refused == ("container-overdrawn",)
    record = world.states["material_sublot:AA-2601-C1"]
    assert str(getattr(record, "remaining", None)) == "0.400 kg"


def _order(order_id: str, amount: str) -> c.StoreJobOrder:
    return c.StoreJobOrder(
        job_order_id=order_id,
        work_master_id="WM-CHALLENGE",
        quantity=w.kilograms(amount),
        allowed_to_start=True,
    )


def _up_to_the_weighing(world: World, order_id: str) -> None:
    world.must(
        c.OpenStationSession(station="DISP-01", job_order_id=order_id, identity=identity("op-01"))
    )
    world.must(c.StartStep(station="DISP-01", step_id="010"))
    world.must(
        c.RecordEvidence(
            station="DISP-01",
            evidence_id="booth-is-clear",
            value="true",
            source=w.Source.MANUAL,
        )
    )
    world.must(COMPLETE)
    world.must(c.VerifyStep(station="DISP-01", step_id="010", identity=identity("op-02")))
    world.must(c.StartStep(station="DISP-01", step_id="020"))
    world.must(c.ScanMaterial(station="DISP-01", code="AA-2601-C1"))


def reviewed() -> World:
    """Return a world in which everything is done but the release."""
    world = w.identified()
    world.scale_shows("FLOOR-SCALE-01", 1.0)
    world.must(WEIGH)
    world.must(COMPLETE)
    world.must(
        c.OpenStationSession(station="QA-01", job_order_id="JO-1", identity=identity("qa-01"))
    )
    world.must(c.StartStep(station="QA-01", step_id="030"))
    world.must(
        c.RecordEvidence(
            station="QA-01",
            evidence_id="record-reviewed",
            value="true",
            source=w.Source.MANUAL,
        )
    )
    world.must(c.CompleteStep(station="QA-01"))
    return world


RELEASE = c.ReleaseJobOrder(job_order_id="JO-1", identity=identity("qa-01"))


def test_an_open_deviation_alone_blocks_the_release() -> None:
    world = reviewed()
    world.must(c.OpenDeviation(station="QA-01", description="a page is missing"))
    assert world.refused(RELEASE) == ("exception-open",)
    world.must(disposition(Disposed.ACCEPT, "qa-01"))
    world.must(RELEASE)
    order = world.job_order("JO-1")
    assert (order.state, {step.state for step in order.steps}) == (
        JobOrderState.ENDED,
        {StepState.CLOSED},
    )
    lot = world.states["material_lot:LOT-JO-1"]
    assert getattr(lot, "material_lot").disposition is Disposition.UNRESTRICTED  # noqa: B009


def test_only_the_quality_unit_releases() -> None:
    command = c.ReleaseJobOrder(job_order_id="JO-1", identity=identity("sup-01"))
    assert reviewed().refused(command) == ("role-not-suitable",)


def test_nothing_happens_to_a_job_order_after_its_release() -> None:
    world = reviewed()
    world.must(RELEASE)
    assert world.refused(RELEASE) == ("job-order-not-active",)
    assert "job-order-not-active" in world.refused(COMPLETE)


def test_whoever_weighed_does_not_release() -> None:
    world = reviewed()
    weigher = Identity(
        account="op-01q", authenticated=True, person_id="op-01", roles=frozenset({Role.QUALITY})
    )
    command = c.ReleaseJobOrder(job_order_id="JO-1", identity=weigher)
    assert world.refused(command) == ("self-release",)


def test_a_batch_of_another_size_has_its_amounts_and_tolerances_in_proportion() -> None:
    world = w.installed()
    world.must(_order("JO-1", "2.5"))
    directive = world.states["work_directive:JO-1"]
    material = getattr(directive, "work_directive").step("020").materials[0]  # noqa: B009
    assert material.quantity.value == Decimal("2.5")
    assert material.below.value == material.above.value == Decimal("0.025")
