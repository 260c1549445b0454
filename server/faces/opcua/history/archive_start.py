"""StartOfArchive: from when on there are readings at all (OPC 10000-11, 5.2.2)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

from asyncua import ua

from models.tag_columns import instant
from server.command_path.ports import TagValues
from server.faces.opcua.history.asked import BEGINNING, END
from server.faces.opcua.instances.history_configuration import configuration_id
from server.faces.opcua.instances.tag_nodes import TagRow
from server.faces.opcua.namespaces import plant
from server.faces.opcua.nodes import data_value
from server.faces.opcua.wire.turns import Turn

diagnostics = logging.getLogger("interlock.opcua")

PAUSE_S: Final = 600.0
"""Between two looks: old readings go by policy, and new tags get their first one."""

WriteValue = Callable[[ua.NodeId, ua.DataValue], Awaitable[object]]

NAMES: Final = ("StartOfArchive", "StartOfOnlineArchive")
"""Nothing of the archive is ever offline, so both say the same."""


class ArchiveStarts:
    """Keeps the HA Configurations true about the oldest reading of their tags."""

    def __init__(
        self, tags: Mapping[ua.NodeId, TagRow], tag_values: TagValues, write_value: WriteValue
    ) -> None:
        self._tags = tags
        self._tag_values = tag_values
        self._write_value = write_value
        self._shown: dict[ua.NodeId, datetime] = {}

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            try:
                await self.look()
            except ConnectionError:
                diagnostics.info("the historian is away: StartOfArchive is looked up later")
            except Exception:  # noqa: BLE001 - what it shows is worth no server
                diagnostics.exception("StartOfArchive could not be looked up")
            await asyncio.sleep(PAUSE_S)

    async def look(self) -> None:
        """Show the oldest reading of the tags of each configuration, where there is any."""
        oldest: dict[ua.NodeId, datetime] = {}
        turn = Turn()  # of a store that is in memory nothing is ever waited for
        for row in tuple(self._tags.values()):
            found = await self._tag_values.read_columns(row.tag, BEGINNING, END, limit=1)
            if found:
                shared = configuration_id(row.physical_asset_id, stepped=row.stepped)
                first = instant(found.times[0])
                oldest[shared] = min(first, oldest.get(shared, first))
            await turn.pass_on()
        for shared, first in oldest.items():
            await turn.pass_on()
            if self._shown.get(shared) != first:
                for name in NAMES:
                    value = data_value(first, ua.VariantType.DateTime)
                    await self._write_value(plant(str(shared.Identifier), name), value)
                self._shown[shared] = first
