"""Parameters of a request, or why they cannot be read.

asyncua's codec takes some microseconds per entry, and a message may have millions of them. How
many there are is looked at before they are read, and what is large is read in a thread, one such
request of all clients at a time.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from struct import Struct
from typing import Any, Final

from asyncua import ua
from asyncua.ua.ua_binary import struct_from_binary

from server.faces.opcua.wire.failure import service_failure

_UNREADABLE: Final = (ValueError, TypeError, KeyError, RecursionError)
"""What asyncua's codec raises for bytes that are not what they should be."""

_ENUMERATIONS: Final[Mapping[str, int]] = {
    "MonitoringMode": ua.StatusCodes.BadMonitoringModeInvalid,
    "TimestampsToReturn": ua.StatusCodes.BadTimestampsToReturnInvalid,
    "DataChangeTrigger": ua.StatusCodes.BadMonitoredItemFilterInvalid,
    "FilterOperator": ua.StatusCodes.BadFilterOperatorInvalid,
}
"""The enumerations whose unknown values have a code of their own."""

_COUNT: Final = Struct("<i")
_LARGE_BYTES: Final = 32 * 1024
_aside: Final = ThreadPoolExecutor(1, "opcua-request")


def check_count(body: Any, at: int, most: int) -> None:
    """Look at the number of entries that stands at a place of the parameters.

    ServiceError BadTooManyOperations when there are more; one that does not stand there is left
    to whoever reads the parameters.
    """
    head = body.copy(at + _COUNT.size)
    if len(head) == at + _COUNT.size and _COUNT.unpack(head.read(len(head))[at:])[0] > most:
        raise service_failure(ua.StatusCodes.BadTooManyOperations)


async def parameters_in_turn(kind: type, body: Any) -> Any:
    """Read parameters as :func:`parameters_from` does; large ones while others are served."""
    if len(body) <= _LARGE_BYTES:
        return parameters_from(kind, body)
    return await asyncio.get_running_loop().run_in_executor(_aside, parameters_from, kind, body)


def parameters_from(kind: type, body: Any) -> Any:
    """Read the parameters of a request; ServiceError with the code that fits what is wrong."""
    try:
        return struct_from_binary(kind, body)
    except _UNREADABLE as failure:
        # The enumeration's own message: "9 is not a valid MonitoringMode".
        name = str(failure).rpartition(" ")[2]
        code = _ENUMERATIONS.get(name, ua.StatusCodes.BadDecodingError)
        raise service_failure(code) from failure
