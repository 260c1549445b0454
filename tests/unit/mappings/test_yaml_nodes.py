"""The node reader: places, refusals of what nobody needs, typed accessors."""

from decimal import Decimal
from enum import Enum
from pathlib import Path

import pytest

from mappings.problems import Problems
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import FILE_SIZE_LIMIT, Node, read, read_sent, read_text


class Colour(Enum):
    RED = "Red"
    GREEN = "Green"


def problems_of(text: str) -> list[str]:
    answer = read_text(text, "f.yaml")
    assert not isinstance(answer, Node), "it was accepted"
    return [problem.as_text() for problem in answer]


def fields_of(text: str, *optional: str) -> Fields:
    node = read_text(text, "f.yaml")
    assert isinstance(node, Node)
    return Fields(node, Problems(), optional=optional)


def found(fields: Fields) -> list[str]:
    return [problem.as_text() for problem in fields.problems.sorted()]


def test_every_node_knows_its_place() -> None:
    node = read_text("a: 1\nb:\n  - c: x\n", "f.yaml")
    assert isinstance(node, Node)
    inner = node.entries[1][1].items[0].entries[0][1]
    assert (inner.text, inner.place.line, inner.place.column) == ("x", 3, 8)


@pytest.mark.parametrize(
    ("text", "start", "part"),
    [
        ("a: &x 1\nb: *x\n", "f.yaml:1:4: ", "anchor"),
        ("a: *x\n", "f.yaml:1:4: ", "alias"),
        ("a: !!python/object:os.system x\n", "f.yaml:1:4: ", "tag"),
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: ", "'a' comes a second time (first in line 1)"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: ", "second document"),
        ("", "f.yaml:1:1: ", "empty"),
        ("a: [1, 2\nb: 3\n", "f.yaml:2:", "not YAML"),
        ("a:\n\tb: 1\n", "f.yaml:2:1: ", "not YAML"),
        ("? [1]\n: 2\n", "f.yaml:1:3: ", "a key is a list"),
        ("a: 1\nb: \x07\n", "f.yaml:2:", "character"),
        ("[" * 40, "f.yaml:1:33: ", "deeper than 32"),
    ],
)
def test_what_configuration_does_not_need_is_refused(text: str, start: str, part: str) -> None:
    (problem,) = problems_of(text)
    assert problem.startswith(start)
    assert part in problem


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (FILE_SIZE_LIMIT + 1))
    answer = read(path)
    assert isinstance(answer, tuple)
    assert "larger than" in answer[0].reason


def test_octets_that_are_not_utf8_are_reported_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    answer = read(path)
    assert isinstance(answer, tuple)
    assert (answer[0].place.line, answer[0].place.column) == (2, 7)


def test_a_missing_file_is_a_problem_and_not_an_exception(tmp_path: Path) -> None:
    answer = read(tmp_path / "none.yaml")
    assert isinstance(answer, tuple)
    assert "cannot be read" in answer[0].reason


def test_scalars_stay_text_until_a_type_is_asked_for() -> None:
    fields = fields_of("step: 010\non: on\namount: 10.000\n", "step", "on", "amount")
    assert fields.text("step") == "010"
    assert fields.text("on") == "on"
    assert str(fields.decimal("amount")) == "10.000"
    assert found(fields) == []


def test_all_problems_of_a_mapping_are_found_at_once() -> None:
    fields = fields_of(
        "port: x\nenabled: yes\ncolour: Gren\ntimes: 5\nprot: 1\n",
        "port",
        "enabled",
        "colour",
        "times",
    )
    assert fields.whole_number("port", 502, at_least=1, at_most=65535) == 502
    assert fields.boolean("enabled") is False
    assert fields.choice("colour", Colour.RED) is Colour.RED
    assert fields.texts("times") == ()
    assert found(fields) == [
        "f.yaml:1:7: 'port': 'x' is not a whole number; write a whole number from 1 to 65535",
        "f.yaml:2:10: 'enabled': 'yes' is neither true nor false; write true or false",
        "f.yaml:3:9: 'colour': unknown value 'Gren', did you mean 'Green'?; use one of Red, Green",
        "f.yaml:4:8: 'times': a single value, where a list is expected; begin it with '- '",
        "f.yaml:5:1: unknown key 'prot'; did you mean 'port'?",
    ]


def test_a_missing_required_key_is_reported_at_the_mapping() -> None:
    node = read_text("a: 1\n", "f.yaml")
    assert isinstance(node, Node)
    problems = Problems()
    fields = Fields(node, problems, required=("a", "b"))
    assert fields.decimal("b", Decimal(7)) == Decimal(7)
    assert [problem.reason for problem in problems] == ["'b' is missing here"]


@pytest.mark.parametrize("text", ["nan", "inf", "1_000", "1e99", "--1", "٣", "0x10", "9" * 50])
def test_only_plain_finite_numbers_are_numbers(text: str) -> None:
    fields = fields_of(f"a: {text}\n", "a")
    assert fields.decimal("a", Decimal(1)) == Decimal(1)
    assert len(fields.problems) == 1


@pytest.mark.parametrize(
    "text", ["2026-01-31", "2026-01-31T08:00:00", "soon", "0001-01-01T00:00+14:00"]
)
def test_a_time_says_its_zone(text: str) -> None:
    fields = fields_of(f"a: '{text}'\n", "a")
    assert fields.time_or_none("a") is None
    assert len(fields.problems) == 1


def test_a_value_that_checks_itself_reports_through_attempt() -> None:
    fields = fields_of("a: 1\n", "a")

    def build() -> str:
        raise ValueError("the gross is below the net")

    assert fields.problems.attempt(fields.place_of("a"), build) is None
    assert found(fields) == ["f.yaml:1:4: the gross is below the net; correct it"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("steps: [" + "a," * 1001 + "]", "a list of more than 1000 items"),
        ("".join(f"k{n}: 1\n" for n in range(600)), "a list of more than 1000 items"),
        ("".join(f"- [{'a,' * 999}]\n" for _ in range(30)), "more than 20000 values"),
    ],
)
def test_what_somebody_sends_is_kept_within_narrower_limits(text: str, part: str) -> None:
    found = read_sent(text, "body")
    assert not isinstance(found, Node)
    assert [part in one.reason for one in found] == [True]
    assert isinstance(read_text(text, "body"), Node)
