"""Processes that a command starts: one log file each, stopped in order, restarted when asked."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_STOP_TIMEOUT_S: Final = 30.0
_POLL_S: Final = 0.05
_LAST_LINES: Final = 15


class ProcessEndedError(Exception):
    """A process ended although it was needed; the text shows its last lines."""


class Process:
    """A Python program of ours as a process of its own, deaf to the Ctrl-C of our terminal."""

    def __init__(
        self, name: str, arguments: Sequence[str], log: Path, folder: Path | None = None
    ) -> None:
        """Prepare it; it will run in ``folder``, where that matters."""
        self.name = name
        self._folder = folder
        self.log = log
        self._arguments = (sys.executable, *arguments)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Return the process id; 0 when it does not run."""
        return self._process.pid if self._process is not None and self.running else 0

    @property
    def running(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self, environment: Mapping[str, str] | None = None) -> None:
        """Start it; what it prints goes to the end of its log file."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
                cwd=self._folder,
            )

    async def wait(self) -> int:
        """Wait until it ends and return its exit code."""
        assert self._process is not None, f"{self.name} was not started"
        return await self._process.wait()

    async def wait_for_file(self, file: Path, timeout_s: float) -> None:
        """Wait until the process has written a file."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self.running and not file.exists():  # noqa: ASYNC110, ASYNC240 -- another process writes it
                    await asyncio.sleep(_POLL_S)
        self.check()
        if not file.exists():  # noqa: ASYNC240 -- as above
            raise ProcessEndedError(
                f"{self.name} did not start within {timeout_s:g} s{self.tail()}"
            )

    def check(self) -> None:
        """Raise when it has ended."""
        if not self.running:
            code = None if self._process is None else self._process.returncode
            raise ProcessEndedError(f"{self.name} ended with exit code {code}{self.tail()}")

    def kill(self) -> None:
        """Kill it as a power failure would."""
        if self._process is not None and self.running:
            self._process.kill()

    async def stop(self) -> None:
        """Ask it to end, and kill it when it does not."""
        if self._process is None or not self.running:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_TIMEOUT_S)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def tail(self) -> str:
        """Return where its log is and how it ends."""
        try:
            lines = self.log.read_text("utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        except OSError:
            lines = []
        return "\n".join([f"; its log is {self.log}:", *(f"    {line}" for line in lines)])
