"""Turning a status code into the exception that the protocol layer answers with."""

from asyncua import ua
from asyncua.common.utils import ServiceError


def service_failure(code: int) -> ServiceError:
    """Return the exception that ends a whole service call with this status code."""
    return ServiceError(code)


def status(code: int) -> ua.StatusCode:
    """Return the status code as the value that stands in a result."""
    return ua.StatusCode(code)  # type: ignore[arg-type]  # asyncua names a narrower int type


def code_of(failure: BaseException) -> int | None:
    """Return the status code an exception carries, if it is one of OPC UA's."""
    if isinstance(failure, ServiceError):
        return int(failure.code)
    if isinstance(failure, ua.UaStatusCodeError):
        return int(failure.code)
    return None
