"""Gated calls over encrypted OPC UA at a hundred a second: how long a client waits for its answer.

``python -m tests.bench.opcua_decisions`` measures with the log in memory and with the embedded
PostgreSQL. The server has a process of its own; the calls are sent when they are due, whether or
not those before them have been answered, so a pause of the server shows in all that wait.
"""

import asyncio
import gc
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from historian import embedded
from historian.in_memory import InMemoryExecutionLog
from server.bootstrap.database import open_database
from server.settings import Settings
from tests import world as w
from tests.fix_rest import PASSWORD, running_rest_plant
from tests.opcua_face_plant import call, running_face, store_order
from tests.opcua_plant import CLIENT_URI, client_certificate, trust, utc_now

PER_SECOND = 100
SECONDS = 10
CLIENTS = 5
TOO_BUSY = "BadServerTooBusy"
F = "Stations/DISP-01"
KINDS = (
    ("scan, accepted", "Scan", ("AA-2601-C1",), "Accepted"),
    ("scan, refused and recorded", "Scan", ("AA-2603-C1",), "Refused"),
)


async def serve(folder: Path, owner_dsn: str) -> None:
    """Serve a plant until the process is ended."""
    async with AsyncExitStack() as stack:
        log: Any = InMemoryExecutionLog()
        if owner_dsn:
            settings = Settings(config_dir=w.DEMO_PLANT, state_dir=folder, owner_dsn=owner_dsn)
            database = await stack.enter_async_context(open_database(settings, utc_now))
            log = database.execution_log
        behind = await stack.enter_async_context(running_rest_plant(log))
        plant = await stack.enter_async_context(running_face(folder / "certificates", behind))
        await store_order(plant)
        gc.collect()
        gc.freeze()
        sys.stdout.write(plant.face.endpoint_url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


@asynccontextmanager
async def client(url: str, folder: Path, user: str = "hmi-01") -> AsyncIterator[Client]:
    """Connect the terminal of the station, or another user, signed and encrypted."""
    certificate = client_certificate()
    one = Client(url, timeout=30)
    one.application_uri = CLIENT_URI
    one.set_user(user)
    one.set_password(PASSWORD)
    await one.set_security(
        SecurityPolicyBasic256Sha256,
        str(certificate.certificate_path),
        str(certificate.private_key_path),
        server_certificate=str(folder / "certificates/own/certificate.der"),
        mode=ua.MessageSecurityMode.SignAndEncrypt,
    )
    async with one:
        yield one


async def _timed(one: Client, method: str, given: tuple[str, ...]) -> tuple[float, str]:
    began = time.perf_counter()
    try:
        outcome = str((await call(one, F, method, *given))["Outcome"])
    except ua.UaStatusCodeError as refused:
        outcome = type(refused).__name__
    return time.perf_counter() - began, outcome


async def paced(
    clients: Sequence[Client], method: str, given: tuple[str, ...], expected: str
) -> tuple[list[float], int]:
    """Return the seconds of each answer, the quickest first, and how many said "too busy"."""
    began, calls = time.perf_counter(), []
    for number in range(PER_SECOND * SECONDS):
        await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        one = clients[number % len(clients)]
        calls.append(asyncio.create_task(_timed(one, method, given)))
    answered = await asyncio.gather(*calls)
    wrong = {outcome for _, outcome in answered} - {expected, TOO_BUSY}
    assert not wrong, f"{method} gave {wrong}, not {expected}"
    busy = sum(outcome == TOO_BUSY for _, outcome in answered)
    return sorted(seconds for seconds, _ in answered), busy


async def measured(say: Any, name: str, owner_dsn: str) -> None:
    """Print what one kind of log gives."""
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as made:
        folder = Path(made)
        trust(folder / "certificates", client_certificate())
        command = [sys.executable, "-m", "tests.bench.opcua_decisions", "serve", made, owner_dsn]
        # Before anything is measured.
        popen = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
        try:
            assert popen.stdout is not None
            url = (await asyncio.to_thread(popen.stdout.readline)).strip()
            async with AsyncExitStack() as stack:
                clients = [
                    await stack.enter_async_context(client(url, folder)) for _ in range(CLIENTS)
                ]
                await call(clients[0], F, "OpenSession", "JO-1", "op-01", PASSWORD)
                await call(clients[0], F, "StartStep", "010")
                for kind, method, given, expected in KINDS:
                    taken, busy = await paced(clients, method, given, expected)
                    p95 = taken[int(len(taken) * 0.95) - 1]
                    say(
                        f"   {kind + ', ' + name:45} p50 {statistics.median(taken) * 1e3:6.1f} ms"
                        f"  p95 {p95 * 1e3:6.1f} ms  longest {taken[-1] * 1e3:6.1f} ms"
                        f"  too busy {busy}"
                    )
        finally:
            popen.kill()
            popen.wait()


async def main(say: Any) -> None:
    """Measure and print."""
    await measured(say, "log in memory", "")
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder:
        cluster = embedded.start(Path(folder) / "postgresql")
        try:
            await measured(say, "PostgreSQL", cluster.owner_dsn)
        finally:
            cluster.stop()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(Path(sys.argv[2]), sys.argv[3]))
    else:
        logging.disable(logging.WARNING)  # asyncua tells of every answer that is not good
        asyncio.run(main(lambda text: (sys.stdout.write(text + "\n"), sys.stdout.flush())))
