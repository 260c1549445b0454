"""The services of the short way: parameters from bytes, the ordinary answer, bytes again.

Each of them raises one of :data:`~server.faces.opcua.wire.decode.BAD_INPUT` before it does
anything if the request has a form that it does not know.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from asyncua import ua

from server.faces.opcua.services.attributes import read_encoded, read_in_turns, write_all
from server.faces.opcua.services.calls import call_all, one_at_once
from server.faces.opcua.services.catalogue import LIST_SERVICES
from server.faces.opcua.services.views import browse_all, browse_in_turns
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.decode import UnusualError
from server.faces.opcua.wire.quick import (
    browse_parameters,
    call_parameters,
    call_results,
    packed_results,
    read_parameters,
    status_results,
    write_parameters,
)

_READ: Final = ua.ObjectIds.ReadRequest_Encoding_DefaultBinary
_BROWSE: Final = ua.ObjectIds.BrowseRequest_Encoding_DefaultBinary
_WRITE: Final = ua.ObjectIds.WriteRequest_Encoding_DefaultBinary
_CALL: Final = ua.ObjectIds.CallRequest_Encoding_DefaultBinary

_READ_AT_ONCE: Final = 500
"""Values that are read without a break; some milliseconds' worth."""
_BROWSED_AT_ONCE: Final = 10
"""Nodes that are browsed without a break: each may have hundreds of references."""


def _read(session: SecureSession, body: bytes, at: int) -> bytes:
    most = min(_READ_AT_ONCE, _limit(session, _READ))
    max_age, timestamps, wanted = read_parameters(body, at, most)
    _check_not_empty(wanted)
    return packed_results(read_encoded(session, max_age, timestamps, wanted))


def _read_more(session: SecureSession, body: bytes, at: int) -> Awaitable[bytes]:
    max_age, timestamps, wanted = read_parameters(body, at, _limit(session, _READ))
    _check_not_empty(wanted)

    async def answer() -> bytes:
        return packed_results(await read_in_turns(session, max_age, timestamps, wanted))

    return answer()


def _browse(session: SecureSession, body: bytes, at: int) -> bytes:
    view, most, wanted = browse_parameters(
        body, at, min(_BROWSED_AT_ONCE, _limit(session, _BROWSE))
    )
    _check_not_empty(wanted)
    return packed_results(browse_all(session, view, most, wanted))


def _browse_more(session: SecureSession, body: bytes, at: int) -> Awaitable[bytes]:
    view, most, wanted = browse_parameters(body, at, _limit(session, _BROWSE))
    _check_not_empty(wanted)

    async def answer() -> bytes:
        return packed_results(await browse_in_turns(session, view, most, wanted))

    return answer()


def _write(session: SecureSession, body: bytes, at: int) -> Awaitable[bytes]:
    wanted = write_parameters(body, at, _limit(session, _WRITE))
    _check_not_empty(wanted)

    async def answer() -> bytes:
        return status_results(await write_all(session, wanted))

    return answer()


def _call(session: SecureSession, body: bytes, at: int) -> Awaitable[bytes] | Callable[[], bytes]:
    wanted = call_parameters(body, at, _limit(session, _CALL))
    _check_not_empty(wanted)
    if len(wanted) == 1:
        at_once = one_at_once(session, wanted[0])
        if at_once is not None:
            return lambda: call_results((at_once(),))

    async def answer() -> bytes:
        return call_results(await call_all(session, wanted))

    return answer()


def _limit(session: SecureSession, service: int) -> int:
    """Return beyond how many entries the ordinary way has to say that there are too many."""
    return LIST_SERVICES[service].limit(session.rules.limits)


def _check_not_empty(wanted: Sequence[object]) -> None:
    """Leave it to the ordinary way to say that there is nothing to do."""
    if not wanted:
        raise UnusualError


AT_ONCE: Final[dict[int, tuple[int, Callable[[SecureSession, bytes, int], bytes]]]] = {
    _READ: (ua.ObjectIds.ReadResponse_Encoding_DefaultBinary, _read),
    _BROWSE: (ua.ObjectIds.BrowseResponse_Encoding_DefaultBinary, _browse),
}
"""By request: the response and what answers it on the spot, unless it has many entries."""

AWAITED: Final[dict[int, tuple[int, Callable[[SecureSession, bytes, int], Awaitable[bytes]]]]] = {
    _READ: (ua.ObjectIds.ReadResponse_Encoding_DefaultBinary, _read_more),
    _BROWSE: (ua.ObjectIds.BrowseResponse_Encoding_DefaultBinary, _browse_more),
    _WRITE: (ua.ObjectIds.WriteResponse_Encoding_DefaultBinary, _write),
}
"""By request: the response and what answers it in its turn."""

BESIDE: Final[
    dict[
        int,
        tuple[int, Callable[[SecureSession, bytes, int], Awaitable[bytes] | Callable[[], bytes]]],
    ]
] = {
    _CALL: (ua.ObjectIds.CallResponse_Encoding_DefaultBinary, _call),
}
"""By request: the response and what answers it while other requests go on, or at once."""
