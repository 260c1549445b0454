"""One run of the demo: install, start, order, walk, try the block tests, prove, and tell."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.live import Live

from mappings.plant.block_tests import load_block_tests
from mappings.problems import Problems
from server.cli import screen
from server.cli.blocktest import run_block_tests
from server.cli.challenge import Result, explain
from server.cli.demo_plant import DemoPlant
from server.cli.demo_proofs import proofs
from server.cli.erp import ErpReply, fill_order, send
from server.cli.hmi import Answer
from server.cli.installation import ORDER_TEMPLATE, Installation
from server.cli.live_view import SHOWN_OF_STATION, View
from server.cli.proof import Proof
from server.cli.terminals import Terminals, now
from server.cli.walk import ENDED, Action
from server.cli.walk_plan import OBSERVER, STEPS
from server.cli.walker import Walker

_DRAW_S: Final = 0.25
_PACE_S: Final = 1.0
_ERP: Final = "erp-01"
_CHANNEL: Final = "erp"


class DemoFailedError(Exception):
    """The demo can't go on; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """How the demo is to run."""

    once: bool
    fresh: bool
    time_scale: float
    kill_at: str
    json: Path | None


@dataclass(slots=True)
class DemoRun:
    """The state of one run."""

    installation: Installation
    options: DemoOptions
    console: Console = field(default_factory=screen.output)
    calls: int = 0
    _began: datetime = field(default_factory=now)
    _killed: bool = False
    _view: View | None = None

    async def run(self) -> int:
        """Run the demo and return its exit code."""
        plant = self._install()
        async with plant.running() as terminals:
            self._introduce(plant, terminals)
            job_order_id, replies = await self._order(plant, terminals)
            await self._walk(plant, terminals, job_order_id)
            code = await self._judge(plant, terminals, job_order_id, replies)
            if not self.options.once:
                await self._stay()
            return code

    def _install(self) -> DemoPlant:
        here = self.installation
        if self.options.fresh:
            here.remove()
        if not here.exists:
            self._say(f"installing the plant of the demo in {here.folder}")
        here.install(now().date())
        return DemoPlant(here, self._say, self.options.time_scale)

    def _say(self, line: str) -> None:
        seconds = (now() - self._began).total_seconds()
        if self._view is not None:
            self._view.called(line)
        else:
            self.console.print(f"{seconds:6.1f} s  {line}", markup=False, soft_wrap=True)

    def _introduce(self, plant: DemoPlant, terminals: Terminals) -> None:
        self._say("everything runs")
        for name, text in self._addresses(plant):
            self.console.print(f"  {name:12} {text}", markup=False, soft_wrap=True)
        if self.options.once:  # nobody is there to use them
            return
        self.console.print("  Accounts     (generated for this installation)")
        for account, password in terminals.passwords.items():
            self.console.print(f"    {account:11} {password}", markup=False)

    def _addresses(self, plant: DemoPlant) -> list[tuple[str, str]]:
        rest = plant.endpoints["rest_url"].rstrip("/")
        return [
            ("OPC UA", f"{plant.endpoints['opcua_url']}  Basic256Sha256, user name"),
            ("REST", f"{rest}/docs"),
            ("B2MML", f"{rest}/b2mml/{_CHANNEL}"),
            ("Database", str(plant.endpoints.get("database", ""))),
            ("Passwords", str(self.installation.credentials)),
            ("Records", str(self.installation.state)),
        ]

    async def _order(
        self, plant: DemoPlant, terminals: Terminals
    ) -> tuple[str, tuple[ErpReply, ErpReply]]:
        """Let the ERP send an order, or go on with the one that has not ended; twice the same."""
        job_order_id = self.installation.job_order_id
        known = bool(job_order_id) and await self._state(terminals, job_order_id) not in ENDED
        if not known:
            job_order_id = f"VITC-{secrets.token_hex(3).upper()}"
            self.installation.remember_job_order(job_order_id)
        url = f"{plant.endpoints['rest_url'].rstrip('/')}/b2mml/{_CHANNEL}"
        document = await asyncio.to_thread(self._document, job_order_id)
        replies = [
            await asyncio.to_thread(send, url, document, _ERP, terminals.passwords[_ERP])
            for _ in range(2)
        ]
        if not replies[0].accepted:
            raise DemoFailedError(
                f"the ERP's order was not taken: HTTP {replies[0].status} {replies[0].document}"
            )
        self._say(f"the ERP sent job order {job_order_id} {'again' if known else ''}".rstrip())
        return job_order_id, (replies[0], replies[1])

    def _document(self, job_order_id: str) -> bytes:
        """Return the document of an order; it is kept, so that it can be sent again unchanged."""
        kept = self.installation.folder / "erp" / f"{job_order_id}.xml"
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True)
            lot = job_order_id.replace("VITC", "VC")
            kept.write_bytes(fill_order(ORDER_TEMPLATE, job_order_id, lot, now()))
        return kept.read_bytes()

    async def _state(self, terminals: Terminals, job_order_id: str) -> str:
        async with terminals.session(OBSERVER) as observer:
            (state,) = await observer.read(f"JobOrders/{job_order_id}/State")
        return str(state or "")

    async def _walk(self, plant: DemoPlant, terminals: Terminals, job_order_id: str) -> None:
        walker = Walker(
            terminals=terminals,
            machines=plant.machines,
            job_order_id=job_order_id,
            report=lambda action, answer: self._report(plant, action, answer),
            pace_s=0.0 if self.options.once else _PACE_S,
        )
        async with walker.observing(), self._watching(plant, walker):
            await walker.walk()
        self._say(f"job order {job_order_id} has ended")

    def _report(self, plant: DemoPlant, action: Action, answer: Answer) -> None:
        self.calls += 1
        subject = " ".join(one for one in (action.step, action.evidence, action.person) if one)
        again = " (sent again after a break, done once)" if answer.duplicate else ""
        text = explain(answer) if not answer.accepted else answer.result or "accepted"
        self._say(f"{action.station:8} {action.call:16} {subject:28} {text}{again}")
        wanted = self.options.kill_at
        if wanted and action.step == wanted and action.call == "StartStep" and not self._killed:
            self._killed = True
            self._say(f"killing the server (process {plant.server.pid}) with SIGKILL")
            plant.server.kill()

    @contextlib.asynccontextmanager
    async def _watching(self, plant: DemoPlant, walker: Walker) -> AsyncIterator[None]:
        """Draw the live view beside the walk; unattended, or without a screen, print lines."""
        if self.options.once or not self.console.is_terminal:
            yield
            return
        view = View(title=walker.job_order_id, addresses=self._addresses(plant))
        self._view = view
        with Live(console=self.console, auto_refresh=False) as live:
            async with asyncio.TaskGroup() as group:  # a view that fails must not fail silently
                task = group.create_task(_draw(view, walker, live))
                try:
                    yield
                finally:
                    task.cancel()
                    self._view = None

    async def _stay(self) -> None:
        """Let the plant run for whoever wants to look around, until Ctrl-C."""
        self.console.print("The plant runs on; connect your own client. Ctrl-C stops everything.")
        await asyncio.Event().wait()

    async def _judge(
        self,
        plant: DemoPlant,
        terminals: Terminals,
        job_order_id: str,
        replies: tuple[ErpReply, ErpReply],
    ) -> int:
        self._say("trying the eight block tests")
        plan = load_block_tests(self.installation.config / "blocktest.yaml")
        if isinstance(plan, Problems):
            texts = "\n".join(one.as_text() for one in plan.sorted())
            raise DemoFailedError(texts)
        results = await run_block_tests(plan, terminals)
        self._say("looking at what is on record")
        found = [one async for one in proofs(plant, terminals, job_order_id, replies)]
        held = screen.all_held(results) and all(one.held for one in found)
        self.console.print(screen.block_test_table(results))
        self.console.print(screen.block_test_summary(results))
        self.console.print(screen.proof_table(found))
        screen.write_json(
            self.options.json, self._document_of(plant, job_order_id, results, found, held=held)
        )
        return 0 if held else 1

    def _document_of(
        self,
        plant: DemoPlant,
        job_order_id: str,
        results: tuple[Result, ...],
        found: list[Proof],
        *,
        held: bool,
    ) -> dict[str, Any]:
        return {
            "held": held,
            "job_order_id": job_order_id,
            "steps": len(STEPS),
            "calls": self.calls,
            "server_restarts": plant.restarts,
            "seconds": round((now() - self._began).total_seconds(), 1),
            "block_tests": screen.results_as_json(results),
            "proofs": [asdict(one) for one in found],
        }


async def _draw(view: View, walker: Walker, live: Live) -> None:
    """Look and draw until cancelled."""
    while True:
        view.shown = await walker.look()
        step = view.shown.current
        if step is not None:
            view.station = STEPS[step].station
            paths = [f"Stations/{view.station}/{name}" for name in SHOWN_OF_STATION]
            values = await walker.observe(*paths)
            view.values = dict(zip(SHOWN_OF_STATION, values, strict=True))
        live.update(view.render(), refresh=True)
        await asyncio.sleep(_DRAW_S)
