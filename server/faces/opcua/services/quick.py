"""The services of the short way: parameters from bytes, the ordinary answer, bytes again.

Each of them raises one of :data:`~server.faces.opcua.wire.decode.BAD_INPUT` before it does
anything if the request has a form that it does not know.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from asyncua import ua

from server.faces.opcua.services.attributes import read_encoded, write_all
from server.faces.opcua.services.calls import call_all
from server.faces.opcua.services.catalogue import LIST_SERVICES
from server.faces.opcua.services.views import browse_all
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


def _read(session: SecureSession, body: bytes, at: int) -> bytes:
    max_age, timestamps, wanted = read_parameters(body, at)
    _check_number(session, _READ, len(wanted))
    return packed_results(read_encoded(session, max_age, timestamps, wanted))


def _browse(session: SecureSession, body: bytes, at: int) -> bytes:
    view, most, wanted = browse_parameters(body, at)
    _check_number(session, _BROWSE, len(wanted))
    return packed_results(browse_all(session, view, most, wanted))


def _write(session: SecureSession, body: bytes, at: int) -> Awaitable[bytes]:
    wanted = write_parameters(body, at)
    _check_number(session, _WRITE, len(wanted))

    async def answer() -> bytes:
        return status_results(await write_all(session, wanted))

    return answer()


def _call(session: SecureSession, body: bytes, at: int) -> Awaitable[bytes]:
    wanted = call_parameters(body, at)
    _check_number(session, _CALL, len(wanted))

    async def answer() -> bytes:
        return call_results(await call_all(session, wanted))

    return answer()


def _check_number(session: SecureSession, service: int, number: int) -> None:
    """Leave it to the ordinary way to say what is wrong with the number of entries."""
    if not 0 < number <= LIST_SERVICES[service].limit(session.rules.limits):
        raise UnusualError


AT_ONCE: Final[dict[int, tuple[int, Callable[[SecureSession, bytes, int], bytes]]]] = {
    _READ: (ua.ObjectIds.ReadResponse_Encoding_DefaultBinary, _read),
    _BROWSE: (ua.ObjectIds.BrowseResponse_Encoding_DefaultBinary, _browse),
}
"""By request: the response and what answers it on the spot."""

AWAITED: Final[dict[int, tuple[int, Callable[[SecureSession, bytes, int], Awaitable[bytes]]]]] = {
    _WRITE: (ua.ObjectIds.WriteResponse_Encoding_DefaultBinary, _write),
}
"""By request: the response and what answers it in its turn."""

BESIDE: Final[dict[int, tuple[int, Callable[[SecureSession, bytes, int], Awaitable[bytes]]]]] = {
    _CALL: (ua.ObjectIds.CallResponse_Encoding_DefaultBinary, _call),
}
"""By request: the response and what answers it while other requests go on."""
