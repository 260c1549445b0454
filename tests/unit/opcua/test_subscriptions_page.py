"""docs/opcua-subscriptions.md names the limits that there are."""

from pathlib import Path

import pytest

from server.faces.opcua.settings import SecureServerLimits
from server.faces.opcua.subscriptions.item_services import DEFAULT_EVENT_QUEUE
from server.faces.opcua.subscriptions.subscription import MAX_MESSAGE_BYTES
from server.faces.opcua.subscriptions.where_clause import (
    MAX_ELEMENTS,
    MAX_LIKES,
    MAX_LITERAL,
    MAX_OPERANDS,
    MAX_PATTERN,
)

PAGE = " ".join(
    (Path(__file__).parents[3] / "docs/opcua-subscriptions.md").read_text("utf-8").split()
)
LIMITS = SecureServerLimits()


@pytest.mark.parametrize(
    "words",
    [
        (
            f"{LIMITS.min_publishing_interval_s * 1000:.0f} ms to"
            f" {LIMITS.max_publishing_interval_s / 3600:.0f} h"
        ),
        f"values: one; events: {DEFAULT_EVENT_QUEUE}",
        f"up to {LIMITS.max_monitored_item_queue:,} per item",
        f"{LIMITS.max_queued_per_subscription:,} per subscription",
        f"{MAX_ELEMENTS} elements with {MAX_OPERANDS} operands",
        f"{MAX_LIKES} of them Like with patterns of up to {MAX_PATTERN} characters",
        f"a literal may have {MAX_LITERAL:,} characters",
        (
            f"up to {LIMITS.max_event_items_per_session} items of a session, and"
            f" {LIMITS.max_queued_event_bytes // 2**20} MB in the queues of a subscription"
        ),
        f"{LIMITS.max_publish_requests_per_session} Publish requests of a session",
        f"MaxNotificationsPerPublish or at {MAX_MESSAGE_BYTES // 1024} KB",
        (
            f"{LIMITS.max_unacknowledged_messages} messages, at most"
            f" {LIMITS.max_unacknowledged_bytes // 2**20} MB"
        ),
        f"{LIMITS.max_subscriptions_per_session} per account",
    ],
)
def test_the_page_says_what_is_enforced(words: str) -> None:
    assert words in PAGE
