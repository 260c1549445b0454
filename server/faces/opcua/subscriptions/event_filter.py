"""Event filters: what a client selects, and which events it wants (OPC 10000-4, 7.22.3)."""

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final

from asyncua import ua
from asyncua.common.utils import ServiceError

from server.faces.opcua.subscriptions.event_record import (
    BASE_EVENT_TYPE,
    NOTHING,
    EventRecord,
    EventTypes,
    Path,
)
from server.faces.opcua.subscriptions.where_clause import WhereClause, compiled_where_clause
from server.faces.opcua.wire.encode import variant
from server.faces.opcua.wire.failure import code_of, service_failure, status
from server.faces.opcua.wire.index_range import cut, parse_index_range

Field = Callable[[EventRecord], ua.Variant]

MAX_SELECT_CLAUSES: Final = 200
_NULL: Final = variant(NOTHING)
_CONDITION_ID: Final = "NodeId"
"""The field under which an event carries the NodeId of its condition (OPC 10000-9, 5.5.2)."""

_int32: Final = struct.Struct("<i")


class EventSelection:
    """A filter that was found to be right, ready to be applied."""

    def __init__(self, clauses: Sequence[Field | None], where: WhereClause) -> None:
        self._clauses = tuple(clauses)
        self._where = where

    def passes(self, event: EventRecord) -> bool:
        """Tell whether the where clause lets the event through."""
        return self._where.passes(event)

    def values(self, event: EventRecord) -> list[ua.Variant]:
        """Return the selected fields, Null where the event has none."""
        return [NOTHING if one is None else one(event) for one in self._clauses]

    def fields(self, event: EventRecord) -> bytes:
        """Return the selected fields as they stand in an EventFieldList."""
        return _int32.pack(len(self._clauses)) + b"".join(
            _NULL if one is None else variant(one(event)) for one in self._clauses
        )


class EventFilterError(ServiceError):
    """A filter that cannot be used; ``result`` says clause by clause what is wrong."""

    def __init__(self, code: int, result: ua.EventFilterResult | None) -> None:
        super().__init__(code)
        self.result = result


def event_selection(types: EventTypes, wanted: Any) -> tuple[EventSelection, ua.EventFilterResult]:
    """Check a filter; EventFilterError if nothing it selects exists or its where clause is wrong.

    A select clause that is wrong beside right ones gets its own result code and is Null in every
    event, as the standard has it.
    """
    if not isinstance(wanted, ua.EventFilter):
        raise EventFilterError(ua.StatusCodes.BadEventFilterInvalid, None)
    if not wanted.SelectClauses or len(wanted.SelectClauses) > MAX_SELECT_CLAUSES:
        raise EventFilterError(ua.StatusCodes.BadEventFilterInvalid, None)
    types.refresh()
    clauses: list[Field | None] = []
    codes: list[int] = []
    for clause in wanted.SelectClauses:
        try:
            clauses.append(selected_field(types, clause))
            codes.append(ua.StatusCodes.Good)
        except ServiceError as failure:
            clauses.append(None)
            codes.append(code_of(failure) or ua.StatusCodes.BadInternalError)
    where, where_result = compiled_where_clause(
        types, wanted.WhereClause, lambda one: selected_field(types, one)
    )
    result = ua.EventFilterResult(
        SelectClauseResults=[status(code) for code in codes], WhereClauseResult=where_result
    )
    if where is None or not any(clauses):
        raise EventFilterError(ua.StatusCodes.BadEventFilterInvalid, result)
    return EventSelection(clauses, where), result


def selected_field(types: EventTypes, clause: ua.SimpleAttributeOperand) -> Field:
    """Return what takes a field out of an event; ServiceError with the code of the clause."""
    type_id = clause.TypeDefinitionId
    if type_id.Identifier == 0 and type_id.NamespaceIndex == 0:
        type_id = BASE_EVENT_TYPE  # not said: any event
    if not types.stands(type_id):
        raise service_failure(ua.StatusCodes.BadNodeIdUnknown)
    if not types.is_event_type(type_id):
        raise service_failure(ua.StatusCodes.BadTypeDefinitionInvalid)
    if any(name is None or not name.Name for name in clause.BrowsePath or ()):
        raise service_failure(ua.StatusCodes.BadBrowseNameInvalid)
    path: Path = tuple((int(one.NamespaceIndex), str(one.Name)) for one in clause.BrowsePath or ())
    field = _field(types, type_id, path, clause.AttributeId)
    if not clause.IndexRange:
        return field
    if parse_index_range(clause.IndexRange) is None:
        raise service_failure(ua.StatusCodes.BadIndexRangeInvalid)
    return _part_of(field, clause.IndexRange)


def _field(types: EventTypes, type_id: ua.NodeId, path: Path, attribute: int) -> Field:
    if not path:
        if attribute != ua.AttributeIds.NodeId:
            raise service_failure(ua.StatusCodes.BadAttributeIdInvalid)
        return _typed(types, type_id, lambda _: _CONDITION_ID)
    if attribute != ua.AttributeIds.Value:
        raise service_failure(ua.StatusCodes.BadAttributeIdInvalid)
    if not types.declares(type_id, path):
        raise service_failure(ua.StatusCodes.BadNodeIdUnknown)
    name = "/".join(one for _, one in path)
    return _typed(
        types, type_id, lambda held: name if types.declared(held).get(name) == path else None
    )


def _typed(
    types: EventTypes, type_id: ua.NodeId, name_in: Callable[[ua.NodeId], str | None]
) -> Field:
    """Return a field that only events of a type have, under the name that this type gives it."""
    names: dict[ua.NodeId, str | None] = {}

    def field(event: EventRecord) -> ua.Variant:
        held = event.event_type
        if held not in names:
            names[held] = name_in(held) if types.is_subtype(held, type_id) else None
        name = names[held]
        return NOTHING if name is None else event.field(name)

    return field


def _part_of(field: Field, index_range: str) -> Field:
    def part(event: EventRecord) -> ua.Variant:
        return cut(ua.DataValue(field(event)), index_range).Value or NOTHING

    return part
