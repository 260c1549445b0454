"""ServiceLevel: how well this server serves, by which clients choose (OPC 10000-4, 6.6.2)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from asyncua import ua

from server.faces.opcua.nodes import data_value
from server.faces.opcua.wire.node_ids import standard

diagnostics = logging.getLogger("interlock.opcua")

HEALTHY: Final = 255
"""Everything works."""

DEGRADED: Final = 100
"""Live values are shown, but nothing can be decided: the execution log can't be reached."""

WATCH_S: Final = 1.0
_ANSWER_S: Final = 2.0
_SERVICE_LEVEL: Final = standard(ua.ObjectIds.Server_ServiceLevel)

WriteValue = Callable[[ua.NodeId, ua.DataValue], Awaitable[None]]
IsHealthy = Callable[[], Awaitable[bool]]
"""Tells whether decisions can be made now; may raise or take long, which is a no."""


class ServiceLevel:
    """Keeps ServiceLevel true; ``watch`` until cancelled."""

    def __init__(self, is_healthy: IsHealthy, write: WriteValue) -> None:
        self._is_healthy = is_healthy
        self._write = write
        self._level: int | None = None

    async def watch(self) -> None:
        """Look again and again, and show what has changed."""
        while True:
            await self.look()
            await asyncio.sleep(WATCH_S)

    async def look(self) -> None:
        """Look once."""
        level = HEALTHY if await self._answers() else DEGRADED
        if level != self._level:
            if self._level is not None or level != HEALTHY:
                diagnostics.warning("service level is %d of %d", level, HEALTHY)
            self._level = level
            await self._write(_SERVICE_LEVEL, data_value(level, ua.VariantType.Byte))

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(_ANSWER_S):
                return await self._is_healthy()
        except (OSError, TimeoutError) as error:
            diagnostics.debug("the execution log does not answer: %r", error)
            return False
