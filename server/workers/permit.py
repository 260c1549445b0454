"""Permits: tell a PLC, again and again, whether its equipment may run.

The heartbeat counts up only while we live and may speak; a PLC that misses it stops by itself,
so whatever happens to us fails closed.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

diagnostics = logging.getLogger("interlock.permit")

WATCH_S: Final = 0.1
"""How often the verdict is asked for; a PLC is told of another one at once."""

_COUNTER: Final = 65_536
"""The heartbeat is an unsigned word."""


class Device(Protocol):
    """The writing side of an adapter."""

    async def write(self, values: Mapping[str, float | bool | str]) -> None:
        """Write tags of the device; raises when it does not take them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitTags:
    """Where the permit of one piece of equipment is written, and how often (seconds)."""

    equipment_id: str
    enable_tag: str
    heartbeat_tag: str
    heartbeat_s: float


async def drive(permit: PermitTags, device: Device, may_run: Callable[[str], bool]) -> None:
    """Write the permit of a piece of equipment until cancelled; then withdraw it."""
    beat = 0
    said: str | None = None
    try:
        while True:
            beat = (beat + 1) % _COUNTER
            verdict = may_run(permit.equipment_id)
            values = {permit.enable_tag: verdict, permit.heartbeat_tag: beat}
            said = await _write(permit, device, values, said)
            await _until_another(verdict, permit, may_run)
    finally:
        await _write(permit, device, {permit.enable_tag: False}, said)


async def _until_another(
    verdict: bool,  # noqa: FBT001 - private
    permit: PermitTags,
    may_run: Callable[[str], bool],
) -> None:
    """Wait for the next heartbeat, or for another verdict if that comes before."""
    loop = asyncio.get_running_loop()
    end = loop.time() + permit.heartbeat_s
    while (left := end - loop.time()) > 0 and may_run(permit.equipment_id) == verdict:  # noqa: ASYNC110 -- no bell
        await asyncio.sleep(min(WATCH_S, left))


async def _write(
    permit: PermitTags,
    device: Device,
    values: Mapping[str, float | bool | str],
    said: str | None,
) -> str | None:
    """Write; a device that does not take it runs into its own timeout, and is told once."""
    try:
        await device.write(values)
    except Exception as error:  # noqa: BLE001 -- the boundary to a device: it must not end us
        if str(error) != said:
            diagnostics.warning("permit of %s was not taken: %s", permit.equipment_id, error)
        return str(error)
    return None
