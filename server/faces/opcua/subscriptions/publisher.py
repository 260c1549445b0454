"""The Publish requests of one session, and which subscription may answer the next one."""

import time
from collections import deque
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from asyncua import ua

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.subscriptions.messages import PUBLISH, publish_body, response_header
from server.faces.opcua.subscriptions.samples import Ticks
from server.faces.opcua.wire.failure import service_failure

_MAX_FAREWELLS: Final = 100
"""Last messages that wait for a Publish request; beyond that the oldest is forgotten."""

Acknowledgement = tuple[int, int]
"""Subscription id and sequence number."""


class AnswerChannel(Protocol):
    """The secure channel that a request came in on."""

    @property
    def is_congested(self) -> bool:
        """Whether the client is behind with fetching its answers, or is gone."""

    @property
    def largest_answer(self) -> int:
        """How many bytes an answer may have."""

    def send_packed(self, request_id: int, request_handle: int, body: bytes) -> None:
        """Send an answer that is packed already."""

    def send_fault(self, request_id: int, request_handle: int, code: int) -> None:
        """Send a ServiceFault."""


class Published(Protocol):
    """A subscription, as far as its session needs it."""

    priority: int
    is_late: bool
    late_since: float

    def serve(self) -> None:
        """Answer requests with what there is."""

    def acknowledge(self, sequence: int) -> int:
        """Forget a message; return the status code of that."""


@dataclass(slots=True, kw_only=True)
class PublishRequest:
    """A request that waits for something to be told."""

    channel: AnswerChannel
    request_id: int
    request_handle: int
    deadline: float | None
    """On the monotonic clock; None waits as long as the session lives."""
    results: list[int]
    """What became of the acknowledgements that came with it."""

    def answer(self, type_id: int, now: int, body: bytes) -> None:
        """Send the answer."""
        head = response_header(type_id, self.request_handle, now)
        self.channel.send_packed(self.request_id, self.request_handle, head + body)

    def refuse(self, code: int) -> None:
        """Answer that nothing will come."""
        self.channel.send_fault(self.request_id, self.request_handle, code)


S = TypeVar("S", bound=Published)


class Publisher(Generic[S]):
    """What a session has to do with subscriptions."""

    def __init__(self, max_requests: int, now: Ticks) -> None:
        self._now = now
        self._max_requests = max_requests
        self._requests: deque[PublishRequest] = deque()
        self._farewells: deque[tuple[int, bytes]] = deque(maxlen=_MAX_FAREWELLS)
        self.subscriptions: dict[int, S] = {}
        self.refused = 0
        """Publish requests that were answered with a fault."""
        self.caller: Caller | None = None
        """Who acts through the session, as soon as it is activated."""

    def acknowledge(self, acknowledgements: list[Acknowledgement]) -> list[int]:
        """Forget messages that the client has; return a status code for each."""
        results = []
        for subscription_id, sequence in acknowledgements:
            subscription = self.subscriptions.get(subscription_id)
            if subscription is None:
                results.append(ua.StatusCodes.BadSubscriptionIdInvalid)
            else:
                results.append(subscription.acknowledge(sequence))
        return [int(code) for code in results]

    def publish(self, request: PublishRequest) -> None:
        """Answer a request at once if something is late, else keep it."""
        if not self.subscriptions and not self._farewells:
            raise service_failure(ua.StatusCodes.BadNoSubscription)
        self._requests.append(request)
        if self._farewells:
            self._say_farewell()
            return
        self.serve_late()
        if len(self._requests) > self._limit:
            self._discard_timed_out()
        if len(self._requests) > self._limit:
            self._refuse(self._requests.popleft(), ua.StatusCodes.BadTooManyPublishRequests)

    def take(self) -> PublishRequest | None:
        """Return the oldest request that can still be answered."""
        requests = self._requests
        now = time.monotonic()
        while requests:
            if requests[0].channel.is_congested:
                return None
            request = requests.popleft()
            if request.deadline is None or now <= request.deadline:
                return request
            self._refuse(request, ua.StatusCodes.BadTimeout)
        return None

    def can_answer(self) -> bool:
        """Tell whether there is a request to answer."""
        self._discard_timed_out()
        return bool(self._requests) and not self._requests[0].channel.is_congested

    def serve_late(self) -> None:
        """Let late subscriptions answer, the most urgent first, as long as there are requests."""
        while self.can_answer():
            late = [one for one in self.subscriptions.values() if one.is_late]
            if not late:
                return
            max(late, key=_urgency).serve()

    def add_farewell(self, subscription_id: int, message: bytes) -> None:
        """Tell the client with the next answer that a subscription is no longer the session's."""
        self._farewells.append((subscription_id, message))
        self._say_farewell()

    def forget_requests(self) -> None:
        """Drop the requests of a channel that is gone: nobody waits for their answers."""
        self._requests.clear()

    def refuse_requests(self, code: int) -> None:
        """Answer all requests that wait with a fault."""
        while self._requests:
            self._refuse(self._requests.popleft(), code)

    def no_more_subscriptions(self) -> None:
        """Answer what waits if there is nothing left to wait for (OPC 10000-4, 5.14.8)."""
        if not self.subscriptions and not self._farewells:
            self.refuse_requests(ua.StatusCodes.BadNoSubscription)

    @property
    def waiting(self) -> int:
        """How many Publish requests wait for an answer."""
        return len(self._requests)

    def _refuse(self, request: PublishRequest, code: int) -> None:
        self.refused += 1
        request.refuse(code)

    @property
    def _limit(self) -> int:
        # More requests than subscriptions have to be accepted (OPC 10000-4, 5.14.5).
        return max(self._max_requests, len(self.subscriptions) + 1)

    def _say_farewell(self) -> None:
        while self._farewells:
            request = self.take()
            if request is None:
                return
            subscription_id, message = self._farewells.popleft()
            body = publish_body(subscription_id, (), message, request.results, more=False)
            request.answer(PUBLISH, self._now(), body)

    def _discard_timed_out(self) -> None:
        now = time.monotonic()
        if not any(one.deadline is not None and one.deadline < now for one in self._requests):
            return
        kept = [one for one in self._requests if one.deadline is None or one.deadline >= now]
        for one in self._requests:
            if one.deadline is not None and one.deadline < now:
                self._refuse(one, ua.StatusCodes.BadTimeout)
        self._requests = deque(kept)


def _urgency(subscription: Published) -> tuple[int, float]:
    """Return what decides who is served first: the priority, then who waits longest."""
    return subscription.priority, -subscription.late_since
