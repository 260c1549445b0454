"""A second foreign client stack (open62541, in C) against a running server: JSON line per check.

It runs in an environment of its own, because it is only needed here:
``python open62541_client.py target.json``.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import o6
from o6.ns.isa95_jobcontrol_v2 import datatypes as job_control

TARGET: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
Check = Callable[[], Awaitable[str]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Keep a check under its name."""

    def keep(run: Check) -> Check:
        CHECKS[name] = run
        return run

    return keep


def client(user: str = "", policy: str = "Basic256Sha256", password: str = "") -> Any:
    """Return a client that is not connected yet."""
    return o6.Client(
        TARGET["url"],
        certificate=TARGET["certificate_der"],
        privateKey=TARGET["private_key_der"],
        trustList=[TARGET["server_certificate"]],
        securityMode=3,
        securityPolicy=f"http://opcfoundation.org/UA/SecurityPolicy#{policy}",
        applicationUri=TARGET["application_uri"],
        username=user or TARGET["user"],
        password=password or TARGET["password"],
    )


async def _session(policy: str) -> str:
    async with client(policy=policy) as one:
        state = await one.read("i=2259")
        assert int(state) == 0, state
    return ""


for _policy in ("Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"):

    @check(f"session: {_policy}, SignAndEncrypt, user name and password")
    async def _(policy: str = _policy) -> str:
        return await _session(policy)


@check("session: a wrong password is refused")
async def _() -> str:
    one = client(password="not this one")
    try:
        await one.connect()
    except Exception as error:  # noqa: BLE001 -- whatever the stack makes of it
        return str(error)[:80]
    await one.disconnect()
    raise AssertionError("it was let in")


@check("browse: the folder of the product, following continuation points")
async def _() -> str:
    async with client() as one:
        found = await one.browse(TARGET["folder"])
        assert len(found) > 3, found
        return f"{len(found)} references"


@check("read: a hundred attributes in one request")
async def _() -> str:
    async with client() as one:
        values = await one.read([TARGET["tag"]] * 100, valueOnly=False)
        assert len(values) == 100
        return ""


@check("read: structures of Job Control V2 are decoded")
async def _() -> str:
    async with client(user=TARGET["planner"]) as one:
        await one.updateRemoteNamespaces()
        orders = await one.read(TARGET["job_order_list"])
        names = [str(order.jobOrder.jobOrderID) for order in orders]
        assert TARGET["job_order"] in names, names
        return ", ".join(names)


@check("call: a refused method is Uncertain with its reasons")
async def _() -> str:
    async with client() as one:
        status, *outputs = await one.call(
            TARGET["station"], TARGET["refused_method"], TARGET["refused_arguments"]
        )
        assert int(status) >> 30 == 1, status
        assert TARGET["refused_code"] in [str(code) for code in outputs[2]], outputs
        return str(outputs[2])[:80]


@check("call: a method of others is BadUserAccessDenied")
async def _() -> str:
    async with client() as one:
        status, *_ = await one.call(
            TARGET["forbidden_object"],
            TARGET["forbidden_method"],
            TARGET["forbidden_arguments"],
        )
        assert int(status) == 0x801F0000, status
        return ""


@check("job control: Store over structures")
async def _() -> str:
    async with client(user=TARGET["planner"]) as one:
        await one.updateRemoteNamespaces()
        given = TARGET["store_second_order"]
        order = job_control.ISA95JobOrderDataType()
        order.jobOrderID = given["jobOrderID"]
        master = job_control.ISA95WorkMasterDataType()
        master.iD = given["workMasterID"][0]["iD"]
        order.workMasterID = [master]
        materials = []
        for wanted in given["materialRequirements"]:
            material = job_control.ISA95MaterialDataType()
            for name, value in wanted.items():
                if name != "engineeringUnits":
                    setattr(material, name, value)
            materials.append(material)
        order.materialRequirements = materials
        status, *outputs = await one.call(
            TARGET["receiver"], TARGET["store"], [order, [o6.LocalizedText("from C")]]
        )
        assert int(status) == 0, (status, outputs)
        assert int(outputs[0]) == 1, outputs
        return ""


@check("subscribe: values arrive")
async def _() -> str:
    async with client() as one:
        seen: list[object] = []
        await one.monitor("i=2258", lambda *value: seen.append(value), samplingInterval=100)
        end = time.monotonic() + 15
        while len(seen) < 3 and time.monotonic() < end:  # noqa: ASYNC110 -- polls as a client
            await asyncio.sleep(0.05)
        assert len(seen) >= 3, seen
        return f"{len(seen)} values"


@check("history: raw values, following continuation points")
async def _() -> str:
    async with client() as one:
        start, end = (
            datetime.fromisoformat(TARGET[name]).astimezone(UTC)
            for name in ("history_start", "history_end")
        )
        history = await one.historyRead(TARGET["tag"], start, end)
        count = len(history.dataValues)
        assert count == TARGET["history_count"], count
        return f"{count} values"


async def main() -> int:
    """Run every check; return how many failed."""
    failed = 0
    for name, run in CHECKS.items():
        started = time.monotonic()
        line: dict[str, object] = {"check": name, "ok": True}
        try:
            line["detail"] = await asyncio.wait_for(run(), 60)
        except Exception as error:  # noqa: BLE001 -- a check that failed is a line of the table
            failed += 1
            line |= {"ok": False, "detail": f"{type(error).__name__}: {error}"[:300]}
        line["ms"] = round((time.monotonic() - started) * 1000)
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    return failed


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(main()) else 0)
