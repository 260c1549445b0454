"""A client that makes every request of a subscription itself, so that nothing happens unseen."""

from dataclasses import dataclass, field
from typing import Any

from asyncua import Client, ua
from asyncua.ua.ua_binary import struct_from_binary
from asyncua.ua.uaprotocol_auto import DataChangeFilter

CYCLE_MS = 50.0
_PATIENCE = 200
"""Publish answers after which a keep-alive must have come."""


async def ask(client: Client, request: Any, response: type) -> Any:
    """Send a request and read the answer; UaStatusCodeError if it is a fault."""
    data = await client.uaclient.protocol.send_request(request, timeout=10)
    answer: Any = struct_from_binary(response, data)
    answer.ResponseHeader.ServiceResult.check()
    return answer


@dataclass(frozen=True, kw_only=True)
class Item:
    """What a monitored item is asked to be."""

    handle: int = 1
    queue: int = 100
    mode: ua.MonitoringMode = ua.MonitoringMode.Reporting
    sampling_ms: float = 0.0
    wanted: Any = None
    """The filter."""
    discard_oldest: bool = True
    attribute: ua.AttributeIds = ua.AttributeIds.Value
    index_range: str | None = None
    timestamps: ua.TimestampsToReturn = ua.TimestampsToReturn.Both

    def request(self, node_id: ua.NodeId) -> ua.MonitoredItemCreateRequest:
        """Return the request for a node."""
        parameters = ua.MonitoringParameters(
            ClientHandle=self.handle,
            SamplingInterval=self.sampling_ms,
            QueueSize=self.queue,
            DiscardOldest=self.discard_oldest,
        )
        parameters.Filter = self.wanted
        return ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(
                NodeId=node_id, AttributeId=self.attribute, IndexRange=self.index_range
            ),
            MonitoringMode=self.mode,
            RequestedParameters=parameters,
        )


@dataclass
class Subscriber:
    """One subscription of a client."""

    client: Client
    subscription_id: int
    revised: ua.CreateSubscriptionResult
    acknowledge: list[tuple[int, int]] = field(default_factory=list)
    """What the next Publish request acknowledges: subscription and sequence number."""

    @classmethod
    async def create(
        cls,
        client: Client,
        *,
        interval_ms: float = CYCLE_MS,
        keep_alive: int = 1,
        lifetime: int = 1000,
        **parameters: Any,
    ) -> "Subscriber":
        """Make a subscription that sends a keep-alive as soon as it has nothing else to send."""
        request = ua.CreateSubscriptionRequest()
        request.Parameters = ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=interval_ms,
            RequestedMaxKeepAliveCount=keep_alive,
            RequestedLifetimeCount=lifetime,
            **parameters,
        )
        revised = (await ask(client, request, ua.CreateSubscriptionResponse)).Parameters
        return cls(client, revised.SubscriptionId, revised)

    async def add(self, node_id: ua.NodeId, **facts: Any) -> ua.MonitoredItemCreateResult:
        """Make one item, an ``Item`` with these facts; the result says how that went."""
        item = Item(**facts)
        request = ua.CreateMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscription_id
        request.Parameters.TimestampsToReturn = item.timestamps
        request.Parameters.ItemsToCreate = [item.request(node_id)]
        (result,) = (await ask(self.client, request, ua.CreateMonitoredItemsResponse)).Results
        return result

    async def modify(self, item_id: int, **parameters: Any) -> ua.MonitoredItemModifyResult:
        """Modify one item."""
        wanted = parameters.pop("wanted", None)
        asked = ua.MonitoringParameters(**parameters)
        asked.Filter = wanted
        request = ua.ModifyMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscription_id
        request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
        request.Parameters.ItemsToModify = [
            ua.MonitoredItemModifyRequest(MonitoredItemId=item_id, RequestedParameters=asked)
        ]
        (result,) = (await ask(self.client, request, ua.ModifyMonitoredItemsResponse)).Results
        return result

    async def set_mode(self, mode: ua.MonitoringMode, *item_ids: int) -> list[str]:
        """Set the monitoring mode; return the names of the status codes."""
        request = ua.SetMonitoringModeRequest()
        request.Parameters.SubscriptionId = self.subscription_id
        request.Parameters.MonitoringMode = mode
        request.Parameters.MonitoredItemIds = list(item_ids)
        answer = await ask(self.client, request, ua.SetMonitoringModeResponse)
        return [one.name for one in answer.Parameters.Results]

    async def trigger(
        self, item_id: int, *, add: tuple[int, ...] = (), remove: tuple[int, ...] = ()
    ) -> ua.SetTriggeringResult:
        """Link items to the one that triggers them."""
        request = ua.SetTriggeringRequest()
        request.Parameters.SubscriptionId = self.subscription_id
        request.Parameters.TriggeringItemId = item_id
        request.Parameters.LinksToAdd = list(add)
        request.Parameters.LinksToRemove = list(remove)
        return (await ask(self.client, request, ua.SetTriggeringResponse)).Parameters

    async def publish(self) -> ua.PublishResult:
        """Send one Publish request and wait for its answer."""
        request = ua.PublishRequest()
        request.Parameters.SubscriptionAcknowledgements = [
            ua.SubscriptionAcknowledgement(subscription, sequence)
            for subscription, sequence in self.acknowledge
        ]
        self.acknowledge = []
        answer = (await ask(self.client, request, ua.PublishResponse)).Parameters
        if answer.NotificationMessage.NotificationData:
            number = answer.NotificationMessage.SequenceNumber
            self.acknowledge.append((answer.SubscriptionId, number))
        return answer

    async def until_quiet(self) -> list[Any]:
        """Return the notifications of all messages up to the next keep-alive."""
        found: list[Any] = []
        for _ in range(_PATIENCE):
            answer = await self.publish()
            if not answer.NotificationMessage.NotificationData:
                return found
            found += notifications(answer)
        raise AssertionError("no keep-alive came")

    async def values(self) -> list[Any]:
        """Return the plain values up to the next keep-alive."""
        return [one.Value.Value.Value for one in await self.until_quiet()]

    async def republish(self, sequence: int) -> ua.NotificationMessage:
        """Ask for a message once more."""
        request = ua.RepublishRequest()
        request.Parameters.SubscriptionId = self.subscription_id
        request.Parameters.RetransmitSequenceNumber = sequence
        return (await ask(self.client, request, ua.RepublishResponse)).NotificationMessage

    async def delete(self) -> None:
        """Delete the subscription."""
        await self.client.uaclient.delete_subscriptions([self.subscription_id])


