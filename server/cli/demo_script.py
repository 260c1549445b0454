"""``interlock demo-script``: the scripts that show whether wrong actions are really stopped."""

import argparse
import asyncio
import contextlib
import signal
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from rich.console import Console

from server.cli import screen
from server.cli.challenge import ScriptBrokenError
from server.cli.demo_plant import DemoPlant
from server.cli.demo_script_evidence import (
    Archive,
    Denial,
    EvidenceError,
    denial_table,
    shortcomings,
    summary,
)
from server.cli.demo_script_pack import PackFailedError, issue_pack, pack_lines
from server.cli.demo_script_stage import Stage, Tried
from server.cli.demo_scripts_ab import out_of_tolerance_and_disposition, wrong_lot_and_status_block
from server.cli.demo_scripts_cd import release_block, training_and_calibration
from server.cli.hmi import NotReachableError
from server.cli.installation import Installation, NotADemoError
from server.cli.processes import ProcessEndedError
from server.cli.shop_floor import ShopFloorError
from server.cli.terminals import CredentialsError, Terminals, now
from server.cli.walk_plan import OBSERVER

DESCRIPTION: Final = """\
Play the scripts by which execution systems are compared, on a plant of their own: an embedded
PostgreSQL, simulated machines and the server, every one a process of its own. People at terminals
work over OPC UA only, and try what must not be possible:

  A  wrong lot and status block      B  out of tolerance and disposition
  C  training and calibration        D  release block and evidence pack

Every attempt is printed with the gate that blocked it, why, the remedy and what is offered instead;
then the blocked attempts as the execution log has them. Exit code 0 means that all that had to be
blocked was blocked and is on record. Without --dir the plant is removed afterwards."""

_FAILURES: Final = (
    CredentialsError,
    EvidenceError,
    NotADemoError,
    NotReachableError,
    PackFailedError,
    ProcessEndedError,
    ScriptBrokenError,
    ShopFloorError,
)
_TIME_SCALE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Script:
    """One script: its title, what it does, and whether an evidence pack is issued at its end."""

    title: str
    play: Callable[[Stage], Awaitable[None]]
    issues_pack: bool = False


SCRIPTS: Final[Mapping[str, Script]] = MappingProxyType(
    {
        "A": Script("Wrong lot and status block", wrong_lot_and_status_block),
        "B": Script("Out of tolerance and disposition", out_of_tolerance_and_disposition),
        "C": Script("Training and calibration gates", training_and_calibration),
        "D": Script("Release block and review by exception", release_block, issues_pack=True),
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    add = parser.add_argument
    add("scripts", nargs="+", choices=tuple(SCRIPTS), metavar="A|B|C|D", help="which, in order")
    add("--dir", type=Path, metavar="DIR", help="keep the installation in this folder")
    add("--fresh", action="store_true", help="with --dir: remove that installation first")
    add("--json", type=Path, metavar="FILE", help="write the results there for machines")
    add(
        "--pack",
        type=Path,
        metavar="FILE",
        help="where D writes its evidence pack (default: ./evidence-JOBORDER.json)",
    )


def run(options: argparse.Namespace) -> int:
    """Run the scripts; 0 when all of them held."""
    complaints = screen.complaints()
    code = 1
    if told := screen.unwritable(options.json, options.pack):
        complaints.print(told, style="red", markup=False, soft_wrap=True)
        return code
    try:
        with _folder(options.dir) as folder:
            play = Play(Installation(folder), options.scripts, fresh=options.fresh)
            play.json, play.pack = options.json, options.pack
            code = asyncio.run(_run(play))
    except* (KeyboardInterrupt, asyncio.CancelledError):
        code = 130
    except* _FAILURES as group:
        text = str(group.exceptions[0])
        complaints.print(text, style="red", markup=False, soft_wrap=True)
    return code


async def _run(play: "Play") -> int:
    """Run until done; SIGTERM stops as cleanly as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await play.run()


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """Yield the folder of the installation; one that nobody asked to keep is removed."""
    if kept is not None:
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="interlock-", ignore_cleanup_errors=True) as name:
        yield Path(name) / "plant"


@dataclass(slots=True)
class Play:
    """The scripts of one call of the command, played on one plant."""

    installation: Installation
    names: list[str]
    fresh: bool
    json: Path | None = None
    pack: Path | None = None
    console: Console = field(default_factory=screen.output)
    results: list[dict[str, Any]] = field(default_factory=list)

    async def run(self) -> int:
        """Start the plant, play every script, and return the exit code."""
        here = self.installation
        if self.fresh:
            here.remove()
        self._say(f"{'using' if here.exists else 'installing'} the plant in {here.folder}")
        here.install(now().date())
        plant = DemoPlant(here, self._say, _TIME_SCALE, usual_ports=False)
        async with plant.running() as terminals:
            self._say(f"OPC UA {plant.endpoints['opcua_url']}")
            held = [await self._play(name, plant, terminals) for name in self.names]
        screen.write_json(self.json, {"held": all(held), "scripts": self.results})
        return 0 if all(held) else 1

    def _say(self, line: str) -> None:
        self.console.print(line, markup=False, soft_wrap=True)

    async def _play(self, name: str, plant: DemoPlant, terminals: Terminals) -> bool:
        script = SCRIPTS[name]
        self.console.print()
        self.console.rule(f"Demo script {name}: {script.title}", align="left", characters="=")
        stage = Stage(terminals, plant.machines, self._say)
        async with stage.open():
            await script.play(stage)
        found = await self._on_record(plant, terminals, stage)
        lacking = list(shortcomings(stage.tried, found))
        self.console.print()
        self.console.print(denial_table(found))
        if script.issues_pack:
            file = self.pack or Path(f"evidence-{stage.job_order_id}.json")
            pack = await issue_pack(plant.installation, stage.job_order_id, file)
            for line in pack_lines(pack, file):
                self._say(line)
        self.console.print(summary(stage.tried, lacking))
        self.results.append(_result(name, stage.tried, found, lacking))
        return not lacking and bool(stage.tried)

    async def _on_record(
        self, plant: DemoPlant, terminals: Terminals, stage: Stage
    ) -> list[Denial]:
        """Return every blocked attempt about the job orders of the script."""
        archive = Archive(plant.endpoints["rest_url"], OBSERVER, terminals.passwords[OBSERVER])
        orders = dict.fromkeys(one.job_order_id for one in stage.tried)
        pages = [await asyncio.to_thread(archive.denials, order) for order in orders]
        return [denial for page in pages for denial in page]


def _result(
    name: str, tried: list[Tried], found: list[Denial], lacking: list[str]
) -> dict[str, Any]:
    return {
        "script": name,
        "title": SCRIPTS[name].title,
        "held": not lacking,
        "not_held": lacking,
        "attempts": [asdict(one) for one in tried],
        "on_record": [asdict(one) for one in found],
    }
