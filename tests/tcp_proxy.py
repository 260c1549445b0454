"""A TCP proxy that can hold back what the server sends, and cut its connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any


class Proxy:
    """Passes bytes on to one port on this machine."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    @classmethod
    @asynccontextmanager
    async def to(cls, target: int) -> AsyncIterator["Proxy"]:
        """Listen while it is needed."""
        proxy = cls(target)
        listener = await asyncio.start_server(proxy._accept, "127.0.0.1", 0)
        proxy.port = listener.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            listener.close()
            proxy.cut()

    def hold(self) -> None:
        """Pass on nothing from the server any more, until the connections are cut."""
        self._flows.clear()

    def cut(self) -> None:
        """Reset all connections; new ones work."""
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        self._flows.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers += (writer, far_writer)
        for source, sink, is_held in ((reader, far_writer, False), (far_reader, writer, True)):
            task = asyncio.create_task(self._pass(source, sink, is_held=is_held))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_held: bool
    ) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65_536):
                if is_held:
                    await self._flows.wait()
                sink.write(data)
                await sink.drain()
