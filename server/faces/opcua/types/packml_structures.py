"""The structure of a production count (OPC 30050, 6.5.3), as the codec reads and writes it."""

from dataclasses import dataclass, field
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import packml
from server.faces.opcua.types.structure_codec import Int32, Text, register


@dataclass(frozen=True, slots=True)
class PackMLCountDataType:
    """What was consumed, made or spoiled: in this job, and since the counter was last reset."""

    ID: Int32 = 0
    Name: Text = ""
    Unit: ua.EUInformation = field(default_factory=ua.EUInformation)
    Count: Int32 = 0
    AccCount: Int32 = 0


PACKML_STRUCTURES: Final = register(((PackMLCountDataType, 14, 69),), packml)
