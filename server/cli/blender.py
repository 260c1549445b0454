"""The person at the panel of the simulated blender: brings it into Execute, whatever it does."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from server.cli.shop_floor import Machine, ShopFloorError

SPEED_RPM: Final = 12.0
REVOLUTIONS: Final = 8
_LOOK_S: Final = 0.1
_WITHIN_S: Final = 120.0

_BUTTON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Stopped": "Reset",
        "Idle": "Start",
        "Held": "Unhold",
        "Suspended": "Unsuspend",
        "Aborted": "Clear",
    }
)
"""Which button leads on from a PackML state in which nothing happens by itself."""


_DONE: Final = frozenset({"Completing", "Complete"})


async def blend(blender: Machine, *, anew: bool) -> None:
    """Press what has to be pressed until the blender runs; ``anew`` also after it is complete."""
    button = dict(_BUTTON)
    running = {"Execute"}
    if anew:
        button["Complete"] = "Reset"
    else:
        running |= _DONE
    try:
        async with asyncio.timeout(_WITHIN_S):
            while (state := await _state(blender)) not in running:
                await _press(blender, button.get(state))
                await asyncio.sleep(_LOOK_S)
    except TimeoutError as error:
        message = f"the blender did not run within {_WITHIN_S:g} s; has it a permit?"
        raise ShopFloorError(message) from error


async def finished(blender: Machine) -> None:
    """Wait until the blend is complete: who ends the step earlier takes the permit away."""
    try:
        async with asyncio.timeout(_WITHIN_S):
            while await _state(blender) not in _DONE:  # noqa: ASYNC110 -- another process moves it
                await asyncio.sleep(_LOOK_S)
    except TimeoutError as error:
        message = f"the blend was not complete within {_WITHIN_S:g} s"
        raise ShopFloorError(message) from error


async def _press(blender: Machine, button: str | None) -> None:
    if button is None:
        return
    if button == "Start":
        await blender.turn_dials(speed_rpm=SPEED_RPM, revolutions=REVOLUTIONS)
    try:
        await blender.hand("command", name=button)
    except ShopFloorError:
        await asyncio.sleep(_LOOK_S)  # the permit may come any moment


async def _state(blender: Machine) -> str:
    answer: Mapping[str, Any] = await blender.hand("state")
    return str(answer["devices"]["BLENDER"]["truth"]["state"])
