"""SessionSecurityDiagnosticsDataType as it is on the wire (OPC 10000-5, 12.12).

asyncua takes the field ``Encoding`` of this structure for a mask of optional fields and sends a
byte where a string belongs, so that no client can read what follows.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asyncua import ua

from server.faces.opcua.namespaces import standard
from server.faces.opcua.types.structure_codec import Text, register

if TYPE_CHECKING:  # what the value is, and below how it is written
    Octets = bytes
else:
    Octets = ua.ByteString

_I: Final = ua.ObjectIds


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSecurityDiagnosticsDataType:
    """Who uses a session, and how its channel is secured."""

    SessionId: ua.NodeId = field(default_factory=ua.NodeId)
    ClientUserIdOfSession: Text = ""
    ClientUserIdHistory: list[Text] = field(default_factory=list)
    AuthenticationMechanism: Text = ""
    Encoding_: Text = ""
    """How messages are encoded; the name without the underscore means something to the codec."""
    TransportProtocol: Text = ""
    SecurityMode: ua.MessageSecurityMode = ua.MessageSecurityMode.Invalid
    SecurityPolicyUri: Text = ""
    ClientCertificate: Octets = b""


register(
    (
        (
            SessionSecurityDiagnosticsDataType,
            _I.SessionSecurityDiagnosticsDataType,
            _I.SessionSecurityDiagnosticsDataType_Encoding_DefaultBinary,
        ),
    ),
    standard,
)
