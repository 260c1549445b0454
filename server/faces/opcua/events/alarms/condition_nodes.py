"""Conditions as nodes below Objects/Interlock/Alarms: their states, and their methods."""

from collections.abc import Iterator, Mapping
from typing import Final

from asyncua import ua

from server.faces.opcua.events.alarms.condition_state import (
    ALARMS,
    TYPES,
    ConditionState,
    condition_id,
)
from server.faces.opcua.instances.plant_nodes import Shown
from server.faces.opcua.namespaces import PLANT, standard
from server.faces.opcua.namespaces import TYPES as OUR_TYPES
from server.faces.opcua.nodes import (
    HAS_COMPONENT,
    HAS_PROPERTY,
    PROPERTY,
    Link,
    Node,
    built_in,
    variant,
)
from server.faces.opcua.types.alarm_table import CONDITION_FIELDS, OWN_NAMES

_C: Final = ua.NodeClass
_I: Final = ua.ObjectIds
HAS_CONDITION: Final = standard(_I.HasCondition)
_MACHINES: Final = {
    "ShelvingState": (standard(_I.ShelvedStateMachineType), "Whether it is put aside."),
    "LimitState": (standard(_I.ExclusiveLimitStateMachineType), "Which limit is passed."),
}
_ARGUMENT: Final = standard(_I.Argument)

METHODS: Final = {
    "Acknowledge": ("EventId", "Comment"),
    "Confirm": ("EventId", "Comment"),
    "AddComment": ("EventId", "Comment"),
    "Enable": (),
    "Disable": (),
    "ShelvingState/TimedShelve": ("ShelvingTime",),
    "ShelvingState/OneShotShelve": (),
    "ShelvingState/Unshelve": (),
}
"""The methods of a condition by their path, with their inputs (OPC 10000-9, 5.5 to 5.8)."""

_ARGUMENTS: Final = {
    "EventId": (standard(_I.ByteString), "The event that is answered."),
    "Comment": (standard(_I.LocalizedText), "What there is to say about it."),
    "ShelvingTime": (standard(_I.Duration), "For how long, in milliseconds; at most 12 hours."),
}
_SAID: Final = {
    "Acknowledge": "Say that it was seen; it stays as it is.",
    "Confirm": "Say that what was to be done at once is done.",
    "AddComment": "Say something about it.",
    "Enable": "Switch it on again.",
    "Disable": "Switch it off, where that is allowed.",
    "ShelvingState/TimedShelve": "Put it aside for a while, where that is allowed.",
    "ShelvingState/OneShotShelve": "Put it aside until it is over, where that is allowed.",
    "ShelvingState/Unshelve": "Bring it back.",
}


def below(owner: ua.NodeId, path: str) -> ua.NodeId:
    """Return the NodeId of something below an instance."""
    return ua.NodeId(ua.String(f"{owner.Identifier!s}/{path}"), owner.NamespaceIndex)


def condition(state: ConditionState, values: Mapping[str, ua.Variant], source: ua.NodeId) -> Shown:
    """Return the nodes of a condition, linked to what it is about."""
    alarm = state.alarm
    owner, kind = condition_id(alarm.alarm_id), TYPES[alarm.kind.name]
    nodes = [
        Node(
            node_id=owner,
            node_class=_C.Object,
            name=ua.QualifiedName(alarm.alarm_id, PLANT),
            display=alarm.alarm_id,
            description=alarm.kind.meaning,
            parent=ALARMS,
            reference=HAS_COMPONENT,
            type_definition=kind,
        )
    ]
    nodes += [_machine(owner, name) for name in _MACHINES if _has(values, name)]
    nodes += [
        _variable(owner, row.path, row.type_definition, values[row.path])
        for row in CONDITION_FIELDS
        if row.shown and row.path in values
    ]
    nodes += _methods(owner)
    return Shown(
        nodes=tuple(nodes),
        links=(Link(source=source, reference=HAS_CONDITION, target=owner),),
    )


def _has(values: Mapping[str, ua.Variant], machine: str) -> bool:
    return f"{machine}/CurrentState" in values


def _machine(owner: ua.NodeId, name: str) -> Node:
    kind, text = _MACHINES[name]
    return Node(
        node_id=below(owner, name),
        node_class=_C.Object,
        name=ua.QualifiedName(name, 0),
        description=text,
        parent=owner,
        reference=HAS_COMPONENT,
        type_definition=kind,
    )


def _variable(owner: ua.NodeId, path: str, kind: ua.NodeId, value: ua.Variant) -> Node:
    above, _, name = path.rpartition("/")
    return Node(
        node_id=below(owner, path),
        node_class=_C.Variable,
        name=ua.QualifiedName(name, OUR_TYPES if path in OWN_NAMES else 0),
        description="",
        parent=below(owner, above) if above else owner,
        reference=HAS_PROPERTY if kind == PROPERTY else HAS_COMPONENT,
        type_definition=kind,
        value=ua.DataValue(value),
        data_type=built_in(value.VariantType),
    )


def _methods(owner: ua.NodeId) -> Iterator[Node]:
    for path, inputs in METHODS.items():
        above, _, name = path.rpartition("/")
        method = below(owner, path)
        yield Node(
            node_id=method,
            node_class=_C.Method,
            name=ua.QualifiedName(name, 0),
            description=_SAID[path],
            parent=below(owner, above) if above else owner,
            reference=HAS_COMPONENT,
        )
        if inputs:
            yield _inputs(method, inputs)


def _inputs(method: ua.NodeId, names: tuple[str, ...]) -> Node:
    described = [
        ua.Argument(
            Name=ua.String(name),
            DataType=_ARGUMENTS[name][0],
            ValueRank=ua.Int32(-1),
            ArrayDimensions=[],
            Description=ua.LocalizedText(_ARGUMENTS[name][1]),
        )
        for name in names
    ]
    return Node(
        node_id=below(method, "InputArguments"),
        node_class=_C.Variable,
        name=ua.QualifiedName("InputArguments", 0),
        description="What the method takes, in order.",
        parent=method,
        reference=HAS_PROPERTY,
        type_definition=PROPERTY,
        value=ua.DataValue(variant(described, ua.VariantType.ExtensionObject)),
        data_type=_ARGUMENT,
        value_rank=1,
    )
