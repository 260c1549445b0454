"""Monitored items: queues of samples and events between two publish answers.

The sampling is event-driven: an item hears of every change in the instant of the change. Where a
client asks for samples further apart, the first change of a sampling interval is taken at once and
the newest of the others at the end of the interval (see ``sampling_wheel``).
"""

import struct
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from asyncua import ua
from typing_extensions import override

from server.faces.opcua.subscriptions.counters import SubscriptionCounters
from server.faces.opcua.subscriptions.data_filter import Test
from server.faces.opcua.subscriptions.event_filter import EventSelection
from server.faces.opcua.subscriptions.event_record import EventRecord
from server.faces.opcua.subscriptions.samples import Sample
from server.faces.opcua.subscriptions.sampling_wheel import SamplingWheel

REPORTING: Final = ua.MonitoringMode.Reporting
SAMPLING: Final = ua.MonitoringMode.Sampling
DISABLED: Final = ua.MonitoringMode.Disabled

_uint32: Final = struct.Struct("<I")
_EARLY: Final = 0.1
"""A change that comes this part of its interval too early is on time: sources have jitter."""


class Subscriber(Protocol):
    """The subscription of an item, as far as the item needs it."""

    @property
    def counted(self) -> SubscriptionCounters:
        """Where overflows are counted."""

    event_bytes: int
    """What the events in all queues take."""

    def has_room_for(self, event_bytes: int) -> bool:
        """Tell whether one more event of this size may be queued."""

    def report(self, item: "MonitoredItem") -> None:
        """Remember that the item has something to report."""

    def withdraw(self, item: "MonitoredItem") -> None:
        """Forget it."""


class MonitoredItem:
    """What data and event items have in common."""

    __slots__ = (
        "client_handle",
        "discard_oldest",
        "handle",
        "item_id",
        "links",
        "mode",
        "node_id",
        "queue_size",
        "subscription",
        "wanted",
    )

    def __init__(
        self, subscription: Subscriber, item_id: int, request: ua.MonitoredItemCreateRequest
    ) -> None:
        self.subscription = subscription
        self.item_id = item_id
        self.wanted: Final = request.ItemToMonitor
        self.node_id: Final = request.ItemToMonitor.NodeId
        self.mode = DISABLED
        self.links: dict[int, MonitoredItem] = {}
        """The items that this one triggers (OPC 10000-4, 5.13.1.6)."""
        self.client_handle = 0
        self.handle = b""
        self.queue_size = 1
        self.discard_oldest = True

    @property
    def has_notifications(self) -> bool:
        """Whether something waits to be reported."""
        raise NotImplementedError

    def clear(self) -> None:
        """Forget what is queued."""
        raise NotImplementedError

    def drain(self, into: list[bytes], count: int, size: int) -> int:
        """Move encoded notifications, oldest first, until there are so many, or so many bytes.

        Returns how many bytes were moved.
        """
        raise NotImplementedError

    def resize(self, queue_size: int) -> None:
        """Give the queue another length; what is in it stays as far as there is room."""
        raise NotImplementedError

    def name(self, client_handle: int) -> None:
        """Set the handle under which the client knows the item."""
        self.client_handle = client_handle
        self.handle = _uint32.pack(client_handle)

    def set_mode(self, mode: ua.MonitoringMode) -> None:
        """Switch between Disabled, Sampling and Reporting (OPC 10000-4, 5.13.4)."""
        self.mode = mode
        if mode is DISABLED:
            self.clear()
        if mode is REPORTING and self.has_notifications:
            self.subscription.report(self)
        else:
            self.subscription.withdraw(self)

    def queued(self) -> None:
        """Say that something was queued: report it, and what this item triggers."""
        if self.mode is REPORTING:
            self.subscription.report(self)
        if self.links:
            for linked in self.links.values():
                if linked.mode is SAMPLING and linked.has_notifications:
                    linked.subscription.report(linked)


