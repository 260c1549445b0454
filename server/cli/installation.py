"""The folder of a demo: its plant files, its state, and what has to survive a restart."""

import json
import os
import shutil
import signal
import socket
import time
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Self

import mappings
from mappings.plant.dates import copy_with_fixed_dates

_MARK: Final = "interlock-demo.json"
_SHIPPED: Final = Path(mappings.__file__).parent
ORDER_TEMPLATE: Final = _SHIPPED / "demo_plant" / "erp" / "order.xml"
_USUAL_PORTS: Final = {"opcua_port": 4840, "rest_port": 8480}
_LOOPBACK: Final = "127.0.0.1"
_STOP_LOOKS: Final = 300
_STOP_LOOK_S: Final = 0.1


class NotADemoError(Exception):
    """The folder holds something else; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The places of one installation."""

    folder: Path

    @property
    def config(self) -> Path:
        """The plant files, with every date written out."""
        return self.folder / "config"

    @property
    def state(self) -> Path:
        """What the server makes for itself: certificates, secrets, database, outbox."""
        return self.folder / "state"

    @property
    def terminals(self) -> Path:
        """The client certificate of the terminals, and the server's as they know it."""
        return self.folder / "terminals"

    @property
    def ports_file(self) -> Path:
        """Where the simulators say on which ports they listen."""
        return self.folder / "simulators.json"

    @property
    def endpoints_file(self) -> Path:
        """Where the server says on which addresses it listens."""
        return self.state / "endpoints.json"

    @property
    def credentials(self) -> Path:
        """The passwords that were generated for this installation."""
        return self.state / "secrets" / "credentials.json"

    def log(self, name: str) -> Path:
        """Return the diagnostics of a process."""
        return self.folder / "diagnostics" / f"{name}.log"

    @property
    def exists(self) -> bool:
        """Tell whether a demo was installed here."""
        return (self.folder / _MARK).is_file()

    def install(self, today: date) -> Self:
        """Make the installation, unless there is one; raises NotADemoError."""
        if self.exists:
            return self
        if self.folder.is_dir() and any(self.folder.iterdir()):
            raise NotADemoError(f"{self.folder} holds other files; name another folder with --dir")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise NotADemoError(f"{self.folder} can't be made: {error}; name another") from error
        copy_with_fixed_dates(_SHIPPED / "demo_plant", self.config, today)
        shutil.copytree(_SHIPPED / "lines", self.config / "lines", dirs_exist_ok=True)
        self.state.mkdir(mode=0o700, exist_ok=True)
        self.remember_job_order("")
        return self

    def choose_ports(self, *, usual: bool = True) -> None:
        """Write the settings of the server; its ports stay the same as long as they are free.

        They begin as the ``usual`` ones, or as any that are free where nobody has to know them.
        """
        file = self.config / "interlock.toml"
        known = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
        opcua_port, rest_port = (
            _free_port(int(known.get(name, port if usual else 0)))
            for name, port in _USUAL_PORTS.items()
        )
        file.write_text(
            "# Settings of the demo; its ports change when something else has taken them.\n"
            f"opcua_port = {opcua_port}\n"
            f"rest_port = {rest_port}\n"
            "opcua_demo_profile = true # SecurityPolicy None, read-only, on loopback only\n"
            "seal_interval_s = 5.0\n",
            "utf-8",
        )

    def remove(self) -> None:
        """Remove the installation with all its records; raises NotADemoError."""
        if not self.folder.exists():
            return
        if not self.exists:
            raise NotADemoError(f"{self.folder} is no demo of Interlock; remove it yourself")
        _stop_database(self.state / "postgresql" / "cluster")
        shutil.rmtree(self.folder)

    @property
    def job_order_id(self) -> str:
        """Return the job order that was walked last; empty when none was."""
        return str(json.loads((self.folder / _MARK).read_text("utf-8"))["job_order_id"])

    def remember_job_order(self, job_order_id: str) -> None:
        """Keep which job order is being walked."""
        new = self.folder / f"{_MARK}.new"
        new.write_text(json.dumps({"job_order_id": job_order_id}) + "\n", "utf-8")
        new.replace(self.folder / _MARK)


def _stop_database(cluster: Path) -> None:
    """Stop a PostgreSQL that was left running when demo and server were both killed."""
    try:
        pid, folder = (cluster / "postmaster.pid").read_text("utf-8").splitlines()[:2]
        if Path(folder) != cluster:
            return
        os.kill(int(pid), signal.SIGINT)  # "fast": sessions are ended, everything is on disk
    except (OSError, ValueError):
        return
    for _ in range(_STOP_LOOKS):
        if not (cluster / "postmaster.pid").exists():
            return
        time.sleep(_STOP_LOOK_S)
    raise NotADemoError(f"PostgreSQL in {cluster} does not stop; stop process {pid} yourself")


def _free_port(wish: int) -> int:
    """Return the wished port when it is free, else any free one."""
    for port in (wish, 0):
        try:
            with socket.create_server((_LOOPBACK, port)) as probe:
                return int(probe.getsockname()[1])
        except OSError:
            continue
    raise NotADemoError("no port is free on this machine")
