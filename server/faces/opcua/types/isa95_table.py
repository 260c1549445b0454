"""The part of the ISA-95 Common Object Model (OPC 10030, 1.00) that our tree uses, as a table.

NodeIds, names, types and modelling rules are facts of the standard; the descriptions are ours.
Where the published nodeset contradicts its own text we serve the nodeset and use what the text
says in our instances: see ``execution_table`` for the lot property type that it got wrong.
"""

from dataclasses import dataclass
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import isa95, standard
from server.faces.opcua.nodes import (
    BASE_DATA_VARIABLE,
    BASE_OBJECT,
    HAS_COMPONENT,
    HAS_PROPERTY,
    PROPERTY,
)

MANDATORY: Final = standard(ua.ObjectIds.ModellingRule_Mandatory)
OPTIONAL: Final = standard(ua.ObjectIds.ModellingRule_Optional)
PLACEHOLDER: Final = standard(ua.ObjectIds.ModellingRule_OptionalPlaceholder)

HAS_CLASS_PROPERTY: Final = isa95(4910)
HAS_ISA95_PROPERTY: Final = isa95(2009)
HAS_ATTRIBUTE: Final = isa95(4713)
MADE_UP_OF_EQUIPMENT: Final = isa95(5115)
MADE_UP_OF_SUBLOT: Final = isa95(5117)
DEFINED_BY_PERSONNEL_CLASS: Final = isa95(4917)
DEFINED_BY_EQUIPMENT_CLASS: Final = isa95(4919)
DEFINED_BY_ASSET_CLASS: Final = isa95(4921)
DEFINED_BY_MATERIAL: Final = isa95(5301)
IMPLEMENTED_BY: Final = isa95(4914)

EQUIPMENT_CLASS_TYPE: Final = isa95(5034)
EQUIPMENT_TYPE: Final = isa95(5040)
ASSET_CLASS_TYPE: Final = isa95(5078)
ASSET_TYPE: Final = isa95(5085)
MATERIAL_CLASS_TYPE: Final = isa95(5209)
MATERIAL_DEFINITION_TYPE: Final = isa95(5219)
MATERIAL_LOT_TYPE: Final = isa95(5232)
MATERIAL_SUBLOT_TYPE: Final = isa95(5259)
PERSONNEL_CLASS_TYPE: Final = isa95(4996)
PERSON_TYPE: Final = isa95(5131)

EQUIPMENT_PROPERTY_TYPE: Final = isa95(954)
PERSON_PROPERTY_TYPE: Final = isa95(5118)
ASSET_PROPERTY_TYPE: Final = isa95(5065)
MATERIAL_PROPERTY_TYPE: Final = isa95(5174)

CDT_IDENTIFIER: Final = isa95(4777)
EQUIPMENT_LEVEL: Final = isa95(4871)
EQUIPMENT_LEVEL_STRINGS: Final = isa95(4872)

_CLASS_PROPERTY: Final = isa95(4885)
_PROPERTY: Final = isa95(4263)
_ANY: Final = standard(ua.ObjectIds.BaseDataType)
_STRING: Final = standard(ua.ObjectIds.String)


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type: its number, name, supertype and meaning."""

    number: int
    name: str
    supertype: ua.NodeId
    description: str
    is_abstract: bool = False
    inverse_name: str = ""
    value_rank: int = -1


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One instance declaration of a type; a data type makes it a Variable."""

    number: int
    owner: int
    name: str
    reference: ua.NodeId
    type_definition: ua.NodeId
    rule: ua.NodeId
    description: str
    data_type: ua.NodeId | None = None


_HIERARCHY: Final = standard(ua.ObjectIds.Aggregates)
_ACROSS: Final = standard(ua.ObjectIds.NonHierarchicalReferences)