class DataItem(MonitoredItem):
    """An item that watches an attribute."""

    __slots__ = (
        "_next_due",
        "_wheel",
        "held",
        "last",
        "period_s",
        "queue",
        "shape",
        "test",
        "timestamps",
    )

    def __init__(
        self,
        subscription: Subscriber,
        item_id: int,
        request: ua.MonitoredItemCreateRequest,
        wheel: SamplingWheel,
    ) -> None:
        super().__init__(subscription, item_id, request)
        self._wheel = wheel
        self._next_due = 0.0
        self.queue: deque[Sample] = deque()
        self.last: ua.DataValue | None = None
        """What was queued last: a filter compares with it, whether it was fetched or not."""
        self.held: Sample | None = None
        """The newest sample that came before its time."""
        self.period_s = 0.0
        """The least time between two samples; 0 takes every change."""
        self.timestamps = ua.TimestampsToReturn.Both
        self.test: Test
        self.shape: Callable[[ua.DataValue], ua.DataValue] | None = None
        """Cuts out what the index range names."""

    @property
    @override
    def has_notifications(self) -> bool:
        """Whether samples wait to be reported."""
        return bool(self.queue)

    @override
    def clear(self) -> None:
        """Forget everything that was sampled."""
        self.queue.clear()
        self.last = self.held = None
        self._next_due = 0.0

    def take(self, sample: Sample) -> None:
        """Hear of a change."""
        if self.period_s:
            now = self._wheel.time()
            if now < self._next_due - self.period_s * _EARLY:
                if self.held is None:
                    self._wheel.add(self._next_due, self)
                self.held = sample
                return
            self._step(now)
        self._sampled(sample)

    def fall_due(self) -> None:
        """Take the held sample, now that its time has come."""
        held, self.held = self.held, None
        if held is not None and self.mode is not DISABLED:
            self._step(self._wheel.time())
            self._sampled(held)

    def resend(self, sample: Sample) -> None:
        """Queue a value as if it were the first one."""
        self.last = None
        self._sampled(sample)

    def _step(self, now: float) -> None:
        behind = now - self._next_due
        # On its own grid as long as values come, so that no sample is lost to a growing delay.
        on_grid = behind < self.period_s
        self._next_due = (self._next_due if on_grid else now) + self.period_s

    def _sampled(self, sample: Sample) -> None:
        if self.shape is not None:
            sample = Sample(self.shape(sample.value), sample.taken)
        last = self.last
        if last is not None and not self.test(last, sample.value):
            return
        self.last = sample.value
        queue = self.queue
        if len(queue) >= self.queue_size:
            sample = self._make_room(sample)
        queue.append(sample)
        self.queued()

    def _make_room(self, sample: Sample) -> Sample:
        """Discard one and mark where (OPC 10000-4, 5.13.1.5); a queue of one has no mark."""
        queue = self.queue
        if self.queue_size == 1:
            queue.clear()
            return sample
        self.subscription.counted.data_overflows += 1
        if self.discard_oldest:
            queue.popleft()
            queue[0] = queue[0].overflowed()
            return sample
        queue.pop()
        return sample.overflowed()

    @override
    def resize(self, queue_size: int) -> None:
        """Give the queue another length."""
        self.queue_size = queue_size
        queue = self.queue
        if len(queue) <= queue_size:
            return
        while len(queue) > queue_size:
            if self.discard_oldest:
                queue.popleft()
            else:
                queue.pop()
        if queue_size > 1:
            edge = 0 if self.discard_oldest else -1
            queue[edge] = queue[edge].overflowed()

    @override
    def drain(self, into: list[bytes], count: int, size: int) -> int:
        queue, handle, timestamps = self.queue, self.handle, self.timestamps
        moved = 0
        while queue and count > 0 and moved < size:
            notification = handle + queue.popleft().encoded(timestamps)
            into.append(notification)
            moved += len(notification)
            count -= 1
        return moved


class EventItem(MonitoredItem):
    """An item that receives the events of a notifier."""

    __slots__ = ("_overflow", "queue", "selection")

    def __init__(
        self,
        subscription: Subscriber,
        item_id: int,
        request: ua.MonitoredItemCreateRequest,
        selection: EventSelection,
    ) -> None:
        super().__init__(subscription, item_id, request)
        self.selection = selection
        self.queue: deque[bytes] = deque()
        self._overflow: bytes | None = None

    @property
    @override
    def has_notifications(self) -> bool:
        """Whether events wait to be reported."""
        return bool(self.queue) or self._overflow is not None

    @override
    def clear(self) -> None:
        """Forget all queued events."""
        while self.queue:
            self._pop(oldest=True)
        self._overflow = None

    def offer(
        self, event: EventRecord, overflow: Callable[[], EventRecord], *, filtered: bool = True
    ) -> None:
        """Queue the selected fields of an event if the where clause lets it through."""
        if self.mode is DISABLED or (filtered and not self.selection.passes(event)):
            return
        queue, fields = self.queue, self.selection.fields(event)
        if len(queue) >= self.queue_size or not self.subscription.has_room_for(len(fields)):
            self.subscription.counted.event_overflows += 1
            # The event that tells of the loss comes on top of the queue size.
            if self._overflow is None:
                self._overflow = self.selection.fields(overflow())
            if queue:
                self._pop(oldest=self.discard_oldest)
        if self.subscription.has_room_for(len(fields)):
            queue.append(fields)
            self.subscription.event_bytes += len(fields)
        self.queued()

    def _pop(self, *, oldest: bool) -> bytes:
        fields = self.queue.popleft() if oldest else self.queue.pop()
        self.subscription.event_bytes -= len(fields)
        return fields

    @override
    def resize(self, queue_size: int) -> None:
        """Give the queue another length."""
        self.queue_size = queue_size
        while len(self.queue) > queue_size:
            self._pop(oldest=self.discard_oldest)

    @override
    def drain(self, into: list[bytes], count: int, size: int) -> int:
        moved = 0
        while self.has_notifications and count > 0 and moved < size:
            notification = self.handle + self._next()
            into.append(notification)
            moved += len(notification)
            count -= 1
        return moved

    def _next(self) -> bytes:
        """Take the next event; the one that tells of a loss stands where the loss was."""
        lost = self._overflow
        if lost is not None and (self.discard_oldest or not self.queue):
            self._overflow = None
            return lost
        return self._pop(oldest=True)
