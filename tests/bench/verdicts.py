"""The verdict alone: what the gates of a step cost, without any database."""

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Final

from models.execution import commands as c
from models.execution.decide import decide
from tests import world as w

_TIMES: Final = 3000


def cases() -> dict[str, tuple[w.World, c.Command]]:
    """Return worlds in which the commonest commands are accepted."""
    weighed = w.identified()
    weighed.scale_shows("FLOOR-SCALE-01", 1.0)
    completed = w.identified()
    completed.scale_shows("FLOOR-SCALE-01", 1.0)
    weigh = c.CaptureWeight(station="DISP-01", instrument_id="FLOOR-SCALE-01")
    completed.must(weigh)
    return {
        "StartStep": (w.at_station(), c.StartStep(station="DISP-01", step_id="010")),
        "ScanMaterial": (w.dispensing(), c.ScanMaterial(station="DISP-01", code="AA-2601-C1")),
        "CaptureWeight": (weighed, weigh),
        "CompleteStep": (completed, c.CompleteStep(station="DISP-01")),
    }


def seconds(world: w.World, command: c.Command) -> list[float]:
    """Return the seconds of every decision on one snapshot, which is accepted.

    They are those of the processor: what else runs on the machine takes no part in a verdict.
    """
    principal = w.terminal("DISP-01")
    snapshot = world.snapshot(command, principal)
    assert not decide(command, principal, snapshot).refusals
    taken = []
    for _ in range(_TIMES):
        began = time.thread_time()
        decide(command, principal, snapshot)
        taken.append(time.thread_time() - began)
    return taken


def gates(world: w.World, command: c.Command) -> int:
    """Return how many gates the decision asks."""
    principal = w.terminal("DISP-01")
    snapshot = world.snapshot(command, principal)
    asked: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and "/execution/gates/" in name:
            asked.add(name)

    _profiled(note, lambda: decide(command, principal, snapshot))
    return len(asked)


def _profiled(note: Callable[[FrameType, str, object], None], do: Callable[[], object]) -> None:
    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
