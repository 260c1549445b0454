"""Parameters of a request, or why they cannot be read."""

from collections.abc import Mapping
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


def parameters_from(kind: type, body: Any) -> Any:
    """Read the parameters of a request; ServiceError with the code that fits what is wrong."""
    try:
        return struct_from_binary(kind, body)
    except _UNREADABLE as failure:
        # The enumeration's own message: "9 is not a valid MonitoringMode".
        name = str(failure).rpartition(" ")[2]
        code = _ENUMERATIONS.get(name, ua.StatusCodes.BadDecodingError)
        raise service_failure(code) from failure
