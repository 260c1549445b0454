"""The structures of ISA-95 Job Control V2 (OPC 10031-4, 7.3), as the codec reads and writes them.

The names of classes and fields are those of the standard, in its order. None in an optional field
means that it is not sent. Values of any type are ``ua.Variant``; quantities are decimal numbers
written as text.
"""

from dataclasses import dataclass, field
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import job_control
from server.faces.opcua.types.structure_codec import (
    Int16,
    Moment,
    StructureIds,
    Text,
    UInt32,
    WithOptionalFields,
    register,
)


@dataclass(frozen=True, slots=True)
class ISA95PropertyDataType(WithOptionalFields):
    """A property of a resource, perhaps with properties below it."""

    ID: Text = ""
    Value: ua.Variant = field(default_factory=ua.Variant)
    Description: list[ua.LocalizedText] | None = None
    EngineeringUnits: ua.EUInformation | None = None
    Subproperties: "list[ISA95PropertyDataType] | None" = None


@dataclass(frozen=True, slots=True)
class ISA95ParameterDataType(WithOptionalFields):
    """A parameter of a job order or a datum of its answer, perhaps with others below it."""

    ID: Text = ""
    Value: ua.Variant = field(default_factory=ua.Variant)
    Description: list[ua.LocalizedText] | None = None
    EngineeringUnits: ua.EUInformation | None = None
    Subparameters: "list[ISA95ParameterDataType] | None" = None


@dataclass(frozen=True, slots=True)
class ISA95EquipmentDataType(WithOptionalFields):
    """Equipment, or a class of it, that is asked for or was used."""

    ID: Text = ""
    Description: list[ua.LocalizedText] | None = None
    EquipmentUse: Text | None = None
    Quantity: Text | None = None
    EngineeringUnits: ua.EUInformation | None = None
    Properties: list[ISA95PropertyDataType] | None = None


@dataclass(frozen=True, slots=True)
class ISA95PhysicalAssetDataType(WithOptionalFields):
    """A physical asset, or a class of it, that is asked for or was used."""

    ID: Text = ""
    Description: list[ua.LocalizedText] | None = None
    PhysicalAssetUse: Text | None = None
    Quantity: Text | None = None
    EngineeringUnits: ua.EUInformation | None = None
    Properties: list[ISA95PropertyDataType] | None = None


@dataclass(frozen=True, slots=True)
class ISA95PersonnelDataType(WithOptionalFields):
    """A person, or a class of persons, that is asked for or did the work."""

    ID: Text = ""
    Description: list[ua.LocalizedText] | None = None
    PersonnelUse: Text | None = None
    Quantity: Text | None = None
    EngineeringUnits: ua.EUInformation | None = None
    Properties: list[ISA95PropertyDataType] | None = None


@dataclass(frozen=True, slots=True)
class ISA95MaterialDataType(WithOptionalFields):
    """Material that is asked for, was consumed or was produced; each of its ids may be missing."""

    MaterialClassID: Text | None = None
    MaterialDefinitionID: Text | None = None
    MaterialLotID: Text | None = None
    MaterialSublotID: Text | None = None
    Description: list[ua.LocalizedText] | None = None
    MaterialUse: Text | None = None
    Quantity: Text | None = None
    EngineeringUnits: ua.EUInformation | None = None
    Properties: list[ISA95PropertyDataType] | None = None


@dataclass(frozen=True, slots=True)
class ISA95WorkMasterDataType(WithOptionalFields):
    """A work master by its id, with the parameters that a job order gives it."""

    ID: Text = ""
    Description: ua.LocalizedText | None = None
    Parameters: list[ISA95ParameterDataType] | None = None


@dataclass(frozen=True, slots=True)
class ISA95StateDataType:
    """One state; the path to its state machine is empty for the state machine of the order."""

    BrowsePath: ua.RelativePath = field(default_factory=ua.RelativePath)
    StateText: ua.LocalizedText = field(default_factory=ua.LocalizedText)
    StateNumber: UInt32 = 0


@dataclass(frozen=True, slots=True)
class ISA95JobOrderDataType(WithOptionalFields):
    """A job order: what is to be made, of what, with what and by whom. Times are UTC."""

    JobOrderID: Text = ""
    Description: list[ua.LocalizedText] | None = None
    WorkMasterID: list[ISA95WorkMasterDataType] | None = None
    StartTime: Moment | None = None
    EndTime: Moment | None = None
    Priority: Int16 | None = None
    JobOrderParameters: list[ISA95ParameterDataType] | None = None
    PersonnelRequirements: list[ISA95PersonnelDataType] | None = None
    EquipmentRequirements: list[ISA95EquipmentDataType] | None = None
    PhysicalAssetRequirements: list[ISA95PhysicalAssetDataType] | None = None
    MaterialRequirements: list[ISA95MaterialDataType] | None = None


@dataclass(frozen=True, slots=True)
class ISA95JobOrderAndStateDataType:
    """A job order and the state it is in, that of the order itself first."""

    JobOrder: ISA95JobOrderDataType = field(default_factory=ISA95JobOrderDataType)
    State: list[ISA95StateDataType] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ISA95JobResponseDataType(WithOptionalFields):
    """What became of a job order: its state, its results, what was really used. Times are UTC."""

    JobResponseID: Text = ""
    Description: ua.LocalizedText | None = None
    JobOrderID: Text = ""
    StartTime: Moment | None = None
    EndTime: Moment | None = None
    JobState: list[ISA95StateDataType] = field(default_factory=list)
    JobResponseData: list[ISA95ParameterDataType] | None = None
    PersonnelActuals: list[ISA95PersonnelDataType] | None = None
    EquipmentActuals: list[ISA95EquipmentDataType] | None = None
    PhysicalAssetActuals: list[ISA95PhysicalAssetDataType] | None = None
    MaterialActuals: list[ISA95MaterialDataType] | None = None


STRUCTURES: Final[dict[type, StructureIds]] = register(
    (
        (ISA95PropertyDataType, 3002, 5002),
        (ISA95ParameterDataType, 3003, 5005),
        (ISA95EquipmentDataType, 3005, 5008),
        (ISA95StateDataType, 3006, 5029),
        (ISA95WorkMasterDataType, 3007, 5011),
        (ISA95JobOrderDataType, 3008, 5014),
        (ISA95MaterialDataType, 3010, 5017),
        (ISA95PersonnelDataType, 3011, 5020),
        (ISA95PhysicalAssetDataType, 3012, 5023),
        (ISA95JobResponseDataType, 3013, 5026),
        (ISA95JobOrderAndStateDataType, 3015, 5032),
    ),
    job_control,
)
"""Every structure with its DataType and its binary encoding."""
