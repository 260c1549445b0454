"""Readings on their way into the address space: each tag, and what a station weighs."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from asyncua import ua

from models.tag_value import TagValue
from server.command_path.ports import LiveTagValues
from server.faces.opcua.instances import packml_nodes, tag_nodes, work_nodes
from server.faces.opcua.instances.packml_nodes import PackMLRow
from server.faces.opcua.instances.shown_instances import WriteValue
from server.faces.opcua.instances.tag_nodes import TagRow
from server.faces.opcua.namespaces import plant
from server.queries.faceplate import Faceplate

_DOUBLE: Final = ua.VariantType.Double
_UNSETTLED: Final = ua.DataValue(ua.Variant(False, ua.VariantType.Boolean))
_SETTLED: Final = ua.DataValue(ua.Variant(True, ua.VariantType.Boolean))

_POLLS_MISSED: Final = 10
_WAIT_S: Final = 10.0
"""After so many polls, and so many seconds at least, a value counts as the last usable one."""

_LOOK_EVERY: Final = timedelta(seconds=2)

ChangedTags = Callable[[], Collection[str]]
"""Gives the tags that had a reading since it was asked last."""


class LiveReadings:
    """Writes what has changed since it last looked, and nothing else.

    Without ``changed`` it looks at every tag, which is dear when there are many.
    """

    def __init__(
        self, live: LiveTagValues, write: WriteValue, changed: ChangedTags | None = None
    ) -> None:
        self._live = live
        self._changed = changed
        self._write = write
        self._readings: dict[str, TagValue] = {}
        self._values: dict[ua.NodeId, ua.DataValue] = {}
        self._stopped: set[str] = set()
        self._looked: datetime | None = None

    async def show_tags(self, rows: Mapping[str, TagRow]) -> None:
        """Show the latest reading of each tag that had one since the last look."""
        for tag in rows if self._changed is None else self._changed():
            row = rows.get(tag)
            if row is None:
                continue
            reading = self._live.latest(row.tag)
            if reading is not None and self._readings.get(row.tag) is not reading:
                self._readings[row.tag] = reading
                self._stopped.discard(row.tag)
                await self._write(row.node_id, tag_nodes.shown_of(row, reading))

    async def show_stopped(self, rows: Mapping[str, TagRow], now: datetime) -> None:
        """Show which values are only the last ones: nobody has read them for many polls.

        A device that does not answer gives bad readings. This is for when nobody even asks it.
        """
        if self._looked is not None and now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        for tag, row in rows.items():
            reading = self._readings.get(tag)
            if reading is None or not row.sampling_s or tag in self._stopped:
                continue
            waited = (now - reading.server_time).total_seconds()
            if waited > max(_POLLS_MISSED * row.sampling_s, _WAIT_S):
                self._stopped.add(tag)
                await self._write(row.node_id, tag_nodes.last_usable(row, reading))

    async def show_packml(self, rows: Iterable[PackMLRow]) -> None:
        """Show what the machines that follow PackML are doing."""
        for row in rows:
            reading = self._live.latest(row.state_tag)
            if reading is not None and self._is_new(row, "", reading):
                for node_id, value in packml_nodes.state_values(row, reading):
                    await self._show(node_id, value)
            for name, tag in row.tags.items():
                reading = self._live.latest(tag)
                if reading is not None and self._is_new(row, name, reading):
                    await self._write(*packml_nodes.variable_value(row, name, reading))

    def _is_new(self, row: PackMLRow, name: str, reading: TagValue) -> bool:
        key = f"{row.physical_asset_id}/{name}"  # no tag is called so: they have a point
        was, self._readings[key] = self._readings.get(key), reading
        return was is not reading

    async def show_stations(self, faceplates: Mapping[str, Faceplate]) -> None:
        """Show at each station the reading that its next weight would come from, or none."""
        for station, faceplate in faceplates.items():
            owner = str(work_nodes.station_id(station).Identifier)
            reading = self._live.latest(faceplate.live_tag) if faceplate.live_tag else None
            value = tag_nodes.shown(reading, _DOUBLE) if reading else tag_nodes.nothing_shown()
            await self._show(plant(owner, "LiveValue"), value)
            tag = faceplate.live_stable_tag
            stable = self._live.latest(tag) if tag else None
            settled = reading is not None and stable is not None and stable.value is True
            await self._show(plant(owner, "LiveStable"), _SETTLED if settled else _UNSETTLED)

    async def _show(self, node_id: ua.NodeId, value: ua.DataValue) -> None:
        if self._values.get(node_id) != value:
            self._values[node_id] = value
            await self._write(node_id, value)
