"""Logins: wrong passwords lock, at whatever door; old passwords end; the count is on record."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.execution import streams
from models.execution.log_row import Cursor
from models.execution.outcome import Denied, Fault, Outcome, Refused
from models.execution.principal import Account, Principal, Role
from models.execution.records import AccountRecord, StationRecord
from server.command_path import authenticate
from server.command_path.authenticate import Authenticator, Surroundings, password_hash
from server.command_path.lockout import Lockout
from server.command_path.ports import ExecutionLog
from tests import world as w
from tests.fix_command_path import Rig, Ticking, clearing, running

PASSWORD = "only for these tests"
ACCOUNTS = {one.account: one for one in w.PLANT.accounts}
HASH = password_hash(PASSWORD)
ADMIN = Principal(account="admin-01", roles=frozenset({Role.ADMINISTRATOR}), face="rest")


@dataclass
class Doors:
    """A command path with the login in front of it."""

    rig: Rig
    gate: Authenticator

    def known(self, account: str) -> AccountRecord:
        found = self.rig.path.records.known[streams.account(account)].record
        assert isinstance(found, AccountRecord)
        return found

    async def guess(self, times: int, account: str = "op-01") -> None:
        for _ in range(times):
            assert await self.gate.account(account, "wrong", "opcua") is None

    async def unlock(self, account: str = "op-01") -> None:
        await self.rig.must(c.UnlockAccount(account=account, reason="identified"), ADMIN)


@asynccontextmanager
async def doors(log: ExecutionLog | None = None) -> AsyncIterator[Doors]:
    """Run a plant whose accounts all have the same password, as a process that just started."""
    fresh = log is None
    log = log or InMemoryExecutionLog()
    async with running(log, prefix="first" if fresh else "second") as rig:
        if fresh:
            await rig.must(c.DefineMasterData(items=w.PLANT.master_data), w.SYSTEM)
            for command, principal in w.approvals(w.PLANT.work_masters):
                await rig.must(command, principal)
        else:
            await rig.must(c.DefineMasterData(items=w.PLANT.accounts), w.SYSTEM)

        def newest(stream: str) -> object:
            known = rig.path.records.known.get(stream)
            return known.record if known else None

        def account_now(account: str) -> AccountRecord | None:
            found = newest(streams.account(account))
            return found if isinstance(found, AccountRecord) else None

        def session_account(station: str) -> str | None:
            found = newest(streams.station(station))
            return found.account if isinstance(found, StationRecord) else None

        around = Surroundings(
            watch=Lockout(rig.path.submit, account_now),
            session_account=session_account,
            clock=rig.clock,
        )
        yield Doors(rig, Authenticator(ACCOUNTS, dict.fromkeys(ACCOUNTS, HASH), around))


async def test_five_wrong_passwords_lock_at_every_door() -> None:
    async with doors() as door:
        await door.guess(2)
        for _ in range(2):
            assert not (await door.gate.identify("op-01", "wrong")).authenticated
        last = await door.gate.identify("op-01", "wrong", door="rest")
        assert (last.authenticated, last.problem) == (False, "account-locked")
        assert door.known("op-01").locked
        assert await door.gate.account("op-01", PASSWORD) is None
        signer = await door.gate.identify("op-01", PASSWORD)
        assert (signer.authenticated, signer.problem) == (False, "account-locked")


async def test_the_lock_survives_a_restart() -> None:
    async with doors() as door:
        log = door.rig.log
        await door.guess(5)
    async with doors(log) as door:
        assert await door.gate.account("op-01", PASSWORD) is None
        await door.unlock()
        assert await door.gate.account("op-01", PASSWORD) == ACCOUNTS["op-01"]


async def test_the_right_password_resets_the_count_for_everybody_to_see() -> None:
    async with doors() as door:
        await door.guess(4)
        assert await door.gate.account("op-01", PASSWORD) is not None
        assert door.known("op-01").failed_logins == 0
        await door.guess(4)
        assert (await door.gate.identify("op-01", PASSWORD)).authenticated


async def test_a_burst_of_guesses_gets_no_more_tries_than_five() -> None:
    async with doors() as door:
        guesses = [door.gate.account("op-01", "wrong") for _ in range(12)]
        answers = await asyncio.gather(*guesses, door.gate.account("op-01", PASSWORD))
        assert answers == [None] * 13
        assert door.known("op-01").failed_logins == 5
        assert door.known("op-01").locked


async def test_a_password_that_was_remembered_does_not_outlive_the_lock() -> None:
    async with doors() as door:
        assert await door.gate.account("op-01", PASSWORD) is not None
        await door.guess(5)
        assert await door.gate.account("op-01", PASSWORD) is None


async def test_strangers_are_told_nothing_and_leave_nothing() -> None:
    async with doors() as door:
        before = len(await door.rig.log.read(Cursor(0, 0), 10_000))
        for number in range(7):
            assert await door.gate.account(f"nobody-{number}", PASSWORD) is None
        assert len(await door.rig.log.read(Cursor(0, 0), 10_000)) == before


async def test_a_locked_account_asks_for_nothing_and_signs_nothing_in_an_open_session() -> None:
    async with doors() as door:
        await clearing(door.rig)
        terminal = replace(w.terminal("DISP-01"), account="hmi-disp")
        complete = c.CompleteStep(station="DISP-01")
        await door.rig.must(c.LockAccount(account="hmi-disp", reason="terminal stolen"), ADMIN)
        for outcome in (
            await door.rig.do(complete, terminal),
            await door.rig.path.check(complete, terminal),
        ):
            assert isinstance(outcome, Denied)
            assert outcome.code == "account-locked"
            assert "terminal stolen" in outcome.reason
        await door.unlock("hmi-disp")
        await door.rig.must(complete, terminal)


async def test_a_signer_who_is_locked_meanwhile_does_not_sign() -> None:
    async with doors() as door:
        await clearing(door.rig)
        await door.rig.must(c.CompleteStep(station="DISP-01"))
        signer = await door.gate.identify("op-02", PASSWORD)
        await door.rig.must(c.LockAccount(account="op-02", reason="badge lost"), ADMIN)
        verify = c.VerifyStep(station="DISP-01", step_id="010", identity=signer)
        outcome = await door.rig.do(verify)
        assert isinstance(outcome, Denied)
        assert outcome.code == "account-locked"
        checked = await door.rig.path.check(verify, w.terminal("DISP-01"))
        assert isinstance(checked, Denied)
        assert checked.code == "account-locked"


async def test_a_lock_is_reported_urgently_and_no_password_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with doors() as door:
        for _ in range(5):
            await door.gate.account("op-01", "hunter2-hunter2", "opcua")
        rows = await door.rig.log.read_stream(streams.account("op-01"), 0, 100)
    urgent = [one for one in caplog.records if "URGENT" in one.getMessage()]
    assert [one.levelno for one in urgent] == [logging.WARNING]
    assert "op-01" in urgent[0].getMessage()
    assert [row.type for row in rows][-2:] == ["LoginFailed", "AccountLocked"]
    assert "hunter2" not in caplog.text + "".join(row.payload for row in rows)


@dataclass
class Away:
    """A command path that cannot write."""

    asked: int = 0

    async def submit(self, _: c.Command, __: Principal) -> Outcome:
        self.asked += 1
        return Fault(reason="away", retry=True)


async def test_while_the_log_is_away_guesses_are_counted_all_the_same() -> None:
    away = Away()
    watch = Lockout(away.submit, lambda _: None)
    gate = Authenticator(ACCOUNTS, {"op-01": HASH}, Surroundings(watch=watch))
    for _ in range(5):
        await gate.account("op-01", "wrong")
    assert await gate.account("op-01", PASSWORD) is None
    assert away.asked == 5


async def test_a_crowd_of_logins_is_turned_away_not_queued_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(authenticate, "_MAX_WAITING", 2)
    gate = Authenticator(ACCOUNTS, {"op-01": HASH})
    answers = await asyncio.gather(*(gate.account("op-01", PASSWORD) for _ in range(5)))
    assert sorted(one is not None for one in answers) == [False, False, False, True, True]


async def test_at_a_station_the_password_alone_means_the_account_of_its_session() -> None:
    async with doors() as door:
        await clearing(door.rig)
        signer = await door.gate.identify("", PASSWORD, station="DISP-01")
        assert (signer.account, signer.authenticated, signer.continued) == ("op-01", True, True)
        wrong = await door.gate.identify("", "wrong", station="DISP-01")
        assert (wrong.authenticated, door.known("op-01").failed_logins) == (False, 1)


@pytest.mark.parametrize("station", ["", "PACK-01", "NO-SUCH-STATION"])
async def test_where_nobody_has_a_session_the_password_alone_shows_nobody(station: str) -> None:
    async with doors() as door:
        assert not (await door.gate.identify("", PASSWORD, station=station)).authenticated


async def test_a_session_does_not_begin_with_the_password_alone() -> None:
    async with doors() as door:
        await clearing(door.rig)
        signer = await door.gate.identify("", PASSWORD, station="DISP-01")
        outcome = await door.rig.do(
            c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=signer)
        )
        assert isinstance(outcome, Denied)
        assert outcome.code == "credentials-wrong"


async def test_after_the_timeout_both_components_are_asked_for_again() -> None:
    async with doors() as door:
        await clearing(door.rig)
        door.rig.clock.time += timedelta(seconds=901)
        signer = await door.gate.identify("", PASSWORD, station="DISP-01")
        verify = c.VerifyStep(station="DISP-01", step_id="010", identity=signer)
        outcome = await door.rig.do(verify)
        assert isinstance(outcome, Refused)
        assert [one.code for one in outcome.refusals] == ["session-expired"]


PERSON = Account(account="op-01", roles=frozenset({Role.OPERATOR}), person_id="op-01")
MACHINE = Account(account="erp-01", roles=frozenset({Role.ERP}))


@pytest.mark.parametrize(
    ("account", "age_days", "ends"),
    [(PERSON, 89, False), (PERSON, 90, True), (MACHINE, 900, False)],
)
async def test_the_password_of_a_person_ends_that_of_a_machine_does_not(
    account: Account, age_days: int, *, ends: bool
) -> None:
    hashes = {account.account: password_hash(PASSWORD, w.NOON)}
    clock = Ticking(w.NOON + timedelta(days=age_days))
    gate = Authenticator(
        {account.account: account}, hashes, Surroundings(clock=clock, max_age_days=90)
    )
    signer = await gate.identify(account.account, PASSWORD)
    assert signer.authenticated is not ends
    assert signer.problem == ("password-expired" if ends else "")
    assert ((await gate.account(account.account, PASSWORD)) is None) is ends


async def test_a_password_that_is_about_to_end_is_warned_about_once_a_day(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Ticking(w.NOON + timedelta(days=77))
    gate = Authenticator(
        {"op-01": PERSON},
        {"op-01": password_hash(PASSWORD, w.NOON)},
        Surroundings(clock=clock, max_age_days=90),
    )
    for _ in range(3):
        assert (await gate.identify("op-01", PASSWORD)).authenticated
    warnings = [one.getMessage() for one in caplog.records if "ends at" in one.getMessage()]
    assert len(warnings) == 1
    assert "2026-08-30" in warnings[0]
