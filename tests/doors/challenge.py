"""The challenge: one job order, led from obstacle to obstacle, with every door tried at each."""

import asyncio
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from historian.execution_log import PostgresqlExecutionLog
from models.execution.log_row import Appended
from server.cli.log_examination import examine_log
from server.cli.shop_floor import read_ports
from tests.doors import attempts as a
from tests.doors import decisions as d
from tests.doors.attempts import ORDER, STATION, TERMINAL, Attempt, Method, Request
from tests.doors.doors import Cell, Doors
from tests.doors.forgery import forged
from tests.doors.running_plant import running_plant
from tests.doors.standard import MAY_STOP, Standard, called
from tests.doors.standard import METHODS as METHODS_OF_THE_STANDARD
from tests.doors.standard import VOICES as VOICES_OF_THE_STANDARD
from tests.world import DEMO_PLANT

DOORS = ("OPC UA method", "OPC UA variable write", "REST", "B2MML", "SQL")
"""The columns: every door there is."""

OTHERS = ("admin-01", "scada-01", "erp-01", "planner-01", "sup-01", "qa-01", "met-01", "op-01")
"""Accounts that are no terminals: administrator, observer, ERP, planner, supervisor, quality …"""

FORGED = "material_lot:AA-2603"
_PATIENCE_S = 30.0
_TOO_LITTLE_KG = 0.5


@dataclass
class Challenge:
    """What everything came to, by attempt and door, and by account and door."""

    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    others: dict[tuple[str, str], list[Cell]] = field(default_factory=dict)
    read_only: dict[str, int] = field(default_factory=dict)
    standard: dict[tuple[str, str], Standard] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)
    broken_before: list[str] = field(default_factory=list)
    forged: str = ""
    broken: list[str] = field(default_factory=list)


def challenged(folder: Path) -> Challenge:
    """Run the whole challenge on a plant of its own."""
    return asyncio.run(_challenge(folder))


async def _challenge(folder: Path) -> Challenge:
    found = Challenge()
    async with running_plant(folder) as plant, httpx.AsyncClient(timeout=30) as http:
        doors = Doors(plant, http)
        try:
            await _script(doors, found)
            found.broken_before += await _verified(doors)
            found.forged = await _forge(doors)
            found.broken += await _verified(doors)
        finally:
            await doors.close()
    return found


async def _script(doors: Doors, found: Challenge) -> None:
    """Lead the job order from one obstacle to the next."""
    await _begin(doors)
    await _try(doors, found, a.SKIP)
    await _do(doors, "StartStep", step="010")
    await _do(doors, "RecordEvidence", evidence="booth-is-clear", value="true", source="manual")
    await _do(doors, "CompleteStep")
    await _try(doors, found, a.OWN_STEP)
    await _try(doors, found, a.OWN_STEP_OTHER_ACCOUNT)
    await _do(doors, "VerifyStep", person="op-02", step="010")
    await _do(doors, "CloseSession")
    await _do(doors, "OpenSession", person="op-03", job_order=ORDER)
    await _try(doors, found, a.LAPSED)
    await _do(doors, "CloseSession")
    await _do(doors, "OpenSession", person="op-01", job_order=ORDER)
    await _do(doors, "StartStep", step="020")
    await _try(doors, found, a.QUARANTINED)
    await _try(doors, found, a.WRONG)
    await _do(doors, "Scan", code="AA-2601-C1")
    await _try(doors, found, a.OVERDUE)
    await _too_little_is_on_the_scale(doors)
    await _try(doors, found, a.OUT_OF_TOLERANCE)
    await _try(doors, found, a.OPEN_EXCEPTION)
    await _imported(doors, found)
    await _by_the_standard(doors, found)
    for decision in d.DECISIONS:
        await _try_decision(doors, found, decision)


