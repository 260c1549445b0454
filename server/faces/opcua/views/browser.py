"""Browse and BrowseNext (OPC 10000-4, 5.9.2 and 5.9.3), answered with encoded results."""

import secrets
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.views.reference_types import ReferenceTypes
from server.faces.opcua.views.seen import references
from server.faces.opcua.wire import encode

_S: Final = ua.StatusCodes
_INVERSE, _BOTH = 1, 2
_POINT_BYTES: Final = 16

MayKnow = Callable[[Caller, AccessKind, ua.NodeId], bool]
"""Says whether a caller may know of a node at all."""


class _Rest:
    """The references that one continuation point still stands for."""

    __slots__ = ("found", "most")

    def __init__(self, found: Iterator[bytes], most: int) -> None:
        self.found = found
        self.most = most


class ContinuationPoints:
    """The continuation points of one session; there are never more than was allowed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._points: dict[bytes, _Rest] = {}

    @property
    def is_full(self) -> bool:
        """Whether no further one can be had."""
        return len(self._points) >= self._most

    def add(self, rest: _Rest) -> bytes:
        """Return a new one, which nobody can guess."""
        point = secrets.token_bytes(_POINT_BYTES)
        self._points[point] = rest
        return point

    def take(self, point: bytes | None) -> _Rest | None:
        """Return what stands behind one and forget it; None if there is none."""
        return self._points.pop(point or b"", None)


class Browser:
    """Looks through the references of one address space."""

    def __init__(self, space: AddressSpace, may: MayKnow, most_references: int) -> None:
        self._space = space
        self._may = may
        self._most = most_references
        self.types: Final = ReferenceTypes(space)

    def browse(
        self,
        caller: Caller,
        wanted: ua.BrowseDescription,
        most: int,
        points: ContinuationPoints,
    ) -> bytes:
        """Return the encoded BrowseResult of one node."""
        node_id, direction = wanted.NodeId, int(wanted.BrowseDirection)
        if node_id not in self._space or not self._may(caller, AccessKind.BROWSE, node_id):
            return _fault(_S.BadNodeIdUnknown)
        if not 0 <= direction <= _BOTH:
            return _fault(_S.BadBrowseDirectionInvalid)
        try:
            types = self.types.meant(
                wanted.ReferenceTypeId, with_subtypes=bool(wanted.IncludeSubtypes)
            )
        except KeyError:
            return _fault(_S.BadReferenceTypeIdInvalid)
        found = self._found(caller, wanted, direction, types)
        most = min(most or self._most, self._most)
        return _page(_Rest(found, most), points)

    def _found(
        self,
        caller: Caller,
        wanted: ua.BrowseDescription,
        direction: int,
        types: frozenset[ua.NodeId] | None,
    ) -> Iterator[bytes]:
        """Yield the references that this caller may know of, as the request wants them."""
        class_mask, result_mask, may = wanted.NodeClassMask, wanted.ResultMask, self._may
        seen = references(
            self._space,
            wanted.NodeId,
            types,
            forward=direction != _INVERSE,
            inverse=direction != 0,
        )
        for one in seen:
            if class_mask and not class_mask & one.node_class:
                continue
            if may(caller, AccessKind.BROWSE, one.node_id):
                yield one.packed(result_mask)

    def browse_next(self, point: bytes | None, points: ContinuationPoints) -> bytes:
        """Return the encoded BrowseResult that follows; the old point is good for nothing more."""
        rest = points.take(point)
        return _fault(_S.BadContinuationPointInvalid) if rest is None else _page(rest, points)

    def release(self, point: bytes | None, points: ContinuationPoints) -> bytes:
        """Forget a continuation point and return the encoded BrowseResult that says so."""
        rest = points.take(point)
        return _fault(_S.BadContinuationPointInvalid) if rest is None else _fault(0)


def _page(rest: _Rest, points: ContinuationPoints) -> bytes:
    found = list(islice(rest.found, rest.most))
    point = encode.NULL
    if len(found) == rest.most:
        further = next(rest.found, None)
        if further is not None:
            if points.is_full:
                return _fault(_S.BadNoContinuationPoints)
            following = _chained(further, rest.found)
            point = encode.byte_string(points.add(_Rest(following, rest.most)))
    return b"".join((bytes(4), point, encode.int32(len(found)), *found))


def _chained(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _fault(code: int) -> bytes:
    return encode.uint32(code) + encode.NULL + bytes(4)
