"""The demo's plant as processes of its own: simulated machines, and one server with every door."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import conninfo

from historian import embedded
from historian.migrate import APPLICATION_ROLE
from mappings.plant import Plant, load_plant
from server.cli.approval import approve_work_masters
from server.cli.installation import Installation
from server.cli.processes import Process
from server.cli.shop_floor import read_ports
from server.cli.terminals import SERVER_CERTIFICATE, Terminals, read_credentials

START_S = 120.0


@dataclass
class RunningPlant:
    """One installation. ``server`` is the process; it may be killed and started again."""

    installation: Installation
    server: Process
    environment: Mapping[str, str]
    rest_url: str = ""
    opcua_url: str = ""

    async def start(self) -> None:
        """Start the server and wait until every door is open."""
        file = self.installation.endpoints_file
        file.unlink(missing_ok=True)
        await self.server.start(self.environment)
        await self.server.wait_for_file(file, START_S)
        found = json.loads(file.read_text("utf-8"))
        self.rest_url, self.opcua_url = found["rest_url"].rstrip("/"), found["opcua_url"]

    async def approve(self) -> None:
        """Have two people approve the master batch records, through the door of the terminals."""
        files = load_plant(self.installation.config)
        assert isinstance(files, Plant)
        await approve_work_masters(self.terminals, files.work_masters, lambda _: None)

    @property
    def passwords(self) -> Mapping[str, str]:
        return read_credentials(self.installation.credentials)

    @property
    def terminals(self) -> Terminals:
        here = self.installation
        server = here.state / "certificates" / "own" / "certificate.der"
        shutil.copyfile(server, here.terminals / SERVER_CERTIFICATE)
        return Terminals(
            endpoint=self.opcua_url, passwords=self.passwords, certificates=here.terminals
        )

    @property
    def owner_dsn(self) -> str:
        return embedded.start(self.installation.state / "postgresql").owner_dsn

    @property
    def application_dsn(self) -> str:
        """The account of the server itself, as somebody who has stolen it would use it."""
        password = (self.installation.state / "secrets" / "database.password").read_text("utf-8")
        return conninfo.make_conninfo(self.owner_dsn, user=APPLICATION_ROLE, password=password)

    @property
    def log_key(self) -> bytes:
        return bytes.fromhex((self.installation.state / "secrets" / "log.key").read_text("ascii"))

    def ask(self, query: str, *arguments: object) -> list[tuple[object, ...]]:
        """Read with the owner's account."""
        with psycopg.connect(self.owner_dsn, autocommit=True) as connection:
            return connection.execute(query.encode(), arguments).fetchall()


def install(folder: Path) -> Installation:
    """Make the demo's installation in the folder, on whatever ports are free."""
    here = Installation(folder / "plant").install(datetime.now(UTC).date())
    settings = "opcua_port = 0\nrest_port = 0\nseal_interval_s = 2.0\n"
    (here.config / "interlock.toml").write_text(settings, "utf-8")
    certificates = Terminals(endpoint="", passwords={}, certificates=here.terminals)
    trusted = here.state / "certificates" / "trusted"
    trusted.mkdir(parents=True)
    shutil.copyfile(certificates.certificate().certificate_path, trusted / "terminals.der")
    return here


@asynccontextmanager
async def running_plant(folder: Path, *, machines: bool = True) -> AsyncIterator[RunningPlant]:
    """Start it, and stop all of it afterwards; without machines the scales say nothing."""
    here = install(folder)
    simulators = Process(
        "simulators",
        ("-m", "simulators", "demo", "--exit-with-parent", "--ports-file", str(here.ports_file)),
        here.log("simulators"),
        here.folder,
    )
    server = Process(
        "server",
        (
            *("-m", "server", "run", "--exit-with-parent", "--write-credentials"),
            *("--config", str(here.config), "--state", str(here.state)),
        ),
        here.log("server"),
    )
    try:
        plant = RunningPlant(here, server, await _machines(here, simulators, start=machines))
        await plant.start()
        await plant.approve()
        yield plant
    finally:
        await server.stop()
        await simulators.stop()
        await asyncio.to_thread(embedded.stop, here.state / "postgresql")


async def _machines(here: Installation, simulators: Process, *, start: bool) -> dict[str, str]:
    if not start:
        shutil.rmtree(here.config / "lines")
        return {}
    await simulators.start()
    await simulators.wait_for_file(here.ports_file, START_S)
    found = read_ports(here.ports_file)
    names = {"DISPENSING": found["dispensing"], "BLENDING": found["blender"]}
    hosts = {f"{name}_HOST": machine.host for name, machine in names.items()}
    return hosts | {f"{name}_PORT": str(machine.modbus_port) for name, machine in names.items()}
