"""What a node is before it stands in the address space: plain values, the same on every start."""

from dataclasses import dataclass
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.namespaces import standard

ORGANIZES: Final = standard(ua.ObjectIds.Organizes)
HAS_COMPONENT: Final = standard(ua.ObjectIds.HasComponent)
HAS_PROPERTY: Final = standard(ua.ObjectIds.HasProperty)
HAS_SUBTYPE: Final = standard(ua.ObjectIds.HasSubtype)
HAS_TYPE_DEFINITION: Final = standard(ua.ObjectIds.HasTypeDefinition)
HAS_MODELLING_RULE: Final = standard(ua.ObjectIds.HasModellingRule)
HAS_EVENT_SOURCE: Final = standard(ua.ObjectIds.HasEventSource)
HAS_NOTIFIER: Final = standard(ua.ObjectIds.HasNotifier)
GENERATES_EVENT: Final = standard(ua.ObjectIds.GeneratesEvent)

FOLDER: Final = standard(ua.ObjectIds.FolderType)
BASE_OBJECT: Final = standard(ua.ObjectIds.BaseObjectType)
BASE_DATA_VARIABLE: Final = standard(ua.ObjectIds.BaseDataVariableType)
PROPERTY: Final = standard(ua.ObjectIds.PropertyType)

SCALAR: Final = -1
ARRAY: Final = 1
ANY_RANK: Final = -2

READ: Final = 1 << ua.AccessLevel.CurrentRead
READ_HISTORY: Final = 1 << ua.AccessLevel.HistoryRead
"""Bits of AccessLevel; nothing here is ever writable."""


NO_TIME: Final = ua.get_win_epoch()
"""How OPC UA says that there is no time (OPC 10000-6, 5.2.2.5): its own epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A reference beside the one that a node hangs on; it ends when either end goes."""

    source: ua.NodeId
    reference: ua.NodeId
    target: ua.NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node and the reference it hangs on; the attributes of OPC 10000-3 that we serve.

    ``value`` and ``data_type`` are for Variables and VariableTypes, ``is_abstract`` and
    ``inverse_name`` for types, ``definition`` for enumerations and structures.
    """

    node_id: ua.NodeId
    node_class: ua.NodeClass
    name: ua.QualifiedName
    description: str
    parent: ua.NodeId
    reference: ua.NodeId
    display: str = ""
    type_definition: ua.NodeId | None = None
    modelling_rule: ua.NodeId | None = None
    value: ua.DataValue | None = None
    data_type: ua.NodeId | None = None
    value_rank: int = SCALAR
    array_dimensions: tuple[int, ...] | None = None
    """None for an array of any size, () where the standard says nothing about sizes."""
    access_level: int = READ
    historizing: bool = False
    minimum_sampling_ms: float = 0.0
    """How soon a value can follow another, in milliseconds; 0 is at any time."""
    is_abstract: bool = False
    is_symmetric: bool = False
    inverse_name: str = ""
    is_notifier: bool = False
    keeps_events: bool = True
    """Whether the events of a notifier can be read later, too."""
    definition: ua.EnumDefinition | ua.StructureDefinition | None = None

    @property
    def display_name(self) -> ua.LocalizedText:
        """What a person reads in a browser."""
        return ua.LocalizedText(self.display or str(self.name.Name))


def variant(value: Any, variant_type: ua.VariantType) -> ua.Variant:
    """Return a Variant of this type; a list or tuple becomes an array, even an empty one."""
    if isinstance(value, (list, tuple)):
        return ua.Variant(list(value), variant_type, is_array=True)
    if value is None and variant_type is ua.VariantType.DateTime:
        value = NO_TIME
    return ua.Variant(value, variant_type)


def data_value(value: Any, variant_type: ua.VariantType) -> ua.DataValue:
    """Return a good value without times: what the address space says about the plant."""
    return ua.DataValue(variant(value, variant_type))


def built_in(variant_type: ua.VariantType) -> ua.NodeId:
    """Return the DataType of a built-in type."""
    return standard(variant_type.value)
