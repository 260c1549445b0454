"""One row per way to be refused: what was done before, what is tried, and every code in order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution.outcome import codes
from models.execution.step_state import StepState
from models.isa95.equipment import Cleanliness
from models.isa95.work_definition import Source, WorkMaster
from models.tag_value import Quality
from tests import world as w
from tests.world import World, identity

Prepare = Callable[[], World]

START = c.StartStep(station="DISP-01", step_id="010")
SKIP = c.StartStep(station="DISP-01", step_id="020")
COMPLETE = c.CompleteStep(station="DISP-01")
WEIGH = c.CaptureWeight(station="DISP-01", instrument_id="FLOOR-SCALE-01")


def scan(code: str, **shown: str) -> c.ScanMaterial:
    return c.ScanMaterial(station="DISP-01", code=code, **shown)


def evidence(value: str = "true", name: str = "booth-is-clear") -> c.RecordEvidence:
    return c.RecordEvidence(station="DISP-01", evidence_id=name, value=value, source=Source.MANUAL)


def blending() -> World:
    """Return a world in which a step has begun whose evidence comes from a device."""
    world = w.stored(work_master_id="WM-VITC-500")
    order = world.job_order("JO-1")
    done = replace(order.steps[0], state=StepState.VERIFIED)
    before = (done, *(replace(done, step_id=step.step_id) for step in order.steps[1:3]))
    ready = replace(order.steps[3], state=StepState.READY)
    world.states["job_order:JO-1"] = replace(order, steps=(*before, ready, *order.steps[4:]))
    world.must(
        c.OpenStationSession(station="BLEND-01", job_order_id="JO-1", identity=identity("op-01"))
    )
    cleaned = c.RecordCleaning(
        equipment_id="BLEND-01", cleanliness=Cleanliness.WET_CLEAN, identity=identity("op-01")
    )
    world.must(cleaned, w.terminal("BLEND-01"))
    world.must(c.StartStep(station="BLEND-01", step_id="040"))
    return world


def unapproved() -> WorkMaster:
    challenge = next(x for x in w.PLANT.work_masters if x.work_master_id == "WM-CHALLENGE")
    return replace(challenge, work_master_id="WM-DRAFT", approved=False)


def in_clearance() -> World:
    world = w.at_station()
    world.must(START)
    return world


def completed() -> World:
    world = in_clearance()
    world.must(evidence())
    world.must(COMPLETE)
    return world


def weighed(weight: float = 1.0) -> World:
    world = w.identified()
    world.scale_shows("FLOOR-SCALE-01", weight)
    return world


def showing(**readings: object) -> Prepare:
    """Return a world in which the scale shows 1 kg, but for what is given here."""

    def prepare() -> World:
        world = weighed()
        age = float(str(readings.get("age_s", 0)))
        quality = Quality(readings.get("quality", Quality.GOOD))
        world.shows("FLOOR-SCALE-01.net_weight", 1.0, quality, age)
        world.shows("FLOOR-SCALE-01.stable", bool(readings.get("stable", True)))
        world.shows("FLOOR-SCALE-01.overload", bool(readings.get("overload", False)))
        return world

    return prepare


ROWS: list[tuple[str, Prepare, c.Command, list[str]]] = [
    ("nobody at the station", w.stored, START, ["session-missing"]),
    ("no such station", w.stored, c.StartStep(station="X", step_id="010"), ["station-unknown"]),
    ("no such step", w.at_station, c.StartStep(station="DISP-01", step_id="9"), ["step-unknown"]),
    ("block test: skip a step", w.at_station, SKIP, ["predecessor-open"]),
    ("begin twice", in_clearance, START, ["step-not-ready"]),
    (
        "block test: untrained operator",
        lambda: w.at_station(account="op-03"),
        START,
        ["qualification-expired"],
    ),
    ("never trained", lambda: w.at_station(account="op-04"), START, ["person-not-qualified"]),
    (
        "untrained, and skipping",
        lambda: w.at_station(account="op-03"),
        SKIP,
        ["predecessor-open", "qualification-expired"],
    ),
    (
        "another kind of station",
        lambda: w.at_station("PACK-01"),
        c.StartStep(station="PACK-01", step_id="010"),
        ["station-not-suitable"],
    ),
    ("nothing was recorded", in_clearance, COMPLETE, ["evidence-missing"]),
    ("complete twice", completed, COMPLETE, ["step-not-in-progress"]),
    ("not asked for", in_clearance, evidence(name="colour"), ["evidence-not-required"]),
    ("not a truth value", in_clearance, evidence("yes"), ["evidence-not-understood"]),
    ("not clear", in_clearance, evidence("false"), ["evidence-out-of-limits"]),
    (
        "a scanned truth value",
        in_clearance,
        c.RecordEvidence(
            station="DISP-01", evidence_id="booth-is-clear", value="true", source=Source.SCAN
        ),
        ["evidence-source-not-accepted"],
    ),
    (
        "a device reading that somebody typed",
        blending,
        c.RecordEvidence(
            station="BLEND-01", evidence_id="speed", value="12", source=Source.DEVICE
        ),
        ["evidence-source-not-accepted"],
    ),
    ("block test: quarantined lot", w.dispensing, scan("AA-2603-C1"), ["material-lot-restricted"]),
    ("rejected lot", w.dispensing, scan("AA-2597-C1"), ["material-lot-restricted"]),
    ("expired lot", w.dispensing, scan("AA-2598-C1"), ["material-lot-expired"]),
    ("block test: wrong material", w.dispensing, scan("MCC-2601-C1"), ["material-wrong"]),
    ("nothing we know", w.dispensing, scan("4012345"), ["material-wrong"]),
    (
        "the screen shows another order",
        w.dispensing,
        scan("AA-2601-C1", job_order_id="JO-2"),
        ["context-mismatch"],
    ),
    (
        "the screen shows another step",
        w.dispensing,
        scan("AA-2601-C1", step_id="010"),
        ["context-mismatch"],
    ),
    (
        "weigh what was not scanned",
        w.dispensing,
        WEIGH,
        ["material-not-identified", "reading-missing"],
    ),
    ("the scale is silent", w.identified, WEIGH, ["reading-missing"]),
    ("no such scale", w.identified, c.CaptureWeight(station="DISP-01", instrument_id="X"),
     ["physical-asset-unknown", "reading-missing"]),
    (
        "block test: overdue instrument",
        w.identified,
        c.CaptureWeight(station="DISP-01", instrument_id="BENCH-SCALE-02"),
        ["instrument-not-suitable", "calibration-overdue", "reading-missing"],
    ),
    ("the reading is bad", showing(quality=Quality.BAD), WEIGH, ["reading-bad"]),
    ("the reading is uncertain", showing(quality=Quality.UNCERTAIN), WEIGH, ["reading-bad"]),
    ("the reading is old", showing(age_s=60), WEIGH, ["reading-stale"]),
    ("the reading is of the future", showing(age_s=-60), WEIGH, ["reading-stale"]),
    ("the scale moves", showing(stable=False), WEIGH, ["reading-unstable"]),
    ("the scale is overloaded", showing(overload=True), WEIGH, ["reading-bad"]),
    ("block test: too heavy", lambda: weighed(1.011), WEIGH, ["weight-out-of-tolerance"]),
    ("too light", lambda: weighed(0.989), WEIGH, ["weight-out-of-tolerance"]),
    (
        "block test: one's own work",
        completed,
        c.VerifyStep(station="DISP-01", step_id="010", identity=identity("op-01")),
        ["self-verification"],
    ),
    (
        "one's own work, second account",
        completed,
        c.VerifyStep(station="DISP-01", step_id="010", identity=identity("op-01b")),
        ["self-verification"],
    ),
    (
        "verified by somebody unqualified",
        completed,
        c.VerifyStep(station="DISP-01", step_id="010", identity=identity("op-04")),
        ["person-not-qualified"],
    ),
    (
        "verified too early",
        in_clearance,
        c.VerifyStep(station="DISP-01", step_id="010", identity=identity("op-02")),
        ["step-not-complete"],
    ),
    (
        "released too early, by an operator",
        completed,
        c.ReleaseJobOrder(job_order_id="JO-1", identity=identity("op-02")),
        ["role-not-suitable", "step-not-finished", "step-not-finished", "step-not-finished"],
    ),
    (
        "taken by somebody else",
        w.at_station,
        c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=identity("op-02")),
        ["station-occupied"],
    ),
    (
        "an administrator does not produce",
        w.stored,
        c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=identity("admin-01")),
        ["person-unknown", "role-not-suitable"],
    ),
    (
        "an order that nobody may start",
        w.stored,
        c.StartJobOrder(job_order_id="JO-1"),
        ["job-order-not-startable"],
    ),
    (
        "the same order again",
        w.stored,
        c.StoreJobOrder(
            job_order_id="JO-1", work_master_id="WM-CHALLENGE", quantity=w.kilograms("1")
        ),
        ["job-order-exists"],
    ),
    (
        "no such WorkMaster",
        w.stored,
        c.StoreJobOrder(job_order_id="JO-2", work_master_id="WM-X", quantity=w.kilograms("1")),
        ["work-master-unknown"],
    ),
    (
        "a WorkMaster that is not approved",
        lambda: w.stored_with(unapproved()),
        c.StoreJobOrder(job_order_id="JO-2", work_master_id="WM-DRAFT", quantity=w.kilograms("1")),
        ["work-master-not-approved"],
    ),
    (
        "a lot that is there already",
        w.stored,
        c.StoreJobOrder(
            job_order_id="JO-2",
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("1"),
            material_lot_id="AA-2601",
        ),
        ["material-lot-exists"],
    ),
    ("an empty container", lambda: w.dispensing_from("0"), scan("AA-2601-C1"), ["container-empty"]),
    ("complete without weighing", w.dispensing, COMPLETE, ["material-missing"]),
    (
        "an impossible amount",
        w.stored,
        c.StoreJobOrder(
            job_order_id="JO-2", work_master_id="WM-CHALLENGE", quantity=w.kilograms("-1")
        ),
        ["quantity-not-possible"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("prepare", "command", "refused"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_refused(prepare: Prepare, command: c.Command, refused: list[str]) -> None:
    world = prepare()
    events = len(world.events)
    decision = world.do(command)
    assert list(codes(decision.refusals)) == refused
    happened = {type(event).__name__ for event in world.events[events:]}
    assert happened <= {"ExceptionOpened"}, "a refused command changes nothing else"


def test_a_wrong_scan_offers_only_eligible_lots_first_expiry_first() -> None:
    (refusal,) = w.dispensing().do(scan("MCC-2601-C1")).refusals
    assert refusal.offers == ("AA-2601", "AA-2602")


def test_an_allocated_lot_is_the_only_right_one() -> None:
    world = w.installed()
    world.must(
        c.StoreJobOrder(
            job_order_id="JO-1",
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("1"),
            allowed_to_start=True,
            lot_allocations=(("ASCORBIC-ACID", "AA-2602"),),
        )
    )
    world.must(
        c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=identity("op-01"))
    )
    world.must(START)
    world.must(evidence())
    world.must(COMPLETE)
    world.must(c.VerifyStep(station="DISP-01", step_id="010", identity=identity("op-02")))
    world.must(SKIP)
    (refusal,) = world.do(scan("AA-2601-C1")).refusals
    assert (refusal.code, refusal.offers) == ("material-lot-wrong", ("AA-2602",))
    world.must(scan("AA-2602-C1"))


@pytest.mark.parametrize("limit", [0.99, 1.01])
def test_the_limits_belong_to_the_tolerance(limit: float) -> None:
    weighed(limit).must(WEIGH)


def test_a_calibration_holds_until_its_due_time_and_not_a_moment_longer() -> None:
    world = weighed()
    due = world.time + timedelta(seconds=5)
    metrology = w.Principal(account="met-01", roles=frozenset({w.Role.METROLOGY}), face="rest")
    calibrate = c.RecordCalibration(
        physical_asset_id="FLOOR-SCALE-01", due_time=due, certificate="CAL-1"
    )
    world.must(calibrate, metrology)
    world.time = due
    world.scale_shows("FLOOR-SCALE-01", 1.0)
    assert world.refused(WEIGH) == ("calibration-overdue",)
    later = c.RecordCalibration(
        physical_asset_id="FLOOR-SCALE-01", due_time=due + timedelta(days=1), certificate="CAL-2"
    )
    world.must(later, metrology)
    world.scale_shows("FLOOR-SCALE-01", 1.0)
    world.must(WEIGH)


def test_a_work_master_does_not_change_under_its_version() -> None:
    changed = replace(unapproved(), work_master_id="WM-CHALLENGE", description="Other")
    command = c.DefineMasterData(items=(changed,))
    assert w.installed().refused(command, w.SYSTEM) == ("work-master-changed",)
