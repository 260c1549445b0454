"""A weight is a weight only with the tare that the scale had when the container was scanned."""

from dataclasses import replace

import pytest

from models.execution import events as e
from models.execution.outcome import codes
from models.isa95.physical_asset import PhysicalAsset
from models.tag_value import Quality
from tests import dispensary as d
from tests import world as w
from tests.world import World

TARE = f"{d.SCALE}.tare"
LOT = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"))


def scale_with_tare(tare: str | None = TARE) -> PhysicalAsset:
    found = next(
        item
        for item in w.PLANT.master_data
        if isinstance(item, PhysicalAsset) and item.physical_asset_id == d.SCALE
    )
    (measurement,) = found.measurements
    return replace(found, measurements=(replace(measurement, tare_tag=tare),))


def scanned(tare: float | None = 0.25, quality: Quality = Quality.GOOD, age_s: float = 0) -> World:
    world = d.dispensing((*LOT, scale_with_tare()), d.wanted("POWDER", "1.000"))
    if tare is None:
        world.silent.add(TARE)
    else:
        world.shows(TARE, tare, quality, age_s)
    world.must(d.scan("P-1-C1"))
    world.scale_shows(d.SCALE, 1.0)
    return world


def test_the_weight_goes_on_record_with_tare_unit_and_instrument() -> None:
    world = scanned()
    world.shows(TARE, 0.25)
    world.must(d.WEIGH)
    (weighed,) = (x for x in world.events if isinstance(x, e.WeightCaptured))
    assert (str(weighed.quantity), str(weighed.tare)) == ("1.0 kg", "0.25 kg")
    assert (weighed.instrument_id, weighed.reading.tag) == (d.SCALE, f"{d.SCALE}.net_weight")
    assert d.step(world).consumed[0].tare == weighed.tare


def test_a_tare_that_changed_since_the_scan_opens_an_exception() -> None:
    world = scanned()
    world.shows(TARE, 0.15)
    (refusal,) = world.do(d.WEIGH).refusals
    assert refusal.code == "tare-changed"
    assert "has tared 0.15 kg; at the scan it was 0.25 kg" in refusal.obstacle
    (opened,) = world.job_order("JO-1").open_exceptions()
    assert (opened.kind, opened.severity.value) == ("tare-changed", "major")
    assert not d.step(world).consumed
    world.must(d.accept("qa-01"))
    assert str(d.step(world).consumed[0].tare) == "0.15 kg"


def test_after_redo_the_container_is_scanned_again_with_the_new_tare() -> None:
    world = scanned()
    world.shows(TARE, 0.15)
    assert world.refused(d.WEIGH) == ("tare-changed",)
    world.must(replace(d.accept("sup-01"), disposition=d.c.ExceptionDisposition.REDO))
    world.shows(TARE, 0.15)
    world.must(d.scan("P-1-C1"))
    world.scale_shows(d.SCALE, 1.0)
    world.shows(TARE, 0.15)
    world.must(d.WEIGH)


@pytest.mark.parametrize(
    "at_the_scan",
    [{"tare": None}, {"quality": Quality.BAD}, {"quality": Quality.UNCERTAIN}, {"age_s": 60}],
)
def test_a_tare_that_could_not_be_read_at_the_scan_takes_another_scan(
    at_the_scan: dict[str, float | None],
) -> None:
    world = scanned(**at_the_scan)  # type: ignore[arg-type]
    world.shows(TARE, 0.25)
    decision = world.do(d.WEIGH)
    assert (codes(decision.refusals), decision.events) == (("tare-unknown",), ())


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        ({"quality": Quality.BAD}, "reading-bad"),
        ({"age_s": 60}, "reading-stale"),
        (None, "reading-missing"),
    ],
)
def test_a_tare_that_can_not_be_believed_at_the_weighing_refuses(
    reading: dict[str, float] | None, code: str
) -> None:
    world = scanned()
    del world.live[TARE]
    world.silent.add(TARE)
    if reading is not None:
        world.shows(TARE, 0.25, **reading)  # type: ignore[arg-type]
    assert code in world.refused(d.WEIGH)
    assert not world.job_order("JO-1").exceptions


def test_an_unstable_weight_is_never_accepted_whatever_the_tare() -> None:
    world = scanned()
    world.shows(TARE, 0.15)
    world.shows(f"{d.SCALE}.stable", False)
    assert world.refused(d.WEIGH) == ("reading-unstable", "tare-changed")
    assert not world.job_order("JO-1").exceptions


def test_a_scale_without_a_tare_tag_is_used_as_before() -> None:
    world = d.dispensing((*LOT, scale_with_tare(None)), d.wanted("POWDER", "1.000"))
    assert d.weigh(world, "P-1-C1", "1.000") == ()
    assert d.step(world).consumed[0].tare is None