def notifications(answer: ua.PublishResult) -> list[Any]:
    """Return the single notifications of an answer: values, event fields, changes of status."""
    found: list[Any] = []
    for part in answer.NotificationMessage.NotificationData:
        if isinstance(part, ua.DataChangeNotification):
            found += part.MonitoredItems
        elif isinstance(part, ua.EventNotificationList):
            found += part.Events
        else:
            found.append(part)
    return found


def deadband(size: float, *, percent: bool = False, **facts: Any) -> Any:
    """Return a data change filter with a deadband."""
    kind = ua.DeadbandType.Percent if percent else ua.DeadbandType.Absolute
    trigger = facts.get("trigger", ua.DataChangeTrigger.StatusValue)
    return DataChangeFilter(Trigger=trigger, DeadbandType=kind, DeadbandValue=size)


def triggered_by(trigger: ua.DataChangeTrigger) -> Any:
    """Return a data change filter without a deadband."""
    return DataChangeFilter(Trigger=trigger)


def selecting(*names: str, where: tuple[ua.ContentFilterElement, ...] = ()) -> ua.EventFilter:
    """Return an event filter that selects fields of BaseEventType."""
    return ua.EventFilter(
        SelectClauses=[field_of(name) for name in names],
        WhereClause=ua.ContentFilter(Elements=list(where)),
    )


def field_of(name: str, **facts: Any) -> ua.SimpleAttributeOperand:
    """Return a field of an event; ``A/B`` is deeper, ``2:A`` is in another namespace."""
    facts.setdefault("TypeDefinitionId", ua.NodeId(ua.ObjectIds.BaseEventType))
    facts.setdefault("AttributeId", ua.AttributeIds.Value)
    path = [ua.QualifiedName.from_string(one) for one in name.split("/")] if name else []
    return ua.SimpleAttributeOperand(BrowsePath=path, **facts)


def element(operator: ua.FilterOperator, *operands: Any) -> ua.ContentFilterElement:
    """Return an element of a where clause; what is no operand becomes a literal."""
    return ua.ContentFilterElement(
        FilterOperator=operator,
        FilterOperands=[
            one if isinstance(one, ua.FilterOperand) else literal(one) for one in operands
        ],
    )


def literal(value: Any) -> ua.LiteralOperand:
    """Return a literal operand."""
    return ua.LiteralOperand(Value=value if isinstance(value, ua.Variant) else ua.Variant(value))
