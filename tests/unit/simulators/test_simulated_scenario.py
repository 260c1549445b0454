"""Scenario files: the shipped ones load and repeat, wrong ones are told where they are wrong."""

import hashlib
from pathlib import Path

import pytest

from simulators.hands import act
from simulators.process import Player
from simulators.scenario import SHIPPED, ScenarioError, load

SCALE = "{kind: scale, name: S, dev_id: 1, serial_number: 1, capacity_kg: 6, resolution_kg: 0.1}"


def wrong(tmp_path: Path, text: str) -> str:
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        load(str(file))
    assert str(file) in str(raised.value)
    return str(raised.value)


def play(name: str, seed: int, seconds: float) -> str:
    """Return a fingerprint of everything a scenario shows in some simulated time."""
    seen = hashlib.sha256()
    for simulator in load(name).simulators:
        plc = simulator.build(seed)
        player = Player(plc, simulator.timeline)
        for n in range(round(seconds * 10)):
            player.step()
            if not n % 10:
                seen.update(repr(act(plc, {"do": "state"})).encode())
    return seen.hexdigest()


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_scenarios_load_by_name_and_by_path(file: Path) -> None:
    assert load(file.stem) == load(str(file))


def test_the_demo_has_the_plant_that_others_write_against() -> None:
    scenario = load("demo")
    assert {s.name: [(d.dev_id, d.name) for d in s.devices] for s in scenario.simulators} == {
        "dispensing": [(1, "FLOOR-SCALE"), (2, "BENCH-SCALE")],
        "blender": [(1, "BLENDER")],
    }
    assert [(s.modbus_port, s.hands_port) for s in scenario.simulators] == [
        (15020, 15021),
        (15022, 15023),
    ]


def test_a_scenario_repeats_byte_for_byte_from_its_seed() -> None:
    assert play("troubled", 1, 120) == play("troubled", 1, 120)
    assert play("troubled", 1, 120) != play("troubled", 2, 120)


def test_the_timeline_happens_at_its_time() -> None:
    (simulator,) = (s for s in load("troubled").simulators if s.name == "dispensing")
    plc = simulator.build(1)
    player = Player(plc, simulator.timeline)
    loads, offline = {}, []
    for _ in range(1100):
        player.step()
        state = act(plc, {"do": "state"})
        loads[state["time_s"]] = state["devices"]["FLOOR-SCALE"]["truth"]["load_kg"]
        if state["offline"]:
            offline.append(state["time_s"])
    assert loads[5.0] == 0.0
    assert loads[5.1] == 25.0
    assert (min(offline), max(offline)) == (90.1, 99.9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "not YAML"),
        ("[]", "top level: must be a mapping"),
        ("{}", "simulators: must be a mapping of at least one"),
        ("{ports: 1}", "unknown ['ports']"),
        ("simulators: {p: {}}", "simulators.p.devices: must be a list"),
        ("simulators: {p: {devices: []}}", "needs devices"),
        (f"simulators: {{p: {{devices: [{SCALE}, {SCALE}]}}}}", "a dev_id of its own"),
        ("simulators: {p: {devices: [{kind: oven}]}}", "devices[0].kind: must be one of"),
        ("simulators: {p: {devices: [{kind: scale}]}}", "a scale needs ['name', 'dev_id'"),
        (
            f"simulators: {{p: {{devices: [{SCALE.replace(': 6', ': -6')}]}}}}",
            "capacity_kg: must be a number",
        ),
        (f"simulators: {{p: {{modbus_port: 70000, devices: [{SCALE}]}}}}", "modbus_port"),
        (
            f"simulators: {{p: {{devices: [{SCALE}], timeline: [{{at_s: 3, do: dance}}]}}}}",
            "timeline at 3 s: unknown 'do' 'dance'",
        ),
        (f"simulators: {{p: {{devices: [{SCALE}], timeline: [{{do: state}}]}}}}", "at_s"),
    ],
)
def test_a_wrong_scenario_is_told_where_and_why(tmp_path: Path, text: str, said: str) -> None:
    assert said in wrong(tmp_path, text)


def test_a_missing_scenario_is_told_the_shipped_ones() -> None:
    with pytest.raises(ScenarioError, match="demo, troubled"):
        load("nowhere")
