"""How the history of tags is meant: stepped or sloped, and the defaults of aggregates.

The tags of one asset share a configuration for each of the two, as OPC 10000-11, 5.2.5 allows.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from asyncua import ua

from server.faces.opcua.instances.value_properties import value_property
from server.faces.opcua.namespaces import plant, standard
from server.faces.opcua.nodes import HAS_COMPONENT, Link, Node

_V: Final = ua.VariantType
_CONFIGURATION: Final = standard(ua.ObjectIds.HistoricalDataConfigurationType)
_UTC_TIME: Final = standard(ua.ObjectIds.UtcTime)
_AGGREGATES: Final = standard(ua.ObjectIds.AggregateConfigurationType)
HAS_HISTORICAL_CONFIGURATION: Final = standard(ua.ObjectIds.HasHistoricalConfiguration)

TREAT_UNCERTAIN_AS_BAD: Final = True
PERCENT_DATA_BAD: Final = 100
PERCENT_DATA_GOOD: Final = 100
USE_SLOPED_EXTRAPOLATION: Final = False
"""What aggregates go by unless a client asks for something else (OPC 10000-13, 4.2.1.2)."""

_DEFAULTS: Final = MappingProxyType(
    {
        "TreatUncertainAsBad": (TREAT_UNCERTAIN_AS_BAD, _V.Boolean,
                                "Whether an uncertain value counts as a bad one."),
        "PercentDataBad": (PERCENT_DATA_BAD, _V.Byte,
                           "From which part of bad data on an aggregate is bad, in percent."),
        "PercentDataGood": (PERCENT_DATA_GOOD, _V.Byte,
                            "From which part of good data on an aggregate is good, in percent."),
        "UseSlopedExtrapolation": (USE_SLOPED_EXTRAPOLATION, _V.Boolean,
                                   "Whether what comes after the last value goes on in its way."),
    }
)  # fmt: skip


def configuration_id(asset: str, *, stepped: bool) -> ua.NodeId:
    """Return the NodeId of the configuration that the tags of an asset share."""
    way = "Stepped" if stepped else "Sloped"
    return plant("ISA95", "PhysicalAssets", asset, "HA Configuration", way)


def configuration_nodes(asset: str, tag: ua.NodeId, *, stepped: bool) -> Iterator[Node]:
    """Yield a configuration, hung on the first tag that has it."""
    node_id = configuration_id(asset, stepped=stepped)
    way = "keep their value until the next one" if stepped else "move evenly to the next value"
    yield _object(
        node_id, "HA Configuration", f"The history of values that {way}.",
        (tag, HAS_HISTORICAL_CONFIGURATION), _CONFIGURATION,
    )  # fmt: skip
    text = "Whether a value stays as it is until the next one."
    yield value_property(node_id, "Stepped", stepped, _V.Boolean, text)
    text = "The time of the oldest reading; the epoch of OPC UA while there is none."
    for name in ("StartOfArchive", "StartOfOnlineArchive"):
        yield value_property(node_id, name, None, _V.DateTime, text, _UTC_TIME)
    aggregates = plant(str(node_id.Identifier), "AggregateConfiguration")
    yield _object(
        aggregates, "AggregateConfiguration", "What aggregates go by unless a client says more.",
        (node_id, HAS_COMPONENT), _AGGREGATES,
    )  # fmt: skip
    for name, (value, variant_type, meaning) in _DEFAULTS.items():
        yield value_property(aggregates, name, value, variant_type, meaning)


def configuration_link(asset: str, tag: ua.NodeId, *, stepped: bool) -> Link:
    """Return what leads from one more tag to its configuration."""
    return Link(
        source=tag,
        reference=HAS_HISTORICAL_CONFIGURATION,
        target=configuration_id(asset, stepped=stepped),
    )


def _object(
    node_id: ua.NodeId,
    name: str,
    description: str,
    hung_on: tuple[ua.NodeId, ua.NodeId],
    kind: ua.NodeId,
) -> Node:
    return Node(
        node_id=node_id,
        node_class=ua.NodeClass.Object,
        name=ua.QualifiedName(name, 0),
        description=description,
        parent=hung_on[0],
        reference=hung_on[1],
        type_definition=kind,
    )
