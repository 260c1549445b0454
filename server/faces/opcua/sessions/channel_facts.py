"""What is known about a secure channel; two channels are the same only if they are one object."""

from dataclasses import dataclass

from asyncua import ua


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChannelFacts:
    """One secure channel after its client certificate was checked."""

    policy_uri: str
    mode: ua.MessageSecurityMode
    client_address: str
    client_fingerprint: str
    """SHA-256 of the client's certificate in hex; empty on SecurityPolicy None."""
    client_certificate: bytes = b""
    """That certificate, DER; empty on SecurityPolicy None."""
    client_application_uris: tuple[str, ...] = ()
    """The ApplicationUri entries of the client's certificate."""

    @property
    def is_open_to_anybody(self) -> bool:
        """Whether the channel has no security: neither side knows the other, all can listen."""
        return self.mode is ua.MessageSecurityMode.None_
