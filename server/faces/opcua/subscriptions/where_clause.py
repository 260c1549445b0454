"""Where clauses of event filters: checked when they come in, and bounded in what they cost.

An element may only refer to elements behind it (OPC 10000-4, 7.7.4.2), so that there are no loops,
and each element is evaluated at most once per event, however often it is referred to.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from asyncua import ua
from asyncua.common.utils import ServiceError

from server.faces.opcua.subscriptions.comparison import cast, is_like, order, plain, same
from server.faces.opcua.subscriptions.event_record import EventRecord, EventTypes
from server.faces.opcua.wire.failure import code_of, service_failure, status

_Op: Final = ua.FilterOperator
_TWO: Final = (2, 2)
MAX_OPERANDS: Final = 300
"""Of all elements together."""

_OPERANDS: Final[Mapping[ua.FilterOperator, tuple[int, int]]] = {
    _Op.Equals: _TWO,
    _Op.IsNull: (1, 1),
    _Op.GreaterThan: _TWO,
    _Op.LessThan: _TWO,
    _Op.GreaterThanOrEqual: _TWO,
    _Op.LessThanOrEqual: _TWO,
    _Op.Like: _TWO,
    _Op.Not: (1, 1),
    _Op.Between: (3, 3),
    _Op.InList: (2, MAX_OPERANDS),
    _Op.And: _TWO,
    _Op.Or: _TWO,
    _Op.Cast: _TWO,
    _Op.OfType: (1, 1),
    _Op.BitwiseAnd: _TWO,
    _Op.BitwiseOr: _TWO,
}
"""How many operands an operator has, at least and at most; what is missing is unsupported."""

_RANKS: Final[Mapping[ua.FilterOperator, Callable[[int], bool]]] = {
    _Op.GreaterThan: lambda rank: rank > 0,
    _Op.LessThan: lambda rank: rank < 0,
    _Op.GreaterThanOrEqual: lambda rank: rank >= 0,
    _Op.LessThanOrEqual: lambda rank: rank <= 0,
}
"""What an order has to be."""

MAX_ELEMENTS: Final = 100
MAX_LIKES: Final = 10
"""Elements with the operator Like."""
MAX_PATTERN: Final = 250
"""Characters of a pattern; with more it matches nothing."""
MAX_LITERAL: Final = 4_096
"""Characters, bytes or elements of a literal."""

Field = Callable[[EventRecord], ua.Variant]
FieldOf = Callable[[ua.SimpleAttributeOperand], Field]
_Operand = Callable[["_Evaluation"], ua.Variant]


class WhereClause:
    """A where clause that was found to be right."""

    def __init__(
        self,
        types: EventTypes,
        elements: Sequence[tuple[ua.FilterOperator, Sequence[_Operand]]],
    ) -> None:
        self._types = types
        self._elements = tuple(elements)

    def passes(self, event: EventRecord) -> bool:
        """Tell whether the clause is TRUE for the event; an empty one always is."""
        if not self._elements:
            return True
        return _Evaluation(self._types, self._elements, event).value(0).Value is True


class _Evaluation:
    """The elements of one clause for one event."""

    def __init__(
        self,
        types: EventTypes,
        elements: Sequence[tuple[ua.FilterOperator, Sequence[_Operand]]],
        event: EventRecord,
    ) -> None:
        self.event: Final = event
        self._types = types
        self._elements = elements
        self._known: dict[int, ua.Variant] = {}

    def value(self, index: int) -> ua.Variant:
        """Return the result of an element."""
        found = self._known.get(index)
        if found is None:
            operator, operands = self._elements[index]
            result = self._apply(operator, operands)
            found = result if isinstance(result, ua.Variant) else _boolean(result)
            self._known[index] = found
        return found

    def _apply(
        self, operator: ua.FilterOperator, operands: Sequence[_Operand]
    ) -> ua.Variant | bool | None:
        first = operands[0](self)
        match operator:
            case _Op.And | _Op.Or:
                return self._logic(operator, first, operands[1])
            case _Op.Not:
                truth = _truth(first)
                return None if truth is None else not truth
            case _Op.IsNull:
                return first.Value is None
            case _Op.OfType:
                wanted = first.Value
                return isinstance(wanted, ua.NodeId) and self._types.is_subtype(
                    self.event.event_type, wanted
                )
            case _:
                return _compare(operator, first, [one(self) for one in operands[1:]])

    def _logic(
        self, operator: ua.FilterOperator, first: ua.Variant, second: _Operand
    ) -> bool | None:
        """Return the result in three-valued logic."""
        decides = operator is _Op.Or
        one = _truth(first)
        if one is decides:
            return decides
        other = _truth(second(self))
        if other is decides:
            return decides
        return None if one is None or other is None else not decides


def _truth(value: ua.Variant) -> bool | None:
    return value.Value if isinstance(value.Value, bool) else None


def _compare(
    operator: ua.FilterOperator, first: ua.Variant, others: Sequence[ua.Variant]
) -> ua.Variant | bool | None:
    match operator:
        case _Op.Equals:
            return same(first, others[0])
        case _Op.InList:
            return None if first.Value is None else any(same(first, one) for one in others)
        case _Op.Between:
            low, high = order(first, others[0]), order(first, others[1])
            return None if low is None or high is None else low >= 0 >= high
        case _Op.Like:
            return _like(plain(first), plain(others[0]))
        case _Op.Cast:
            return cast(first, others[0].Value)
        case _Op.BitwiseAnd | _Op.BitwiseOr:
            return _bitwise(operator, first, others[0])
        case _:
            rank = order(first, others[0])
            return None if rank is None else _RANKS[operator](rank)


def _like(text: Any, pattern: Any) -> bool | None:
    if not isinstance(text, str) or not isinstance(pattern, str):
        return None
    return None if len(pattern) > MAX_PATTERN else is_like(text, pattern)


def _bitwise(operator: ua.FilterOperator, first: ua.Variant, other: ua.Variant) -> ua.Variant:
    one, two = plain(first), plain(other)
    if not isinstance(one, int) or not isinstance(two, int):
        return ua.Variant()
    if isinstance(one, bool) or isinstance(two, bool):
        return ua.Variant()
    return ua.Variant(one & two if operator == _Op.BitwiseAnd else one | two, ua.VariantType.Int64)


def _boolean(value: bool | None) -> ua.Variant:  # noqa: FBT001 - a truth value of the clause
    return ua.Variant() if value is None else ua.Variant(value, ua.VariantType.Boolean)


def compiled_where_clause(
    types: EventTypes, clause: ua.ContentFilter, field_of: FieldOf
) -> tuple[WhereClause | None, ua.ContentFilterResult]:
    """Check a clause; None with the result per element if anything about it is wrong."""
    elements = clause.Elements or []
    operand_count = sum(len(one.FilterOperands or ()) for one in elements)
    likes = sum(one.FilterOperator == _Op.Like for one in elements)
    too_large = len(elements) > MAX_ELEMENTS or operand_count > MAX_OPERANDS or likes > MAX_LIKES
    compiled: list[tuple[ua.FilterOperator, Sequence[_Operand]]] = []
    results = []
    for index, element in enumerate(elements):
        operands, result = _element(types, element, index, len(elements), field_of)
        if too_large:
            result.StatusCode = status(ua.StatusCodes.BadTooManyOperations)
        compiled.append((element.FilterOperator, operands))
        results.append(result)
    if all(result.StatusCode.is_good() for result in results):
        return WhereClause(types, compiled), ua.ContentFilterResult()
    return None, ua.ContentFilterResult(ElementResults=results)


def _element(
    types: EventTypes, element: ua.ContentFilterElement, index: int, count: int, field_of: FieldOf
) -> tuple[list[_Operand], ua.ContentFilterElementResult]:
    limits = _OPERANDS.get(element.FilterOperator)
    if limits is None:
        return [], _failed(ua.StatusCodes.BadFilterOperatorUnsupported)
    given = element.FilterOperands or []
    if not limits[0] <= len(given) <= limits[1]:
        return [], _failed(ua.StatusCodes.BadFilterOperandCountMismatch)
    operands: list[_Operand] = []
    codes = []
    for one in given:
        try:
            if element.FilterOperator == _Op.OfType:
                _check_type(types, one)
            if element.FilterOperator == _Op.Like and one is given[-1]:
                _check_pattern(one)
            operands.append(_operand(one, index, count, field_of))
            codes.append(ua.StatusCodes.Good)
        except ServiceError as failure:
            codes.append(code_of(failure) or ua.StatusCodes.BadFilterOperandInvalid)
    if len(operands) == len(given):
        return operands, ua.ContentFilterElementResult()
    return [], _failed(ua.StatusCodes.BadFilterOperandInvalid, codes)


def _failed(code: int, operands: Sequence[int] = ()) -> ua.ContentFilterElementResult:
    return ua.ContentFilterElementResult(
        StatusCode=status(code), OperandStatusCodes=[status(one) for one in operands]
    )


def _check_type(types: EventTypes, operand: Any) -> None:
    wanted = operand.Value.Value if isinstance(operand, ua.LiteralOperand) else None
    if not isinstance(wanted, ua.NodeId):
        raise service_failure(ua.StatusCodes.BadFilterOperandInvalid)
    if not types.stands(wanted):
        raise service_failure(ua.StatusCodes.BadNodeIdUnknown)
    if not types.is_event_type(wanted):
        raise service_failure(ua.StatusCodes.BadTypeDefinitionInvalid)


def _check_pattern(operand: Any) -> None:
    pattern = plain(operand.Value) if isinstance(operand, ua.LiteralOperand) else None
    if isinstance(pattern, str) and len(pattern) > MAX_PATTERN:
        raise service_failure(ua.StatusCodes.BadFilterLiteralInvalid)


def _operand(operand: Any, index: int, count: int, field_of: FieldOf) -> _Operand:
    match operand:
        case ua.LiteralOperand():
            value = operand.Value
            literal = value if isinstance(value, ua.Variant) else ua.Variant(value)
            held = plain(literal)
            if isinstance(held, (str, bytes, list)) and len(held) > MAX_LITERAL:
                raise service_failure(ua.StatusCodes.BadFilterLiteralInvalid)
            return lambda _: literal
        case ua.SimpleAttributeOperand():
            field = field_of(operand)
            return lambda evaluation: field(evaluation.event)
        case ua.ElementOperand() if index < operand.Index < count:
            target = int(operand.Index)
            return lambda evaluation: evaluation.value(target)
        case _:
            raise service_failure(ua.StatusCodes.BadFilterOperandInvalid)
