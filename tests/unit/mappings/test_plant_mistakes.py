"""One row per mistake in a plant file: where it is reported, and in what words."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mappings.plant import Plant, load_plant
from mappings.problems import Problem, Problems

DEMO_PLANT = Path(__file__).parents[3] / "mappings" / "demo_plant"
TODAY = date(2026, 6, 1)
FILES = sorted(str(path.relative_to(DEMO_PLANT)) for path in DEMO_PLANT.rglob("*.yaml"))
MASTER = "work_masters/WM-VITC-500.yaml"

Spoil = Callable[..., Path]


@pytest.fixture
def spoil(tmp_path: Path) -> Spoil:
    def write(*changes: tuple[str, str, str]) -> Path:
        for name in FILES:
            text = (DEMO_PLANT / name).read_text("utf-8")
            for file, good, bad in changes:
                if file == name:
                    assert good in text, f"{good!r} is not in {name}"
                    text = text.replace(good, bad, 1)
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
        return tmp_path

    return write


def mistakes(folder: Path) -> tuple[Problem, ...]:
    loaded = load_plant(folder, TODAY)
    assert isinstance(loaded, Problems), "the mistake was not noticed"
    return loaded.sorted()


@pytest.mark.parametrize(
    ("file", "good", "bad", "reason"),
    [
        ("plant.yaml", "site: NUTRA-01", "site: NUTRA", "'NUTRA' is not at level Site"),
        ("plant.yaml", "Europe/Berlin", "Europe/Nowhere", "unknown time zone 'Europe/Nowhere'"),
        ("plant.yaml", "parent: BLENDING", "parent: BLEND", "unknown equipment 'BLEND'"),
        ("plant.yaml", "parent: DISPENSING", "parent: DISP-01", "stands below itself"),
        ("plant.yaml", "level: Area, parent: NUTRA-01", "level: Area", "has no parent"),
        ("plant.yaml", "level: Area", "level: Enterprise", "can't stand below"),
        ("plant.yaml", "level: WorkUnit", "level: WorkUnits", "unknown value 'WorkUnits'"),
        ("plant.yaml", "level: WorkUnit", "level: Area", "Area is too high for a station"),
        ("plant.yaml", "[blender]", "[blenders]", "unknown equipment class 'blenders'"),
        ("plant.yaml", "classes: [blender]", "classes: []", "'BLEND-01' has no class"),
        ("plant.yaml", "id: BLEND-01", "id: DISP-01", "'DISP-01' overlaps with equipment"),
        ("plant.yaml", "id: BLENDER-01", "id: Blend-01", "overlaps with equipment 'BLEND-01'"),
        ("plant.yaml", "id: QC-01", "id: QC 01", "'QC 01' is not an id"),
        ("plant.yaml", "[BLENDER-01]", "[BLENDER-02]", "unknown physical asset 'BLENDER-02'"),
        ("plant.yaml", "[BLENDER-01]", "[LABELLER-01]", "already stands at 'BLEND-01'"),
        ("plant.yaml", "[floor-scale]", "[scale]", "unknown physical asset class 'scale'"),
        ("plant.yaml", "unit: kg", "unit: kilo", "unknown unit 'kilo'"),
        ("plant.yaml", "tag: FLOOR-SCALE-01.", "tag: SCALE-01.", "is not a tag of FLOOR-SCALE-01"),
        ("plant.yaml", "01.overload\n", "01.stable\n", "overlaps with tag"),
        ("plant.yaml", "name: speed", "name: temperature", "'temperature' comes twice"),
        ("plant.yaml", "maximum_age_s: 2", "maximum_age_s: 0", "0.0 lies outside"),
        ("plant.yaml", "calibration_due: +180d", "calibration_due: soon", "'soon' is not a day"),
        (
            "plant.yaml",
            "calibration_due: -1d",
            "calibration_due: -1d\n    requires_calibration: false",
            "a day is due for what requires no calibration",
        ),
        ("plant.yaml", "station: true", "station: yes", "'yes' is neither true nor false"),
        ("plant.yaml", "station: true", "is_station: true", "unknown key 'is_station'"),
        (
            "materials.yaml",
            "id: AA-2602\n",
            "id: AA-2601\n",
            "'AA-2601' overlaps with material lot",
        ),
        ("materials.yaml", "id: AA-2601-C2", "id: AA-2602", "overlaps with container 'AA-2602'"),
        ("materials.yaml", "25.000 kg", "25.000 pounds", "unknown unit 'pounds'"),
        ("materials.yaml", "25.000 kg", "25.000 l", "l does not convert to kg"),
        ("materials.yaml", "25.000 kg", "-25.000 kg", "less than nothing"),
        ("materials.yaml", "25.000 kg", "many", "'many' is not a quantity"),
        ("materials.yaml", ": ASCORBIC-ACID\n", ": ASCORBIC\n", "unknown material definition"),
        ("materials.yaml", ": UnRestricted", ": unrestricted", "unknown value 'unrestricted'"),
        ("materials.yaml", "expires: +200d", "expires: 2026-02-30", "day"),
        ("materials.yaml", "expires: +200d", "expires: 9999-12-31", "outside the years"),
        ("materials.yaml", "classes: [active]", "classes: [acid]", "unknown material class 'acid'"),
        ("personnel.yaml", "id: weighing, level: 2", "id: wiegen, level: 2", "'wiegen'"),
        ("personnel.yaml", "level: 2", "level: 0", "0 lies outside 1 to 9"),
        ("personnel.yaml", "id: blending", "id: weighing", "'weighing' comes twice"),
        ("personnel.yaml", "- id: op-02", "- id: op-01", "overlaps with person 'op-01'"),
        ("personnel.yaml", "person: op-01,", "person: op-99,", "unknown person 'op-99'"),
        ("personnel.yaml", "op-02, person: op-02", "op-02, person: op-01", "named like a person"),
        ("personnel.yaml", "roles: [quality]", "roles: [qa]", "unknown role 'qa'"),
        ("personnel.yaml", "roles: [quality]", "roles: [system]", "unknown role 'system'"),
        ("personnel.yaml", "roles: [quality]", "roles: []", "an account without a role"),
        ("personnel.yaml", "person: qa-01, ", "", "who signs must be a person"),
        (
            "personnel.yaml",
            "roles: [supervisor]",
            "roles: [supervisor, administrator]",
            "an administrator configures",
        ),
        ("personnel.yaml", "[hmi], stations: [QA-01]", "[hmi]", "a terminal without a station"),
        ("personnel.yaml", "stations: [QA-01]", "stations: [QA-02]", "unknown station 'QA-02'"),
        ("personnel.yaml", "hmi-qa, roles", "hmi-qa, person: qa-01, roles", "a terminal is shared"),
        (MASTER, 'id: "020"', 'id: "010"', "step '010' comes twice"),
        (MASTER, "equipment_class: blender", "equipment_class: mixer", "'mixer'"),
        (MASTER, "id: blending", "id: mixing", "unknown qualification 'mixing'"),
        (MASTER, "tolerance: 0.100 kg", "tolerance: 0.1 l", "l does not convert to kg"),
        (MASTER, "tolerance: 0.100 kg", "tolerance: 11 kg", "more than the amount itself"),
        (MASTER, "tolerance: 0.100 kg", "above: 0.100 kg", "'below' is missing"),
        (MASTER, "tolerance: 0.100 kg # ", "# tolerance: ", "is said nowhere"),
        (MASTER, "quantity: 10.000 kg", "quantity: 10.000 EA", "EA does not convert to kg"),
        (MASTER, "quantity: 10.000 kg", "quantity: 0 kg", "nothing is to be weighed"),
        (MASTER, "class: floor-scale", "class: moisture-analyser", "no 'moisture-analyser' that"),
        (MASTER, "sources: [device]", "sources: []", "no source is accepted"),
        (MASTER, "sources: [device]", "sources: [plc]", "unknown source 'plc'"),
        (MASTER, "measurement: speed\n        ", "", "'device' needs to know which measurement"),
        (MASTER, "measurement: speed", "measurement: torque", "measures 'torque'"),
        (MASTER, "  unit: rpm\n", "  unit: kg\n", "the device measures in rpm, which is not kg"),
        (MASTER, "lower: 8\n", "lower: 80\n", "it lies above 'upper'"),
        (MASTER, "kind: number", "kind: boolean", "only a number has 'lower' and 'upper'"),
        (MASTER, 'expected: "true"', "expected: maybe", "a boolean is true or false"),
        (MASTER, "id: revolutions", "id: speed", "evidence 'speed' comes twice"),
        (MASTER, "class: moisture-analyser", "class: labeller", "no 'labeller' stands"),
        (MASTER, "verification: true", "verification: false", "of no use without a verification"),
        (MASTER, "id: WM-VITC-500", "id: WM-CHALLENGE", "stands in another file already"),
        (MASTER, "- material_definition: ", "- material: ", "unknown key 'material'"),
    ],
)
def test_a_mistake_is_reported_in_its_line(
    spoil: Spoil, file: str, good: str, bad: str, reason: str
) -> None:
    folder = spoil((file, good, bad))
    found = [one for one in mistakes(folder) if reason in one.reason]
    assert found, [one.as_text() for one in mistakes(folder)]
    assert all(one.remedy for one in found)
    assert {Path(one.place.file).suffix for one in found} == {".yaml"}


def test_a_mistake_names_file_line_and_column(spoil: Spoil) -> None:
    folder = spoil((MASTER, "measurement: speed", "measurement: sped"))
    (mistake,) = mistakes(folder)
    text = (folder / MASTER).read_text("utf-8").splitlines()
    assert text[mistake.place.line - 1][mistake.place.column - 1 :] == "sped"
    assert mistake.place.file == str(folder / MASTER)
    assert mistake.remedy == "did you mean 'speed'?"


def test_all_mistakes_of_all_files_are_reported_at_once(spoil: Spoil) -> None:
    folder = spoil(
        ("plant.yaml", "parent: BLENDING", "parent: BLEND"),
        ("materials.yaml", "25.000 kg", "25.000 l"),
        ("personnel.yaml", "person: op-01,", "person: op-99,"),
        (MASTER, 'id: "020"', 'id: "010"'),
    )
    assert {Path(one.place.file).name for one in mistakes(folder)} == {
        "plant.yaml",
        "materials.yaml",
        "personnel.yaml",
        "WM-VITC-500.yaml",
    }


def test_files_that_are_no_yaml_are_reported_alone(spoil: Spoil) -> None:
    folder = spoil(("plant.yaml", "equipment:", "equipment: ["), (MASTER, "steps:", "\tsteps:"))
    (folder / "personnel.yaml").unlink()
    assert [Path(one.place.file).name for one in mistakes(folder)] == [
        "personnel.yaml",
        "plant.yaml",
        "WM-VITC-500.yaml",
    ]


def test_an_empty_folder_says_which_files_belong_there(tmp_path: Path) -> None:
    assert {Path(one.place.file).name for one in mistakes(tmp_path)} == {
        "plant.yaml",
        "materials.yaml",
        "personnel.yaml",
        "work_masters",
    }


@pytest.mark.parametrize("name", ["plant.yaml", "personnel.yaml", MASTER])
def test_no_missing_line_crashes_the_reader(spoil: Spoil, name: str) -> None:
    folder = spoil()
    lines = (folder / name).read_text("utf-8").splitlines(keepends=True)
    for number in range(0, len(lines), 3):
        (folder / name).write_text("".join(lines[:number] + lines[number + 1 :]), "utf-8")
        loaded = load_plant(folder, TODAY)
        assert isinstance(loaded, Plant) or all(one.remedy for one in loaded)
