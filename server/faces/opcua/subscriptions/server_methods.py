"""GetMonitoredItems and ResendData of the Server object (OPC 10000-5, 9.1 and 9.2)."""

from asyncua import ua

from server.faces.opcua.methods.linked_methods import Methods
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall
from server.faces.opcua.subscriptions.engine import Subscriptions
from server.faces.opcua.subscriptions.subscription import Subscription
from server.faces.opcua.wire.failure import service_failure
from server.faces.opcua.wire.node_ids import standard


class ServerMethods:
    """The methods that are about subscriptions; they serve only the session that owns them."""

    def __init__(self, engine: Subscriptions) -> None:
        self._engine = engine

    def link(self, methods: Methods) -> None:
        """Let calls of the two methods come here."""
        for identifier, function in (
            (ua.ObjectIds.Server_GetMonitoredItems, self.get_monitored_items),
            (ua.ObjectIds.Server_ResendData, self.resend_data),
        ):
            methods.link_function(standard(identifier), function)

    def get_monitored_items(self, call: MethodCall) -> MethodAnswer:
        """Return the ids of all items of a subscription, the server's and the client's."""
        items = self._owned(call).items.values()
        ids = [ua.UInt32(item.item_id) for item in items]
        handles = [ua.UInt32(item.client_handle) for item in items]
        kind = ua.VariantType.UInt32
        return MethodAnswer(
            outputs=(
                ua.Variant(ids, kind, is_array=True),
                ua.Variant(handles, kind, is_array=True),
            )
        )

    def resend_data(self, call: MethodCall) -> MethodAnswer:
        """Send the present value of every data item with the next message."""
        self._engine.resend(self._owned(call))
        return MethodAnswer()

    def _owned(self, call: MethodCall) -> Subscription:
        subscription = self._engine.all.get(call.values[0])
        publisher = subscription.publisher if subscription is not None else None
        owner = publisher.caller if publisher is not None else None
        if subscription is None or owner is None or owner.session_id != call.caller.session_id:
            raise service_failure(ua.StatusCodes.BadSubscriptionIdInvalid)
        subscription.keep_alive()
        return subscription
