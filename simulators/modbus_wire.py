"""The Modbus TCP side of a simulated PLC: a server whose registers are looked up when asked for."""

import asyncio
import logging
from typing import Final, cast

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from simulators.device import Device
from simulators.plc import Plc
from simulators.register_map import WIDTH, RegisterTable, Table, bit_word

HOST: Final = "127.0.0.1"
_TABLE_OF_FUNCTION: Final = {
    **dict.fromkeys((1, 5, 15), Table.COIL),
    2: Table.DISCRETE,
    **dict.fromkeys((3, 6, 16, 22, 23), Table.HOLDING),
    4: Table.INPUT,
}
_BITS: Final = frozenset({Table.COIL, Table.DISCRETE})
_WORD_BITS: Final = 16
_NOBODY: Final = 0  # pymodbus asks device 0 for every device id that does not exist


class PortTakenError(OSError):
    """The wire cannot be opened on its port."""


class ModbusWire:
    """A Modbus TCP server that can be cut and mended, as a cable can."""

    def __init__(self, plc: Plc, port: int) -> None:
        """Take the PLC to serve and a port, 0 for any that is free."""
        self._plc = plc
        self._server: ModbusTcpServer | None = None
        self.port = port
        # The library reports every refused request; here refusing is the purpose.
        logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)

    @property
    def is_open(self) -> bool:
        """Tell whether somebody listens."""
        return self._server is not None

    async def open(self) -> None:
        """Listen; a port that was 0 is known and kept from then on."""
        devices = [_Registers(self._plc, n, d).device() for n, d in self._plc.devices.items()]
        server = ModbusTcpServer([*devices, _nobody()], address=(HOST, self.port))
        try:
            await server.serve_forever(background=True)
        except RuntimeError as cause:
            reason = f"port {self.port} for Modbus is taken; choose another with --port-base"
            raise PortTakenError(reason) from cause
        # While it listens, what the library calls its transport is an asyncio server.
        self.port = cast("asyncio.Server", server.transport).sockets[0].getsockname()[1]
        self._server = server

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            await self._server.shutdown()  # type: ignore[no-untyped-call]
            self._server = None


class _Registers:
    """One device id of the server: answers reads from the device, hands it the writes."""

    def __init__(self, plc: Plc, dev_id: int, device: Device) -> None:
        self._plc = plc
        self._dev_id = dev_id
        self._device = device

    def device(self) -> SimDevice:
        coil, discrete, holding, inputs = (
            [_blank(self._device.table, t)]
            for t in (Table.COIL, Table.DISCRETE, Table.HOLDING, Table.INPUT)
        )
        blocks = (coil, discrete, holding, inputs)
        return SimDevice(self._dev_id, simdata=blocks, action=self.access)

    async def access(
        self,
        function_code: int,
        _start_address: int,
        address: int,
        _count: int,
        current: list[int],
        written: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        """Take a write if there is one, and refresh what the library is about to read."""
        if self._device.faults.has("no-response"):
            return ExcCodes.GATEWAY_NO_RESPONSE
        table = _TABLE_OF_FUNCTION[function_code]
        if written is not None:
            values = self._device.table.written(table, address, written)
            if values is None:
                return ExcCodes.ILLEGAL_ADDRESS
            if not self._plc.write(self._dev_id, values):
                return ExcCodes.ILLEGAL_VALUE
        self._refresh(table, current)
        return None

    def _refresh(self, table: Table, current: list[int]) -> None:
        values = self._device.values()
        if table in _BITS:
            words = [bit_word(self._device.table.bits(table, values))]
        else:
            words = self._device.table.words(table, values)
        current[: len(words)] = words


def _blank(table: RegisterTable, kind: Table) -> SimData:
    registers = table.of(kind)
    if kind in _BITS:
        # The library keeps 16 bits in a word; one word is enough for every table we have.
        assert len(registers) <= _WORD_BITS
        return SimData(0, values=[False] * len(registers), datatype=DataType.BITS)
    count = sum(WIDTH[r.type] for r in registers)
    return SimData(0, count=count, datatype=DataType.REGISTERS)


def _nobody() -> SimDevice:
    """Answer for device ids that do not exist as a gateway does, instead of failing."""

    async def no_response(*_: object) -> ExcCodes:
        return ExcCodes.GATEWAY_NO_RESPONSE

    blank = SimData(0, count=256, datatype=DataType.REGISTERS)
    return SimDevice(_NOBODY, simdata=[blank], use_bit_addressing=True, action=no_response)