REFERENCE_TYPES: Final = (
    TypeRow(4714, "MadeUpOf", _HIERARCHY, "The target is a part of the source.",
            is_abstract=True, inverse_name="ContainedBy"),
    TypeRow(5115, "MadeUpOfEquipment", isa95(4714), "Equipment that is part of other equipment.",
            inverse_name="ContainedByEquipment"),
    TypeRow(5116, "MadeUpOfPhysicalAsset", isa95(4714), "A thing that is part of another thing.",
            inverse_name="ContainedByPhysicalAsset"),
    TypeRow(5117, "MadeUpOfMaterialSublot", isa95(4714), "A container of a lot or of a sublot.",
            inverse_name="ContainedByMaterialSublot"),
    TypeRow(4910, "HasISA95ClassProperty", HAS_COMPONENT, "A property that a class defines.",
            inverse_name="ISA95ClassPropertyOf"),
    TypeRow(2009, "HasISA95Property", HAS_COMPONENT, "A property of this one object.",
            inverse_name="ISA95PropertyOf"),
    TypeRow(4713, "HasISA95Attribute", HAS_COMPONENT, "An attribute that ISA-95 itself defines.",
            inverse_name="ISA95AttributeOf"),
    TypeRow(4912, "DefinedBy", _ACROSS, "What kind of object the source is.",
            is_abstract=True, inverse_name="DefinitionOf"),
    TypeRow(4917, "DefinedByPersonnelClass", isa95(4912), "The class a person belongs to.",
            inverse_name="PersonnelClassOf"),
    TypeRow(4919, "DefinedByEquipmentClass", isa95(4912), "The class equipment belongs to.",
            inverse_name="EquipmentClassOf"),
    TypeRow(4921, "DefinedByPhysicalAssetClass", isa95(4912), "The class an asset belongs to.",
            inverse_name="PhysicalAssetClassOf"),
    TypeRow(5301, "DefinedByMaterialDefinition", isa95(4912), "The material that a lot is of.",
            inverse_name="MaterialClassOf"),
    TypeRow(4914, "ImplementedBy", _ACROSS, "The asset that fills the role of the equipment.",
            inverse_name="ImplementationOf"),
)  # fmt: skip

_CLASS: Final = isa95(4957)
_OBJECT: Final = isa95(4958)

OBJECT_TYPES: Final = (
    TypeRow(4957, "ISA95ClassType", BASE_OBJECT, "A class of ISA-95 objects.", is_abstract=True),
    TypeRow(4958, "ISA95ObjectType", BASE_OBJECT, "An ISA-95 object; its BrowseName is its id.",
            is_abstract=True),
    TypeRow(4996, "PersonnelClassType", _CLASS, "A kind of person, by task or training."),
    TypeRow(5131, "PersonType", _OBJECT, "A person known to the plant."),
    TypeRow(5034, "EquipmentClassType", _CLASS, "A kind of equipment, by what it can do."),
    TypeRow(5040, "EquipmentType", _OBJECT, "A role in the plant, from enterprise to work unit."),
    TypeRow(5078, "PhysicalAssetClassType", _CLASS, "A kind of instrument or machine."),
    TypeRow(5085, "PhysicalAssetType", _OBJECT, "An instrument or machine with a serial number."),
    TypeRow(5209, "MaterialClassType", _CLASS, "A kind of material."),
    TypeRow(5219, "MaterialDefinitionType", _CLASS, "A material as it is specified."),
    TypeRow(5232, "MaterialLotType", _OBJECT, "An amount of material that shares its release."),
    TypeRow(5259, "MaterialSublotType", _OBJECT, "A container: the part of a lot in one place."),
)  # fmt: skip

VARIABLE_TYPES: Final = (
    TypeRow(4885, "ISA95ClassPropertyType", BASE_DATA_VARIABLE, "A property of a class.",
            is_abstract=True, value_rank=-2),
    TypeRow(4263, "ISA95PropertyType", BASE_DATA_VARIABLE, "A property of an object.",
            is_abstract=True, value_rank=-2),
    TypeRow(954, "EquipmentPropertyType", _PROPERTY, "A property of equipment."),
    TypeRow(5118, "PersonPropertyType", _PROPERTY, "A property of a person."),
    TypeRow(5065, "PhysicalAssetPropertyType", _CLASS_PROPERTY, "A property of an asset."),
    TypeRow(5174, "MaterialDefinitionPropertyType", _CLASS_PROPERTY, "A property of a material."),
)  # fmt: skip

DATA_TYPES: Final = (
    TypeRow(4777, "CDTIdentifier", _STRING, "An identifier: text that names one object."),
    TypeRow(4871, "ISA95EquipmentElementLevelEnum", standard(ua.ObjectIds.Enumeration),
            "The level of equipment in the hierarchy of the plant."),
)  # fmt: skip

EQUIPMENT_LEVELS: Final = (
    "Enterprise", "Site", "Area", "ProcessCell", "Unit", "ProductionLine", "WorkCell",
    "ProductionUnit", "StorageZone", "StorageUnit", "WorkCenter", "WorkUnit", "EquipmentModule",
    "ControlModule", "Other",
)  # fmt: skip
"""The names of the enumeration; the place of a name is its value."""

_A, _P, _CP = HAS_ATTRIBUTE, HAS_ISA95_PROPERTY, HAS_CLASS_PROPERTY
_V = BASE_DATA_VARIABLE

