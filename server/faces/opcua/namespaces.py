"""The namespaces in their fixed order, and NodeIds in each of them.

The order is part of the interface: NodeIds that a SCADA system has stored hold a namespace index,
and asyncua's registry of structures is keyed by it.
"""

from collections.abc import Container
from typing import Final

from asyncua import ua

ISA95_URI: Final = "http://www.OPCFoundation.org/UA/2013/01/ISA95"
TYPES_URI: Final = "urn:interlock-mes:execution:types"
PLANT_URI: Final = "urn:interlock-mes:plant"
JOB_CONTROL_URI: Final = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/"
PACKML_URI: Final = "http://opcfoundation.org/UA/PackML/"

ISA95: Final = 2
TYPES: Final = 3
PLANT: Final = 4
JOB_CONTROL: Final = 5
PACKML: Final = 6

OWN_URIS: Final = (
    (ISA95, ISA95_URI),
    (TYPES, TYPES_URI),
    (PLANT, PLANT_URI),
    (JOB_CONTROL, JOB_CONTROL_URI),
    (PACKML, PACKML_URI),
)
"""What follows 0 (OPC UA itself) and 1 (this server's application URI)."""


def standard(number: int) -> ua.NodeId:
    """Return a NodeId of OPC UA itself (OPC 10000-6, Annex A)."""
    return ua.NodeId(ua.Int32(number), ua.Int16(0))


def isa95(number: int) -> ua.NodeId:
    """Return a NodeId of the ISA-95 Common Object Model (OPC 10030)."""
    return ua.NodeId(ua.Int32(number), ua.Int16(ISA95))


def types(number: int) -> ua.NodeId:
    """Return a NodeId of our own types."""
    return ua.NodeId(ua.Int32(number), ua.Int16(TYPES))


def job_control(number: int) -> ua.NodeId:
    """Return a NodeId of ISA-95 Job Control V2 (OPC 10031-4)."""
    return ua.NodeId(ua.Int32(number), ua.Int16(JOB_CONTROL))


def packml(number: int) -> ua.NodeId:
    """Return a NodeId of PackML (OPC 30050)."""
    return ua.NodeId(ua.Int32(number), ua.Int16(PACKML))


def word(name: str, taken: Container[str] = ()) -> str:
    """Return an id that somebody chose as one word of a path.

    It can't be taken for a path of its own, nor for what is called so at the same place
    (``taken``): what would be is written as %XX, as URIs do.
    """
    safe = name.replace("%", "%25").replace("/", "%2F")
    return f"%{ord(safe[0]):02X}{safe[1:]}" if safe in taken else safe


def plant(*path: str) -> ua.NodeId:
    """Return the NodeId of an instance: the words of its path with slashes between."""
    return ua.NodeId(ua.String("/".join(path)), ua.Int16(PLANT))
