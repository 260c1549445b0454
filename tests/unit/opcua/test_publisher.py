"""Publish requests that wait: their time limit and the channel that does not take answers."""

import time
from dataclasses import dataclass, field

import pytest
from asyncua import ua

from server.faces.opcua.subscriptions.publisher import Publisher, PublishRequest


@dataclass
class AChannel:
    """Keeps what is sent."""

    is_congested: bool = False
    largest_answer: int = 10_000
    sent: list[int] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def send_packed(self, request_id: int, request_handle: int, body: bytes) -> None:
        del request_handle, body
        self.sent.append(request_id)

    def send_fault(self, request_id: int, request_handle: int, code: int) -> None:
        del request_handle
        self.faults.append((request_id, ua.StatusCode(ua.UInt32(code)).name))


@dataclass
class ASubscription:
    """Takes one request when it is late."""

    publisher: Publisher["ASubscription"]
    priority: int = 0
    is_late: bool = False
    late_since: float = 0.0
    served: list[int] = field(default_factory=list)

    def serve(self) -> None:
        request = self.publisher.take()
        if request is not None:
            self.served.append(request.request_id)
            self.is_late = False

    def acknowledge(self, sequence: int) -> int:
        del sequence
        return ua.StatusCodes.Good


@pytest.fixture
def channel() -> AChannel:
    return AChannel()


@pytest.fixture
def publisher() -> Publisher[ASubscription]:
    one: Publisher[ASubscription] = Publisher(2, lambda: 0)
    one.subscriptions[1] = ASubscription(one)
    return one


def request(channel: AChannel, number: int, *, lasts_s: float | None = None) -> PublishRequest:
    deadline = None if lasts_s is None else time.monotonic() + lasts_s
    return PublishRequest(
        channel=channel, request_id=number, request_handle=number, deadline=deadline, results=[]
    )


def test_a_request_whose_time_is_over_is_answered_so_and_not_used(
    publisher: Publisher[ASubscription], channel: AChannel
) -> None:
    publisher.publish(request(channel, 1, lasts_s=-1.0))
    publisher.publish(request(channel, 2))
    taken = publisher.take()
    assert taken is not None
    assert (taken.request_id, channel.faults) == (2, [(1, "BadTimeout")])


def test_a_request_whose_time_is_over_makes_room_for_a_new_one(
    publisher: Publisher[ASubscription], channel: AChannel
) -> None:
    for number, lasts_s in ((1, None), (2, -1.0), (3, None)):
        publisher.publish(request(channel, number, lasts_s=lasts_s))
    assert channel.faults == [(2, "BadTimeout")]


def test_nothing_is_sent_to_a_channel_that_does_not_read(
    publisher: Publisher[ASubscription], channel: AChannel
) -> None:
    channel.is_congested = True
    publisher.publish(request(channel, 1))
    assert not publisher.can_answer()
    assert publisher.take() is None
    channel.is_congested = False
    assert publisher.can_answer()


def test_who_waits_longest_is_served_first_among_equals(
    publisher: Publisher[ASubscription], channel: AChannel
) -> None:
    first, second = publisher.subscriptions[1], ASubscription(publisher)
    publisher.subscriptions[2] = second
    first.is_late, first.late_since = True, 20.0
    second.is_late, second.late_since = True, 10.0
    publisher.publish(request(channel, 7))
    assert (first.served, second.served) == ([], [7])


def test_a_last_word_waits_for_a_request(
    publisher: Publisher[ASubscription], channel: AChannel
) -> None:
    publisher.subscriptions.clear()
    publisher.add_farewell(1, b"")
    publisher.publish(request(channel, 5))
    assert channel.sent == [5]
