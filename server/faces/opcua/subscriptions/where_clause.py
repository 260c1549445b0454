"""Event filters: OfType with subtypes, and no filter can hold up or break the sender."""

import logging
from typing import Any, Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.server.monitored_item_service import WhereClauseEvaluator
from typing_extensions import override

from server.faces.opcua.events.event_notification import EventFields
from server.faces.opcua.wire.type_tree import is_subtype

_log = logging.getLogger(__name__)

_MAX_STEPS: Final = 500
"""Elements visited per event; elements may refer to each other and so multiply."""


class BoundedWhereClause(WhereClauseEvaluator):
    """asyncua's evaluator with subtypes in OfType, fields by path, and a bound on its work."""

    def __init__(self, space: AddressSpace, where_clause: ua.ContentFilter) -> None:
        super().__init__(_log, space, where_clause)
        self._steps = 0

    @override
    def eval(self, event: Any) -> bool:
        self._steps = 0
        if not self.elements:
            return True
        try:
            return bool(self._eval_el(0, event))
        except Exception as failure:  # noqa: BLE001 - the filter is the client's, the event is ours
            _log.info("a client's event filter failed, the event is left out: %r", failure)
            return False

    @override
    def _eval_el(self, index: int, event: Any) -> Any:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise RecursionError("the where clause is too long or refers to itself")
        element = self.elements[index]
        if element.FilterOperator == ua.FilterOperator.OfType:
            wanted = self._eval_op(element.FilterOperands[0], event)
            return isinstance(wanted, ua.NodeId) and is_subtype(
                self._aspace, event.EventType, wanted
            )
        return super()._eval_el(index, event)

    @override
    def _eval_op(self, op: Any, event: Any) -> Any:
        if isinstance(op, ua.SimpleAttributeOperand) and op.BrowsePath:
            if isinstance(event, EventFields):
                return event.field(op.BrowsePath).Value
            return getattr(event, "/".join(str(name.Name) for name in op.BrowsePath), None)
        return super()._eval_op(op, event)
