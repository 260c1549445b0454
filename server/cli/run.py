"""``interlock run``: Interlock for one plant, until Ctrl-C or SIGTERM."""

import argparse
import asyncio
import logging
import os
import re
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from server.cli import screen
from server.settings import Settings, SettingsError, read_settings

DESCRIPTION: Final = """\
Run Interlock for the plant that a folder describes (docs/plant-files.md).
The first start makes what an installation needs in the state folder: certificates, secrets and,
without a database of your own (INTERLOCK_DATABASE_DSN), an embedded PostgreSQL."""

_PARENT_POLL_S: Final = 0.5
_PARAMETER: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    add_places(parser)
    add = parser.add_argument
    add("--opcua-port", type=int, metavar="N", help="port of the OPC UA endpoint; 0 = any")
    add("--rest-port", type=int, metavar="N", help="port of REST and B2MML; 0 = any")
    add(
        "--demo-profile",
        action="store_const",
        const=True,
        help="also serve SecurityPolicy None, read-only and on loopback only",
    )
    add(
        "--write-credentials",
        action="store_true",
        help="at first start, write the generated passwords to secrets/credentials.json",
    )
    add(
        "--set",
        action="append",
        default=[],
        type=parameter,
        metavar="NAME=VALUE",
        help="value of a ${NAME} in the line files; may be given several times",
    )
    add("--exit-with-parent", action="store_true", help=argparse.SUPPRESS)


def add_places(parser: argparse.ArgumentParser) -> None:
    """Declare the two folders that every command on an installation needs."""
    add = parser.add_argument
    add("--config", required=True, type=Path, metavar="DIR", help="folder of the plant files")
    add("--state", required=True, type=Path, metavar="DIR", help="folder of the installation")


def parameter(text: str) -> tuple[str, str]:
    """Read ``NAME=VALUE``."""
    name, separator, value = text.partition("=")
    if not (name and separator):
        raise argparse.ArgumentTypeError(f"write it as NAME=VALUE, not {text!r}")
    return name, value


def run(options: argparse.Namespace) -> int:
    """Run until told to stop; 0 after a clean stop."""
    complaints = screen.complaints()
    try:
        settings = settings_of(options)
    except SettingsError as error:
        complaints.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    if options.exit_with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    logging.getLogger("asyncua").setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("asyncua").setLevel(logging.WARNING)  # it tells of every single request
    return asyncio.run(_serve(settings, write_credentials=options.write_credentials))


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings of an installation, with what the command line says above all."""
    overrides = {
        "opcua_port": getattr(options, "opcua_port", None),
        "rest_port": getattr(options, "rest_port", None),
        "opcua_demo_profile": getattr(options, "demo_profile", None),
        "parameters": {**_named_by_lines(options.config), **dict(getattr(options, "set", []))},
    }
    return read_settings(options.config, options.state, overrides)


def settings_of_installed(options: argparse.Namespace) -> Settings:
    """Return the settings of an installation that there is; SettingsError where there is none.

    A command that only reads must not make one of a folder that was mistyped, and prove it empty.
    """
    settings = settings_of(options)
    key = settings.secrets_dir / "log.key"
    if not key.is_file():
        msg = f"{options.state} holds no installation: {key} is missing; name another --state"
        raise SettingsError(msg)
    return settings


def _named_by_lines(config: Path) -> Mapping[str, str]:
    """Return the environment variables that line files ask for, and no others."""
    texts = [
        path.read_text("utf-8", "replace") for path in sorted((config / "lines").glob("*.yaml"))
    ]
    wanted = {name for text in texts for name in _PARAMETER.findall(text)}
    return {name: os.environ[name] for name in sorted(wanted) if name in os.environ}


async def _serve(settings: Settings, *, write_credentials: bool) -> int:
    from server import bootstrap  # noqa: PLC0415 -- everything else starts without all of it

    complaints, console = screen.complaints(), screen.output()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def ready(endpoints: bootstrap.Endpoints) -> None:
        console.print(f"OPC UA    {endpoints.opcua_url}", markup=False)
        console.print(f"REST      {endpoints.rest_url}", markup=False)
        console.print(f"Database  {endpoints.database}", markup=False)
        console.print("Interlock is ready; Ctrl-C stops it")

    try:
        bootstrap.install(settings, write_credentials=write_credentials)
        await bootstrap.serve(settings, ready=ready, stop=stop)
    except bootstrap.StartError as error:
        complaints.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    return 0


def _end_with_parent() -> None:
    """Stop as SIGTERM does, as soon as the process that started us is gone."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(_PARENT_POLL_S)
    os.kill(os.getpid(), signal.SIGTERM)
