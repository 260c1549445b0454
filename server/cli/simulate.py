"""``interlock simulate``: the simulated machines of the demo, as processes of their own."""

import argparse
import subprocess
import sys
from typing import Final

DESCRIPTION: Final = """\
Run simulated machines that speak Modbus TCP on this machine, until Ctrl-C.
They import nothing of Interlock: a PLC on the same addresses takes their place."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument(
        "scenario", nargs="?", default="demo", help="a scenario file, or 'demo' (default)"
    )
    parser.add_argument("--port-base", metavar="N", help="first port; default: the scenario's")
    parser.add_argument("--ports-file", metavar="FILE", help="write the ports there, as JSON")
    parser.add_argument("--seed", metavar="N", help="seed of all chance")
    parser.add_argument("--time-scale", metavar="X", help="simulated seconds per second")


def run(options: argparse.Namespace) -> int:
    """Run the simulators until they end."""
    command = [sys.executable, "-m", "simulators", options.scenario, "--exit-with-parent"]
    for name in ("port_base", "ports_file", "seed", "time_scale"):
        value = getattr(options, name)
        if value is not None:
            command += [f"--{name.replace('_', '-')}", value]
    with subprocess.Popen(command) as simulators:  # noqa: S603 -- our own program
        while True:
            try:
                return simulators.wait()
            except KeyboardInterrupt:  # the simulators got it, too, and stop by themselves
                continue
