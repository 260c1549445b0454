"""How our own classes become structures that the codec reads and writes.

asyncua would make such classes while it runs, from the definitions in the address space; here they
stand in the source, so that type checkers know them. The codec looks at the annotations: the order
of the fields is the order on the wire, ``X | None`` is an optional field with a bit in the mask.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from asyncua import ua

if TYPE_CHECKING:  # what the values are, and below how they are written
    Text = str
    Moment = datetime
    Byte = int
    Int16 = int
    Int32 = int
    UInt32 = int
    Single = float
    Truth = bool
else:
    Text = ua.String
    Moment = ua.DateTime
    Byte, Int16, Int32, UInt32 = ua.Byte, ua.Int16, ua.Int32, ua.UInt32
    Single = ua.Float
    Truth = ua.Boolean


@dataclass(frozen=True, slots=True)
class WithOptionalFields:
    """A structure that begins with a mask of which optional fields follow.

    The codec fills the mask from the fields that are not None (OPC 10000-6, 5.2.7).
    """

    Encoding: UInt32 = field(default=0, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class StructureIds:
    """The DataType of a structure and its Default Binary encoding."""

    data_type: ua.NodeId
    encoding: ua.NodeId


def register(
    structures: Iterable[tuple[type, int, int]], make_id: Callable[[int], ua.NodeId]
) -> dict[type, StructureIds]:
    """Make classes known to the codec; each with the numbers of its DataType and encoding.

    The registry is one per process and keyed by namespace index (see ``namespaces``).
    """
    known = {
        structure: StructureIds(make_id(data_type), make_id(encoding))
        for structure, data_type, encoding in structures
    }
    for structure, ids in known.items():
        structure.data_type = ids.data_type  # type: ignore[attr-defined]  # asyncua looks here
        ua.register_extension_object(structure.__name__, ids.encoding, structure, ids.data_type)
    return known
