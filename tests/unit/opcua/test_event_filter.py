"""Event filters: every operator of OPC 10000-4, 7.7.3, and what is said of wrong filters."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.nodes import HAS_PROPERTY, HAS_SUBTYPE, Node
from server.faces.opcua.subscriptions.comparison import cast, is_like
from server.faces.opcua.subscriptions.event_filter import EventFilterError, event_selection
from server.faces.opcua.subscriptions.event_record import EventRecord, EventTypes
from tests.opcua_subscriber import element, field_of, selecting

OP = ua.FilterOperator
BASE = ua.NodeId(ua.ObjectIds.BaseEventType)
MACHINE, VALVE = ua.NodeId("machine-event", 3), ua.NodeId("valve-event", 3)
NOBODY, NO_EVENT = ua.NodeId("nobody", 3), ua.NodeId("no-event", 3)
INVALID = "BadFilterOperandInvalid"


@dataclass
class AnEvent:
    """An event of a machine."""

    event_type: ua.NodeId = MACHINE
    source_node: ua.NodeId = field(default_factory=lambda: ua.NodeId("pump", 4))
    source_name: str = "Pump 7"
    message: str = "It stopped"
    severity: int = 700
    time: datetime = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
    receive_time: datetime | None = None
    event_id: bytes = b"one"
    fields: dict[str, ua.Variant] = field(
        default_factory=lambda: {
            "NodeId": ua.Variant(ua.NodeId("condition", 4), ua.VariantType.NodeId),
            "Speed": ua.Variant(12.5, ua.VariantType.Double),
            "Flags": ua.Variant(0b1010, ua.VariantType.UInt32),
            "Names": ua.Variant(["a", "b", "c"], ua.VariantType.String, is_array=True),
            "Empty": ua.Variant(None, ua.VariantType.String),
        }
    )


def _node(node_id: ua.NodeId, name: str, parent: ua.NodeId, **facts: Any) -> Node:
    facts.setdefault("node_class", ua.NodeClass.ObjectType)
    facts.setdefault("reference", HAS_SUBTYPE)
    return Node(
        node_id=node_id,
        name=ua.QualifiedName(name, node_id.NamespaceIndex),
        description=name,
        parent=parent,
        **facts,
    )


def _property(name: str, owner: ua.NodeId) -> Node:
    return _node(
        ua.NodeId(name, owner.NamespaceIndex),
        name,
        owner,
        node_class=ua.NodeClass.Variable,
        reference=HAS_PROPERTY,
        data_type=ua.NodeId(ua.ObjectIds.BaseDataType),
    )


@pytest.fixture(scope="module")
def types() -> EventTypes:
    """Return the event types of a small address space."""
    space = AddressSpace()
    tree = AddressTree(space)
    root = ua.NodeId(ua.ObjectIds.ObjectTypesFolder)
    top = NodeData(root)
    for attribute, value in (
        (ua.AttributeIds.BrowseName, ua.QualifiedName("Types")),
        (ua.AttributeIds.DisplayName, ua.LocalizedText("Types")),
        (ua.AttributeIds.NodeClass, ua.NodeClass.Object),
    ):
        top.attributes[attribute] = AttributeValue(ua.DataValue(ua.Variant(value)))
    space[root] = top
    fields = ("EventId", "EventType", "SourceName", "Time", "Message", "Severity")
    tree.insert(
        [
            _node(BASE, "BaseEventType", root),
            *(_property(name, BASE) for name in fields),
            _node(MACHINE, "MachineEvent", BASE),
            *(_property(name, MACHINE) for name in ("Speed", "Flags", "Names", "Empty")),
            _node(VALVE, "ValveEvent", MACHINE),
            _node(NO_EVENT, "NoEvent", root),
        ]
    )
    return EventTypes(space)


def passes(types: EventTypes, *elements: ua.ContentFilterElement, **facts: Any) -> bool:
    selection, _ = event_selection(types, selecting("Message", where=elements))
    return selection.passes(EventRecord(AnEvent(**facts)))


SEVERITY, SPEED, FLAGS = field_of("Severity"), field_of("3:Speed"), field_of("3:Flags")
NAME, TIME, EMPTY = field_of("SourceName"), field_of("Time"), field_of("3:Empty")
NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("operator", "operands", "expected"),
    [
        (OP.Equals, (SEVERITY, 700), True),
        (OP.Equals, (SEVERITY, 700.0), True),
        (OP.Equals, (SEVERITY, "700"), True),
        (OP.Equals, (SEVERITY, 701), False),
        (OP.Equals, (field_of("Message"), "It stopped"), True),
        (OP.Equals, (NAME, "pump 7"), False),
        (OP.Equals, (TIME, NOON), True),
        (OP.Equals, (EMPTY, ua.Variant(None)), False),
        (OP.Equals, (field_of("EventType"), "ns=3;s=machine-event"), True),
        (OP.IsNull, (EMPTY,), True),
        (OP.IsNull, (SPEED,), False),
        (OP.GreaterThan, (SEVERITY, 699), True),
        (OP.GreaterThan, (SEVERITY, 700), False),
        (OP.GreaterThan, (SPEED, 12), True),
        (OP.GreaterThan, (EMPTY, 1), False),
        (OP.GreaterThan, (NAME, b"x"), False),
        (OP.LessThan, (SPEED, 12.6), True),
        (OP.LessThan, (NAME, "Q"), True),
        (OP.GreaterThanOrEqual, (SEVERITY, 700), True),
        (OP.LessThanOrEqual, (SEVERITY, 699), False),
        (OP.LessThanOrEqual, (TIME, NOON), True),
        (OP.Like, (NAME, "Pump%"), True),
        (OP.Like, (NAME, "Pump [1-6]"), False),
        (OP.Like, (SEVERITY, "7%"), False),
        (OP.Between, (SEVERITY, 700, 800), True),
        (OP.Between, (SEVERITY, 701, 800), False),
        (OP.InList, (SEVERITY, 1, 2, 700), True),
        (OP.InList, (NAME, "Pump 6", "Pump 8"), False),
        (OP.OfType, (ua.Variant(BASE),), True),
        (OP.OfType, (ua.Variant(VALVE),), False),
    ],
)
def test_a_comparison_decides(
    types: EventTypes,
    operator: ua.FilterOperator,
    operands: tuple[Any, ...],
    expected: bool,  # noqa: FBT001 - a row of the table
) -> None:
    assert passes(types, element(operator, *operands)) is expected


@pytest.mark.parametrize(
    ("operator", "first", "second", "expected"),
    [
        (OP.And, True, True, True),
        (OP.And, True, False, False),
        (OP.And, True, None, False),
        (OP.Or, False, True, True),
        (OP.Or, None, True, True),
        (OP.Or, False, None, False),
    ],
)
def test_logic_has_three_values(
    types: EventTypes, operator: ua.FilterOperator, first: Any, second: Any, expected: Any
) -> None:
    variants = [ua.Variant(one) for one in (first, second)]
    assert passes(types, element(operator, *variants)) is expected


@pytest.mark.parametrize(("value", "expected"), [(True, False), (False, True), (None, False)])
def test_not_of_nothing_is_nothing(types: EventTypes, value: Any, expected: Any) -> None:
    assert passes(types, element(OP.Not, ua.Variant(value))) is expected


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        ("12", ua.ObjectIds.Int32, 12),
        (12.6, ua.ObjectIds.UInt16, 13),
        (7, ua.ObjectIds.String, "7"),
        (True, ua.ObjectIds.String, "true"),
        ("true", ua.ObjectIds.Boolean, True),
        ("2024-05-01T12:00:00", ua.ObjectIds.DateTime, NOON),
        (str(uuid.UUID(int=5)), ua.ObjectIds.Guid, uuid.UUID(int=5)),
        ("ns=3;s=x", ua.ObjectIds.NodeId, ua.NodeId("x", 3)),
    ],
)
def test_a_cast_converts(types: EventTypes, value: Any, kind: int, wanted: Any) -> None:
    equals = element(OP.Equals, ua.ElementOperand(1), wanted)
    assert passes(types, equals, element(OP.Cast, value, ua.Variant(ua.NodeId(kind))))


@pytest.mark.parametrize(
    ("value", "kind"),
    [("x", ua.ObjectIds.Int32), (300, ua.ObjectIds.Byte), (1, ua.ObjectIds.Range)],
)
def test_a_cast_that_cannot_be_done_is_null(types: EventTypes, value: Any, kind: int) -> None:
    is_null = element(OP.IsNull, ua.ElementOperand(1))
    assert passes(types, is_null, element(OP.Cast, value, ua.Variant(ua.NodeId(kind))))


@pytest.mark.parametrize(("operator", "wanted"), [(OP.BitwiseAnd, 0b1000), (OP.BitwiseOr, 0b1110)])
def test_bits_are_combined(types: EventTypes, operator: ua.FilterOperator, wanted: int) -> None:
    equals = element(OP.Equals, ua.ElementOperand(1), wanted)
    assert passes(types, equals, element(operator, FLAGS, 0b1100))


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("main", "main", True),
        ("main", "Main", False),
        ("domain", "%main", True),
        ("mainly", "main%", True),
        ("domains", "%main%", True),
        ("mains", "main_", True),
        ("main", "main_", False),
        ("a%b", "a\\%b", True),
        ("axb", "a\\%b", False),
        ("abf", "ab[c-f]", True),
        ("abg", "ab[c-f]", False),
        ("abg", "ab[^c-f]", True),
        ("ab[", "ab[", True),
        ("a-c", "a[-]c", True),
        ("", "%", True),
        ("a" * 10_000, "%a" * 400 + "b", False),
        ("a" * 100_000, "%" + "a" * 900 + "b", False),
        ("aXbbc", "a%bc", True),
        ("abc", "abc%bc", False),
        ("a\nb", "a_b", True),
        ("ab", "[]b", False),
        ("ab", "[^]b", True),
        ("a]", "a]", True),
    ],
)
def test_like(text: str, pattern: str, expected: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_like(text, pattern) is expected


def test_fields_are_found_by_path_and_namespace(types: EventTypes) -> None:
    wanted = ua.EventFilter(
        SelectClauses=[
            field_of("3:Speed"),
            field_of("3:Speed", TypeDefinitionId=VALVE),
            field_of("", AttributeId=ua.AttributeIds.NodeId),
            field_of("3:Names", IndexRange="1:2"),
            field_of("3:Names", IndexRange="7"),
        ]
    )
    selection, result = event_selection(types, wanted)
    assert all(code.is_good() for code in result.SelectClauseResults)
    values = [one.Value for one in selection.values(EventRecord(AnEvent()))]
    assert values == [12.5, None, ua.NodeId("condition", 4), ["b", "c"], None]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (field_of("Speed"), "BadNodeIdUnknown"),
        (field_of("4:Speed"), "BadNodeIdUnknown"),
        (field_of("Message", TypeDefinitionId=NOBODY), "BadNodeIdUnknown"),
        (
            field_of("Message", TypeDefinitionId=ua.NodeId("no-event", 3)),
            "BadTypeDefinitionInvalid",
        ),
        (ua.SimpleAttributeOperand(BASE, [ua.QualifiedName()], 13), "BadBrowseNameInvalid"),
        (field_of("Message", AttributeId=ua.AttributeIds.NodeId), "BadAttributeIdInvalid"),
        (field_of("", AttributeId=ua.AttributeIds.Value), "BadAttributeIdInvalid"),
        (field_of("Message", IndexRange="2:1"), "BadIndexRangeInvalid"),
    ],
)
def test_each_select_clause_has_its_result(
    types: EventTypes, clause: ua.SimpleAttributeOperand, expected: str
) -> None:
    wanted = ua.EventFilter(SelectClauses=[field_of("Message"), clause])
    selection, result = event_selection(types, wanted)
    assert [code.name for code in result.SelectClauseResults] == ["Good", expected]
    message, other = selection.values(EventRecord(AnEvent()))
    assert (message.Value.Text, other.Value) == ("It stopped", None)
    with pytest.raises(EventFilterError):
        event_selection(types, ua.EventFilter(SelectClauses=[clause]))


@pytest.mark.parametrize(
    ("wrong", "expected", "operands"),
    [
        (element(OP.InView, ua.Variant(BASE)), "BadFilterOperatorUnsupported", []),
        (element(OP.RelatedTo, 1, 2, 3, 4), "BadFilterOperatorUnsupported", []),
        (element(OP.Equals, 1), "BadFilterOperandCountMismatch", []),
        (element(OP.Not, 1, 2), "BadFilterOperandCountMismatch", []),
        (
            element(OP.And, 1, ua.ElementOperand(0)),
            INVALID,
            ["Good", INVALID],
        ),
        (
            element(OP.Not, ua.ElementOperand(1)),
            INVALID,
            [INVALID],
        ),
        (
            element(OP.Not, ua.AttributeOperand()),
            INVALID,
            [INVALID],
        ),
        (element(OP.OfType, ua.Variant(NOBODY)), INVALID, ["BadNodeIdUnknown"]),
        (element(OP.OfType, 5), INVALID, [INVALID]),
        (
            element(OP.Like, field_of("Message"), "a" * 251),
            INVALID,
            ["Good", "BadFilterLiteralInvalid"],
        ),
        (
            element(OP.Equals, field_of("Message"), "a" * 4_097),
            INVALID,
            ["Good", "BadFilterLiteralInvalid"],
        ),
        (
            element(OP.Equals, field_of("9:Speed"), 5),
            INVALID,
            ["BadNodeIdUnknown", "Good"],
        ),
    ],
)
def test_a_where_clause_that_is_wrong_is_refused_element_by_element(
    types: EventTypes, wrong: ua.ContentFilterElement, expected: str, operands: list[str]
) -> None:
    with pytest.raises(EventFilterError) as refused:
        event_selection(types, selecting("Message", where=(wrong,)))
    assert refused.value.code == ua.StatusCodes.BadEventFilterInvalid
    assert refused.value.result is not None
    (result,) = refused.value.result.WhereClauseResult.ElementResults
    assert result.StatusCode.name == expected
    assert [code.name for code in result.OperandStatusCodes] == operands


@pytest.mark.parametrize("kind", [14, 17, 18, 19])
def test_a_cast_of_anything_ends_without_an_exception(kind: int) -> None:
    for value in (True, 1.5, float("nan"), -1, [1], ua.Range(0, 1), uuid.UUID(int=1)):
        cast(ua.Variant(value), ua.NodeId(kind))


def test_patterns_are_few(types: EventTypes) -> None:
    like = element(OP.Like, field_of("Message"), "%stop%")
    event_selection(types, selecting("Message", where=[like] * 10))
    with pytest.raises(EventFilterError):
        event_selection(types, selecting("Message", where=[like] * 11))


def test_a_where_clause_has_an_end(types: EventTypes) -> None:
    endless = [element(OP.Not, ua.ElementOperand(number + 1)) for number in range(200)]
    with pytest.raises(EventFilterError):
        event_selection(types, selecting("Message", where=(*endless, element(OP.Not, True))))


@pytest.mark.parametrize("wanted", [None, ua.EventFilter(), ua.AggregateFilter()])
def test_what_selects_nothing_is_refused(types: EventTypes, wanted: Any) -> None:
    with pytest.raises(EventFilterError):
        event_selection(types, wanted)
