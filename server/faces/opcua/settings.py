"""What the hardened server is told at start; every limit named here is enforced."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

Clock = Callable[[], datetime]
"""Gives the present time, UTC and aware."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureServerLimits:
    """Bounds of everything that a client can make grow."""

    max_connections: int = 100
    """TCP connections, with and without a session."""
    max_sessions: int = 50
    max_subscriptions: int = 500
    max_subscriptions_per_session: int = 20
    max_monitored_items_per_session: int = 10_000
    max_monitored_items: int = 500_000
    """Of all sessions together, those included that have ended and left their items behind."""
    max_event_items_per_session: int = 100
    """Of the monitored items those of events: each of their filters looks at every event."""
    max_monitored_item_queue: int = 1_000
    """Values or events kept per monitored item between two publish answers."""
    max_queued_per_subscription: int = 500_000
    """What all queues of a subscription together may hold; queues are granted within it."""
    max_queued_event_bytes: int = 4 * 1024 * 1024
    """What the events that wait in the queues of one subscription may take."""
    max_unacknowledged_messages: int = 200
    """Notification messages kept per subscription for Republish."""
    max_unacknowledged_bytes: int = 8 * 1024 * 1024
    """Their size, all together; the oldest go first."""
    max_publish_requests_per_session: int = 50
    """Publish requests that wait for an answer; more are accepted with more subscriptions."""
    max_nodes_per_request: int = 2_000
    """Read, Write, Browse, TranslateBrowsePaths, monitored items: entries in one request."""
    max_history_nodes_per_request: int = 100
    """HistoryRead: entries in one request; each may be answered with thousands of values."""
    max_references_per_node: int = 1_000
    """References in one BrowseResult; what is more comes with BrowseNext."""
    max_browse_continuation_points: int = 10
    """Of one session; further Browse results that do not fit are refused until one is free."""
    max_methods_per_request: int = 32
    max_calls_in_progress: int = 8
    """Call and HistoryRead requests of one session that are being worked on."""
    max_message_bytes: int = 4 * 1024 * 1024
    max_pending_messages: int = 200
    """Requests of one connection that wait for their turn."""
    max_send_backlog_bytes: int = 16 * 1024 * 1024
    """Answers a client has not fetched from its socket; a client that is slower is cut off."""
    min_session_timeout_s: float = 10.0
    max_session_timeout_s: float = 600.0
    max_channel_lifetime_s: float = 3600.0
    min_publishing_interval_s: float = 0.05
    max_publishing_interval_s: float = 3600.0
    activation_timeout_s: float = 30.0
    """A connection without an activated session after this time is closed."""
    login_refusal_after_s: float = 0.25
    """No failed login is answered sooner, so that its duration tells nothing."""
    max_logins_in_progress: int = 4
    max_rejected_certificates: int = 50
    max_trusted_on_first_use: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureServerSettings:
    """Where the server listens, who it says it is, and whom it lets in."""

    endpoint_host: str
    port: int
    """0 takes any free port."""
    application_uri: str
    server_name: str
    certificates_dir: Path
    product_uri: str = "urn:interlock-mes"
    manufacturer_name: str = "Interlock"
    software_version: str = ""
    host_names: tuple[str, ...] = ()
    """Further DNS names and addresses under which clients reach this server."""
    allow_policy_none: bool = False
    """Demo only: anonymous sessions on SecurityPolicy None, which may read and never change."""
    trust_unknown_clients: bool = False
    """Commissioning only: an unknown client certificate is trusted at its first use."""
    redundant_servers: tuple[str, ...] = ()
    """Application URIs of all servers of the redundant set with this one; empty without one."""
    limits: SecureServerLimits = field(default_factory=SecureServerLimits)
