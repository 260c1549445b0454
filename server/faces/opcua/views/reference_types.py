"""Which types of references a client means."""

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.wire.type_tree import subtypes


class ReferenceTypes:
    """The reference types of one address space; they all stand before it is served."""

    def __init__(self, space: AddressSpace) -> None:
        self._space = space
        self._with_subtypes: dict[ua.NodeId, frozenset[ua.NodeId]] = {}

    def meant(self, type_id: ua.NodeId, *, with_subtypes: bool) -> frozenset[ua.NodeId] | None:
        """Return the types that a request means, None for all of them.

        KeyError when there is no such reference type.
        """
        if type_id.is_null():
            return None
        found = self._with_subtypes.get(type_id)
        if found is None:
            held = self._space.read_attribute_value(type_id, ua.AttributeIds.NodeClass).Value
            if held is None or held.Value != ua.NodeClass.ReferenceType:
                raise KeyError(type_id)
            found = self._with_subtypes[type_id] = subtypes(self._space, type_id)
        return found if with_subtypes else frozenset((type_id,))
