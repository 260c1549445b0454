"""The hardened server: open it, fill its address space, start it."""

import asyncio
import math
from typing import Self

import asyncua
from asyncua import ua
from asyncua.common.node import Node
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from typing_extensions import override

from server.faces.opcua.access.caller import (
    Authenticate,
    AuthenticateCertificate,
    Caller,
    no_certificates,
)
from server.faces.opcua.access.permissions import OnDeniedWrite, Permissions
from server.faces.opcua.diagnostics.served_nodes import (
    empty_what_is_empty,
    say_what_cannot_be_called,
    show_redundancy,
    take_away_unserved,
)
from server.faces.opcua.diagnostics.server_object import serve_diagnostics
from server.faces.opcua.diagnostics.server_status import ServerStatus, build_info
from server.faces.opcua.events.event_notification import (
    SERVER,
    EventNotification,
    NotifierTree,
)
from server.faces.opcua.methods.method_call import MethodCoroutine, MethodFunction
from server.faces.opcua.secure.capabilities import fill_capabilities
from server.faces.opcua.secure.connection import ChannelLimits
from server.faces.opcua.secure.endpoints import endpoint, offered, policy_factory
from server.faces.opcua.secure.transport import SecureBinaryServer
from server.faces.opcua.sessions.internal_server import SecureInternalServer
from server.faces.opcua.settings import Clock, SecureServerLimits, SecureServerSettings
from server.faces.opcua.subscriptions.server_methods import ServerMethods
from server.faces.opcua.subscriptions.watches import Watch
from server.faces.opcua.trust.certificates import (
    CertificateUse,
    OwnCertificate,
    ensure_own_certificate,
)
from server.faces.opcua.types.standard_types import correct_standard_types

_CHUNK_BYTES = 65535
_FAREWELL_S = 0.2
_VALUE = ua.AttributeIds.Value


