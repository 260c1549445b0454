"""Requests of the hands: what they do, and what a wrong one is told."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.hands import act
from simulators.plc import Plc
from simulators.scenario import load


def plc(name: str = "dispensing") -> Plc:
    (simulator,) = (s for s in load("demo").simulators if s.name == name)
    return simulator.build(seed=1)


def steps(device: Plc, seconds: float) -> None:
    for _ in range(round(seconds * 10)):
        device.step()


def gross(device: Plc, name: str) -> float:
    registers = act(device, {"do": "state"})["devices"][name]["registers"]
    assert isinstance(registers["gross"], float)
    return registers["gross"]


def offline(device: Plc) -> bool:
    answer: bool = act(device, {"do": "state"})["offline"]
    return answer


def test_place_tare_pour_and_remove() -> None:
    booth = plc()
    assert act(booth, {"do": "place", "device": "BENCH-SCALE", "mass_kg": 0.25})["ok"]
    steps(booth, 5)
    assert act(booth, {"do": "tare", "device": 2}) == {"ok": True, "result": 1}
    act(booth, {"do": "pour", "scale": 2, "mass_kg": 1.0, "over_s": 2})
    steps(booth, 8)
    state = act(booth, {"do": "state"})["devices"]["BENCH-SCALE"]["registers"]
    assert state["net"] == pytest.approx(1.0, abs=0.0003)
    assert state["stable"]
    act(booth, {"do": "remove", "device": 2})
    steps(booth, 5)
    assert gross(booth, "BENCH-SCALE") == pytest.approx(0.0, abs=0.0002)
    assert gross(booth, "FLOOR-SCALE") == 0.0


def test_the_blender_panel_and_its_guard() -> None:
    blender = plc("blender")
    assert act(blender, {"do": "command", "name": "Reset"}) == {"ok": True, "result": 1}
    assert act(blender, {"do": "guard", "open": True}) == {"ok": True, "guard_closed": False}
    assert act(blender, {"do": "command", "name": "Start"})["result"] == 2


def test_a_stalled_device_stands_still_and_its_neighbour_does_not() -> None:
    booth = plc()
    steps(booth, 2)
    act(booth, {"do": "fault", "name": "stalled", "device": 1, "for_s": 3})
    frozen = act(booth, {"do": "state"})["devices"]["FLOOR-SCALE"]["registers"]
    act(booth, {"do": "place", "device": 1, "mass_kg": 9.0})
    assert booth.write(1, {"permit": True})
    steps(booth, 2)
    state = act(booth, {"do": "state"})["devices"]
    assert state["FLOOR-SCALE"]["registers"] == frozen
    assert state["BENCH-SCALE"]["registers"]["heartbeat"] == 40
    steps(booth, 5)
    assert gross(booth, "FLOOR-SCALE") == pytest.approx(9.0, abs=0.02)


@pytest.mark.parametrize(("time_scale", "simulated_s"), [(1.0, 5.0), (10.0, 50.0)])
def test_a_permit_dies_in_real_time_at_any_time_scale(
    time_scale: float, simulated_s: float
) -> None:
    (simulator,) = (s for s in load("demo").simulators if s.name == "blender")
    blender = simulator.build(seed=1, time_scale=time_scale)
    blender.write(1, {"permit": True, "permit_heartbeat": 1})
    steps(blender, simulated_s - 0.1)
    assert blender.devices[1].values()["permit_live"]
    steps(blender, 0.3)
    assert not blender.devices[1].values()["permit_live"]


def test_offline_ends_by_itself_or_when_cleared() -> None:
    booth = plc()
    act(booth, {"do": "fault", "name": "offline", "for_s": 1})
    assert offline(booth)
    steps(booth, 1)
    assert not offline(booth)
    act(booth, {"do": "fault", "name": "offline"})
    steps(booth, 60)
    assert offline(booth)
    act(booth, {"do": "clear-faults"})
    assert not offline(booth)


def test_clear_faults_of_one_device_leaves_the_others() -> None:
    booth = plc()
    for device in (1, 2):
        act(booth, {"do": "fault", "name": "stalled", "device": device})
    act(booth, {"do": "clear-faults", "device": 1})
    assert not booth.devices[1].faults.names
    assert booth.devices[2].faults.names == ["stalled"]


def test_the_state_is_json_even_when_a_value_is_no_number() -> None:
    booth = plc()
    act(booth, {"do": "fault", "name": "sensor-failure", "device": 1})
    state = act(booth, {"do": "state"})
    assert json.loads(json.dumps(state, allow_nan=False))["ok"]
    assert state["devices"]["FLOOR-SCALE"]["registers"]["gross"] is None


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ([], "JSON object"),
        ({}, "unknown 'do'"),
        ({"do": "dance"}, "place"),
        ({"do": ["place"]}, "unknown 'do'"),
        ({"do": "place", "mass_kg": 1}, "1 (FLOOR-SCALE)"),
        ({"do": "place", "device": 3, "mass_kg": 1}, "no device 3"),
        ({"do": "place", "device": True, "mass_kg": 1}, "no device True"),
        ({"do": "place", "device": 1}, "'mass_kg' must be a number from 0 to 1500"),
        ({"do": "place", "device": 1, "mass_kg": -1}, "'mass_kg'"),
        ({"do": "place", "device": 1, "mass_kg": float("nan")}, "'mass_kg'"),
        ({"do": "place", "device": 1, "mass_kg": True}, "'mass_kg'"),
        ({"do": "place", "device": 1, "mass": 1}, "does not take ['mass']"),
        ({"do": "guard", "device": 1, "open": True}, "is not a blender"),
        ({"do": "fault", "device": 1, "name": "melted"}, "sensor-failure"),
        ({"do": "fault", "device": 1, "name": "stuck"}, "weight"),
        ({"do": "fault", "device": 1, "name": "stuck", "signal": "weight", "for_s": 0}, "'for_s'"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(request_: object, said: str) -> None:
    answer = act(plc(), request_)
    assert not answer["ok"]
    assert said in answer["error"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)
_WORDS = st.sampled_from(
    ["device", "scale", "mass_kg", "over_s", "name", "signal", "size", "for_s", "open"]
)
_DEEDS = st.sampled_from(
    ["place", "pour", "remove", "zero", "tare", "command", "guard", "fault", "clear-faults"]
)
BOOTH = plc()


@given(do=_DEEDS, request_=st.dictionaries(_WORDS, _JSON | st.just(1)))
@settings(max_examples=200, deadline=None)
def test_no_request_brings_it_down(do: str, request_: dict[str, Any]) -> None:
    assert isinstance(act(BOOTH, {**request_, "do": do})["ok"], bool)
