"""Engineering units of variables: UNECE codes as OPC 10000-8, 5.6.3 wants them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import plant, standard
from server.faces.opcua.nodes import HAS_PROPERTY, PROPERTY, Node, variant

_EU_INFORMATION: Final = standard(ua.ObjectIds.EUInformation)
_UNECE: Final = "http://www.opcfoundation.org/UA/units/un/cefact"

# UNECE Recommendation 20 codes of the units that our plants use.
_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kg": "KGM",
        "g": "GRM",
        "mg": "MGM",
        "t": "TNE",
        "l": "LTR",
        "ml": "MLT",
        "s": "SEC",
        "min": "MIN",
        "h": "HUR",
        "Cel": "CEL",
        "%": "P1",
        "rpm": "RPM",
        "A": "AMP",
        "V": "VLT",
        "W": "WTT",
        "kW": "KWT",
        "Hz": "HTZ",
        "bar": "BAR",
        "Pa": "PAL",
        "mm": "MMT",
    }
)


def engineering_units(owner: ua.NodeId, unit: str) -> Node:
    """Return the EngineeringUnits property of a variable."""
    return Node(
        node_id=plant(str(owner.Identifier), "EngineeringUnits"),
        node_class=ua.NodeClass.Variable,
        name=ua.QualifiedName("EngineeringUnits", 0),
        description="The unit of the value.",
        parent=owner,
        reference=HAS_PROPERTY,
        type_definition=PROPERTY,
        data_type=_EU_INFORMATION,
        value=ua.DataValue(variant(unit_information(unit), ua.VariantType.ExtensionObject)),
    )


def unit_information(unit: str) -> ua.EUInformation:
    """Return the unit; the UnitId of a UNECE code is its letters as bytes (OPC 10000-8, 5.6.3)."""
    code = _CODES.get(unit, "")
    return ua.EUInformation(
        NamespaceUri=ua.String(_UNECE if code else "urn:interlock-mes:units"),
        UnitId=ua.Int32(int.from_bytes(code.encode(), "big") if code else -1),
        DisplayName=ua.LocalizedText(unit),
        Description=ua.LocalizedText(unit),
    )


def unit_name(information: ua.EUInformation) -> str:
    """Return our name of a unit that a client sent; empty when it is not known.

    A code counts before the text beside it; where both are known and differ, nothing does.
    """
    said = str(information.DisplayName.Text or "") if information.DisplayName is not None else ""
    by_code = _BY_UNIT_ID.get(int(information.UnitId), "")
    if by_code and said in _CODES and said != by_code:
        return ""
    return by_code or said


_BY_UNIT_ID: Final = {int.from_bytes(code.encode(), "big"): name for name, code in _CODES.items()}
