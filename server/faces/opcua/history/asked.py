"""What a client asks of the history of one node, and how it is answered at all."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from asyncua import ua

from server.faces.opcua.wire.encoded_value import BOTH
from server.faces.opcua.wire.failure import status

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
END: Final = datetime(9999, 1, 1, tzinfo=UTC)
INSTANT: Final = timedelta(microseconds=1)
"""The resolution of times in the historian."""

_OPC_EPOCH_YEAR: Final = 1602


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One entry of a HistoryRead.

    ``place`` is its place among the ``entries`` of the request, ``room`` how many values it may
    be answered with.
    """

    session: str
    item: ua.HistoryReadValueId
    place: int
    entries: int
    room: int
    timestamps: int = BOTH

    @property
    def node_id(self) -> ua.NodeId:
        """The node whose history is asked for."""
        return self.item.NodeId

    @property
    def point(self) -> bytes:
        """The continuation point that came with it; empty when it is the first time."""
        return bytes(self.item.ContinuationPoint or b"")


class HistoryReader(Protocol):
    """Reads the history of nodes for one kind of details."""

    async def read(self, details: Any, asked: Asked) -> ua.HistoryReadResult:
        """Answer one entry; what is wrong with it stands in the StatusCode of the answer."""
        ...

    def release(self, session: str, point: bytes) -> None:
        """Forget a continuation point; one that is not known is none of its own."""
        ...


def refused(code: int) -> ua.HistoryReadResult:
    """Return an answer without data."""
    return ua.HistoryReadResult(StatusCode=status(code))


def time_of(details: Any, name: str) -> datetime | None:
    """Return a time of the request; OPC UA says "none" with its epoch, the year 1601.

    A time before 1970 or after 9998 is taken as the end of what can be: nothing is older or newer.
    """
    value = getattr(details, name, None)
    if not isinstance(value, datetime) or value.year < _OPC_EPOCH_YEAR:
        return None
    aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return min(max(aware, BEGINNING), END)
