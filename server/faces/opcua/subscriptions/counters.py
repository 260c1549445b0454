"""What is counted about one subscription (OPC 10000-5, 12.15)."""

from dataclasses import dataclass


@dataclass(slots=True)
class SubscriptionCounters:
    """Numbers since the subscription was created; they only grow."""

    modified: int = 0
    enabled: int = 0
    disabled: int = 0
    republish_requests: int = 0
    republished: int = 0
    """Messages that were still there and sent again."""
    transfer_requests: int = 0
    transferred_to_other_clients: int = 0
    transferred_to_same_client: int = 0
    published: int = 0
    """Publish requests that were answered for it."""
    data_changes: int = 0
    events: int = 0
    late: int = 0
    """How often it had something to say and no Publish request to say it with."""
    discarded_messages: int = 0
    """Messages that were forgotten before the client acknowledged them."""
    data_overflows: int = 0
    """Values that found the queue of their item full; a queue of one just keeps the newest."""
    event_overflows: int = 0
