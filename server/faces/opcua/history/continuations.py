"""Continuation points of HistoryRead (OPC 10000-4, 7.9; 10000-11, 6.3), bounded per session."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from asyncua import ua

from server.command_path.ports import IdSource

MAX_CONTINUATION_POINTS: Final = 100
"""Of one session at a time; a further one takes the place of its oldest."""

MAX_SESSIONS: Final = 100
"""Sessions that have any; a further one takes the place of those not heard of for longest."""

Rest = TypeVar("Rest")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Rest]):
    node_id: ua.NodeId
    rest: Rest


class Continuations(Generic[Rest]):
    """What is left to be read, under names that nobody can guess.

    A point is good once, for the session and the node that it was given for.
    """

    def __init__(self, new_id: IdSource) -> None:
        self._new_id = new_id
        self._sessions: OrderedDict[str, OrderedDict[bytes, _Kept[Rest]]] = OrderedDict()

    def keep(self, session: str, node_id: ua.NodeId, rest: Rest) -> bytes:
        """Keep what is left and return the point that leads to it."""
        points = self._sessions.setdefault(session, OrderedDict())
        self._sessions.move_to_end(session)
        while len(self._sessions) > MAX_SESSIONS:
            self._sessions.popitem(last=False)
        while len(points) >= MAX_CONTINUATION_POINTS:
            points.popitem(last=False)
        point = self._new_id().encode()
        points[point] = _Kept(node_id, rest)
        return point

    def find(self, session: str, node_id: ua.NodeId, point: bytes) -> Rest | None:
        """Return what the point leads to; None when it is not of this session and node."""
        points = self._sessions.get(session)
        found = points.get(point) if points else None
        return found.rest if found is not None and found.node_id == node_id else None

    def release(self, session: str, point: bytes) -> None:
        """Forget a point."""
        points = self._sessions.get(session)
        if points is not None:
            points.pop(point, None)
            if not points:
                del self._sessions[session]
