"""The tags of instruments and machines: live values with units, ranges, quality and history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from asyncua import ua

from models.tag_value import Quality, TagValue
from server.faces.opcua.instances.engineering_units import engineering_units
from server.faces.opcua.instances.history_configuration import (
    configuration_link,
    configuration_nodes,
)
from server.faces.opcua.instances.plant_nodes import isa95_id
from server.faces.opcua.instances.value_properties import range_property, value_property
from server.faces.opcua.namespaces import PLANT, standard
from server.faces.opcua.nodes import (
    HAS_COMPONENT,
    READ,
    READ_HISTORY,
    Link,
    Node,
    built_in,
)

_C: Final = ua.NodeClass
_V: Final = ua.VariantType
_DATA_ITEM: Final = standard(ua.ObjectIds.DataItemType)
_ANALOG_UNIT: Final = standard(ua.ObjectIds.AnalogUnitType)
_ANALOG_ITEM: Final = standard(ua.ObjectIds.AnalogItemType)
_ANALOG_UNIT_RANGE: Final = standard(ua.ObjectIds.AnalogUnitRangeType)

SHOWN_EVERY_S: Final = 0.2
"""How often readings are shown; a reading that did not change is not shown again."""

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

Range = tuple[float, float]
"""From the low end to the high end, both within."""

_IS_DATA_VALUE: Final = 0x400
LIMIT_LOW: Final = _IS_DATA_VALUE | 0x100
LIMIT_HIGH: Final = _IS_DATA_VALUE | 0x200
"""Bits of a StatusCode that say at which limit a value is (OPC 10000-4, 7.39.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRow:
    """A tag as clients see it; ``data_type`` is its type in the device.

    ``eu_range`` is what is usual in operation and ``instrument_range`` what the instrument can
    show (OPC 10000-8, 5.3.2); ``definition`` says where the value comes from, ``decimals`` how
    many places behind the point it has. A ``stepped`` value stays as it is between two readings.
    The device is asked every ``sampling_s`` seconds.
    """

    tag: str
    unit: str
    data_type: str
    description: str
    eu_range: Range | None = None
    instrument_range: Range | None = None
    definition: str = ""
    decimals: int | None = None
    stepped: bool = True
    sampling_s: float = 0.0

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

    @property
    def type_definition(self) -> ua.NodeId:
        """What is promised about it (OPC 10000-8, 5.3): a unit, a usual range, both or neither."""
        if self.unit:
            return _ANALOG_UNIT_RANGE if self.eu_range else _ANALOG_UNIT
        return _ANALOG_ITEM if self.eu_range else _DATA_ITEM


def tag_nodes(row: TagRow) -> Iterator[Node]:
    """Yield the variable of a tag, with unit, ranges, definition and precision where known."""
    node_id = row.node_id
    yield Node(
        node_id=node_id,
        node_class=_C.Variable,
        name=ua.QualifiedName(row.tag.partition(".")[2], PLANT),
        display=row.tag,
        description=row.description,
        parent=isa95_id("PhysicalAssets", row.physical_asset_id),
        reference=HAS_COMPONENT,
        type_definition=row.type_definition,
        data_type=built_in(row.variant_type),
        access_level=READ | READ_HISTORY,
        historizing=True,
        minimum_sampling_ms=max(row.sampling_s, SHOWN_EVERY_S) * 1000,
        value=nothing_shown(),
    )
    if row.unit:
        yield engineering_units(node_id, row.unit)
    if row.eu_range:
        yield range_property(node_id, "EURange", row.eu_range, "What is usual in operation.")
    if row.instrument_range:
        text = "What the instrument can show at all."
        yield range_property(node_id, "InstrumentRange", row.instrument_range, text)
    if row.definition:
        text = "Where the value comes from, and what is made of it."
        yield value_property(node_id, "Definition", row.definition, _V.String, text)
    if row.decimals is not None:
        text = "The decimal places that the value can have."
        yield value_property(node_id, "ValuePrecision", float(row.decimals), _V.Double, text)


def asset_tags(asset: str, rows: Sequence[TagRow]) -> tuple[list[Node], list[Link]]:
    """Return the tags of an asset with how their history is meant."""
    nodes = [node for row in rows for node in tag_nodes(row)]
    links: list[Link] = []
    for stepped in (False, True):
        tags = [row.node_id for row in rows if row.stepped == stepped]
        if tags:
            nodes += configuration_nodes(asset, tags[0], stepped=stepped)
            links += (configuration_link(asset, tag, stepped=stepped) for tag in tags[1:])
    return nodes, links


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
    return _shown(value, variant_type, None, None)


def shown_of(row: TagRow, value: TagValue) -> ua.DataValue:
    """Return a reading of a tag as a DataValue that says where it lies beyond its ranges.

    Beyond the usual range the limit bits are set and the quality stays. What the instrument
    cannot even show is Uncertain_EngineeringUnitsExceeded (OPC 10000-8, 6.3).
    """
    return _shown(value, row.variant_type, row.eu_range, row.instrument_range)


def last_usable(row: TagRow, value: TagValue) -> ua.DataValue:
    """Return a reading that nobody renews any more; a bad one stays as bad as it was."""
    known = shown_of(row, value)
    code = known.StatusCode.value if known.StatusCode is not None else 0
    if value.quality is Quality.BAD or known.StatusCode is None or known.StatusCode.is_bad():
        return known
    limits = code & (LIMIT_LOW | LIMIT_HIGH)
    return replace(known, StatusCode=_status(ua.StatusCodes.UncertainLastUsableValue | limits))


def _shown(
    value: TagValue,
    variant_type: ua.VariantType,
    usual: Range | None,
    instrument: Range | None,
) -> ua.DataValue:
    held, code = None, STATUS[value.quality]
    if value.value is not None:
        try:
            held = ua.Variant(_typed(value.value, variant_type), variant_type)
        except ValueError:
            code = ua.StatusCodes.BadConfigurationError
    if held is not None and not isinstance(held.Value, str):
        code = _beyond(code, held.Value, usual, instrument)
    return ua.DataValue(
        held,
        StatusCode=_status(code),
        SourceTimestamp=value.source_time,  # type: ignore[arg-type]  # asyncua encodes datetime
        ServerTimestamp=value.server_time,  # type: ignore[arg-type]  # asyncua encodes datetime
    )


def _beyond(code: int, value: float, usual: Range | None, instrument: Range | None) -> int:
    """Return the status with what the ranges say about the value."""
    is_good = code == ua.StatusCodes.Good
    if instrument and is_good and not instrument[0] <= value <= instrument[1]:
        code = ua.StatusCodes.UncertainEngineeringUnitsExceeded
    outer = usual or instrument
    if outer is None:
        return code
    if value < outer[0]:
        return code | LIMIT_LOW
    return code | LIMIT_HIGH if value > outer[1] else code


def _typed(value: float | str, variant_type: ua.VariantType) -> float | str | bool:
    if variant_type is _V.Double:
        return float(value)
    if variant_type is _V.Int64:
        whole = int(value)
        if isinstance(value, float) and whole != value:
            raise ValueError(f"{value} is not a whole number")
        return whole
    return bool(value) if variant_type is _V.Boolean else str(value)
