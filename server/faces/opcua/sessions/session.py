"""A client's session: a token nobody can guess, one channel at a time, only what it may do."""

import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from asyncua import ua
from asyncua.common.utils import create_nonce
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession, SessionState
from asyncua.server.internal_subscription import InternalSubscription
from typing_extensions import override

from server.faces.opcua.access.caller import Account, Caller
from server.faces.opcua.access.node_access import NodeAccess
from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.methods.linked_methods import Methods
from server.faces.opcua.sessions.channel_facts import ChannelFacts
from server.faces.opcua.settings import Clock, SecureServerLimits
from server.faces.opcua.subscriptions.subscriptions import OwnedSubscriptions
from server.faces.opcua.wire.encode import node_id as node_id_bytes
from server.faces.opcua.wire.failure import service_failure, status
from server.faces.opcua.wire.node_ids import opaque

_log = logging.getLogger(__name__)

TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRules:
    """What all sessions of one server have in common."""

    limits: SecureServerLimits
    clock: Clock
    access: NodeAccess
    methods: Methods
    subscriptions: OwnedSubscriptions


class SecureSession(InternalSession):
    """What asyncua calls the internal session of an external client."""

    def __init__(self, server: InternalServer, rules: SessionRules, name: str) -> None:
        super().__init__(server, server.aspace, rules.subscriptions, name, external=False)
        self.external = True
        self.rules = rules
        self.auth_token = opaque(secrets.token_bytes(TOKEN_BYTES))
        self.packed_token = node_id_bytes(self.auth_token)
        self.session_id = opaque(secrets.token_bytes(16))
        self.iserver.register_external_session(self)
        self.session_name = name
        self.application_uri = ""
        self.caller: Caller | None = None
        self.channel: ChannelFacts | None = None
        self.calls_in_progress = 0
        self.leave_channel: Callable[[], None] | None = None

    @override
    async def create_session(
        self, params: ua.CreateSessionParameters, sockname: tuple[str, int] | None = None
    ) -> ua.CreateSessionResult:
        limits = self.rules.limits
        self.session_name = params.SessionName or self.name
        self.application_uri = params.ClientDescription.ApplicationUri or ""
        # max() with the limit first also turns a NaN into the limit.
        timeout_s = min(
            max(limits.min_session_timeout_s, params.RequestedSessionTimeout / 1000),
            limits.max_session_timeout_s,
        )
        self.session_timeout = timeout_s
        self.nonce = create_nonce(32)
        asked = ua.GetEndpointsParameters(EndpointUrl=params.EndpointUrl)
        return ua.CreateSessionResult(
            SessionId=self.session_id,
            AuthenticationToken=self.auth_token,
            RevisedSessionTimeout=ua.Duration(timeout_s * 1000),
            ServerNonce=self.nonce,
            ServerEndpoints=await self.get_endpoints(params=asked, sockname=sockname),
            MaxRequestMessageSize=ua.UInt32(limits.max_message_bytes),
        )

    def activate(self, account: Account, channel: ChannelFacts) -> ua.ActivateSessionResult:
        """Bind the session to the account and the channel; from here on only this channel counts.

        The identity of a session never changes: a client that wants another one makes a session.
        """
        if self.state == SessionState.Closed:
            raise service_failure(ua.StatusCodes.BadSessionIdInvalid)
        if self.caller is not None and self.caller.account != account:
            raise service_failure(ua.StatusCodes.BadIdentityChangeNotSupported)
        self.channel = channel
        self.caller = Caller(
            account=account,
            session_id=self.session_id,
            session_name=self.session_name,
            security_policy_uri=channel.policy_uri,
            security_mode=channel.mode,
            client_address=channel.client_address,
            client_application_uri=self.application_uri,
            client_certificate=channel.client_fingerprint,
            read_only=channel.is_open_to_anybody,
        )
        self.nonce = create_nonce(32)
        self.state = SessionState.Activated
        self.touch()
        self._start_timeout_watchdog()
        _log.info("session %s of account %s is active", self.session_name, account.name)
        return ua.ActivateSessionResult(ServerNonce=self.nonce)

    @override
    async def close_session(self, delete_subs: bool = True) -> None:
        # Subscriptions that outlive their session would be nobody's: they cannot be transferred.
        await super().close_session(True)

    @property
    def active_caller(self) -> Caller:
        """Who acts through this session; fails if nobody has logged in."""
        if self.caller is None:
            raise service_failure(ua.StatusCodes.BadSessionNotActivated)
        return self.caller

    @override
    async def create_monitored_items(
        self, params: ua.CreateMonitoredItemsParameters
    ) -> list[ua.MonitoredItemCreateResult]:
        subscriptions = self.rules.subscriptions
        subscriptions.of_session(params.SubscriptionId, self.session_id)
        items = params.ItemsToCreate
        room = self.rules.limits.max_monitored_items_per_session - subscriptions.item_count(
            self.session_id
        )
        refusals = [self._refuse_item(item, place < room) for place, item in enumerate(items)]
        params.ItemsToCreate = [
            item for item, code in zip(items, refusals, strict=True) if code is None
        ]
        created = iter(await subscriptions.create_monitored_items(params))
        return [
            next(created) if code is None else ua.MonitoredItemCreateResult(StatusCode=status(code))
            for code in refusals
        ]

    def _refuse_item(self, item: ua.MonitoredItemCreateRequest, has_room: bool) -> int | None:  # noqa: FBT001 - private
        node_id, attribute = item.ItemToMonitor.NodeId, item.ItemToMonitor.AttributeId
        access = self.rules.access
        if node_id not in self.aspace or not access.may(
            self.active_caller, AccessKind.BROWSE, node_id
        ):
            return ua.StatusCodes.BadNodeIdUnknown
        if not access.may(self.active_caller, AccessKind.SUBSCRIBE, node_id):
            return ua.StatusCodes.BadUserAccessDenied
        if attribute == ua.AttributeIds.Value and not access.is_readable(node_id):
            return ua.StatusCodes.BadNotReadable
        return None if has_room else ua.StatusCodes.BadTooManyMonitoredItems

    @override
    async def modify_monitored_items(
        self, params: ua.ModifyMonitoredItemsParameters
    ) -> list[ua.MonitoredItemModifyResult]:
        self._own(params.SubscriptionId)
        return self.subscription_service.modify_monitored_items(params)

    @override
    async def delete_monitored_items(
        self, params: ua.DeleteMonitoredItemsParameters
    ) -> list[ua.StatusCode]:
        self._own(params.SubscriptionId)
        return self.subscription_service.delete_monitored_items(params)

    @override
    async def set_monitoring_mode(
        self, params: ua.SetMonitoringModeParameters
    ) -> list[ua.StatusCode]:
        self._own(params.SubscriptionId)
        return await self.subscription_service.set_monitoring_mode(params)

    @override
    async def set_publishing_mode(
        self, params: ua.SetPublishingModeParameters
    ) -> list[ua.StatusCode]:
        params.SubscriptionIds = self._hide_foreign(params.SubscriptionIds)
        return await self.subscription_service.set_publishing_mode(params)

    @override
    async def delete_subscriptions(self, ids: list[int]) -> list[ua.StatusCode]:
        return await self.subscription_service.delete_subscriptions(self._hide_foreign(ids))

    @override
    def modify_subscription(
        self, params: ua.ModifySubscriptionParameters
    ) -> ua.ModifySubscriptionResult:
        self._own(params.SubscriptionId)
        return self.subscription_service.modify_subscription(params)

    @override
    def republish(self, params: ua.RepublishParameters) -> ua.NotificationMessage:
        subscription = self._own(params.SubscriptionId)
        kept = subscription._not_acknowledged_results.get(params.RetransmitSequenceNumber)  # noqa: SLF001 - asyncua's own republish forgets the message it sends
        if kept is None:
            raise service_failure(ua.StatusCodes.BadMessageNotAvailable)
        message: ua.NotificationMessage = kept.NotificationMessage
        return message

    @override
    def publish(
        self, acks: Iterable[ua.SubscriptionAcknowledgement] | None = None
    ) -> tuple[int, list[ua.StatusCode]]:
        owned = {
            one.data.SubscriptionId: one for one in self.rules.subscriptions.owned(self.session_id)
        }
        if not owned:
            raise service_failure(ua.StatusCodes.BadNoSubscription)
        results = []
        for ack in acks or ():
            subscription = owned.get(ack.SubscriptionId)
            if subscription is None:
                results.append(status(ua.StatusCodes.BadSubscriptionIdInvalid))
                continue
            subscription.publish([ack.SequenceNumber])
            results.append(ua.StatusCode())
        return len(owned), results

    def _own(self, subscription_id: int) -> InternalSubscription:
        return self.rules.subscriptions.of_session(subscription_id, self.session_id)

    def _hide_foreign(self, ids: Sequence[int]) -> list[int]:
        """Return the ids with 0, which no subscription has, in the place of those of others."""
        owned = {one.data.SubscriptionId for one in self.rules.subscriptions.owned(self.session_id)}
        return [one if one in owned else 0 for one in ids]
