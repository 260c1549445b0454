"""The tags of instruments and machines: live values with units, quality and history."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from asyncua import ua

from models.tag_value import Quality, TagValue
from server.faces.opcua.instances.engineering_units import engineering_units
from server.faces.opcua.instances.plant_nodes import isa95_id
from server.faces.opcua.namespaces import PLANT, standard
from server.faces.opcua.nodes import (
    BASE_DATA_VARIABLE,
    HAS_COMPONENT,
    READ,
    READ_HISTORY,
    Node,
    built_in,
)

_C: Final = ua.NodeClass
_V: Final = ua.VariantType
_ANALOG: Final = standard(ua.ObjectIds.AnalogUnitType)

KINDS: Final = MappingProxyType(
    {"bool": _V.Boolean, "string": _V.String, "float32": _V.Double, "float64": _V.Double}
)
"""The type of a tag by its type in the device; everything else is a whole number or scaled."""

STATUS: Final = MappingProxyType(
    {
        Quality.GOOD: ua.StatusCodes.Good,
        Quality.UNCERTAIN: ua.StatusCodes.Uncertain,
        Quality.BAD: ua.StatusCodes.BadNoCommunication,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRow:
    """A tag as clients see it; ``data_type`` is its type in the device."""

    tag: str
    unit: str
    data_type: str
    description: str

    @property
    def physical_asset_id(self) -> str:
        """The instrument or machine that delivers it."""
        return self.tag.partition(".")[0]

    @property
    def node_id(self) -> ua.NodeId:
        """The NodeId of the variable."""
        asset, _, name = self.tag.partition(".")
        return isa95_id("PhysicalAssets", asset, name)

    @property
    def variant_type(self) -> ua.VariantType:
        """The type of its values."""
        whole = _V.Int64 if not self.unit else _V.Double
        return KINDS.get(self.data_type, whole)


def tag_nodes(row: TagRow) -> Iterator[Node]:
    """Yield the variable of a tag, with its engineering units where it has any."""
    yield Node(
        node_id=row.node_id,
        node_class=_C.Variable,
        name=ua.QualifiedName(row.tag.partition(".")[2], PLANT),
        display=row.tag,
        description=row.description,
        parent=isa95_id("PhysicalAssets", row.physical_asset_id),
        reference=HAS_COMPONENT,
        type_definition=_ANALOG if row.unit else BASE_DATA_VARIABLE,
        data_type=built_in(row.variant_type),
        access_level=READ | READ_HISTORY,
        historizing=True,
        value=nothing_shown(),
    )
    if row.unit:
        yield engineering_units(row.node_id, row.unit)


def nothing_shown() -> ua.DataValue:
    """Return what a variable shows that has no reading to show."""
    return ua.DataValue(StatusCode=_status(ua.StatusCodes.BadWaitingForInitialData))


def _status(code: int) -> ua.StatusCode:
    return ua.StatusCode(ua.UInt32(code))


def shown(value: TagValue, variant_type: ua.VariantType) -> ua.DataValue:
    """Return a reading as a DataValue; what has no value has none, and says why.

    A value that is not of the declared type means that the mapping declares it wrongly: it is
    shown as Bad_ConfigurationError, never bent until it fits.
    """
    held, code = None, STATUS[value.quality]
    if value.value is not None:
        try:
            held = ua.Variant(_typed(value.value, variant_type), variant_type)
        except ValueError:
            code = ua.StatusCodes.BadConfigurationError
    return ua.DataValue(
        held,
        StatusCode=_status(code),
        SourceTimestamp=value.source_time,  # type: ignore[arg-type]  # asyncua encodes datetime
        ServerTimestamp=value.server_time,  # type: ignore[arg-type]  # asyncua encodes datetime
    )


def _typed(value: float | str, variant_type: ua.VariantType) -> float | str | bool:
    if variant_type is _V.Double:
        return float(value)
    if variant_type is _V.Int64:
        whole = int(value)
        if whole != float(value):
            raise ValueError(f"{value} is not a whole number")
        return whole
    return bool(value) if variant_type is _V.Boolean else str(value)
