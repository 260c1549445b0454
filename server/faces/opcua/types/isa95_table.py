"""NodeIds of the ISA-95 Common Object Model (OPC 10030, 1.00) that our instances use.

The whole model stands in ``tables/isa95.txt``.
Where the published nodeset contradicts its own text we serve the nodeset and use what the text
says in our instances: see ``execution_table`` for the lot property type that it got wrong.
"""

from dataclasses import dataclass
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import isa95, standard

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