class SecureServer(asyncua.Server):
    """asyncua's server behind the wall: everything it offers is checked, bounded and owned."""

    iserver: SecureInternalServer

    def __init__(self, internal: SecureInternalServer, settings: SecureServerSettings) -> None:
        super().__init__(iserver=internal)
        self.settings = settings
        self.name = settings.server_name
        self.product_uri = settings.product_uri
        self.manufacturer_name = settings.manufacturer_name
        self.application_type = ua.ApplicationType.Server
        self._application_uri = settings.application_uri
        self.limits = _transport_limits(settings.limits)
        self.own_certificate: OwnCertificate
        self._notifiers: NotifierTree | None = None
        self._status = ServerStatus(build_info(settings), internal.clock)

    @classmethod
    async def open(
        cls,
        settings: SecureServerSettings,
        *,
        authenticate: Authenticate,
        authenticate_certificate: AuthenticateCertificate = no_certificates,
        permissions: Permissions,
        clock: Clock,
        on_denied_write: OnDeniedWrite | None = None,
    ) -> Self:
        """Build the server with the standard address space; it does not listen before ``start``.

        Raises CertificateFault if the server's own certificate cannot be used.
        """
        internal = SecureInternalServer(
            settings,
            authenticate=authenticate,
            authenticate_certificate=authenticate_certificate,
            permissions=permissions,
            clock=clock,
            on_denied_write=on_denied_write,
        )
        server = cls(internal, settings)
        server.own_certificate = own_certificate(settings, clock)
        await server.init()
        correct_standard_types(server.iserver.aspace)
        take_away_unserved(server.iserver.aspace)
        internal.certificate = x509.load_der_x509_certificate(server.own_certificate.der)
        internal.private_key = load_pem_private_key(
            server.own_certificate.private_key_path.read_bytes(), password=None
        )
        return server

    @override
    async def start(self) -> None:
        """Listen; ``bound_port`` says where."""
        uri, redundant = self.settings.application_uri, self.settings.redundant_servers
        await fill_capabilities(self.iserver, uri, redundant)
        self._notifiers = NotifierTree(self.iserver.aspace)
        self.iserver.audit.tell = self.tell
        self.iserver.audit.is_heard = lambda: self.iserver.subscriptions.has_event_items
        ServerMethods(self.iserver.subscriptions).link(self.iserver.rules.methods)
        show_redundancy(self.iserver.aspace, is_redundant=bool(redundant))
        empty_what_is_empty(self.iserver.aspace)
        say_what_cannot_be_called(self.iserver.aspace, self.iserver.rules.methods)
        serve_diagnostics(self.iserver, self._status)
        self.bserver = SecureBinaryServer(
            self.iserver, self.settings.endpoint_host, self.settings.port, self.limits
        )
        self.bserver.set_policies(
            [
                policy_factory(policy, self.iserver.certificate, self.iserver.private_key)
                for policy in offered(self.settings)
            ]
        )
        await self.bserver.start()
        self.set_endpoint(self.endpoint_url)
        self._describe_endpoints()
        await self.iserver.start()

    @override
    async def stop(self) -> None:
        """Tell the clients that the server ends, then hang up."""
        self._status.shut_down("The server was told to stop.")
        if self.iserver.subscriptions.say_all():
            # Some clients forget what they have not looked at when their connection goes.
            await asyncio.sleep(_FAREWELL_S)
        await super().stop()

    @property
    def bound_port(self) -> int:
        """The port the server listens on."""
        if not isinstance(self.bserver, SecureBinaryServer):
            raise ConnectionError("the OPC UA server is not started, so it has no port yet")
        return self.bserver.bound_port

    @property
    def endpoint_url(self) -> str:
        """The URL that clients connect to."""
        host = self.settings.endpoint_host
        if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
            host = next(iter(self.settings.host_names), "localhost")
        return f"opc.tcp://{f'[{host}]' if ':' in host else host}:{self.bound_port}"

    @override
    def link_method(
        self, node: Node | ua.NodeId, callback: MethodCoroutine, *, records_denials: bool = False
    ) -> None:
        """Let calls of a method node run a coroutine.

        One that ``records_denials`` is run for callers who may not call it, too.
        """
        methods = self.iserver.rules.methods
        methods.link(_node_id(node), callback, records_denials=records_denials)

    def link_function(self, node: Node | ua.NodeId, function: MethodFunction) -> None:
        """Let calls of a method node run a function that never waits, and be answered at once."""
        self.iserver.rules.methods.link_function(_node_id(node), function)

    def unlink_method(self, node: Node | ua.NodeId) -> None:
        """Forget what runs behind a method node."""
        self.iserver.rules.methods.unlink(_node_id(node))

    def declare_writable(self, node_id: ua.NodeId) -> None:
        """Let clients write the value of a variable, as far as the permission hook lets them."""
        node = self.iserver.aspace[node_id]
        for attribute in (ua.AttributeIds.AccessLevel, ua.AttributeIds.UserAccessLevel):
            held = node.attributes[attribute].value
            bits = held.Value.Value if held is not None and held.Value is not None else 0
            level = (bits or 0) | (1 << ua.AccessLevel.CurrentWrite)
            node.attributes[attribute].value = ua.DataValue(ua.Variant(level, ua.VariantType.Byte))
        self.iserver.rules.access.declare_writable(node_id)

    async def write_value(self, node_id: ua.NodeId, value: ua.DataValue) -> None:
        """Set a variable's value from within; its monitored items are told. No type is checked."""
        attribute = self.iserver.aspace[node_id].attributes[_VALUE]
        attribute.value = value
        attribute.value_callback = None
        watchers = attribute.datachange_callbacks
        if not watchers:
            return
        for handle, callback in tuple(watchers.items()):
            if isinstance(callback, Watch):
                callback.notify(value)
            else:
                await callback(handle, value)

    async def emit_event(self, event: EventNotification, source: ua.NodeId) -> None:
        """Hand an event to the subscribers of its source, of all above it and of Server."""
        self.tell(event, source)

    def tell(self, event: EventNotification, source: ua.NodeId) -> None:
        """Hand an event to the subscribers of its source, of all above it and of Server."""
        if self._notifiers is None:
            return  # not started: there is nobody to tell
        if self.iserver.subscriptions.has_event_items:
            notifiers = self._notifiers.passing_on(source, *event.also)
            self.iserver.subscriptions.emit(event, notifiers)

    def events_to(
        self,
        caller: Caller,
        subscription_id: int,
        item_id: int | None,
        events: list[EventNotification],
    ) -> None:
        """Hand events to one subscription of the caller, or to one item of it, and nobody else.

        Those of the Server object itself, the marks of a refresh, pass by the filters. ServiceError
        BadSubscriptionIdInvalid or BadMonitoredItemIdInvalid when there is none of these ids.
        """
        notifiers = self._notifiers
        if notifiers is None:
            return
        told = (
            (
                one,
                None
                if one.source_node == SERVER
                else frozenset(notifiers.passing_on(one.source_node, *one.also)),
            )
            for one in events
        )
        self.iserver.subscriptions.events_to(caller, subscription_id, item_id, told)

    def _describe_endpoints(self) -> None:
        application = ua.ApplicationDescription(
            ApplicationUri=self.settings.application_uri,
            ProductUri=self.settings.product_uri,
            ApplicationName=ua.LocalizedText(self.settings.server_name),
            ApplicationType=self.application_type,
            DiscoveryUrls=[self.endpoint_url],
        )
        self.iserver.endpoints = [
            endpoint(policy, application, self.own_certificate.der)
            for policy in offered(self.settings)
        ]


def own_certificate(settings: SecureServerSettings, clock: Clock) -> OwnCertificate:
    """Return the server's own certificate, made anew where there is none; CertificateFault."""
    return ensure_own_certificate(
        settings.certificates_dir / "own",
        application_uri=settings.application_uri,
        common_name=settings.server_name,
        host_names=(*_names_of(settings.endpoint_host), *settings.host_names),
        clock=clock,
        use=CertificateUse.SERVER,
    )


def _transport_limits(limits: SecureServerLimits) -> ChannelLimits:
    return ChannelLimits(
        max_recv_buffer=_CHUNK_BYTES,
        max_send_buffer=_CHUNK_BYTES,
        max_chunk_count=math.ceil(limits.max_message_bytes / _CHUNK_BYTES) + 1,
        max_message_size=limits.max_message_bytes,
    )


def _names_of(endpoint_host: str) -> tuple[str, ...]:
    return () if endpoint_host in {"", "0.0.0.0", "::"} else (endpoint_host,)  # noqa: S104 - compared, not bound


def _node_id(node: Node | ua.NodeId) -> ua.NodeId:
    return node.nodeid if isinstance(node, Node) else node
