"""One subscription: its publishing cycle and what it keeps (OPC 10000-4, 5.14.1).

Every publishing interval it sends what its items have queued, or a keep-alive when there was
nothing for long enough. Without a Publish request it is late, and answers the next one at once.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from asyncua import ua

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.settings import SecureServerLimits
from server.faces.opcua.subscriptions.counters import SubscriptionCounters
from server.faces.opcua.subscriptions.messages import (
    PUBLISH,
    keep_alive_message,
    notification_message,
    publish_body,
    status_change_message,
)
from server.faces.opcua.subscriptions.monitored_item import EventItem, MonitoredItem
from server.faces.opcua.subscriptions.publisher import Publisher
from server.faces.opcua.subscriptions.samples import Ticks

MAX_MESSAGE_BYTES: Final = 512 * 1024
"""A message is ended here and the rest follows in the next one: others want to be served too."""
_OVERHEAD_BYTES: Final = 4096
"""What is left for the rest of an answer where the client takes only small ones."""
_LAST_SEQUENCE: Final = 2**32 - 1


@dataclass(slots=True, kw_only=True)
class Revised:
    """What the server has granted."""

    interval_s: float
    lifetime_count: int
    keep_alive_count: int
    max_notifications: int
    """Per message; 0 sets no limit beyond the server's own."""


