"""The Attribute services (OPC 10000-4, 5.11): Read, Write and HistoryRead."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.services.writing import store
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.encode import data_value, int64, ticks
from server.faces.opcua.wire.encoded_value import BOTH, NEITHER, SERVER, SOURCE, encoded
from server.faces.opcua.wire.failure import service_failure, status
from server.faces.opcua.wire.turns import Room, Turn

_VALUE: Final = int(ua.AttributeIds.Value)
_BINARY: Final = "Default Binary"
_OTHER_ENCODINGS: Final = frozenset({"Default XML", "Default JSON"})
_SERVER_BIT: Final = 0x08


async def read(session: SecureSession, params: ua.ReadParameters) -> list[bytes]:
    """Answer Read with encoded values: every attribute as this caller may see it."""
    timestamps = int(params.TimestampsToReturn)
    check_read(params.MaxAge, timestamps)
    caller, now = session.active_caller, session.rules.clock()
    one = session.rules.access.read
    room, turn = Room(session.rules.limits.max_message_bytes), Turn()
    answers = []
    for wanted in params.NodesToRead:
        code = _encoding_fault(wanted)
        value = ua.DataValue(StatusCode=status(code)) if code else one(caller, wanted)
        answers.append(room.take(data_value(_timed(value, timestamps, now, wanted))))
        await turn.pass_on()
    return answers


async def read_in_turns(
    session: SecureSession, max_age: float, timestamps: int, wanted: Sequence[ua.ReadValueId]
) -> list[bytes]:
    """Answer Read as :func:`read_encoded` does, and let others be served in between."""
    turn = Turn()
    answers = []
    for one in read_one_by_one(session, max_age, timestamps, wanted):
        answers.append(one)
        await turn.pass_on()
    return answers


def read_encoded(
    session: SecureSession, max_age: float, timestamps: int, wanted: Sequence[ua.ReadValueId]
) -> list[bytes]:
    """Answer Read with encoded values; none of the entries asks for a part or an encoding."""
    return list(read_one_by_one(session, max_age, timestamps, wanted))


def read_one_by_one(
    session: SecureSession, max_age: float, timestamps: int, wanted: Sequence[ua.ReadValueId]
) -> Iterator[bytes]:
    """Yield the encoded values; ServiceError when the request or its answer cannot be."""
    check_read(max_age, timestamps)
    take = Room(session.rules.limits.max_message_bytes).take
    caller, read_one = session.active_caller, session.rules.access.read
    if timestamps in (SOURCE, NEITHER):
        for one in wanted:
            yield take(encoded(read_one(caller, one), timestamps))
        return
    without = SOURCE if timestamps == BOTH else NEITHER
    now = int64(ticks(session.rules.clock()))
    for one in wanted:
        value = read_one(caller, one)
        if value.ServerTimestamp is None and one.AttributeId == _VALUE:
            content = encoded(value, without)
            yield take(bytes((content[0] | _SERVER_BIT,)) + content[1:] + now)
        else:
            yield take(encoded(value, timestamps))


def check_read(max_age: float, timestamps: int) -> None:
    """Raise what is wrong with a Read request as a whole."""
    if max_age < 0:
        raise service_failure(ua.StatusCodes.BadMaxAgeInvalid)
    if not SOURCE <= timestamps <= NEITHER:
        raise service_failure(ua.StatusCodes.BadTimestampsToReturnInvalid)


def _timed(
    value: ua.DataValue, timestamps: int, now: datetime, wanted: ua.ReadValueId
) -> ua.DataValue:
    """Return the value with the timestamps that are asked for.

    What is served here is good at the moment of the answer, which is what a ServerTimestamp says
    (OPC 10000-4, 7.11.3); a value that brought one of its own keeps it.
    """
    source: Any = value.SourceTimestamp if timestamps in (SOURCE, BOTH) else None
    server: Any = value.ServerTimestamp if timestamps in (SERVER, BOTH) else None
    if server is None and timestamps in (SERVER, BOTH) and wanted.AttributeId == _VALUE:
        server = now
    if source is value.SourceTimestamp and server is value.ServerTimestamp:
        return value
    return replace(
        value,
        SourceTimestamp=source,
        SourcePicoseconds=None if source is None else value.SourcePicoseconds,
        ServerTimestamp=server,
        ServerPicoseconds=None if server is None else value.ServerPicoseconds,
    )


def _encoding_fault(wanted: ua.ReadValueId) -> int | None:
    """Return why the encoding that is asked for cannot be had (OPC 10000-4, 5.11.2.2)."""
    name = wanted.DataEncoding.Name
    if not name:
        return None
    if wanted.AttributeId != _VALUE or wanted.DataEncoding.NamespaceIndex:
        return ua.StatusCodes.BadDataEncodingInvalid
    if name in _OTHER_ENCODINGS:
        return ua.StatusCodes.BadDataEncodingUnsupported
    return None if name == _BINARY else ua.StatusCodes.BadDataEncodingInvalid


async def write(session: SecureSession, params: ua.WriteParameters) -> list[ua.StatusCode]:
    """Answer Write; whatever is denied is put on record."""
    return await write_all(session, params.NodesToWrite)


async def write_all(session: SecureSession, wanted: Sequence[ua.WriteValue]) -> list[ua.StatusCode]:
    """Write one entry after the other."""
    results = []
    refuse, caller = session.rules.access.refuse_write, session.active_caller
    audit = session.rules.audit
    for one in wanted:
        old = None
        if audit.is_followed:
            old = session.aspace.read_attribute_value(one.NodeId, one.AttributeId).Value
        code = await refuse(caller, one) or await store(session, one)
        if audit.is_followed:
            # Of what it may not read the caller is told nothing, nor is anybody else in its place.
            known = old if session.rules.access.may(caller, AccessKind.READ, one.NodeId) else None
            audit.written(caller, one, known, code)
        results.append(code)
    return results


async def history_read(
    session: SecureSession, params: ua.HistoryReadParameters
) -> list[ua.HistoryReadResult]:
    """Answer HistoryRead for the nodes whose history there is, and which this caller may read."""
    access, caller = session.rules.access, session.active_caller

    def refusal(wanted: ua.HistoryReadValueId) -> ua.StatusCode | None:
        if not access.may(caller, AccessKind.READ_HISTORY, wanted.NodeId):
            return access.denial(caller, wanted.NodeId)
        if wanted.NodeId not in session.aspace:
            return status(ua.StatusCodes.BadNodeIdUnknown)
        if not access.has_history(wanted.NodeId):
            return status(ua.StatusCodes.BadHistoryOperationUnsupported)
        return None

    history: Any = session.iserver.history_manager  # of our own; asyncua declares the stock one
    results: list[ua.HistoryReadResult] = await history.read_history(
        params, refusal, session.rules.limits.max_message_bytes
    )
    return results
