"""Every word of a plant file, and one row per way to get it wrong: the place, and the words."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from mappings.plant import Plant, load_plant, read_work_master_text
from mappings.problems import Problem, Problems
from models.isa95.equipment import CleaningRule
from models.isa95.material import IssuePolicy, Substitute
from models.isa95.quantity import Quantity
from models.isa95.work_definition import BranchRule, PrerequisiteKind, WorkMaster

RICH = Path(__file__).parent / "rich_plant"
MASTER, PLANT, MATERIALS, PERSONNEL, DOCUMENTS = (
    "work_masters/rich.yaml",
    "plant.yaml",
    "materials.yaml",
    "personnel.yaml",
    "documents.yaml",
)
FILES = (MASTER, PLANT, MATERIALS, PERSONNEL, DOCUMENTS)

Spoil = Callable[..., Path]


@pytest.fixture
def spoil(tmp_path: Path) -> Spoil:
    def write(*changes: tuple[str, str, str]) -> Path:
        for name in FILES:
            text = (RICH / name).read_text("utf-8")
            for file, good, bad in changes:
                if file == name:
                    assert good in text, f"{good!r} is not in {name}"
                    text = text.replace(good, bad, 1)
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
        return tmp_path

    return write


def mistakes(folder: Path) -> tuple[Problem, ...]:
    loaded = load_plant(folder)
    assert isinstance(loaded, Problems), "the mistake was not noticed"
    return loaded.sorted()


def plant() -> Plant:
    loaded = load_plant(RICH)
    assert isinstance(loaded, Plant), "\n".join(map(str, loaded))
    return loaded


def master() -> WorkMaster:
    (found,) = plant().work_masters
    return found


@pytest.mark.parametrize(
    ("file", "good", "bad", "reason"),
    [
        # plant.yaml
        (PLANT, "capacity: 60 l", "capacity: 60", "unknown unit"),
        (PLANT, "clean_hold_h: 72", "clean_hold_h: 0", "0.0 lies outside"),
        (PLANT, "dirty_hold_h: 48", "dirty_h: 48", "unknown key 'dirty_h'"),
        (PLANT, "session_timeout_s: 600", "session_timeout_s: 5", "5.0 lies outside 30"),
        (PLANT, "level: Site, parent: E", "level: Site, parent: E, session_timeout_s: 60",
         "only a station has sessions"),
        (PLANT, "verification_interval_h: 8", "verification_interval_h: -1", "lies outside"),
        (PLANT, "tare_tag: SCALE-1.tare", "tare_tag: tare", "'tare' is not a tag of SCALE-1"),
        (PLANT, "tare_tag: SCALE-1.tare", "tare_tag: SCALE-1.net", "overlaps with tag"),
        # materials.yaml
        (MATERIALS, "[soy]", "[soy, soy]", "'soy' comes twice"),
        (MATERIALS, "[H319 Causes", "[H319, H319, H319 Causes", "'H319' comes twice"),
        (MATERIALS, "issue_policy: fefo", "issue_policy: lifo", "unknown value 'lifo'"),
        (MATERIALS, "lower: 98, upper: 102", "lower: 103, upper: 102", "it lies above 'upper'"),
        (MATERIALS, "id: IDENTITY", "id: ASSAY", "test 'ASSAY' comes twice"),
        (MATERIALS, "material_definition: A2", "material_definition: A3", "unknown material def"),
        (MATERIALS, "material_definition: A2", "material_definition: A", "does not stand in for"),
        (MATERIALS, "material_definition: A2", "material_definition: LABELS", "is kept in EA"),
        (MATERIALS, "factor: 1.02", "factor: 0", "nothing can't stand in"),
        (MATERIALS, "potency: 98.5", "potency: 985", "985 % lies outside 1 to 200"),
        (MATERIALS, "potency: 98.5", "potency: high", "'high' is not a number"),
        (MATERIALS, "received: 2026-05-04", "received: yesterday", "'yesterday' is not a day"),
        # personnel.yaml
        (PERSONNEL, "warehouse]", "storekeeper]", "unknown role 'storekeeper'"),
        # documents.yaml
        (DOCUMENTS, "id: LBL", "id: WI-1", "'WI-1' overlaps with document"),
        (DOCUMENTS, 'superseded: ["1"]', 'superseded: ["2"]', "can't be superseded too"),
        (DOCUMENTS, "sha256: e3", "sha256: E3", "is not a SHA-256"),
        # the work master
        (MASTER, "quantity: 10.000 kg", "quantity: 0 kg", "nothing would be made"),
        (MASTER, "effective_from: 2026", "effective_from: 2028", "does not lie after"),
        (MASTER, "06:00:00+02:00", "06:00:00", "does not say its time zone"),
        (MASTER, "document: LBL, revision: R3", "document: LBL, revision: R4", "no revision 'R4'"),
        (MASTER, "document: LBL, revision: R3", "document: LBL", "'revision' is missing"),
        (MASTER, "document: WI-1,", "document: WI-2,", "unknown document 'WI-2'"),
        (MASTER, "document: WI-1, ", "", "belong together"),
        (MASTER, 'document: WI-1, revision: "2", ', "", "there is no document to be read"),
        (MASTER, "[ASSAY, IDENTITY]", "[ASSAY, PURITY]", "the product has no test 'PURITY'"),
        (MASTER, "[ASSAY, IDENTITY]", "[ASSAY, ASSAY]", "'ASSAY' comes twice"),
        (MASTER, "percent: 1 }", "percent: 0 }", "0 lies outside 0 to 100"),
        (MASTER, "tolerance: 0.5 %", "tolerance: 2 %", "is too wide for 0.0500 kg"),
        (MASTER, 'value: "12"', "value: twelve", "'twelve' is not a number"),
        (MASTER, "id: colour", "id: blend-speed", "parameter 'blend-speed' comes twice"),
        (MASTER, "severity: critical", "severity: grave", "unknown value 'grave'"),
        (MASTER, "kind: weight-out-of-tolerance", "kind: weight", "no exception is of kind"),
        (MASTER, "  - { kind: weight-out-of-tolerance, severity: critical }",
         "  - { kind: deviation, severity: minor }\n  - { kind: deviation, severity: major }",
         "'deviation' comes twice"),
        # steps
        (MASTER, "[dispenser]", "[mixer]", "unknown personnel class 'mixer'"),
        (MASTER, "two_person_window_s: 120", "two_person_window_s: 0", "0.0 lies outside 1"),
        (MASTER, "[material-lot-not-next]", "[lot-not-next]", "unknown refusal 'lot-not-next'"),
        (MASTER, "[material-lot-not-next]", "[self-verification]", "nobody may override"),
        (MASTER, "[material-lot-not-next]", "[material-lot-not-next, material-lot-not-next]",
         "comes twice"),
        (MASTER, "measurement: pressure", "measurement: humidity", "measures 'humidity'"),
        (MASTER, "unit: Pa, lower", "unit: kg, lower", "measures in Pa, which is not kg"),
        (MASTER, ", lower: 5, upper: 30", "", "no limit is given"),
        (MASTER, "lower: 5, upper: 30", "lower: 50, upper: 30", "it lies above 'upper'"),
        (MASTER, "minimum_capacity: 40 l", "minimum_capacity: 61 l", "holds 61 l (60 l)"),
        (MASTER, "minimum_capacity: 40 l", "minimum_capacity: 40 kg", "holds 40 kg"),
        (PLANT, "    cleaning: { clean_hold_h: 72, dirty_hold_h: 48 }\n", "",
         "nobody keeps record of the cleaning of 'BLEND-1'"),
        # materials of a step
        (MASTER, "tolerance: 1 %", "tolerance: 1 l", "l does not convert to kg"),
        (MASTER, "tolerance: 1 %", "tolerance: 101 %", "more than the amount itself"),
        (MASTER, "tolerance: 1 %", "tolerance: -1 %", "less than nothing"),
        (MASTER, "maximum: 101 %", "maximum: 99 %", "less than the quantity itself"),
        (MASTER, "maximum: 101 %", "maximum: 6 l", "l does not convert to kg"),
        (MASTER, "nominal_potency: 100", "nominal_potency: 0", "0 % lies outside"),
        (MASTER, "nominal_potency: 100", "compensates_for: [A]", "no 'A' with a nominal potency"),
        (MASTER, "compensates_for: [A]", "compensates_for: [A]\n        nominal_potency: 100",
         "is not compensated itself"),
        (MASTER, "compensates_for: [A]", "compensates_for: [M]", "no 'M' with a nominal potency"),
        (MASTER, "compensates_for: [A]", "compensates_for: [Z]", "unknown material definition 'Z'"),
        # branches
        (MASTER, "evidence: moisture, upper", "evidence: colour, upper", "records no 'colour'"),
        (MASTER, 'upper: 4, next_step: "030"', 'upper: 4, next_step: "035"', "no step '035'"),
        (MASTER, "upper: 4, next", "next", "it always applies"),
        (MASTER, ', next_step: "020", limit: 2', ', next_step: "020"', "without an end"),
        (MASTER, 'next_step: "030" }', 'next_step: "030", limit: 2 }', "only a way back"),
        (MASTER, "limit: 2", "limit: 0", "0 lies outside 1 to 99"),
        (MASTER, "exception: true", "exception: false", "leads to a step or opens an exception"),
        (MASTER, "exception: true", "exception: true, limit: 2", "only a way back to a step"),
        (MASTER, "upper: 4, next", "equals: dry, next", "a number is compared with limits"),
        (MASTER, "moisture, upper: 4", "photo, upper: 4", "a boolean has no limits"),
        (MASTER, "moisture, upper: 4", "photo, equals: maybe", "a boolean is true or false"),
        (MASTER, "lower: 4, upper: 5", "lower: 6, upper: 5", "it lies above 'upper'"),
        # samples
        (MASTER, "evidence: moisture, size", "evidence: photo, size", "'photo' is no number"),
        (MASTER, "size: 5", "size: 0", "0 lies outside 1 to 1000"),
        (MASTER, "sigma: 0.5", "sigma: 0", "greater than 0"),
        (MASTER, "every_min: 15", "every_min: 0", "0.0 lies outside"),
        (MASTER, "nelson_rules: [1, 2]", "nelson_rules: [1, 9]", "there is no rule '9'"),
        (MASTER, "nelson_rules: [1, 2]", "nelson_rules: [1, 1]", "rule 1 comes twice"),
        # evidence
        (MASTER, "{label}-", "{lable}-", "unknown word '{lable}'"),
        (MASTER, "label: { document: LBL, revision: R3 }\n", "", "names no label"),
        (MASTER, "upper: 2000\n", "\n", "no limit that could grow"),
        # prerequisites
        (MASTER, "kind: line-cleared", "kind: line-clear", "unknown value 'line-clear'"),
        (MASTER, "clears_line: true\n", "clears_line: false\n", "no earlier step at a 'line'"),
        (MASTER, "label-verified, evidence: label", "label-verified", "needs 'evidence'"),
        (MASTER, "verified, evidence: label", "verified, evidence: lebal", "records no 'lebal'"),
        (MASTER, "code-verified, evidence: code", "code-verified, evidence: used", "earlier step"),
        (MASTER, "code-verified, evidence: code", "code-verified, evidence: issued",
         "so proves nothing"),
        (MASTER, "class: detector", "class: printer", "how long a check of 'PRINTER-1' holds"),
        (MASTER, "class: detector", "class: scale", "no 'scale' stands at a station of this step"),
        (MASTER, "class: detector", "class: radar", "unknown physical asset class 'radar'"),
        (MASTER, ", physical_asset_class: detector", "", "needs 'physical_asset_class'"),
        (MASTER, "materials: [LABELS]", "materials: [LABEL]", "unknown material definition"),
        (MASTER, ", materials: [LABELS]", "", "components-staged needs 'materials'"),
        (MASTER, "line-cleared }", "line-cleared, evidence: label }", "takes no 'evidence'"),
        # balances
        (MASTER, "plus: [issued]", "plus: [issues]", "no evidence 'issues'"),
        (MASTER, "plus: [issued]", "plus: [label]", "'label' is no number"),
        (MASTER, "plus: [issued]", "plus: []", "nothing is added up"),
        (MASTER, "minus: [used]", "minus: [made]", "EA and kg, which do not add up"),
        (MASTER, "        unit: EA\n        lower", "        unit: kg\n        lower", "not in kg"),
        (MASTER, "        unit: EA\n        lower", "        lower", "or in percent of an"),
        (MASTER, "percent_of: 10", "percent_of: 0", "nothing has no percent"),
        (MASTER, "lower: 95", "lower: 105", "it lies above 'upper'"),
        (MASTER, "id: yield", "id: labels", "balance 'labels' comes twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_where_it_is(
    spoil: Spoil, file: str, good: str, bad: str, reason: str
) -> None:
    folder = spoil((file, good, bad))
    found = mistakes(folder)
    mine = [one for one in found if reason in one.reason]
    assert mine, "\n".join(map(str, found))
    assert all(one.remedy for one in found)
    line = (folder / mine[0].place.file).read_text("utf-8").splitlines()[mine[0].place.line - 1]
    assert line.strip(), f"{mine[0]} is not where something is written"


def test_all_mistakes_come_at_once(spoil: Spoil) -> None:
    found = mistakes(
        spoil(
            (MASTER, 'upper: 4, next_step: "030"', 'upper: 4, next_step: "035"'),
            (MASTER, "plus: [issued]", "plus: [issues]"),
            (MASTER, "[material-lot-not-next]", "[nonsense]"),
            (PLANT, "capacity: 60 l", "capacity: many"),
            (MATERIALS, "potency: 98.5", "potency: 985"),
            (DOCUMENTS, "sha256: e3", "sha256: x3"),
        )
    )
    assert {Path(one.place.file).name for one in found} == {
        "rich.yaml", "plant.yaml", "materials.yaml", "documents.yaml"
    }  # fmt: skip
    assert len(found) >= 6


def test_a_file_can_not_approve_itself(spoil: Spoil) -> None:
    found = mistakes(spoil((MASTER, "description: Everything", "description: x\napproved: true")))
    assert "unknown key 'approved'" in found[0].reason


def test_what_the_files_say_of_equipment_and_materials() -> None:
    read = plant()
    blender = next(one for one in read.equipment if one.equipment_id == "BLEND-1")
    line = next(one for one in read.equipment if one.equipment_id == "LINE-1")
    assert blender.capacity == Quantity(Decimal(60), "l")
    assert blender.cleaning == CleaningRule(clean_hold_h=72, dirty_hold_h=48)
    assert line.cleaning == CleaningRule()
    active = read.material_definitions[0]
    assert (active.issue_policy, active.allergens) == (IssuePolicy.FEFO, ("soy",))
    assert active.substitutes == (Substitute(material_definition_id="A2", factor=Decimal("1.02")),)
    (lot,) = read.material_lots
    assert lot.potency == Decimal("98.5")
    assert lot.received_time == datetime(2026, 5, 3, 22, tzinfo=UTC), "midnight at the site"


def test_tolerances_in_percent_are_amounts_and_maxima_too() -> None:
    active, filler, micro = master().steps[0].materials
    assert active.below == active.above == Quantity(Decimal("0.05000"), "kg")
    assert active.maximum == Quantity(Decimal("5.05000"), "kg")
    assert (filler.below, filler.above) == (
        Quantity(Decimal("0.050"), "kg"),
        Quantity(Decimal("0.09800"), "kg"),
    )
    assert (active.nominal_potency, filler.compensates_for) == (Decimal(100), ("A",))
    assert micro.below == Quantity(Decimal("0.0002500"), "kg")


def test_a_label_is_known_by_its_document_and_revision() -> None:
    label, code, _ = master().steps[2].evidence
    assert (master().label, master().label_document) == ("LBL/R3", ("LBL", "R3"))
    assert (label.expected, code.expected) == ("LBL-R3", "{lot}")


def test_branches_prerequisites_and_balances() -> None:
    blend, _, pack = master().steps[1:]
    assert blend.branches[1] == BranchRule(
        evidence_id="moisture", lower=Decimal(4), upper=Decimal(5), next_step_id="020", limit=2
    )
    assert blend.branches[2].next_step_id == ""
    assert {one.kind for one in pack.prerequisites} == set(PrerequisiteKind)
    labels, produced = pack.balances
    assert [(one.evidence_id, one.sign) for one in labels.terms] == [("issued", 1), ("used", -1)]
    assert (produced.unit, produced.percent_of) == ("%", Decimal(10))


def test_a_work_master_that_somebody_sends_is_read_with_the_words_of_the_plant() -> None:
    text = (RICH / MASTER).read_text("utf-8")
    assert read_work_master_text(text, plant()) == master()


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("equipment_class: blender", "equipment_class: mixer", "unknown equipment class 'mixer'"),
        ("document: WI-1", "document: WI-9", "unknown document 'WI-9'"),
        ("steps:", "steps: [", "not YAML"),
    ],
)
def test_mistakes_in_what_somebody_sends_are_reported(good: str, bad: str, reason: str) -> None:
    read, text = plant(), (RICH / MASTER).read_text("utf-8")
    for _ in range(2):  # what one sender got wrong is not held against the next one
        found = read_work_master_text(text.replace(good, bad, 1), read, "sent.yaml")
        assert isinstance(found, Problems)
        (problem,) = [one for one in found if reason in one.reason]
        assert problem.place.file == "sent.yaml"
        assert len(found) < 5, list(found)
    assert isinstance(read_work_master_text(text, read), WorkMaster)
