"""Who a user's certificate stands for, and which sessions have to end."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from models.execution.principal import Account, Role
from server.command_path import authenticate
from server.command_path.authenticate import Authenticator, Surroundings, password_hash

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PERSON = Account(account="op-01", roles=frozenset({Role.OPERATOR}), person_id="op-01")
TERMINAL = Account(account="hmi-01", roles=frozenset({Role.HMI}))
MARK = "a1" * 32


@dataclass
class Watching:
    """A watch that remembers what it was told."""

    locks: set[str] = field(default_factory=set)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    right: list[str] = field(default_factory=list)

    def locked(self, account: str) -> bool:
        return account in self.locks

    async def failed(self, account: str, door: str) -> None:
        self.wrong.append((account, door))

    async def succeeded(self, account: str, door: str) -> None:
        del door
        self.right.append(account)


@dataclass
class Known:
    """An authenticator with all that it looks at."""

    watch: Watching = field(default_factory=Watching)
    certificates: dict[str, str] = field(default_factory=lambda: {MARK: "op-01"})
    now: datetime = NOW

    def authenticator(self) -> Authenticator:
        around = Surroundings(
            watch=self.watch,
            certificate_account=self.certificates.get,
            clock=lambda: self.now,
            max_age_days=90,
        )
        hashes = {name: password_hash("x", NOW) for name in ("op-01", "hmi-01")}
        return Authenticator({"op-01": PERSON, "hmi-01": TERMINAL}, hashes, around)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Known:
    monkeypatch.setitem(authenticate._COST, "n", 2)
    return Known()


async def asked(known: Known, mark: str = MARK, *, is_proven: bool = True) -> Account | None:
    return await known.authenticator().account_of_certificate(
        mark, is_proven=is_proven, door="opcua"
    )


async def test_a_registered_certificate_with_its_key_is_the_account(known: Known) -> None:
    assert await asked(known) == PERSON
    assert known.watch.wrong == []
    assert known.watch.right == [], "it does not begin the count of wrong passwords anew"


async def test_without_its_key_it_is_a_wrong_password(known: Known) -> None:
    assert await asked(known, is_proven=False) is None
    assert known.watch.wrong == [("op-01", "opcua")]


async def test_an_unknown_certificate_is_nobody_and_leaves_no_record(known: Known) -> None:
    assert await asked(known, "b2" * 32) is None
    assert await asked(known, "b2" * 32, is_proven=False) is None
    assert known.watch.wrong == []


async def test_the_certificate_of_an_account_that_is_gone_is_nobody(known: Known) -> None:
    known.certificates[MARK] = "op-99"
    assert await asked(known) is None


async def test_a_locked_account_does_not_get_in_and_is_not_counted_further(known: Known) -> None:
    known.watch.locks.add("op-01")
    assert await asked(known) is None
    assert await asked(known, is_proven=False) is None
    assert known.watch.wrong == []


async def test_sessions_end_with_a_lock_a_revocation_or_an_old_password(known: Known) -> None:
    asked_of = known.authenticator()
    assert asked_of.must_leave("op-01") == asked_of.must_leave("op-01", MARK) == ""
    known.now = NOW + timedelta(days=91)
    assert asked_of.must_leave("op-01") == "password-expired"
    assert asked_of.must_leave("op-01", MARK) == "", "no password opened it"
    assert asked_of.must_leave("hmi-01") == "", "those of machines do not end"
    del known.certificates[MARK]
    assert asked_of.must_leave("op-01", MARK) == "user-certificate-unknown"
    known.watch.locks.add("op-01")
    assert asked_of.must_leave("op-01", MARK) == "account-locked"