async def _begin(doors: Doors) -> None:
    body = {"job_order_id": ORDER, "work_master_id": "WM-CHALLENGE", "quantity": "1.000 kg"}
    stored = await doors.request(Request(path="/job-orders", body=body), "planner-01")
    assert stored.status_code == 201, stored.text
    started = await doors.request(Request(path=f"/job-orders/{ORDER}/start"), "planner-01")
    assert started.status_code == 200, started.text
    await _do(doors, "OpenSession", person="op-01", job_order=ORDER)
    hmi = await doors.hmi(TERMINAL)
    async with asyncio.timeout(_PATIENCE_S):  # followers show it a moment later
        while (await hmi.read(f"JobOrders/{ORDER}/State"))[0] is None:  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.05)


async def _do(doors: Doors, name: str, *, person: str = "", **words: str) -> None:
    answer = await doors.call(Method(name=name, words=words, person=person), TERMINAL)
    assert answer.accepted, f"{name}: {answer}"


async def _try(doors: Doors, found: Challenge, attempt: Attempt) -> None:
    """Try the attempt at every door, then as everybody else; nothing may come of any of it."""
    before = _position(doors)
    ways = (
        ("SQL", doors.sql, TERMINAL),
        ("B2MML", doors.b2mml, "erp-01"),
        ("OPC UA variable write", doors.opcua_write, TERMINAL),
    )
    for door, way, account in ways:
        found.cells[attempt.row, door] = await way(attempt, account)
    for account in OTHERS:
        for door, way in (("REST", doors.rest), ("OPC UA method", doors.opcua_method)):
            found.others.setdefault((account, door), []).append(await way(attempt, account))
    found.cells[attempt.row, "REST"] = await doors.rest(attempt, TERMINAL)
    if attempt is a.OUT_OF_TOLERANCE:
        await _weigh_anew(doors)
        before = _position(doors)
    found.cells[attempt.row, "OPC UA method"] = await doors.opcua_method(attempt, TERMINAL)
    happened = Counter(
        str(row[0])
        for row in doors.plant.ask(
            "SELECT type FROM interlock.log_row WHERE position > %s"
            " AND stream NOT LIKE 'equipment:%%'",
            before,
        )
    )
    allowed = {"CommandRefused", "CommandDenied"}
    if attempt is a.OUT_OF_TOLERANCE:
        allowed |= {"ExceptionOpened"}
    found.unexpected += [f"{attempt.row}: {name}" for name in happened.keys() - allowed]


async def _imported(doors: Doors, found: Challenge) -> None:
    """Have a version imported as YAML and reviewed; and knock at the doors that only read."""
    text = (DEMO_PLANT / "work_masters" / f"{d.MASTER}.yaml").read_text("utf-8")
    draft = text.replace('version: "1"', f'version: "{d.DRAFT}"', 1).encode()
    sent = await doors.send("POST", "/work-masters", "qa-01", draft, "application/yaml")
    assert sent.status_code == 201, sent.text
    path = f"/work-masters/{d.MASTER}/versions/{d.DRAFT}/review"
    reviewed = await doors.request(Request(path=path, person="sup-01"), "sup-01")
    assert reviewed.status_code == 200, reviewed.text
    sha256 = hashlib.sha256(b"x").hexdigest()
    for verb, url, account in (
        ("POST", "/events", "scada-01"),
        ("DELETE", "/execution-log", "admin-01"),
        ("PUT", f"/attachments/{sha256}", "erp-01"),
        ("PUT", f"/attachments/{'0' * 64}", TERMINAL),
        ("DELETE", f"/attachments/{sha256}", "admin-01"),
    ):
        before = _position(doors)
        answer = await doors.send(verb, url, account, b"x", "text/plain")
        shown = url.replace(sha256, "HASH").replace("0" * 64, "ANOTHER-HASH")
        found.read_only[f"`{verb} {shown}` as {account}"] = answer.status_code
        assert _position(doors) == before, "nothing is on record of what is no command"


