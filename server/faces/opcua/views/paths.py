"""TranslateBrowsePathsToNodeIds (OPC 10000-4, 5.9.4): from browse names to nodes."""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.views.browser import MayKnow
from server.faces.opcua.views.reference_types import ReferenceTypes
from server.faces.opcua.views.seen import references
from server.faces.opcua.wire.failure import status

MAX_ELEMENTS: Final = 64
"""Names in one path."""
MAX_LOOKED_THROUGH: Final = 200_000
"""References that may be looked through for one path."""

_S: Final = ua.StatusCodes
_WHOLE_PATH: Final = 0xFFFFFFFF


class _TooComplexError(Exception):
    """A path leads through more than can be looked through in one go."""


class BrowsePaths:
    """Follows paths in one address space."""

    def __init__(self, space: AddressSpace, may: MayKnow, types: ReferenceTypes) -> None:
        self._space = space
        self._may = may
        self._types = types

    def follow(self, caller: Caller, path: ua.BrowsePath) -> ua.BrowsePathResult:
        """Return the nodes at the end of a path that this caller may know of."""
        start, elements = path.StartingNode, path.RelativePath.Elements
        if start not in self._space or not self._may(caller, AccessKind.BROWSE, start):
            return _fault(_S.BadNodeIdUnknown)
        if not elements:
            return _fault(_S.BadNothingToDo)
        if len(elements) > MAX_ELEMENTS:
            return _fault(_S.BadQueryTooComplex)
        if any(not one.TargetName.Name for one in elements):
            return _fault(_S.BadBrowseNameInvalid)
        try:
            found = self._ends(caller, start, elements)
        except _TooComplexError:
            return _fault(_S.BadQueryTooComplex)
        if not found:
            return _fault(_S.BadNoMatch)
        targets = [
            ua.BrowsePathTarget(cast(ua.ExpandedNodeId, one), ua.Index(_WHOLE_PATH))
            for one in found
        ]
        return ua.BrowsePathResult(Targets=targets)

    def _ends(
        self, caller: Caller, start: ua.NodeId, elements: Sequence[ua.RelativePathElement]
    ) -> list[ua.NodeId]:
        budget = [MAX_LOOKED_THROUGH]
        reached = [start]
        for element in elements:
            following: dict[ua.NodeId, None] = {}
            for node_id in reached:
                following.update(dict.fromkeys(self._step(caller, node_id, element, budget)))
            reached = list(following)
        return reached

    def _step(
        self,
        caller: Caller,
        node_id: ua.NodeId,
        element: ua.RelativePathElement,
        budget: list[int],
    ) -> Iterator[ua.NodeId]:
        try:
            types = self._types.meant(
                element.ReferenceTypeId, with_subtypes=bool(element.IncludeSubtypes)
            )
        except KeyError:
            return  # nothing is reached by references that do not exist
        name, is_inverse = element.TargetName, bool(element.IsInverse)
        for one in references(
            self._space, node_id, types, forward=not is_inverse, inverse=is_inverse
        ):
            budget[0] -= 1
            if budget[0] < 0:
                raise _TooComplexError
            if one.name == name and self._may(caller, AccessKind.BROWSE, one.node_id):
                yield one.node_id


def _fault(code: int) -> ua.BrowsePathResult:
    return ua.BrowsePathResult(StatusCode=status(code))
