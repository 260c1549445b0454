"""What each fault does to a signal, and for how long."""

import itertools

import pytest

from simulators.faults import Fault, Faults, UnknownFaultError


def faults() -> Faults:
    return Faults({"weight": 100.0}, frozenset({"sensor-failure"}))


def readings(active: Faults, values: list[float]) -> list[float]:
    read = []
    for true in values:
        active.step(0.1)
        read.append(active.measure("weight", true))
    return read


def test_without_a_fault_the_truth_is_read() -> None:
    assert readings(faults(), [1.0, 2.0]) == [1.0, 2.0]


def test_stuck_repeats_the_last_value_before_it() -> None:
    active = faults()
    assert readings(active, [1.0]) == [1.0]
    active.inject(Fault(name="stuck", signal="weight"))
    assert readings(active, [2.0, 3.0]) == [1.0, 1.0]


def test_drift_grows_with_time() -> None:
    active = faults()
    active.inject(Fault(name="drift", signal="weight", rate=10.0))
    assert readings(active, [0.0] * 3) == pytest.approx([1.0, 2.0, 3.0])


def test_spikes_come_one_reading_at_a_time() -> None:
    active = faults()
    active.inject(Fault(name="spike", signal="weight", every_s=0.55))
    read = readings(active, [0.0] * 22)
    assert set(read) == {0.0, 10.0}  # a tenth of the span unless told otherwise
    assert read.count(10.0) == 4
    assert all(not (a and b) for a, b in itertools.pairwise(read))


def test_a_fault_ends_when_its_time_is_over() -> None:
    active = faults()
    active.inject(Fault(name="drift", signal="weight", rate=10.0, for_s=0.25))
    assert readings(active, [0.0] * 4) == pytest.approx([1.0, 2.0, 0.0, 0.0])
    assert active.names == []


def test_clear_takes_all_back() -> None:
    active = faults()
    active.inject(Fault(name="stuck", signal="weight"))
    active.inject(Fault(name="stalled"))
    assert active.names == ["stuck:weight", "stalled"]
    active.clear()
    assert not active.has("stalled")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(name="melted"), "sensor-failure"),
        (Fault(name="stuck", signal="speed"), "weight"),
        (Fault(name="stuck"), "weight"),
    ],
)
def test_an_unknown_fault_is_told_the_known_ones(fault: Fault, said: str) -> None:
    with pytest.raises(UnknownFaultError, match=said):
        faults().inject(fault)
