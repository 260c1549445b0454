"""The running plant of the demo: simulators and server as processes, restarted when they die."""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mappings.plant import load_plant
from mappings.problems import Problems
from server.cli.approval import approve_work_masters
from server.cli.installation import Installation, NotADemoError
from server.cli.processes import Process, ProcessEndedError
from server.cli.shop_floor import Machine, read_ports
from server.cli.terminals import SERVER_CERTIFICATE, Terminals, read_credentials

_START_TIMEOUT_S: Final = 150.0
_SIMULATORS_TIMEOUT_S: Final = 30.0
_MAX_RESTARTS: Final = 10

Say = Callable[[str], None]


@dataclass(slots=True)
class DemoPlant:
    """Simulators and server. ``say`` hears what happens, one line at a time."""

    installation: Installation
    say: Say
    time_scale: float
    usual_ports: bool = True
    restarts: int = 0
    simulators: Process = field(init=False)
    server: Process = field(init=False)
    machines: Mapping[str, Machine] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Prepare both processes; nothing runs yet."""
        here = self.installation
        self.simulators = Process(
            "simulators",
            (
                *("-m", "simulators", "demo", "--exit-with-parent"),
                *("--ports-file", str(here.ports_file), "--time-scale", str(self.time_scale)),
            ),
            here.log("simulators"),
            here.folder,  # where no file is named like the scenario
        )
        self.server = Process(
            "server",
            (
                *("-m", "server", "run", "--exit-with-parent", "--write-credentials"),
                *("--config", str(here.config), "--state", str(here.state)),
            ),
            here.log("server"),
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Terminals]:
        """Start everything, keep the server running, and stop everything afterwards."""
        try:
            self.installation.choose_ports(usual=self.usual_ports)
            await self._start_simulators()
            await self._start_server()
            async with self._kept_running():
                terminals = self._terminals()
                await self._approve(terminals)
                yield terminals
        finally:
            await self._stop()

    @contextlib.asynccontextmanager
    async def _kept_running(self) -> AsyncIterator[None]:
        """Watch over the server; when it can't be kept running, end what goes on and say why."""
        owner = asyncio.current_task()
        assert owner is not None
        keeper = asyncio.create_task(self._keep_running())
        keeper.add_done_callback(lambda task: task.cancelled() or owner.cancel())
        try:
            yield
        except asyncio.CancelledError:
            if keeper.done():
                owner.uncancel()
                await keeper  # raises why
            raise
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError, ProcessEndedError):
                await keeper

    async def _approve(self, terminals: Terminals) -> None:
        """Let two people approve the master batch records, without which nothing is executed."""
        plant = load_plant(self.installation.config)
        if isinstance(plant, Problems):
            texts = "\n".join(one.as_text() for one in plant.sorted())
            raise NotADemoError(texts)
        self.say("the master batch records are approved by two people")
        await approve_work_masters(terminals, plant.work_masters, self.say)

    async def _start_simulators(self) -> None:
        self.say("starting the simulated machines ...")
        self.installation.ports_file.unlink(missing_ok=True)
        await self.simulators.start()
        await self.simulators.wait_for_file(self.installation.ports_file, _SIMULATORS_TIMEOUT_S)
        self.machines = read_ports(self.installation.ports_file)

    async def _start_server(self) -> None:
        self.say("starting database and server (the first start takes longest) ...")
        self._trust_terminals()
        file = self.installation.endpoints_file
        file.unlink(missing_ok=True)
        await self.server.start(self._environment())
        await self.server.wait_for_file(file, _START_TIMEOUT_S)
        self.endpoints = json.loads(file.read_text("utf-8"))

    def _environment(self) -> Mapping[str, str]:
        """Return where the server finds the machines; it fills the ``${NAME}`` of the lines."""
        booth, blender = self.machines["dispensing"], self.machines["blender"]
        return {
            "DISPENSING_HOST": booth.host,
            "DISPENSING_PORT": str(booth.modbus_port),
            "BLENDING_HOST": blender.host,
            "BLENDING_PORT": str(blender.modbus_port),
        }

    def _trust_terminals(self) -> None:
        """Put the certificate of our terminals where an engineer would put it."""
        here = self.installation
        own = Terminals(endpoint="", passwords={}, certificates=here.terminals).certificate()
        trusted = here.state / "certificates" / "trusted"
        trusted.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(own.certificate_path, trusted / "terminals-of-the-demo.der")

    def _terminals(self) -> Terminals:
        here = self.installation
        server = here.state / "certificates" / "own" / "certificate.der"
        shutil.copyfile(server, here.terminals / SERVER_CERTIFICATE)
        return Terminals(
            endpoint=self.endpoints["opcua_url"],
            passwords=read_credentials(here.credentials),
            certificates=here.terminals,
        )

    async def _keep_running(self) -> None:
        """Start the server again whenever it dies; the terminals connect again by themselves."""
        while True:
            code = await self.server.wait()
            self.restarts += 1
            if self.restarts > _MAX_RESTARTS:
                raise ProcessEndedError(f"the server died too often{self.server.tail()}")
            self.say(f"the server ended (exit code {code}); starting it again ...")
            await self._start_server()
            self.say("the server is back")

    async def _stop(self) -> None:
        for process in (self.server, self.simulators):
            if process.running:
                self.say(f"stopping the {process.name} ...")
            await process.stop()