MEMBERS: Final = (
    MemberRow(4886, 4885, "Key", _A, _V, OPTIONAL, "Tells properties apart.", CDT_IDENTIFIER),
    MemberRow(4887, 4263, "Key", _A, _V, OPTIONAL, "Tells properties apart.", CDT_IDENTIFIER),
    MemberRow(5132, 5131, "<PropertyName>", _P, PERSON_PROPERTY_TYPE, PLACEHOLDER,
              "Any property of the person, such as a qualification.", _ANY),
    MemberRow(5302, 5131, "<PersonnelClass>", DEFINED_BY_PERSONNEL_CLASS, PERSONNEL_CLASS_TYPE,
              PLACEHOLDER, "A class that the person belongs to."),
    MemberRow(5039, 5034, "EquipmentLevel", _A, PROPERTY, OPTIONAL,
              "The level at which such equipment stands.", EQUIPMENT_LEVEL),
    MemberRow(5041, 5040, "<PropertyName>", _CP, EQUIPMENT_PROPERTY_TYPE, PLACEHOLDER,
              "Any property of the equipment.", _ANY),
    MemberRow(5043, 5040, "<EquipmentClass>", DEFINED_BY_EQUIPMENT_CLASS, EQUIPMENT_CLASS_TYPE,
              PLACEHOLDER, "A class that the equipment belongs to."),
    MemberRow(5144, 5040, "<Equipment>", MADE_UP_OF_EQUIPMENT, EQUIPMENT_TYPE, PLACEHOLDER,
              "Equipment that is part of this equipment."),
    MemberRow(5047, 5040, "EquipmentLevel", _A, PROPERTY, OPTIONAL,
              "The level at which the equipment stands.", EQUIPMENT_LEVEL),
    MemberRow(5093, 5040, "<PhysicalAsset>", IMPLEMENTED_BY, ASSET_TYPE, OPTIONAL,
              "The asset that fills this role."),
    MemberRow(5084, 5078, "ModelNumber", _A, _V, OPTIONAL, "The maker's model number.", _STRING),
    MemberRow(5086, 5085, "<PropertyName>", _P, ASSET_PROPERTY_TYPE, PLACEHOLDER,
              "Any property of the asset.", _ANY),
    MemberRow(5088, 5085, "PhysicalAssetClass", DEFINED_BY_ASSET_CLASS, ASSET_CLASS_TYPE,
              OPTIONAL, "The class that the asset belongs to."),
    MemberRow(5153, 5085, "FixedAssetId", _A, _V, OPTIONAL,
              "The number under which the asset stands in the books.", CDT_IDENTIFIER),
    MemberRow(5217, 5209, "AssemblyType", _A, _V, OPTIONAL, "Physical or logical.", _ANY),
    MemberRow(5218, 5209, "AssemblyRelationship", _A, _V, OPTIONAL,
              "Permanent or transient.", _ANY),
    MemberRow(5220, 5219, "<PropertyName>", _CP, MATERIAL_PROPERTY_TYPE, PLACEHOLDER,
              "Any property of the material.", _ANY),
    MemberRow(5230, 5219, "AssemblyType", _A, _V, OPTIONAL, "Physical or logical.", _ANY),
    MemberRow(5231, 5219, "AssemblyRelationship", _A, _V, OPTIONAL,
              "Permanent or transient.", _ANY),
    MemberRow(5242, 5232, "<MaterialDefinition>", DEFINED_BY_MATERIAL, MATERIAL_DEFINITION_TYPE,
              OPTIONAL, "The material that the lot is of."),
    MemberRow(5254, 5232, "AssemblyType", _A, _V, OPTIONAL, "Physical or logical.", _ANY),
    MemberRow(5255, 5232, "AssemblyRelationship", _A, _V, OPTIONAL,
              "Permanent or transient.", _ANY),
    MemberRow(5256, 5232, "Status", _A, _V, OPTIONAL,
              "Whether the lot may be used.", CDT_IDENTIFIER),
    MemberRow(5257, 5232, "StorageLocation", _A, _V, OPTIONAL,
              "Where the lot lies.", CDT_IDENTIFIER),
    MemberRow(5258, 5232, "Quantity", _A, _V, OPTIONAL, "How much there is.", _ANY),
    MemberRow(5284, 5259, "AssemblyType", _A, _V, OPTIONAL, "Physical or logical.", _ANY),
    MemberRow(5285, 5259, "AssemblyRelationship", _A, _V, OPTIONAL,
              "Permanent or transient.", _ANY),
    MemberRow(5286, 5259, "<Sublot>", MADE_UP_OF_SUBLOT, MATERIAL_SUBLOT_TYPE, PLACEHOLDER,
              "A container inside this one."),
    MemberRow(5292, 5259, "Status", _A, _V, OPTIONAL,
              "Whether the container may be used.", CDT_IDENTIFIER),
    MemberRow(5293, 5259, "StorageLocation", _A, _V, OPTIONAL,
              "Where the container stands.", CDT_IDENTIFIER),
    MemberRow(5294, 5259, "Quantity", _A, _V, OPTIONAL, "How much is left in it.", _ANY),
    MemberRow(4872, 4871, "EnumStrings", HAS_PROPERTY, PROPERTY, MANDATORY,
              "The names of the levels.", standard(ua.ObjectIds.LocalizedText)),
)  # fmt: skip
