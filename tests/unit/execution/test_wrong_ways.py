"""Detours to what must never happen, and dead ends on the way to what must: each is barred."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from models.execution import commands as c
from models.execution import streams
from models.execution.commands import ExceptionDisposition as Way
from models.execution.principal import Identity, Principal, Role
from models.execution.records import EquipmentRecord, Evidence, MaterialLotRecord, StepRecord
from models.execution.routing import selected
from models.isa95.equipment import EquipmentStatus
from models.isa95.material import Disposition
from models.isa95.quantity import Quantity
from models.isa95.work_definition import BranchRule, ExceptionPolicy, Source
from tests import dispensary as d
from tests import lifecycle as cell
from tests import line_world as lw
from tests import world as w
from tests.packing import (
    AT,
    COMPLETE,
    LOT,
    ORDER,
    QA_2,
    RELEASE,
    STEPS,
    WEIGH,
    Batch,
    batch,
    labelling,
    packed,
    photo,
    sampling,
    weighed,
)
from tests.world import identity

SUP, QA, OP = identity("sup-01"), identity("qa-01"), identity("op-01")
SUP_AS_QA = replace(QA, account="sup-qa", person_id=SUP.person_id)
"""Another account of the supervisor, which is of the quality unit."""


def enters(here: Batch, who: Identity) -> None:
    """Let somebody else take over the station."""
    here.world.must(c.CloseStationSession(station=AT))
    here.world.must(c.OpenStationSession(station=AT, job_order_id=ORDER, identity=who))


def corrects(
    evidence_id: str, value: str, who: Identity, step_id: str = "020"
) -> c.CorrectEvidence:
    return c.CorrectEvidence(
        job_order_id=ORDER,
        step_id=step_id,
        evidence_id=evidence_id,
        value=value,
        reason="misread",
        identity=who,
    )


def disposed_lot(here: Batch, disposition: Disposition) -> None:
    name = streams.material_lot("AA-2601")
    record = here.world.states[name]
    assert isinstance(record, MaterialLotRecord)
    lot = replace(record.material_lot, disposition=disposition, status="decided")
    here.world.states[name] = replace(record, material_lot=lot)


# --- consumed lots -------------------------------------------------------------------------------


@pytest.mark.parametrize("disposition", [Disposition.RESTRICTED, Disposition.CLOSED])
def test_nothing_is_released_that_was_made_of_a_lot_that_is_held_or_rejected(
    disposition: Disposition,
) -> None:
    here = packed()
    disposed_lot(here, disposition)
    assert here.world.refused(RELEASE) == ("consumed-lot-restricted",)


def test_what_an_earlier_pass_consumed_is_in_the_batch_and_counts_at_the_release() -> None:
    here = packed()
    here.world.must(
        c.ReportException(
            job_order_id=ORDER, description="x", severity=c.Severity.MAJOR, identity=SUP
        )
    )
    assert here.dispose(Way.REWORK, step_id="010") == ()
    here.start("010")
    disposed_lot(here, Disposition.RESTRICTED)
    here.world.must(c.ScanMaterial(station=AT, code="AA-2602-C1"))
    here.world.scale_shows("FLOOR-SCALE-01", 1.0)
    here.world.must(WEIGH)
    here.verified()
    here.start("020")
    here.labels()
    here.world.must(COMPLETE)
    here.start("030")
    for text in ("500.5", "499.0", "501.0"):
        assert here.record("fill", text) == ()
    assert here.record("photo", "true") == ()
    here.world.must(photo())
    here.world.must(COMPLETE)
    assert here.world.refused(RELEASE) == ("consumed-lot-restricted",)


# --- segregation of duties -----------------------------------------------------------------------


def test_who_tried_the_value_does_not_decide_about_the_exception_that_it_opened() -> None:
    """The supervisor took over the station, and has nothing on record at the step but that."""
    here = batch()
    here.world.must(c.ScanMaterial(station=AT, code="AA-2601-C1"))
    able = c.RecordQualification(
        person_id="sup-01",
        qualification_id="weighing",
        level=1,
        training_id="TR-110",
        expiration_time=None,
    )
    here.world.must(
        able, Principal(account="trn-01", roles=frozenset({Role.TRAINING}), face="rest")
    )
    enters(here, SUP)
    assert here.weighs(1.5) == ("weight-out-of-tolerance",)
    assert SUP.person_id not in here.step("010").performers
    assert here.dispose(Way.REDO, SUP) == ("self-disposition",)
    assert here.dispose(Way.REDO, QA) == ()


def test_who_corrected_a_value_does_not_verify_the_step() -> None:
    here = batch()
    assert here.weighs(1.0) == ()
    here.world.must(COMPLETE)
    here.world.must(corrects("AA-2601-C1", "1.001 kg", QA, "010"))
    verify = c.VerifyStep(station=AT, step_id="010", identity=QA)
    assert "self-verification" in here.world.refused(verify)
    here.world.must(replace(verify, identity=identity("op-02")))


def test_who_attached_a_file_does_not_verify_the_step() -> None:
    asked = replace(STEPS[2], step_id="010", sample_plans=(), verification=True)
    here = batch(steps=(asked,))
    assert here.record("fill", "500") == ()
    assert here.record("photo", "true") == ()
    enters(here, identity("op-02"))
    here.world.must(photo())
    enters(here, OP)
    here.world.must(COMPLETE)
    verify = c.VerifyStep(station=AT, step_id="010", identity=identity("op-02"))
    assert here.world.refused(verify) == ("self-verification",)
    here.world.must(replace(verify, identity=QA))


def test_who_overrides_does_not_use_the_override() -> None:
    here = sampling()
    here.record("fill", "500")
    here.record("photo", "true")
    here.world.must(photo())
    override = c.OverrideGate(
        station=AT, step_id="030", code="samples-missing", reason="r", identity=SUP, second=QA
    )
    here.world.must(override)
    enters(here, SUP)
    assert here.world.refused(COMPLETE) == ("samples-missing",)
    enters(here, OP)
    here.world.must(COMPLETE)


def test_one_person_with_two_accounts_does_not_override_alone() -> None:
    here = sampling()
    override = c.OverrideGate(
        station=AT,
        step_id="030",
        code="samples-missing",
        reason="r",
        identity=SUP,
        second=SUP_AS_QA,
    )
    assert here.world.refused(override) == ("override-not-independent",)


def test_who_carried_an_action_out_before_does_not_judge_it_when_a_colleague_added_to_it() -> None:
    here = packed()
    here.world.must(
        c.ReportException(
            job_order_id=ORDER, description="x", severity=c.Severity.MAJOR, identity=SUP
        )
    )
    due = w.NOON.replace(year=2027)
    here.world.must(
        c.OpenCorrectiveAction(
            corrective_action_id="CA-1",
            job_order_id=ORDER,
            exception_id=here.last.exception_id,
            description="fix",
            due_time=due,
            identity=SUP,
        )
    )
    done = c.RecordCorrectiveAction(corrective_action_id="CA-1", description="d", identity=QA)
    here.world.must(done)
    here.world.must(replace(done, identity=SUP))
    judged = c.CloseCorrectiveAction(
        corrective_action_id="CA-1", description="works", effective=True, identity=QA
    )
    assert here.world.refused(judged) == ("self-judgement",)
    here.world.must(replace(judged, identity=QA_2))


# --- exceptions ----------------------------------------------------------------------------------


def test_an_exception_of_two_refusals_is_as_grave_as_the_gravest() -> None:
    policies = (
        ExceptionPolicy(kind="weight-out-of-tolerance", severity="minor"),
        ExceptionPolicy(kind="over-consumption", severity="critical"),
    )
    wanted = d.wanted("POWDER", "1.000", maximum="1.100")
    master = replace(d.work_master((wanted,)), exception_policies=policies)
    items = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"), master)
    world = d.ordered(d.described(items))
    assert d.weigh(world, "P-1-C1", "1.200") == ("weight-out-of-tolerance", "over-consumption")
    (opened,) = world.job_order("JO-1").exceptions
    assert opened.severity is c.Severity.CRITICAL


def test_a_correction_that_was_held_back_is_not_accepted_over_a_later_one() -> None:
    here = weighed()
    assert here.world.refused(corrects("AA-2601-C1", "1.5 kg", QA, "010")) == (
        "weight-out-of-tolerance",
    )
    held_back = here.last.exception_id
    here.world.must(corrects("AA-2601-C1", "1.001 kg", QA, "010"))
    assert here.dispose(Way.ACCEPT, QA_2, held_back) == ()
    assert str(here.step("010").consumed[0].quantity) == "1.001 kg"


def test_a_correction_that_is_accepted_later_opens_the_balance_that_it_breaks() -> None:
    here = sampling()
    assert here.world.refused(corrects("used", "2000", SUP)) == ("evidence-out-of-limits",)
    assert here.dispose(Way.ACCEPT, QA) == ()
    (used,) = (x.value for x in here.step("020").evidence if x.evidence_id == "used")
    assert used == "2000"
    assert [item.kind for item in here.order.open_exceptions()] == ["balance-out-of-limits"]


def test_an_open_exception_is_not_left_behind_by_a_split() -> None:
    here = cell.cell()
    here.world.must(
        c.ReportException(
            job_order_id=cell.ORDER, description="x", severity=c.Severity.MAJOR, identity=SUP
        )
    )
    assert here.world.refused(cell.split("400", "600"), w.ERP) == ("exception-open",)
    here.world.must(cell.dispose(Way.ACCEPT))
    here.world.must(cell.split("400", "600"), w.ERP)


def test_a_correction_that_would_have_led_elsewhere_is_decided_about() -> None:
    """The batch went past the correction step with a pH that turns out to be low."""
    here = cell.working().record("020", "8.5").complete()
    assert here.states() == ["Complete", "Complete", "NotSelected", "Ready"]
    fix = corrects("ph", "7", SUP)
    here.world.must(replace(fix, job_order_id=cell.ORDER))
    kinds = [item.kind for item in here.world.job_order(cell.ORDER).open_exceptions()]
    assert kinds == ["correction", "branch-to-exception"]
    here.world.must(cell.dispose(Way.REWORK, number=2, step_id="020"))
    assert here.states() == ["Complete", "Ready", "Planned", "Planned"]


def test_a_correction_within_the_same_branch_asks_for_its_review_alone() -> None:
    here = cell.working().record("020", "8.5").complete()
    here.world.must(replace(corrects("ph", "8.6", SUP), job_order_id=cell.ORDER))
    kinds = [item.kind for item in here.world.job_order(cell.ORDER).open_exceptions()]
    assert kinds == ["correction"]


def test_a_corrected_weight_is_no_way_past_the_most_that_may_be_consumed() -> None:
    items = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"))
    world = d.dispensing(items, d.wanted("POWDER", "1.000", maximum="1.005"))
    assert d.weigh(world, "P-1-C1", "1.000") == ()
    fix = replace(corrects("P-1-C1", "1.008 kg", QA, "010"), job_order_id="JO-1")
    assert world.refused(fix) == ("over-consumption",)
    world.must(replace(fix, value="1.005 kg"))


def test_a_weight_that_was_held_back_is_worth_no_more_than_its_scale() -> None:
    here = batch()
    assert here.weighs(1.5) == ("weight-out-of-tolerance",)
    failed = c.RecordCalibration(
        physical_asset_id="FLOOR-SCALE-01",
        due_time=w.NOON.replace(year=2027),
        certificate="CAL-9",
        failed=True,
    )
    here.world.must(failed, lw.METROLOGY)
    assert here.dispose(Way.ACCEPT) == ("calibration-failed",)
    assert here.dispose(Way.REDO) == ()


# --- weights -------------------------------------------------------------------------------------


def test_no_weight_is_less_than_nothing_not_even_the_last_of_several() -> None:
    items = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"))
    world = d.dispensing(items, d.wanted("POWDER", "1.000"))
    assert d.weigh(world, "P-1-C1", "1.005", partial=True) == ()
    assert d.weigh(world, "P-1-C1", "-0.001") == ("weight-not-positive",)
    assert world.job_order("JO-1").exceptions == ()


@pytest.mark.parametrize("shown", ["0", "-0.5"])
def test_nobody_accepts_that_nothing_was_weighed(shown: str) -> None:
    items = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"))
    world = d.dispensing(items, d.wanted("POWDER", "1.000"))
    assert d.weigh(world, "P-1-C1", shown) == ("weight-out-of-tolerance",)
    assert world.refused(d.accept("qa-01")) == ("weight-not-positive",)


def test_a_sum_that_is_reached_by_partial_draws_is_closed_with_nothing_more() -> None:
    items = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"))
    world = d.dispensing(items, d.wanted("POWDER", "1.000"))
    assert d.weigh(world, "P-1-C1", "1.005", partial=True) == ()
    assert d.weigh(world, "P-1-C1", "0") == ()
    world.must(d.COMPLETE)


def test_nothing_is_no_weight_however_wide_the_tolerance() -> None:
    items = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"))
    world = d.dispensing(items, d.wanted("POWDER", "0.005"))
    assert d.weigh(world, "P-1-C1", "0") == ("weight-not-positive",)


@pytest.mark.parametrize("shown", ["abc", True, 1e308])
def test_a_scale_that_shows_no_number_of_kilograms_weighs_nothing(shown: float | str) -> None:
    world = w.identified()
    world.scale_shows("FLOOR-SCALE-01", 1.0)
    world.shows("FLOOR-SCALE-01.net_weight", shown)
    assert world.refused(c.CaptureWeight(station=AT, instrument_id="FLOOR-SCALE-01"))


def test_a_first_draw_of_several_can_be_corrected_before_the_others_follow() -> None:
    items = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"))
    world = d.dispensing(items, d.wanted("POWDER", "1.000"))
    assert d.weigh(world, "P-1-C1", "0.400", partial=True) == ()
    fix = replace(corrects("P-1-C1", "0.410 kg", QA, "010"), job_order_id="JO-1")
    world.must(fix)
    assert world.refused(replace(fix, value="1.100 kg")) == ("weight-out-of-tolerance",)


# --- odd values ----------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ["1E+70", "1E+999999999", "NaN", "sNaN", "-Infinity", "9" * 60])
def test_a_number_that_nothing_could_count_is_no_number(odd: str) -> None:
    here = labelling()
    assert here.record("issued", odd) in (("evidence-not-understood",), ("evidence-out-of-limits",))


@pytest.mark.parametrize("odd", ["1E+29 kg", "1E+999999999 kg", "1E-999999999 kg", "NaN kg"])
def test_an_amount_that_nothing_could_weigh_is_no_amount(odd: str) -> None:
    here = weighed()
    assert here.world.refused(corrects("AA-2601-C1", odd, QA, "010")) == (
        "evidence-not-understood",
    )


def test_the_noise_of_a_scale_is_not_carried_through_every_later_sum() -> None:
    items = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"))
    world = d.dispensing(items, d.wanted("POWDER", "1.000", maximum="2.000"))
    assert d.weigh(world, "P-1-C1", "0.30000000000000004", partial=True) == ()
    assert d.weigh(world, "P-1-C1", "5.551115123125783e-17", partial=True) == (
        "weight-not-positive",
    )
    assert d.weigh(world, "P-1-C1", "0.7") == ()
    assert str(d.container(world, "P-1-C1").remaining.value.normalize()) == "24"


def test_a_text_is_led_on_by_no_branch_that_compares_numbers() -> None:
    rule = BranchRule(evidence_id="note", lower=Decimal(1), next_step_id="010")
    noted = replace(cell.step("030"), branches=(rule,))
    step = StepRecord(
        step_id="030",
        evidence=(
            Evidence(
                evidence_id="note",
                value="NaN",
                unit="",
                source=Source.MANUAL,
                person_id="op-01",
                time=w.NOON,
            ),
        ),
    )
    assert selected(noted, step) is None


def test_an_account_without_any_role_signs_for_nothing() -> None:
    here = batch()
    assert here.weighs(1.0) == ()
    here.world.must(COMPLETE)
    nobody = replace(identity("op-02"), roles=frozenset())
    verify = c.VerifyStep(station=AT, step_id="010", identity=nobody)
    assert here.world.refused(verify) == ("role-not-suitable",)


def test_a_result_for_a_lot_of_which_nobody_knows_the_tests_is_not_taken_as_if_it_were() -> None:
    here = packed()
    del here.world.states[streams.material_definition("VITC-500-CAPS")]
    result = c.RecordTestResult(material_lot_id=LOT, test_id="assay", value="99")
    laboratory = Principal(account="lab-01", roles=frozenset({Role.LABORATORY}), face="rest")
    assert here.world.refused(result, laboratory) == ("material-unknown",)


@pytest.mark.parametrize("way", [Way.REDO, Way.ADJUST, Way.REWORK])
def test_what_a_failed_check_holds_is_not_forgotten_by_a_disposition_that_frees_nothing(
    way: Way,
) -> None:
    world = lw.running(lw.master(lw.step()))
    world.must(lw.start())
    made = c.RecordProducedUnit(
        station=lw.LINE, material_sublot_id="U-1", quantity=Quantity.parse("1 EA")
    )
    world.must(made)
    world.must(c.VerifyDevice(station=lw.LINE, physical_asset_id="METAL-DETECTOR-01", passed=False))
    decided = c.DispositionException(
        job_order_id="JO-1",
        exception_id="JO-1-E1",
        disposition=way,
        reason="seen",
        identity=QA,
    )
    assert world.refused(decided) == ("disposition-not-possible",)
    world.must(replace(decided, disposition=Way.ACCEPT))
    resume = c.ResumeJobOrder(job_order_id="JO-1", reason="checked", identity=QA)
    world.must(resume)
    world.must(c.CompleteStep(station=lw.LINE))
    release = c.ReleaseJobOrder(job_order_id="JO-1", identity=QA)
    assert world.refused(release) == ()


def test_two_people_confirm_what_was_done_and_not_what_follows() -> None:
    items = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"))
    plain = d.work_master((d.wanted("POWDER", "1.000"),))
    steps = tuple(replace(one, two_person_window_s=60) for one in plain.steps)
    world = d.ordered(d.described((*items, replace(plain, steps=steps))))
    both = tuple(
        c.ConfirmStep(station=d.BOOTH, step_id="010", identity=identity(who))
        for who in ("op-01", "op-02")
    )
    for one in both:
        world.must(one)
    assert d.weigh(world, "P-1-C1", "1.000") == ()
    assert world.refused(d.COMPLETE) == ("confirmation-missing",)
    for one in both:
        world.must(one)
    world.must(d.COMPLETE)


def test_what_is_decided_at_a_desk_does_not_keep_a_session_alive() -> None:
    here = batch()
    assert here.weighs(1.5) == ("weight-out-of-tolerance",)
    equipment = here.world.states[streams.equipment(AT)]
    assert isinstance(equipment, EquipmentRecord)
    here.world.time += timedelta(seconds=equipment.equipment.session_timeout_s - 10)
    assert here.dispose(Way.REDO) == ()
    here.world.time += timedelta(seconds=20)
    assert here.world.refused(COMPLETE) == ("session-expired",)


def test_a_step_that_fails_six_gates_is_told_all_six_in_one_call() -> None:
    """The line is out of service, too small, and dirty; its operator may not, and is not next."""
    asked = lw.step(
        "020",
        qualifications=(w.requirement("verification", 9),),
        personnel_classes=("nobody",),
        must_be_clean=True,
        minimum_capacity=Quantity.parse("999999 l"),
    )
    world = lw.running(lw.master(lw.step(), asked))
    out = c.ChangeEquipmentStatus(
        equipment_id=lw.LINE, status=EquipmentStatus.OUT_OF_SERVICE, reason="broken"
    )
    world.must(out, lw.MAINTENANCE)
    assert world.refused(c.StartStep(station=lw.LINE, step_id="020")) == (
        "predecessor-open",
        "personnel-class-not-suitable",
        "person-not-qualified",
        "equipment-not-available",
        "equipment-too-small",
        "equipment-not-clean",
    )


def test_a_weighing_that_fails_seven_gates_is_told_all_seven_in_one_call() -> None:
    world = w.identified()
    restricted = c.ChangeLotDisposition(
        material_lot_id="AA-2601",
        disposition=Disposition.RESTRICTED,
        status="held",
        reason="a complaint",
        identity=QA,
    )
    world.must(restricted)
    overdue = c.RecordCalibration(
        physical_asset_id="FLOOR-SCALE-01", due_time=w.NOON, certificate="CAL-9"
    )
    world.must(overdue, lw.METROLOGY)
    world.must(c.PauseJobOrder(job_order_id="JO-1", reason="stop", identity=SUP))
    world.scale_shows("FLOOR-SCALE-01", 30.0)
    world.shows("FLOOR-SCALE-01.stable", value=False)
    found = world.refused(c.CaptureWeight(station=AT, instrument_id="FLOOR-SCALE-01"))
    assert found == (
        "job-order-held",
        "step-not-in-progress",
        "material-lot-restricted",
        "calibration-overdue",
        "reading-unstable",
        "container-overdrawn",
        "weight-out-of-tolerance",
    )
    assert world.job_order("JO-1").exceptions == ()
