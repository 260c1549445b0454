"""A DataValue as the bytes that go out (OPC 10000-6, 5.2.2.17)."""

from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary


def encoded(value: ua.DataValue) -> bytes:
    """Return the binary encoding."""
    return bytes(struct_to_binary(value))
