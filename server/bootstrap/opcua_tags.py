"""The tags and the PackML machines of line files, as the OPC UA face shows them."""

from mappings.language import LineMapping, Tag
from mappings.modbus_address import ModbusAddress
from server.faces.opcua.instances.tag_nodes import TagRow


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
