"""What every adapter is: a stream of tag values from a device, and values written back to it."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

from models.tag_value import TagValue

Clock = Callable[[], datetime]
"""Gives the present time, UTC and aware."""

Scalar: TypeAlias = float | int | bool | str


class DeviceFault(Exception):
    """The device did not do what was asked; the text says what, where and what to do."""


class Adapter(Protocol):
    """One device. What can be wrong in its configuration was found when it was built."""

    @property
    def name(self) -> str:
        """Return the name of the device, as its mapping file says it."""
        ...

    async def open(self) -> None:
        """Try to connect; a device that does not answer is no fault, it is retried for ever."""
        ...

    def values(self) -> AsyncIterator[tuple[TagValue, ...]]:
        """Yield a chunk of all tags at every poll, until the adapter is closed.

        A tag that could not be read is in the chunk too: quality BAD, value None.
        """
        ...

    async def write(self, values: Mapping[str, Scalar], *, read_back: bool = False) -> None:
        """Write tags of this device, adjacent ones in one request; raise DeviceFault.

        With ``read_back`` the device must also show what was written.
        """
        ...

    async def close(self) -> None:
        """Disconnect; the stream of values ends."""
        ...
