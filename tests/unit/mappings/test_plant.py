"""The plant of the demo, as its files describe it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from mappings.plant import Plant, load_plant
from mappings.plant.dates import copy_with_fixed_dates, end_of_day
from mappings.problems import Problems
from models.execution.principal import Role
from models.isa95.material import Disposition
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source

DEMO_PLANT = Path(__file__).parents[3] / "mappings" / "demo_plant"
TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def plant() -> Plant:
    loaded = load_plant(DEMO_PLANT, TODAY)
    assert isinstance(loaded, Plant), [one.as_text() for one in loaded]
    return loaded


def test_every_station_of_the_demo_is_there(plant: Plant) -> None:
    assert plant.site_id == "NUTRA-01"
    assert [one.equipment_id for one in plant.stations] == [
        "DISP-01",
        "BLEND-01",
        "ENCAP-01",
        "PACK-01",
        "QC-01",
        "QA-01",
    ]


def test_a_scale_knows_the_tags_it_is_read_from(plant: Plant) -> None:
    scale = next(one for one in plant.physical_assets if one.physical_asset_id == "FLOOR-SCALE-01")
    (weight,) = scale.measurements
    assert (weight.tag, weight.stable_tag, weight.overload_tag, weight.unit) == (
        "FLOOR-SCALE-01.net_weight",
        "FLOOR-SCALE-01.stable",
        "FLOOR-SCALE-01.overload",
        "kg",
    )


def test_lots_have_every_disposition(plant: Plant) -> None:
    assert {lot.disposition for lot in plant.material_lots} == set(Disposition)


def test_a_lot_may_be_used_through_its_last_day_at_the_site(plant: Plant) -> None:
    lot = next(one for one in plant.material_lots if one.material_lot_id == "AA-2601")
    # 1 June + 200 days = 18 December; the 19th begins at 23:00 UTC in the winter of Berlin
    assert lot.expiration_time == datetime(2026, 12, 18, 23, tzinfo=UTC)


def test_the_spare_scale_is_overdue_and_operator_3_has_lapsed(plant: Plant) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    scale = next(one for one in plant.physical_assets if one.physical_asset_id == "BENCH-SCALE-02")
    lapsed = next(one for one in plant.persons if one.person_id == "op-03").qualifications[0]
    assert scale.calibration_due_time is not None
    assert scale.calibration_due_time < now
    assert lapsed.expiration_time is not None
    assert lapsed.expiration_time < now
    assert lapsed.training_id == "TR-110", "a refusal can say which training renews it"


def test_two_accounts_are_one_person(plant: Plant) -> None:
    operator = next(one for one in plant.persons if one.person_id == "op-01")
    assert operator.accounts == ("op-01", "op-01b")


def test_a_terminal_is_bound_to_its_station(plant: Plant) -> None:
    terminals = {one.account: one for one in plant.accounts if Role.HMI in one.roles}
    assert terminals["hmi-disp"].stations == ("DISP-01",)
    assert len(terminals) == len(plant.stations)


def test_the_master_batch_record_has_ten_steps(plant: Plant) -> None:
    master = next(one for one in plant.work_masters if one.work_master_id == "WM-VITC-500")
    assert [step.step_id for step in master.steps] == [f"{n:03}" for n in range(10, 101, 10)]
    assert (master.version, master.approved) == ("1", False), "a file approves nothing"
    dispense = master.steps[0].materials[0]
    assert dispense.quantity == Quantity(Decimal("10.000"), "kg")
    assert dispense.below == dispense.above == Quantity(Decimal("0.100"), "kg")
    blend = master.steps[3].evidence[0]
    assert (blend.sources, blend.measurement, blend.lower) == ((Source.DEVICE,), "speed", 8)


def test_master_data_comes_after_what_it_refers_to(plant: Plant) -> None:
    kinds = [type(one).__name__ for one in plant.master_data]
    assert list(dict.fromkeys(kinds)) == [
        "Equipment",
        "PhysicalAsset",
        "MaterialDefinition",
        "MaterialLot",
        "MaterialSublot",
        "Person",
        "Account",
        "DocumentRevision",
        "WorkMaster",
    ]


def test_installed_files_no_longer_move(tmp_path: Path, plant: Plant) -> None:
    copy_with_fixed_dates(DEMO_PLANT, tmp_path, TODAY)
    assert load_plant(tmp_path) == plant


def test_a_relative_day_needs_a_day_of_installation() -> None:
    problems = load_plant(DEMO_PLANT)
    assert isinstance(problems, Problems)
    assert all("counts from a day of installation" in one.reason for one in problems)


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        ("2026-07-01", "Europe/Berlin", "2026-07-01T22:00:00+00:00"),
        ("2026-12-31", "America/New_York", "2027-01-01T05:00:00+00:00"),
        ("+1d", "UTC", "2026-06-03T00:00:00+00:00"),
        ("-1d", "Asia/Tokyo", "2026-05-31T15:00:00+00:00"),
        ("2026-03-28", "Europe/Berlin", "2026-03-28T23:00:00+00:00"),  # the clock changes next
    ],
)
def test_a_day_holds_until_it_ends_at_the_site(day: str, zone: str, instant: str) -> None:
    assert end_of_day(day, zone, TODAY).isoformat() == instant