class Subscription:
    """The items of a client and the messages they give."""

    event_items = 0
    """How many of the items are of events."""
    event_bytes = 0
    """What the events in all queues take."""

    def __init__(
        self,
        subscription_id: int,
        publisher: "Publisher[Subscription]",
        revised: Revised,
        limits: SecureServerLimits,
        now: Ticks,
        on_expired: Callable[["Subscription"], None],
    ) -> None:
        assert publisher.caller is not None  # only activated sessions have subscriptions
        self.subscription_id: Final = subscription_id
        self.publisher: Publisher[Subscription] | None = publisher
        """The session that gets the messages; None from its end until a transfer."""
        self.caller: Caller = publisher.caller
        """On whose behalf the items look at nodes."""
        self.revised = revised
        self.priority = 0
        self.items: dict[int, MonitoredItem] = {}
        self.triggers: dict[int, MonitoredItem] = {}
        """The items that have links to others."""
        self.queue_sizes = 0
        """What all queues together may hold."""
        self.counted: Final = SubscriptionCounters()
        self.is_late = False
        self.late_since = 0.0
        self._limits = limits
        self._now = now
        self._on_expired = on_expired
        self._enabled = True
        self._ready: dict[MonitoredItem, None] = {}
        self._sent: dict[int, bytes] = {}
        self._sent_bytes = 0
        self._next_sequence = 1
        self._message_sent = False
        self._keep_alive_left = revised.keep_alive_count
        self._lifetime_left = revised.lifetime_count
        self._loop = asyncio.get_running_loop()
        self._next_cycle = self._loop.time() + revised.interval_s
        self._timer = self._loop.call_at(self._next_cycle, self._cycle)

    # -- what the items say ---------------------------------------------------------------------

    def report(self, item: MonitoredItem) -> None:
        """Remember that an item has something to report in the next message."""
        self._ready[item] = None

    def withdraw(self, item: MonitoredItem) -> None:
        """Forget that it has."""
        self._ready.pop(item, None)

    def has_room_for(self, event_bytes: int) -> bool:
        """Tell whether one more event of this size may be queued."""
        return self.event_bytes + event_bytes <= self._limits.max_queued_event_bytes

    # -- what the services change ---------------------------------------------------------------

    @property
    def is_enabled(self) -> bool:
        """Whether notifications are sent; keep-alives are in any case."""
        return self._enabled

    @property
    def available(self) -> list[int]:
        """The sequence numbers that Republish can send again."""
        return list(self._sent)

    @property
    def next_sequence(self) -> int:
        """The sequence number of the next notification message."""
        return self._next_sequence

    @property
    def silent_cycles(self) -> int:
        """How many publishing intervals have passed since the last message."""
        return self.revised.keep_alive_count - max(0, self._keep_alive_left)

    @property
    def unserved_cycles(self) -> int:
        """How many publishing intervals have passed without a Publish request or another sign."""
        return self.revised.lifetime_count - self._lifetime_left

    def enable(self, *, enabled: bool) -> None:
        """Send notifications from now on, or only keep-alives."""
        self._enabled = enabled
        self.keep_alive()

    def revise(self, revised: Revised, priority: int) -> None:
        """Go on with other parameters; what is queued stays."""
        self.revised = revised
        self.priority = priority
        self._keep_alive_left = revised.keep_alive_count
        self.keep_alive()
        self._timer.cancel()
        self._next_cycle = self._loop.time() + revised.interval_s
        self._timer = self._loop.call_at(self._next_cycle, self._cycle)

    def keep_alive(self) -> None:
        """Start the lifetime anew: the client has asked for something of this subscription."""
        self._lifetime_left = self.revised.lifetime_count

    def acknowledge(self, sequence: int) -> int:
        """Forget a message that the client has; return the status code of that."""
        message = self._sent.pop(sequence, None)
        if message is None:
            return ua.StatusCodes.BadSequenceNumberUnknown
        self._sent_bytes -= len(message)
        return ua.StatusCodes.Good

    def sent_message(self, sequence: int) -> bytes | None:
        """Return a message that was sent and not acknowledged."""
        self.keep_alive()
        message = self._sent.get(sequence)
        self.counted.republish_requests += 1
        self.counted.republished += message is not None
        return message

    def move_to(self, publisher: "Publisher[Subscription] | None") -> None:
        """Let another session have the messages, or none for now."""
        if self.publisher is not None:
            self.publisher.subscriptions.pop(self.subscription_id, None)
        self.publisher = publisher
        self.keep_alive()
        if publisher is not None:
            assert publisher.caller is not None  # only activated sessions ask for a transfer
            self.caller = publisher.caller
            publisher.subscriptions[self.subscription_id] = self

    def status_change(self, code: int) -> bytes:
        """Pack the message that tells the client what has become of this subscription."""
        return status_change_message(self._next_sequence, self._now(), code)

    def close(self) -> None:
        """Stop the publishing cycle."""
        self._timer.cancel()
        self._ready.clear()
        self.is_late = False
        if self.publisher is not None:
            self.publisher.subscriptions.pop(self.subscription_id, None)

    # -- the publishing cycle -------------------------------------------------------------------

    def _cycle(self) -> None:
        now = self._loop.time()
        # On the grid of the interval, but without making up for what was missed.
        self._next_cycle = max(self._next_cycle, now - self.revised.interval_s)
        self._next_cycle += self.revised.interval_s
        self._timer = self._loop.call_at(self._next_cycle, self._cycle)
        can_answer = self.publisher is not None and self.publisher.can_answer()
        if can_answer:
            self.keep_alive()
        else:
            self._lifetime_left -= 1
            if self._lifetime_left <= 0:
                self._on_expired(self)
                return
        self._keep_alive_left -= 1
        if not self._has_to_speak():
            return
        was_late = self.is_late
        if not was_late:
            self.is_late, self.late_since = True, now
        if self.publisher is not None:
            self.publisher.serve_late()
        if self.is_late and not was_late:
            self.counted.late += 1

    def say_now(self) -> bool:
        """Send what there is without waiting for the interval; tell whether there is anything.

        Without a request for it, it goes with the next one that comes.
        """
        if not (self._enabled and self._ready) or self.publisher is None:
            return False
        if not self.is_late:
            self.is_late, self.late_since = True, self._loop.time()
        self.publisher.serve_late()
        return True

    def _has_to_speak(self) -> bool:
        return (
            (self._enabled and bool(self._ready))
            or not self._message_sent
            or self._keep_alive_left <= 0
            or self.is_late
        )

    def serve(self) -> None:
        """Send what there is, as long as there are requests to answer."""
        while self.is_late and self.publisher is not None:
            request = self.publisher.take()
            if request is None:
                return
            message = self._next_message(request.channel.largest_answer)
            self.counted.published += 1
            self.is_late = self._enabled and bool(self._ready)
            body = publish_body(
                self.subscription_id, self._sent, message, request.results, more=self.is_late
            )
            self._message_sent = True
            self._keep_alive_left = self.revised.keep_alive_count
            self.keep_alive()
            request.answer(PUBLISH, self._now(), body)

    def _next_message(self, largest: int) -> bytes:
        data: list[bytes] = []
        events: list[bytes] = []
        if self._enabled:
            at_most = min(MAX_MESSAGE_BYTES, max(1, largest - _OVERHEAD_BYTES))
            self._collect(data, events, at_most)
        if not data and not events:
            return keep_alive_message(self._next_sequence, self._now())
        sequence = self._next_sequence
        self._next_sequence = sequence + 1 if sequence < _LAST_SEQUENCE else 1
        self.counted.data_changes += len(data)
        self.counted.events += len(events)
        message = notification_message(sequence, self._now(), data, events)
        self._keep(sequence, message)
        return message

    def _collect(self, data: list[bytes], events: list[bytes], at_most: int) -> None:
        """Take notifications out of the queues until a message of so many bytes is full."""
        room = self.revised.max_notifications or _LAST_SEQUENCE
        size = 0
        drained = []
        for item in self._ready:
            left = room - len(data) - len(events)
            if left <= 0 or size >= at_most:
                break
            into = events if isinstance(item, EventItem) else data
            size += item.drain(into, left, at_most - size)
            if not item.has_notifications:
                drained.append(item)
        if len(drained) == len(self._ready):
            self._ready.clear()
            return
        for item in drained:
            del self._ready[item]

    def _keep(self, sequence: int, message: bytes) -> None:
        """Keep a message for Republish; the oldest go where there are too many."""
        self._sent[sequence] = message
        self._sent_bytes += len(message)
        while len(self._sent) > 1 and (
            len(self._sent) > self._limits.max_unacknowledged_messages
            or self._sent_bytes > self._limits.max_unacknowledged_bytes
        ):
            oldest = next(iter(self._sent))
            self._sent_bytes -= len(self._sent.pop(oldest))
            self.counted.discarded_messages += 1


SessionPublisher = Publisher[Subscription]
"""What a session has to do with subscriptions."""
