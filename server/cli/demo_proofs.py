"""What has to be true when the order of the demo has ended: proofs, each with what was found."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Final

from server.cli.demo_plant import DemoPlant
from server.cli.erp import ErpReply
from server.cli.processes import Process
from server.cli.proof import Proof
from server.cli.terminals import Terminals
from server.cli.walk_plan import OBSERVER

_OUTBOX_TIMEOUT_S: Final = 30.0
_VERIFY_TIMEOUT_S: Final = 120.0
_LOOK_S: Final = 0.2
_WEIGHT: Final = "ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight"


async def proofs(
    plant: DemoPlant, terminals: Terminals, job_order_id: str, replies: tuple[ErpReply, ErpReply]
) -> AsyncIterator[Proof]:
    """Look at the traces of an order that has ended."""
    yield same_answer_twice(*replies)
    yield await released(terminals, job_order_id)
    yield await weights_of_step(terminals, job_order_id, "010")
    yield await performance_in_outbox(plant.installation.state / "outbox", job_order_id)
    yield await unbroken_log(plant)


def same_answer_twice(first: ErpReply, second: ErpReply) -> Proof:
    """Prove that the same document again is the same answer."""
    return Proof(
        what="the ERP document, sent twice, was answered twice the same",
        held=first == second and first.accepted,
        found=f"HTTP {first.status} and {second.status}",
    )


async def released(terminals: Terminals, job_order_id: str) -> Proof:
    """Prove that the order has ended by its release."""
    async with terminals.session(OBSERVER) as observer:
        (state,) = await observer.read(f"JobOrders/{job_order_id}/State")
    return Proof(what="the job order was released", held=state == "Ended", found=str(state))


async def weights_of_step(terminals: Terminals, job_order_id: str, step: str) -> Proof:
    """Prove that HistoryRead gives the weights of the window of a step."""
    at = f"JobOrders/{job_order_id}/Steps/{step}"
    async with terminals.session(OBSERVER) as observer:
        start, end = await observer.read(f"{at}/StartTime", f"{at}/EndTime")
        if not (isinstance(start, datetime) and isinstance(end, datetime)):
            found = f"the window is {start} to {end}"
            return Proof(what=f"history of step {step}", held=False, found=found)
        values = await observer.read_history(_WEIGHT, start, end)
    heaviest = max((float(value) for _, value in values if value is not None), default=0.0)
    return Proof(
        what=f"HistoryRead gives the weights of step {step}",
        held=bool(values) and heaviest > 0,
        found=f"{len(values)} values, up to {heaviest:g} kg",
    )


async def performance_in_outbox(outbox: Path, job_order_id: str) -> Proof:
    """Prove that the performance document for the ERP lies in the outbox."""
    found: list[Path] = []
    for _ in range(int(_OUTBOX_TIMEOUT_S / _LOOK_S)):
        found = await asyncio.to_thread(_documents_about, outbox, job_order_id)
        if found:
            break
        await asyncio.sleep(_LOOK_S)
    return Proof(
        what="ProcessOperationsPerformance lies in the outbox",
        held=len(found) == 1,
        found=", ".join(path.name for path in found) or f"nothing in {outbox}",
    )


def _documents_about(outbox: Path, job_order_id: str) -> list[Path]:
    return [
        path
        for path in sorted(outbox.rglob("*.xml"))
        if "ProcessOperationsPerformance" in (text := path.read_text("utf-8"))
        and job_order_id in text
    ]


async def unbroken_log(plant: DemoPlant) -> Proof:
    """Prove that the execution log verifies, all of it."""
    here = plant.installation
    arguments = ("verify-log", "--config", str(here.config), "--state", str(here.state))
    verify = Process("verify-log", ("-m", "server", *arguments), here.log("verify-log"))
    here.log("verify-log").unlink(missing_ok=True)
    await verify.start()
    code = await asyncio.wait_for(verify.wait(), _VERIFY_TIMEOUT_S)
    lines = (await asyncio.to_thread(here.log("verify-log").read_text, "utf-8")).splitlines()
    return Proof(
        what="the execution log is unbroken",
        held=code == 0,
        found=lines[-1] if lines else f"exit code {code}",
    )
