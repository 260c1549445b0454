"""Accounts: five wrong passwords in a row lock, and only another person unlocks."""

from dataclasses import replace

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.decisions.accounts import LOCKED
from models.execution.principal import Principal, Role
from models.execution.records import AccountRecord
from tests import world as w

ADMIN = Principal(account="admin-01", roles=frozenset({Role.ADMINISTRATOR}), face="rest")
FAILED = c.ReportFailedLogin(account="op-01", door="rest")
RIGHT = c.ReportLogin(account="op-01", door="rest")
LOCK = c.LockAccount(account="op-01", reason="badge lost")
UNLOCK = c.UnlockAccount(account="op-01", reason="the owner showed a badge")


def known(world: w.World, account: str = "op-01") -> AccountRecord:
    record = world.states[streams.account(account)]
    assert isinstance(record, AccountRecord)
    return record


def test_every_account_of_the_plant_is_on_record_with_its_owner_and_roles() -> None:
    world = w.installed()
    for account in w.PLANT.accounts:
        found = known(world, account.account)
        assert (found.person_id, found.roles) == (account.person_id, account.roles)


def test_a_description_that_did_not_change_is_not_recorded_again() -> None:
    world = w.installed()
    before = len(world.events)
    world.must(c.DefineMasterData(items=w.PLANT.accounts), w.SYSTEM)
    assert len(world.events) == before


def test_a_role_that_was_taken_away_is_on_record_and_a_lock_stays() -> None:
    world = w.installed()
    world.must(LOCK, ADMIN)
    account = next(one for one in w.PLANT.accounts if one.account == "op-01")
    world.must(
        c.DefineMasterData(items=(replace(account, roles=frozenset({Role.OBSERVER})),)), w.SYSTEM
    )
    assert known(world).roles == {Role.OBSERVER}
    assert known(world).locked


def test_the_fifth_wrong_password_in_a_row_locks() -> None:
    world = w.installed()
    results = [world.must(FAILED, w.SYSTEM).result for _ in range(5)]
    assert results == ["1", "2", "3", "4", LOCKED]
    assert known(world).locked
    assert "5 wrong passwords" in known(world).reason


def test_the_right_password_begins_the_count_anew() -> None:
    world = w.installed()
    for _ in range(4):
        world.must(FAILED, w.SYSTEM)
    world.must(RIGHT, w.SYSTEM)
    results = [world.must(FAILED, w.SYSTEM).result for _ in range(5)]
    assert results[-2:] == ["4", LOCKED]


def test_the_right_password_does_not_open_a_lock() -> None:
    world = w.installed()
    world.must(LOCK, ADMIN)
    world.must(RIGHT, w.SYSTEM)
    assert known(world).locked


def test_guessing_on_fills_no_log() -> None:
    world = w.installed()
    for _ in range(5):
        world.must(FAILED, w.SYSTEM)
    before = len(world.events)
    assert world.must(FAILED, w.SYSTEM).result == LOCKED
    for account in ("nobody", "op-01; drop table", "x" * 100):
        world.must(c.ReportFailedLogin(account=account, door="rest"), w.SYSTEM)
    for _ in range(3):
        world.must(c.ReportLogin(account="op-02", door="rest"), w.SYSTEM)
    assert len(world.events) == before


def test_another_person_unlocks_and_the_count_begins_anew() -> None:
    world = w.installed()
    for _ in range(5):
        world.must(FAILED, w.SYSTEM)
    world.must(UNLOCK, ADMIN)
    assert not known(world).locked
    assert world.must(FAILED, w.SYSTEM).result == "1"


@pytest.mark.parametrize(
    ("command", "principal", "refused"),
    [
        (replace(LOCK, account="op-99"), ADMIN, ("account-unknown",)),
        (replace(UNLOCK, account="op-99"), ADMIN, ("account-unknown",)),
        (UNLOCK, ADMIN, ("account-not-locked",)),
        (replace(UNLOCK, account="admin-01"), ADMIN, ("account-not-locked", "self-unlock")),
        # The same person's other account.
        (UNLOCK, replace(ADMIN, person_id="op-01"), ("account-not-locked", "self-unlock")),
    ],
)
def test_what_can_not_be_locked_or_unlocked(
    command: c.Command, principal: Principal, refused: tuple[str, ...]
) -> None:
    assert w.installed().refused(command, principal) == refused


def test_a_locked_account_is_not_locked_twice_and_its_owner_does_not_unlock_it() -> None:
    world = w.installed()
    world.must(LOCK, ADMIN)
    assert world.refused(LOCK, ADMIN) == ("account-already-locked",)
    assert world.refused(UNLOCK, replace(ADMIN, person_id="op-01")) == ("self-unlock",)
    assert not any(isinstance(event, e.AccountUnlocked) for event in world.events)
