"""Making NodeIds of the standard namespace and opaque ones."""

from asyncua import ua


def standard(identifier: int) -> ua.NodeId:
    """Return the NodeId of a node that OPC 10000-5 defines."""
    return ua.NodeId(ua.Int32(identifier))


def opaque(content: bytes) -> ua.NodeId:
    """Return a NodeId of the kind that says nothing to the reader (OPC 10000-3, 8.2.3)."""
    return ua.NodeId(ua.ByteString(content), ua.Int16(0), ua.NodeIdType.ByteString)