async def _by_the_standard(doors: Doors, found: Challenge) -> None:
    """Call all methods of the job order receivers about the order that has an open exception.

    Stop is left to those who may not: who may ends it early, and that is no way around either.
    """
    before = _position(doors)
    for account in VOICES_OF_THE_STANDARD:
        for method in METHODS_OF_THE_STANDARD:
            if (method, account) not in MAY_STOP:
                found.standard[method, account] = await called(doors, method, account)
    happened = doors.plant.ask(
        "SELECT DISTINCT type FROM interlock.log_row WHERE position > %s"
        " AND stream NOT LIKE 'equipment:%%'",
        before,
    )
    names = {str(row[0]) for row in happened} - {"CommandRefused", "CommandDenied"}
    found.unexpected += [f"by the standard: {name}" for name in sorted(names)]


async def _try_decision(doors: Doors, found: Challenge, attempt: Attempt) -> None:
    """Try it at every door, with the account that comes closest to being allowed to."""
    before = _position(doors)
    ways = (
        ("SQL", doors.sql, TERMINAL),
        ("B2MML", doors.b2mml, "erp-01"),
        ("OPC UA variable write", doors.opcua_write, attempt.account),
        ("REST", doors.rest, attempt.account),
        ("OPC UA method", doors.opcua_method, attempt.account),
    )
    for door, way, account in ways:
        found.cells[attempt.row, door] = await way(attempt, account)
    happened = doors.plant.ask(
        "SELECT DISTINCT type FROM interlock.log_row WHERE position > %s"
        " AND stream NOT LIKE 'equipment:%%'",
        before,
    )
    names = {str(row[0]) for row in happened} - {"CommandRefused", "CommandDenied"}
    found.unexpected += [f"{attempt.row}: {name}" for name in sorted(names)]


def _position(doors: Doors) -> object:
    return doors.plant.ask("SELECT max(position) FROM interlock.log_row")[0][0]


async def _weigh_anew(doors: Doors) -> None:
    """Have the exception decided, so that the next door meets the same obstacle."""
    body = {"disposition": "Redo", "reason": "Try the next door"}
    path = f"/job-orders/{ORDER}/exceptions/{ORDER}-E1/disposition"
    done = await doors.request(Request(path=path, body=body, person="sup-01"), TERMINAL)
    assert done.status_code == 200, done.text


async def _too_little_is_on_the_scale(doors: Doors) -> None:
    """Put half of what is wanted on the scale, and wait until the server reads it at rest."""
    machine = read_ports(doors.plant.installation.ports_file)["dispensing"]
    await machine.hand("place", device="FLOOR-SCALE", mass_kg=_TOO_LITTLE_KG)
    hmi = await doors.hmi(TERMINAL)
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            live = f"Stations/{STATION}/Live"
            weight, at_rest = await hmi.read(f"{live}Value", f"{live}Stable")
            if at_rest and abs(float(weight or 0) - _TOO_LITTLE_KG) < _TOO_LITTLE_KG / 10:
                return
            await asyncio.sleep(0.1)


async def _forge(doors: Doors) -> str:
    """Append a release of the quarantined lot with the server's own account, and scan the lot."""
    log = await PostgresqlExecutionLog.open(doors.plant.application_dsn)
    try:
        (head,) = (await log.load([FORGED])).values()
        rows = await log.read_stream(FORGED, 0, 10)
        appended = await log.append(forged(rows, head, key=b"guessed" * 5))
        assert isinstance(appended, Appended), "the function itself can't tell"
    finally:
        await log.close()
    response = await doors.request(a.QUARANTINED.request, TERMINAL)
    answer = response.json()
    text = str(answer["detail"]).replace(FORGED, f"`{FORGED}`")
    text = text.replace("'interlock verify-log'", "`interlock verify-log`")
    return f"{answer['outcome']} ({response.status_code}): {text}"


async def _verified(doors: Doors) -> list[str]:
    """Return what the verification of the log finds wrong."""
    log = await PostgresqlExecutionLog.open(doors.plant.application_dsn)
    try:
        report = await examine_log(log, doors.plant.log_key)
    finally:
        await log.close()
    return [item.where for item in report.in_order]
