"""The structures of the ISA-95 Common Object Model (OPC 10030), as the codec reads and writes them.

The names are those of the published nodeset, also where one is misspelt. The year 1601 stands for a
time that is not known.
"""

# ruff: noqa: N815 - the fields are called what the standard calls them

from dataclasses import dataclass, field
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import isa95
from server.faces.opcua.nodes import NO_TIME
from server.faces.opcua.types.structure_codec import Byte, Int32, Moment, Text, register


@dataclass(frozen=True, slots=True)
class CurrencyCode:
    """A currency."""

    namespaceUri: Text = ""
    unitId: Int32 = 0
    charId: list[Byte] = field(default_factory=list)
    displayName: ua.LocalizedText = field(default_factory=ua.LocalizedText)
    Description: ua.LocalizedText = field(default_factory=ua.LocalizedText)


@dataclass(frozen=True, slots=True)
class ISA95TestResultMeasurementDataType:
    """What a test found, with its engineering unit. Times are UTC."""

    Id: ua.NodeId = field(default_factory=ua.NodeId)
    TestResultDescription: ua.LocalizedText = field(default_factory=ua.LocalizedText)
    Date: Moment = NO_TIME
    Result: ua.Variant = field(default_factory=ua.Variant)
    ResultUnitOfMeasure: ua.EUInformation = field(default_factory=ua.EUInformation)
    Expiration: Moment = NO_TIME


@dataclass(frozen=True, slots=True)
class ISA95TestResultDataType:
    """What a test found, with its unit as a word. Times are UTC."""

    Id: ua.NodeId = field(default_factory=ua.NodeId)
    TestResultDescription: ua.LocalizedText = field(default_factory=ua.LocalizedText)
    Date: Moment = NO_TIME
    Result: ua.Variant = field(default_factory=ua.Variant)
    ResultUnitOfMeasure: Text = ""
    Expiration: Moment = NO_TIME


@dataclass(frozen=True, slots=True)
class ISA95AssetAssignmentDataType:
    """Which asset filled which role, from when to when. Times are UTC."""

    Id: ua.NodeId = field(default_factory=ua.NodeId)
    AssinmentDescription: ua.LocalizedText = field(default_factory=ua.LocalizedText)
    StartTime: Moment = NO_TIME
    EndTime: Moment = NO_TIME


ISA95_STRUCTURES: Final = register(
    (
        (CurrencyCode, 4776, 4788),
        (ISA95TestResultMeasurementDataType, 4862, 4867),
        (ISA95TestResultDataType, 4873, 4902),
        (ISA95AssetAssignmentDataType, 4956, 4973),
    ),
    isa95,
)
"""Every structure with its DataType and its binary encoding."""
