"""The structures of PackML (OPC 30050, 6.5), as the codec reads and writes them."""

from dataclasses import dataclass, field
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import packml
from server.faces.opcua.nodes import NO_TIME
from server.faces.opcua.types.structure_codec import (
    Int32,
    Moment,
    Single,
    Text,
    Truth,
    register,
)


@dataclass(frozen=True, slots=True)
class PackMLAlarmDataType:
    """An alarm, a warning or a reason to stop. Times are UTC."""

    ID: Int32 = 0
    Value: Int32 = 0
    Message: Text = ""
    Category: Int32 = 0
    DateTime: Moment = NO_TIME
    AckDateTime: Moment = NO_TIME
    Trigger: Truth = False


@dataclass(frozen=True, slots=True)
class PackMLCountDataType:
    """What was consumed, made or spoiled: in this job, and since the counter was last reset."""

    ID: Int32 = 0
    Name: Text = ""
    Unit: ua.EUInformation = field(default_factory=ua.EUInformation)
    Count: Int32 = 0
    AccCount: Int32 = 0


@dataclass(frozen=True, slots=True)
class PackMLDescriptorDataType:
    """A parameter with its unit."""

    ID: Int32 = 0
    Name: Text = ""
    Unit: ua.EUInformation = field(default_factory=ua.EUInformation)
    Value: Single = 0.0


@dataclass(frozen=True, slots=True)
class PackMLIngredientsDataType:
    """An ingredient with its parameters."""

    IngredientID: Int32 = 0
    Parameter: list[PackMLDescriptorDataType] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PackMLProductDataType:
    """A product with its process variables and its ingredients."""

    ProductID: Int32 = 0
    ProcessVariables: list[PackMLDescriptorDataType] = field(default_factory=list)
    Ingredients: list[PackMLIngredientsDataType] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PackMLRemoteInterfaceDataType:
    """A command to a machine beside this one."""

    Number: Int32 = 0
    ControlCmdNumber: Int32 = 0
    CmdValue: Int32 = 0
    Parameter: list[PackMLDescriptorDataType] = field(default_factory=list)


PACKML_STRUCTURES: Final = register(
    (
        (PackMLAlarmDataType, 15, 74),
        (PackMLCountDataType, 14, 69),
        (PackMLDescriptorDataType, 16, 77),
        (PackMLIngredientsDataType, 17, 79),
        (PackMLProductDataType, 18, 81),
        (PackMLRemoteInterfaceDataType, 19, 83),
    ),
    packml,
)
"""Every structure with its DataType and its binary encoding."""
