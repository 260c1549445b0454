"""The command line: ``interlock COMMAND``. A command is imported only when it is called."""

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "demo": "run a whole plant on this machine and walk an order through it",
        "demo-script": "try a script of wrong actions on a plant of its own, and show the evidence",
        "run": "run Interlock for the plant that a folder describes",
        "blocktest": "try the eight block tests against a running Interlock",
        "simulate": "run the simulated machines of the demo",
        "check-plant": "check the files of a plant, and report every mistake at once",
        "check-mapping": "check a mapping file and run its own tests",
        "batch-record": "issue the batch record of a job order, or check an issued one",
        "verify-log": "prove the execution log unbroken, or find the first broken row",
        "doctor": "look at an installation and say what is wrong with it",
        "passwd": "give an account of an installation a new password",
        "certs": "see which OPC UA clients are trusted, and trust or reject one",
        "unlock": "let a locked account be used again, where no administrator can",
    }
)
"""Every command and its help; ``server.cli.<name>`` holds it."""

_USAGE_EXIT_CODE: Final = 2


class CommandModule(Protocol):
    """What the module of a command offers."""

    DESCRIPTION: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options of the command."""
        ...

    def run(self, options: argparse.Namespace) -> int:
        """Run the command and return the exit code."""
        ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code: 0 done, 1 not, 2 wrong usage."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        options = _parser(arguments[0] if arguments else "").parse_args(arguments)
    except SystemExit as stop:  # --help, --version or wrong usage; argparse has said it all
        return stop.code if isinstance(stop.code, int) else _USAGE_EXIT_CODE
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return 130  # 128 + SIGINT, as shells expect it


def _parser(wanted: str) -> argparse.ArgumentParser:
    """Return the parser; only the wanted command is imported and declares its options."""
    parser = argparse.ArgumentParser(
        prog="interlock",
        description="Interlock decides what may happen next on the shop floor.",
        epilog="'interlock COMMAND --help' explains a command.",
    )
    version = ""
    if wanted == "--version":
        version = importlib.import_module("importlib.metadata").version("interlock-mes")
    parser.add_argument("--version", action="version", version=f"interlock {version}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        if name != wanted:
            commands.add_parser(name, help=text, add_help=False)
            continue
        module: CommandModule = importlib.import_module(_module(name))
        command = commands.add_parser(
            name,
            help=text,
            description=module.DESCRIPTION,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def _module(name: str) -> str:
    return f"server.cli.{name.replace('-', '_')}"
