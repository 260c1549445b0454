"""InputArguments and OutputArguments of a method, and whether arguments fit them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.wire.decode import plain_variant
from server.faces.opcua.wire.node_ids import standard
from server.faces.opcua.wire.type_tree import HAS_PROPERTY, browse_name, is_subtype, supertypes
from server.faces.opcua.wire.type_tree import targets as reference_targets

_LAST_BUILT_IN: Final = 25
_VARIANT: Final = frozenset(ua.VariantType)
_UNSIGNED: Final = frozenset(
    {ua.VariantType.Byte, ua.VariantType.UInt16, ua.VariantType.UInt32, ua.VariantType.UInt64}
)
_INTEGER: Final = _UNSIGNED | {
    ua.VariantType.SByte,
    ua.VariantType.Int16,
    ua.VariantType.Int32,
    ua.VariantType.Int64,
}
# The abstract data types of OPC 10000-5, 12.2, and what a Variant may hold for them.
_ABSTRACT: Final[dict[int, frozenset[ua.VariantType]]] = {
    ua.ObjectIds.BaseDataType: _VARIANT,
    ua.ObjectIds.Number: _INTEGER | {ua.VariantType.Float, ua.VariantType.Double},
    ua.ObjectIds.Integer: _INTEGER,
    ua.ObjectIds.UInteger: _UNSIGNED,
    ua.ObjectIds.Enumeration: frozenset({ua.VariantType.Int32}),
}


_PLAIN: Final = _INTEGER | {ua.VariantType.Boolean, ua.VariantType.Float, ua.VariantType.Double}

MAX_TEXT: Final = 262_144
"""Characters or bytes in a text that is given as an argument."""

MAX_ITEMS: Final = 10_000
"""Elements of an array that is."""


def is_short(value: Any) -> bool:
    """Return whether a value is none that only somebody with bad intentions would send."""
    if isinstance(value, str | bytes):
        return len(value) <= MAX_TEXT
    if isinstance(value, list | tuple):
        return len(value) <= MAX_ITEMS and all(map(is_short, value))
    return True


@dataclass(frozen=True, kw_only=True)
class ArgumentShape:
    """One declared argument: its data type, what a Variant must hold for it, and its rank."""

    name: str
    data_type: ua.NodeId
    variant_types: frozenset[ua.VariantType]
    value_rank: int

    @cached_property
    def _number(self) -> ua.VariantType | None:
        """The type of the argument if it is one number or truth value, as most are."""
        only = next(iter(self.variant_types)) if len(self.variant_types) == 1 else None
        return only if only in _PLAIN and self.value_rank == -1 else None

    def is_plainly(self, argument: ua.Variant) -> bool:
        """Return whether the argument is one number of this type; if not, more has to be asked."""
        return argument.VariantType is self._number and not argument.is_array

    def accepts(self, space: AddressSpace, argument: ua.Variant) -> bool:
        """Return whether the argument has this type and rank."""
        if argument.VariantType not in self.variant_types:
            return False
        return self._fits_rank(argument) and self._fits_structure(space, argument)

    def variant(self, value: Any) -> ua.Variant:
        """Return a plain Python value as a Variant of this type; a Variant stays as it is."""
        if self._number is not None and isinstance(value, (float, int)):
            return plain_variant(value, self._number)
        if isinstance(value, ua.Variant):
            return value
        if len(self.variant_types) != 1:
            return ua.Variant(value)
        is_array = self.value_rank >= 0 or isinstance(value, (list, tuple))
        if isinstance(value, tuple):
            value = list(value)
        return ua.Variant(value, next(iter(self.variant_types)), is_array=is_array)

    def _fits_rank(self, argument: ua.Variant) -> bool:
        dimensions = (len(argument.Dimensions or ()) or 1) if argument.is_array else 0
        match self.value_rank:
            case -2:  # Any
                return True
            case -3:  # ScalarOrOneDimension
                return dimensions <= 1
            case -1:  # Scalar
                return dimensions == 0
            case 0:  # OneOrMoreDimensions
                return dimensions >= 1
            case rank:
                return dimensions == rank

    def _fits_structure(self, space: AddressSpace, argument: ua.Variant) -> bool:
        if argument.VariantType is not ua.VariantType.ExtensionObject:
            return True
        if self.data_type in {
            standard(ua.ObjectIds.BaseDataType),
            standard(ua.ObjectIds.Structure),
        }:
            return True
        return all(
            self._is_structure(space, value) for value in _flat(argument.Value) if value is not None
        )

    def _is_structure(self, space: AddressSpace, value: Any) -> bool:
        # A structure nobody here knows arrives undecoded, as ua.ExtensionObject, and is refused.
        data_type = ua.uatypes.datatype_by_extension_object.get(type(value)) or getattr(
            type(value), "data_type", None
        )
        return isinstance(data_type, ua.NodeId) and is_subtype(space, data_type, self.data_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodSignature:
    """What a method takes and gives."""

    inputs: tuple[ArgumentShape, ...]
    outputs: tuple[ArgumentShape, ...]


def read_signature(space: AddressSpace, method_id: ua.NodeId) -> MethodSignature:
    """Read the signature from the method's properties; a missing property means no arguments."""
    return MethodSignature(
        inputs=_read_arguments(space, method_id, "InputArguments"),
        outputs=_read_arguments(space, method_id, "OutputArguments"),
    )


def _read_arguments(
    space: AddressSpace, method_id: ua.NodeId, name: str
) -> tuple[ArgumentShape, ...]:
    for property_id in reference_targets(space, method_id, (HAS_PROPERTY,), forward=True):
        if browse_name(space, property_id) == ua.QualifiedName(name, 0):
            value = space.read_attribute_value(property_id, ua.AttributeIds.Value).Value
            declared: Sequence[Any] = (value.Value if value is not None else None) or ()
            return tuple(_shape(space, argument) for argument in declared)
    return ()


def _shape(space: AddressSpace, argument: ua.Argument) -> ArgumentShape:
    return ArgumentShape(
        name=str(argument.Name or ""),
        data_type=argument.DataType,
        variant_types=_variant_types(space, argument.DataType),
        value_rank=int(argument.ValueRank),
    )


def _variant_types(space: AddressSpace, data_type: ua.NodeId) -> frozenset[ua.VariantType]:
    for ancestor in supertypes(space, data_type):
        if ancestor.NamespaceIndex != 0 or not isinstance(ancestor.Identifier, int):
            continue
        abstract = _ABSTRACT.get(ancestor.Identifier)
        if abstract is not None:
            return abstract
        if 0 < ancestor.Identifier <= _LAST_BUILT_IN:
            return frozenset({ua.VariantType(ancestor.Identifier)})
    return frozenset()  # an unknown type accepts nothing


def _flat(value: Any) -> Iterable[Any]:
    if isinstance(value, (list, tuple)):
        for element in value:
            yield from _flat(element)
    else:
        yield value
