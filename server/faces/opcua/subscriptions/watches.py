"""Which items watch which attribute, and how they hear of a change.

Of all items on one attribute the address space knows one callback, a ``Watch``. What has no
callback of its own (attributes beside Value, values computed when they are read) is looked at once
a second, as is a node that was taken away and may come back.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.subscriptions.monitored_item import DataItem
from server.faces.opcua.subscriptions.samples import Sample, Ticks

_log = logging.getLogger(__name__)

POLL_S: Final = 1.0
"""The sampling interval of what can only be looked at."""

_MAX_POLLED: Final = 5_000
"""Items of the whole server that are looked at; each costs some microseconds every time."""

ReadAttribute = Callable[[Caller, ua.ReadValueId], ua.DataValue]
"""Gives an attribute as a caller may see it."""

_Key = tuple[ua.NodeId, int]


class Watch:
    """The items on one attribute of one node."""

    __slots__ = ("_lost", "_now", "handle", "items", "key")

    def __init__(self, key: _Key, lost: dict["Watch", None], now: Ticks) -> None:
        self.key: Final = key
        self._lost = lost
        self._now = now
        self.items: dict[DataItem, None] = {}
        self.handle: int | None = None

    def notify(self, value: ua.DataValue) -> None:
        """Hand a changed value to all items."""
        sample = Sample(value, 0 if value.ServerTimestamp is not None else self._now())
        for item in self.items:
            try:
                item.take(sample)
            except Exception:  # noqa: BLE001 - who writes a value has nothing to do with a filter
                _log.exception("a value could not be handed to item %d", item.item_id)
        code = value.StatusCode
        if code is not None and code.value == ua.StatusCodes.BadNodeIdUnknown:
            self.handle = None
            self._lost[self] = None

    async def __call__(self, handle: int, value: ua.DataValue) -> None:
        """Hear of a change from asyncua's address space, which gives its own handle."""
        del handle
        self.notify(value)


class Watches:
    """All watched attributes of a server."""

    def __init__(self, space: AddressSpace, read: ReadAttribute, now: Ticks) -> None:
        self._space = space
        self._now = now
        self._read = read
        self._watches: dict[_Key, Watch] = {}
        self._lost: dict[Watch, None] = {}
        self._polled: dict[DataItem, Caller] = {}
        self._timer: asyncio.TimerHandle | None = None

    def attribute(self, wanted: ua.ReadValueId) -> AttributeValue | None:
        """Return the attribute that is asked for, if the node has it."""
        node = self._space.get(wanted.NodeId)
        return None if node is None else node.attributes.get(wanted.AttributeId)

    def is_polled(self, wanted: ua.ReadValueId) -> bool:
        """Tell whether changes can only be seen by looking."""
        held = self.attribute(wanted)
        return wanted.AttributeId != ua.AttributeIds.Value or (
            held is not None and held.value_callback is not None
        )

    def has_room(self, wanted: ua.ReadValueId) -> bool:
        """Tell whether one more item can be looked at, if it has to be."""
        return len(self._polled) < _MAX_POLLED or not self.is_polled(wanted)

    def current(self, item: DataItem, caller: Caller) -> Sample:
        """Return the present value of what an item watches, as the caller may see it."""
        wanted = ua.ReadValueId(NodeId=item.node_id, AttributeId=item.wanted.AttributeId)
        return Sample(self._read(caller, wanted), self._now())

    def attach(self, item: DataItem, caller: Caller) -> None:
        """Let an item hear of changes from now on."""
        self._arm()
        if self.is_polled(item.wanted):
            self._polled[item] = caller
            return
        key = (item.node_id, int(item.wanted.AttributeId))
        watch = self._watches.get(key)
        if watch is None:
            watch = self._watches[key] = Watch(key, self._lost, self._now)
            self._hook(watch)
        watch.items[item] = None

    def detach(self, item: DataItem) -> None:
        """Let an item hear of nothing any more."""
        if self._polled.pop(item, None) is not None:
            return
        key = (item.node_id, int(item.wanted.AttributeId))
        watch = self._watches.get(key)
        if watch is None or item not in watch.items:
            return
        del watch.items[item]
        if not watch.items:
            del self._watches[key]
            self._lost.pop(watch, None)
            self._unhook(watch)

    def stop(self) -> None:
        """Look at nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._polled.clear()
        self._lost.clear()

    def _hook(self, watch: Watch) -> None:
        node_id, attribute = watch.key
        code, handle = self._space.add_datachange_callback(
            node_id, ua.AttributeIds(attribute), watch
        )
        if code.is_good():
            watch.handle = handle
            self._lost.pop(watch, None)
        else:
            watch.handle = None
            self._lost[watch] = None

    def _unhook(self, watch: Watch) -> None:
        if watch.handle is None or watch.key[0] not in self._space:
            return
        self._space.delete_datachange_callback(watch.handle)

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(POLL_S, self._poll)

    def look(self) -> None:
        """Take the present value of everything that can only be looked at."""
        for item, caller in self._polled.items():
            item.take(self.current(item, caller))

    def _poll(self) -> None:
        self._timer = None
        self.look()
        for watch in [one for one in self._lost if one.key[0] in self._space]:
            self._hook(watch)
            held = self.attribute(next(iter(watch.items)).wanted)
            if watch.handle is not None and held is not None and held.value is not None:
                watch.notify(held.value)
        if self._polled or self._watches:
            self._arm()
