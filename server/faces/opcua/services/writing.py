"""Storing a value that a client may write (OPC 10000-4, 5.11.4): type, range, timestamps."""

from dataclasses import replace
from typing import Final

from asyncua import ua

from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.failure import code_of, status
from server.faces.opcua.wire.index_range import spliced

_VALUE: Final = ua.AttributeIds.Value


async def store(session: SecureSession, wanted: ua.WriteValue) -> ua.StatusCode:
    """Store one value whose permission has been asked for; return what came of it.

    With an IndexRange only the elements that it names change.
    """
    given = wanted.Value
    if wanted.IndexRange:
        held = session.aspace.read_attribute_value(wanted.NodeId, _VALUE)
        part = given.Value if given is not None else None
        if part is None or held.Value is None:
            return status(ua.StatusCodes.BadIndexRangeNoData)
        try:
            whole = spliced(held.Value, wanted.IndexRange, part)
        except ua.UaStatusCodeError as unfit:
            return status(code_of(unfit) or ua.StatusCodes.BadIndexRangeInvalid)
        given = replace(given, Value=whole)
    now = session.rules.clock()
    source = given.SourceTimestamp or now  # whoever writes without one means the present
    stored = replace(given, SourceTimestamp=source, ServerTimestamp=now, ServerPicoseconds=None)
    return await session.aspace.write_attribute_value(wanted.NodeId, _VALUE, stored)
