"""How raw values are judged and joined: the defaults of a tag, or what a client asks for."""

from typing import Any

from asyncua import ua

from server.faces.opcua.history.aggregates.series import Configuration
from server.faces.opcua.instances import history_configuration as defaults
from server.faces.opcua.instances.tag_nodes import TagRow

_ALL_PERCENT = 100


def is_stepped(row: TagRow) -> bool:
    """Return whether a tag holds its value until the next one; states always do."""
    return row.stepped or row.variant_type in (ua.VariantType.Boolean, ua.VariantType.String)


def default_configuration(row: TagRow) -> Configuration:
    """Return what the HA Configuration of the tag says."""
    return Configuration(
        treat_uncertain_as_bad=defaults.TREAT_UNCERTAIN_AS_BAD,
        percent_data_bad=defaults.PERCENT_DATA_BAD,
        percent_data_good=defaults.PERCENT_DATA_GOOD,
        use_sloped_extrapolation=defaults.USE_SLOPED_EXTRAPOLATION,
        stepped=is_stepped(row),
    )


def configuration_of(details: Any, row: TagRow) -> Configuration | int:
    """Return what a ReadProcessed asks for, or the StatusCode of what is wrong with it.

    OPC 10000-13, 4.2.1.2: no percentage beyond 100, and together they must leave no gap.
    """
    given = details.AggregateConfiguration
    if given is None or given.UseServerCapabilitiesDefaults:
        return default_configuration(row)
    bad, good = int(given.PercentDataBad), int(given.PercentDataGood)
    if bad > _ALL_PERCENT or good > _ALL_PERCENT:
        return int(ua.StatusCodes.BadAggregateInvalidInputs)
    if good < _ALL_PERCENT - bad:
        return int(ua.StatusCodes.BadAggregateConfigurationRejected)
    return Configuration(
        treat_uncertain_as_bad=bool(given.TreatUncertainAsBad),
        percent_data_bad=bad,
        percent_data_good=good,
        use_sloped_extrapolation=bool(given.UseSlopedExtrapolation),
        stepped=is_stepped(row),
    )
