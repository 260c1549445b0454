"""Adapters: every protocol that a mapping file may name, and what it is built from."""

from collections.abc import Mapping
from typing import Final

from adapters.modbus.adapter import ModbusAdapter
from adapters.modbus.config import ModbusConfig

ADAPTERS: Final[Mapping[str, tuple[type[ModbusConfig], type[ModbusAdapter]]]] = {
    "modbus-tcp": (ModbusConfig, ModbusAdapter),
}
