"""The structure of a test result (OPC 10030, 7.4.3), as the codec reads and writes it."""

from dataclasses import dataclass, field
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import isa95
from server.faces.opcua.nodes import NO_TIME
from server.faces.opcua.types.structure_codec import Moment, Text, register


@dataclass(frozen=True, slots=True)
class ISA95TestResultDataType:
    """A test result, whose unit is a word; the year 1601 stands for a time that is not known."""

    Id: ua.NodeId = field(default_factory=ua.NodeId)
    TestResultDescription: ua.LocalizedText = field(default_factory=ua.LocalizedText)
    Date: Moment = NO_TIME
    Result: ua.Variant = field(default_factory=ua.Variant)
    ResultUnitOfMeasure: Text = ""
    Expiration: Moment = NO_TIME


ISA95_STRUCTURES: Final = register(((ISA95TestResultDataType, 4873, 4902),), isa95)
