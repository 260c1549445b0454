"""What the ways of a request need of the channel that it came on."""

from typing import Any, Protocol

from server.faces.opcua.sessions.internal_server import SecureInternalServer
from server.faces.opcua.sessions.session import SecureSession


class AnsweringChannel(Protocol):
    """A secure channel seen from a service."""

    name: Any
    iserver: SecureInternalServer

    def session_with_token(self, token: bytes) -> SecureSession | None:
        """Return the channel's session if the encoded authentication token is its own."""
        ...

    def enter(self, session: SecureSession, service: int | None) -> None:
        """Let a request of the session in, or raise why not."""
        ...

    def send_response(self, requesthandle: Any, seqhdr: Any, response: Any) -> None:
        """Send a response that asyncua's codec encodes."""
        ...

    def send_packed(self, request_id: int, request_handle: int, body: bytes) -> None:
        """Send a response that is encoded already, header and all."""
        ...

    def send_fault(self, request_id: int, request_handle: int, code: int) -> None:
        """Send a ServiceFault."""
        ...
