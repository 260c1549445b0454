"""The tags and the PackML machines of line files, as the OPC UA face shows them."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from mappings.language import LineMapping, StateRule, Tag
from mappings.modbus_address import ModbusAddress
from server.faces.opcua.instances.packml_nodes import PackMLRow
from server.faces.opcua.instances.packml_states import STATES
from server.faces.opcua.instances.tag_nodes import TagRow

_PACKML_TAGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "UnitModeCurrent": ("unit_mode_current", "unit_mode"),
        "CurMachSpeed": ("cur_mach_speed", "speed"),
        "MachSpeed": ("mach_speed", "speed_set"),
        "EquipmentBlocked": ("equipment_blocked",),
        "EquipmentStarved": ("equipment_starved",),
        "ProdProcessedCount": ("prod_processed_count",),
        "ProdDefectiveCount": ("prod_defective_count",),
    }
)
"""How tags of PackML machines are called, by what they deliver; the first that is there counts."""


def tag_row(mapping: LineMapping, tag: Tag) -> TagRow:
    """Return a tag that is read, as clients will see it."""
    address = tag.address
    device = next(one for one in mapping.devices if one.name == tag.device)
    return TagRow(
        tag=tag.name,
        unit=address.unit,
        data_type=_data_type(address),
        description=tag.meaning,
        eu_range=tag.range,
        instrument_range=tag.instrument_range,
        definition=_definition(tag),
        decimals=_decimals(address),
        stepped=tag.stepped,
        sampling_s=device.poll_s,
    )


def packml_rows(mapping: LineMapping) -> Iterator[PackMLRow]:
    """Yield the machines whose state rule speaks PackML, with the tags that it has names for."""
    for rule in mapping.rules:
        if isinstance(rule, StateRule) and _is_packml(rule):
            asset = rule.tag.partition(".")[0]
            tags = {
                name: f"{asset}.{word}"
                for name, words in _PACKML_TAGS.items()
                for word in reversed(words)
                if mapping.tag(f"{asset}.{word}") is not None
            }
            speed = mapping.tag(tags.get("CurMachSpeed", ""))
            yield PackMLRow(
                physical_asset_id=asset,
                equipment_id=rule.equipment_id,
                state_tag=rule.tag,
                states={value: name for value, (_, name) in rule.states.items()},
                tags=tags,
                speed_range=speed.range if speed else None,
                speed_unit=speed.address.unit if speed else "",
            )


def _is_packml(rule: StateRule) -> bool:
    names = {name for _, name in rule.states.values()}
    return "Execute" in names and names <= STATES


def _data_type(address: ModbusAddress) -> str:
    """Return the type of the tag's values: a scaled integer is no longer one."""
    scaled = address.is_number and not address.is_whole_number
    return "float64" if scaled else address.data_type


def _definition(tag: Tag) -> str:
    """Return where a value comes from and what is made of it, for whoever checks a signal."""
    address = tag.address
    where = f"{tag.device} {address.table}.{address.number}.{address.data_type}"
    bit = f", bit {address.bit}" if address.bit is not None else ""
    scale = f", times {address.scale}" if address.scale != 1 else ""
    offset = f", plus {address.offset}" if address.offset != 0 else ""
    return f"{where}{bit}{scale}{offset}"


def _decimals(address: ModbusAddress) -> int | None:
    """Return how many decimal places a scaled whole number has; None where nobody can say."""
    if "int" not in address.data_type or address.is_whole_number:
        return None
    exponents = (address.scale.normalize().as_tuple().exponent, address.offset.as_tuple().exponent)
    return max(0, *(-one for one in exponents if isinstance(one, int)))
