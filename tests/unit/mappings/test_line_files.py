"""Line files: those we ship prove themselves, and a mistake is told with its place."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.check import check_file, run_tests
from mappings.language import LineMapping
from mappings.load import load_text
from mappings.problems import Problem
from mappings.yaml_nodes import Kind, Node, read_text
from tests.tree import ROOT

LINES = ROOT / "mappings" / "lines"
BLENDING = (LINES / "blending.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(LINES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_line_file_proves_itself(path: Path) -> None:
    report = check_file(path, {})
    assert report.ok, "\n".join(report.lines())
    assert report.mapping is not None
    assert report.mapping.tests


def test_parameters_come_from_those_given_and_from_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BLENDING_PORT", "1")
    plain = load_text(BLENDING, "b.yaml", {})
    given_ = load_text(BLENDING, "b.yaml", {"BLENDING_PORT": "7"})
    assert isinstance(plain, LineMapping)
    assert isinstance(given_, LineMapping)
    assert (plain.devices[0].port, given_.devices[0].port) == (15022, 7)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("line: blending", "line: Blending Line", ":2:7: 'line': 'Blending Line' is not a name"),
        ("protocol: modbus-tcp", "protocol: modbus-rtu", ":7:15: 'protocol': unknown protocol"),
        ("${BLENDING_PORT:15022}", "${BLENDING_PORT}", ":9:11: 'port': no value was given for"),
        ("${BLENDING_PORT:15022}", "$BLENDING_PORT", ":9:11: 'port': '$BLENDING_PORT' is no para"),
        ("${BLENDING_PORT:15022}", "70000", ":9:11: 'port': port 70000 lies outside"),
        ("unit: 1", "unit: 300", ":10:11: 'unit': 300 lies outside 0 to 255"),
        ("poll_ms: 250", "pol_ms: 250", ":11:5: unknown key 'pol_ms'; did you mean 'poll_ms'?"),
        ("device: blender-plc", "device: blender", ":16:13: 'device': unknown device 'blender'"),
        ("input.0.uint16", "input.0.uint61", ":17:14: 'address': unknown type 'uint61', did you"),
        (
            "tag: BLENDER-01.alarm_code",
            "tag: BLENDER-01.heartbeat",
            "'BLENDER-01.heartbeat' stands",
        ),
        ("coil.0.bool", "discrete.9.bool", "'direction': discrete cannot be written"),
        ("rule: parameter", "rule: paramter", "unknown rule 'paramter'; did you mean 'parameter'?"),
        ("{8: Aborting, 9:", "{8: Aborting, 6:", "value 6 of 'BLENDER-01.state_current' is given"),
        ("begins: [3, 6]", "begins: [3, 4]", "4 begins a batch too"),
        ("range: [0, 40]", "range: [0, fast]", "'range': is not two numbers"),
        ("range: [0, 40]", "range: [0, 20, 40]", "'range': is not two numbers"),
        ("range: [0, 40]", "range: [40, 40]", "'range': 40 is not below 40"),
        ("range: [0, 40]", "range: [0, 40]\n    instrument_range: [1, 50]", "goes beyond what"),
        ("unit_mode\n", "unit_mode\n    stepped: perhaps\n", "'stepped': 'perhaps' is neither"),
        ("coil.0.bool\n", "coil.0.bool\n    stepped: false\n", "'stepped': a bool is no number"),
        ("coil.0.bool\n", "coil.0.bool\n    range: [0, 1]\n", "a bool is no number"),
        ("every: 10", "every: 0", "0 lies outside 1 to"),
        ("101: motor", "1O1: motor", "'1O1' is not a whole number"),
        (
            "tag: BLENDER-01.revolutions\n        every",
            "tag: BLENDER-01.speed\n        every",
            "no whole",
        ),
        (
            "enable: BLENDER-01.permit\n",
            "enable: BLENDER-01.permit_live\n",
            "is not a bool tag with",
        ),
        ("fail_mode: closed", "fail_mode: open", "unknown value 'open'"),
        (
            "state_current: BAD",
            "state_curent: BAD",
            "unknown tag 'BLENDER-01.state_curent'; did you",
        ),
        ("name: Idle}", "name: Idel}", "this event did not come; what came: Stopped BLEND-01 Idle"),
        (
            "        events: []",
            "        events: [{event: Running, equipment: BLEND-1}]",
            "no rule is",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "blending.yaml"
    assert old in BLENDING
    path.write_text(BLENDING.replace(old, new, 1), encoding="utf-8")
    lines = check_file(path, {}).lines()
    assert any(message in line for line in lines), lines


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "blending.yaml"
    broken = BLENDING.replace("unit: 1\n", "unit: x\n").replace("input.3.uint16", "input.3.uint")
    path.write_text(broken, encoding="utf-8")
    places = [problem.place.line for problem in check_file(path, {}).problems]
    assert {10, 26} <= set(places)


def test_rules_without_tests_are_a_problem() -> None:
    text = BLENDING[: BLENDING.index("tests:")]
    mapping = load_text(text, "b.yaml", {})
    assert isinstance(mapping, LineMapping)
    assert [problem.reason for problem in run_tests(mapping)] == ["there are rules, but no tests"]


def places_of(node: Node) -> list[tuple[int, int]]:
    """Return line and column, from 0, of every key and every single value."""
    if node.kind is Kind.SEQUENCE:
        return [place for item in node.items for place in places_of(item)]
    if node.kind is Kind.MAPPING:
        return [place for entry in node.entries for part in entry for place in places_of(part)]
    return [(node.place.line - 1, node.place.column - 1)]


def mutations() -> list[tuple[int, str]]:
    """Return the file with each key and each value once turned into what cannot be meant."""
    root = read_text(BLENDING, "b.yaml")
    assert isinstance(root, Node)
    lines = BLENDING.splitlines()
    found = []
    for line, column in places_of(root):
        broken = f"{lines[line][:column]}[[]] {lines[line][column:]}"
        found.append((line + 1, "\n".join([*lines[:line], broken, *lines[line + 1 :]])))
    return found


def test_each_of_the_mutated_maps_has_its_precise_error() -> None:
    mutated = mutations()
    assert len(mutated) >= 200
    for line, text in mutated:
        answer = load_text(text, "b.yaml", {})
        assert not isinstance(answer, LineMapping), f"line {line} was accepted"
        assert any(line <= problem.place.line <= line + 1 for problem in answer), (line, answer)
        assert all(problem.reason and problem.remedy for problem in answer)


def keys_of(node: Node) -> list[Node]:
    children = list(node.items) + [value for _, value in node.entries]
    return [key for key, _ in node.entries] + [key for child in children for key in keys_of(child)]


def test_each_misspelled_key_is_named_where_it_stands() -> None:
    root = read_text(BLENDING, "b.yaml")
    assert isinstance(root, Node)
    lines = BLENDING.splitlines()
    keys = keys_of(root)
    assert len(keys) >= 200
    for key in keys:
        row, column = key.place.line - 1, key.place.column - 1
        broken = f"{lines[row][:column]}x{lines[row][column:]}"
        text = "\n".join([*lines[:row], broken, *lines[row + 1 :]])
        answer = load_text(text, "b.yaml", {})
        assert not isinstance(answer, LineMapping), f"'x{key.text}' was accepted"
        assert exact(answer, key), (key, answer)


def exact(problems: tuple[Problem, ...], key: Node) -> bool:
    """Return whether a problem stands at the key, or at the rule that lacks its word."""
    at_key = any(problem.place == key.place for problem in problems)
    return at_key or (key.text == "rule" and any("'rule' is missing" in p.reason for p in problems))


@settings(max_examples=200, deadline=None)
@given(
    position=st.integers(0, len(BLENDING) - 1),
    length=st.integers(0, 20),
    insert=st.text(max_size=8),
)
def test_no_damage_to_a_file_breaks_the_reader(position: int, length: int, insert: str) -> None:
    text = BLENDING[:position] + insert + BLENDING[position + length :]
    answer = load_text(text, "b.yaml", {})
    problems = run_tests(answer) if isinstance(answer, LineMapping) else answer
    assert isinstance(answer, LineMapping) or problems
    assert all(problem.place.line >= 1 and problem.remedy for problem in problems)


@pytest.mark.parametrize("path", sorted(LINES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_key_of_the_shipped_files_is_explained(path: Path) -> None:
    page = (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")
    root = read_text(path.read_text(encoding="utf-8"), path.name)
    assert isinstance(root, Node)
    words = {key.text for key in keys_of(root) if re.fullmatch("[a-z_]+", key.text)}
    words -= {"true", "false"}
    assert {word for word in words if f"`{word}`" not in page and f"`{word}:`" not in page} == set()
