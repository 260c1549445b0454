"""Poll one Modbus TCP device: few requests, every tag at every poll, and no silence.

A device that is gone, slow or wrong gives values of quality BAD, once at each poll, and is
reconnected with growing waits. The wait starts anew only after a good answer, so that a device
which accepts connections but answers nonsense is not called again and again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from pymodbus import ModbusException
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.pdu import ModbusPDU

from adapters.modbus.blocks import Block, group
from adapters.modbus.config import ModbusConfig, Tag
from adapters.modbus.registers import decode, encode
from adapters.port import Clock, DeviceFault, Scalar
from models.tag_value import Quality, TagValue

_LOGGER: Final = logging.getLogger(__name__)
logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)  # we say it, once, ourselves

_BAD_ADDRESS_CODES: Final = frozenset({1, 2, 3})
"""Exceptions that are about what was asked for: function, address, count (V1.1b3, chapter 7)."""

_SILENCE_LIMIT: Final = 3
"""So many unanswered requests end a poll, and so many in a row split a block."""


class _NoAnswerError(Exception):
    """The device did not answer, or not to what was asked."""


class ModbusAdapter:
    """One device with a connection of its own; implements ``adapters.port.Adapter``."""

    def __init__(self, config: ModbusConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._tags: Final[Mapping[str, Tag]] = {tag.name: tag for tag in config.tags}
        self._plan = group(config.tags, config.gap_limit)
        self._blocks = list(self._plan)
        self._silences: dict[tuple[str, int, int], int] = {}
        self._client: AsyncModbusTcpClient | None = None
        self._closed = asyncio.Event()
        self._writing = asyncio.Lock()
        self._wait_s = config.reconnect_s
        self._next_attempt = 0.0
        self._reported: dict[str, str] = {}
        self._last_stamp = (clock(), -1)
        self.request_count = 0

    @property
    def name(self) -> str:
        """Return the name of the device."""
        return self._config.name

    async def open(self) -> None:
        """Try to connect once; ``values`` goes on trying."""
        await self._connected()

    async def values(self) -> AsyncIterator[tuple[TagValue, ...]]:
        """Yield all tags at every poll; a poll that took too long is followed by the next."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self._closed.is_set():
            yield await self._poll()
            due = max(due + self._config.poll_s, loop.time())
            await self._wait_until(due)

    async def write(self, values: Mapping[str, Scalar], *, read_back: bool = False) -> None:
        """Write tags, adjacent ones in one request; raise DeviceFault when that failed."""
        unknown = [name for name in values if name not in self._tags]
        closed = [name for name in values if name not in unknown and not self._tags[name].writable]
        if unknown or closed:
            message = (
                f"{self.name}: {', '.join(unknown + closed)} cannot be written; "
                "the mapping file must declare the tag with direction: write"
            )
            raise DeviceFault(message)
        async with self._writing:
            for block in group((self._tags[name] for name in values), gap_limit=0):
                await self._write_block(block, values, read_back=read_back)

    async def close(self) -> None:
        """Disconnect; the stream of values ends."""
        self._closed.set()
        # The last write is the one that withdraws a permit: it must not lose its connection.
        with suppress(TimeoutError):
            async with asyncio.timeout(self._config.timeout_s), self._writing:
                pass
        self._disconnect()

    async def _wait_until(self, due: float) -> None:
        delay = due - asyncio.get_running_loop().time()
        try:
            await asyncio.wait_for(self._closed.wait(), timeout=max(delay, 0.0))
        except TimeoutError:
            return

    async def _poll(self) -> tuple[TagValue, ...]:
        values: dict[str, Scalar | None] = {}
        if await self._connected():
            try:
                await self._read_all(values)
            except _NoAnswerError as error:
                self._lose(str(error))
        time = self._clock()
        # A clock that stood still since the last poll must not make two values look like one.
        sequence = self._last_stamp[1] + 1 if time == self._last_stamp[0] else 0
        self._last_stamp = (time, sequence)
        return tuple(
            TagValue(
                tag=name,
                value=value,
                quality=Quality.BAD if value is None else Quality.GOOD,
                source_time=time,
                server_time=time,
                sequence=sequence,
            )
            for name, value in ((name, values.get(name)) for name in self._tags)
        )

    async def _read_all(self, values: dict[str, Scalar | None]) -> None:
        """Read every block; one that the device refuses is split until the bad tag is alone."""
        answered = False
        waiting = list(reversed(self._blocks))
        read: list[Block] = []
        silent: list[Block] = []
        while waiting and len(silent) < _SILENCE_LIMIT:
            block = waiting.pop()
            try:
                answer = await self._request(block)
            except _NoAnswerError:
                if not answered:
                    raise
                # Some devices are silent about addresses they do not have: they come last now.
                silent.extend(self._after_silence(block))
                continue
            answered = True
            self._silences.pop(block.key, None)
            refused = answer.isError() and answer.exception_code in _BAD_ADDRESS_CODES
            if refused and len(block.tags) > 1:
                waiting.extend(reversed(block.halves(self._config.gap_limit)))
                continue
            read.append(block)
            self._take(block, answer, values)
        self._blocks = read + waiting[::-1] + silent

    def _after_silence(self, block: Block) -> tuple[Block, ...]:
        """Return by what a block that was not answered is read next time."""
        count = self._silences.pop(block.key, 0) + 1
        self._report(block, "no answer")
        if count >= _SILENCE_LIMIT and len(block.tags) > 1:
            return block.halves(self._config.gap_limit)
        self._silences[block.key] = min(count, _SILENCE_LIMIT)
        return (block,)

    def _take(self, block: Block, answer: ModbusPDU, values: dict[str, Scalar | None]) -> None:
        """Take the values out of an answer and remember that the device is well."""
        self._wait_s = self._config.reconnect_s
        if answer.isError():
            refusal = f"exception {answer.exception_code}"
            self._report(block, refusal)
            return
        cells: Sequence[int] = answer.bits if block.reads_bits else answer.registers
        if len(cells) < block.count:
            self._report(block, f"only {len(cells)} of {block.count} values")
            return
        self._report(block, "")
        for tag in block.tags:
            first = tag.address.number - block.start
            if block.reads_bits:
                values[tag.name] = bool(cells[first])
            else:
                values[tag.name] = decode(cells[first : first + tag.address.width], tag.address)

    def _report(self, block: Block, what: str) -> None:
        """Say once what the device answers for a block, and once that it is well again."""
        where = f"{block.table} {block.start} to {block.start + block.count - 1}"
        if self._reported.get(where, "") == what:
            return
        self._reported[where] = what
        if what:
            names = ", ".join(tag.name for tag in block.tags[:5])
            _LOGGER.warning("%s: %s: %s for %s …", self.name, where, what, names)
        else:
            _LOGGER.info("%s: %s answers again", self.name, where)

    async def _request(self, block: Block) -> ModbusPDU:
        client = self._client
        if client is None:
            raise _NoAnswerError("not connected")
        self.request_count += 1
        reader = {
            "coil": client.read_coils,
            "discrete": client.read_discrete_inputs,
            "holding": client.read_holding_registers,
            "input": client.read_input_registers,
        }[block.table]
        return await _answer(reader(block.start, count=block.count, device_id=self._config.unit))

    async def _connected(self) -> bool:
        """Return whether the device is connected, after trying to when it is time to."""
        if self._client is not None and self._client.connected:
            return True
        loop = asyncio.get_running_loop()
        if self._closed.is_set() or loop.time() < self._next_attempt:
            return False
        self._disconnect()
        client = AsyncModbusTcpClient(
            self._config.host,
            port=self._config.port,
            name=self.name,
            timeout=self._config.timeout_s,
            retries=0,
            reconnect_delay=0,
        )
        self._client = client
        if await client.connect():
            self._blocks = list(self._plan)
            self._silences.clear()
            self._reported.clear()
            return True
        self._lose("cannot be reached")
        return False

    def _lose(self, reason: str) -> None:
        """Drop the connection and wait longer before the next one."""
        self._disconnect()
        self._next_attempt = asyncio.get_running_loop().time() + self._wait_s
        if self._reported.get("") is None:
            _LOGGER.warning(
                "%s at %s:%d: %s", self.name, self._config.host, self._config.port, reason
            )
        self._reported[""] = reason
        self._wait_s = min(2 * self._wait_s, self._config.reconnect_limit_s)

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    async def _write_block(
        self, block: Block, values: Mapping[str, Scalar], *, read_back: bool
    ) -> None:
        where = f"{self.name}: {', '.join(tag.name for tag in block.tags)}"
        try:
            cells = _cells(block, values)
            answer = await self._write_request(block, cells)
            if answer.isError():
                message = f"{where}: the device refused with exception {answer.exception_code}"
                raise DeviceFault(message)
            if read_back:
                await self._compare(block, cells, where)
        except ValueError as error:
            message = f"{where}: {error}; write a value the tag can hold"
            raise DeviceFault(message) from error
        except _NoAnswerError as error:
            message = f"{where}: {error}; check the device and its connection, then try again"
            raise DeviceFault(message) from error

    async def _write_request(self, block: Block, cells: Sequence[int]) -> ModbusPDU:
        client = self._client
        if client is None or not client.connected:
            raise _NoAnswerError("not connected")
        unit = self._config.unit
        if block.reads_bits:
            bits = [bool(cell) for cell in cells]
            return await _answer(client.write_coils(block.start, bits, device_id=unit))
        return await _answer(client.write_registers(block.start, list(cells), device_id=unit))

    async def _compare(self, block: Block, cells: Sequence[int], where: str) -> None:
        answer = await self._request(block)
        shown: Sequence[int] = answer.bits if block.reads_bits else answer.registers
        if answer.isError() or list(shown[: block.count]) != list(cells):
            message = (
                f"{where}: the device does not show what was written; check its mode and limits"
            )
            raise DeviceFault(message)


async def _answer(request: Awaitable[ModbusPDU]) -> ModbusPDU:
    """Return the answer to a request, or raise _NoAnswerError.

    A cancellation that comes together with the answer is lost in ``asyncio.wait_for`` of Python
    3.11, and pymodbus makes others into exceptions of its own. Neither may keep a task alive that
    was told to end, so it is asked here whether it was.
    """
    try:
        return await request
    except (ModbusException, OSError, TimeoutError) as error:
        raise _NoAnswerError(str(error)) from error
    finally:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError


def _cells(block: Block, values: Mapping[str, Scalar]) -> list[int]:
    """Return the bits or registers of a block without gaps."""
    cells: list[int] = []
    for tag in block.tags:
        value = values[tag.name]
        if not block.reads_bits:
            cells.extend(encode(value, tag.address))
        elif isinstance(value, bool):
            cells.append(value)
        else:
            message = f"'{value}' is neither true nor false"
            raise ValueError(message)
    if len(cells) != block.count:
        raise ValueError("two of the tags lie upon each other")
    return cells
