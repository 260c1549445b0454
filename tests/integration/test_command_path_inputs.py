"""Whatever is sent: understood and decided, or refused as invalid; never a fault, never half."""

import asyncio
import types
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.execution import commands as c
from models.execution.outcome import Accepted, Denied, Invalid, Outcome, Refused
from models.execution.principal import Identity, Principal, Role
from models.isa95.quantity import Quantity
from tests import world as w
from tests.fix_command_path import (
    OwnDatabase,
    Rig,
    dispensing,
    hold_against_the_log,
    own_database,
)
from tests.samples import sample

pytestmark = pytest.mark.integration

KNOWN = (
    "DISP-01", "PACK-01", "QA-01", "JO-1", "010", "020", "AA-2601-C1", "AA-2603-C1",
    "WM-CHALLENGE", "FLOOR-SCALE-01", "booth-is-clear", "JO-1-E1", "op-01", "qa-01", "true", "1",
)  # fmt: skip
NASTY = (
    "", " ", "a ", " a", "\n", "\t", "\0", "a\0b", "\x1f", "\x7f", "\x85", "\ud800", "\u200b",
    "\u202e", "\ufeff", "\ufffe", "é", "e\u0301", "漢字", "😀", "a" * 100, "a" * 101,
    "a" * 2001, "'; DROP TABLE interlock.log_row; --", "%s %(x)s {} \\", "job_order:JO-1",
    "../../etc/passwd", "NaN", "1e999999999", "-0", "\u0661", "null", '"', "a:b:c", ";", "--",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(KNOWN), st.sampled_from(NASTY), st.text(st.characters(codec=None), max_size=8)
)
DECIMALS = st.one_of(
    st.sampled_from([Decimal(text) for text in ("1", "0", "-1", "1E+30", "1E-12", "0.1")]),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-9, max_value=9**9),
)
QUANTITIES = st.builds(Quantity, DECIMALS, st.one_of(st.sampled_from(("kg", "g", "EA")), TEXTS))
EARLY = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
LATE = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12)))
TIMES = st.one_of(
    st.sampled_from((w.NOON, w.NOON.replace(tzinfo=None), EARLY, LATE, EARLY.replace(tzinfo=UTC))),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
)
WHOLE_NUMBERS = st.one_of(st.integers(), st.sampled_from((2**31, -(2**63), 10**30, 10**5000)))
IDENTITIES = st.one_of(
    st.sampled_from([w.identity(account.account) for account in w.PLANT.accounts]),
    st.builds(
        Identity,
        account=TEXTS,
        authenticated=st.booleans(),
        person_id=st.one_of(st.none(), TEXTS),
        roles=st.frozensets(st.sampled_from(Role)),
    ),
)
PRINCIPALS = st.one_of(
    st.sampled_from(("DISP-01", "PACK-01", "QA-01")).map(w.terminal),
    st.just(w.ERP),
    st.just(w.SYSTEM),
    st.builds(
        Principal,
        account=st.sampled_from(("anybody", "admin-01")),
        roles=st.frozensets(st.sampled_from(Role)),
        face=st.sampled_from(("opcua", "rest", "b2mml")),
        stations=st.just(("DISP-01", "PACK-01")),
    ),
)
PLANT_ITEMS = st.lists(st.sampled_from(w.PLANT.master_data), max_size=3).map(tuple)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Return values of an annotated type, most of them unpleasant."""
    plain = {
        str: TEXTS, int: WHOLE_NUMBERS, bool: st.booleans(), datetime: TIMES,
        Quantity: QUANTITIES, Identity: IDENTITIES, type(None): st.none(),
    }  # fmt: skip
    if kind in plain:
        return plain[kind]
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of(*(values(item) for item in get_args(kind)))
    if get_origin(kind) is tuple:
        items = [values(item) for item in get_args(kind) if item is not Ellipsis]
        if Ellipsis in get_args(kind):
            return st.lists(items[0], max_size=3).map(tuple)
        return st.tuples(*items)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    return instances(kind)


def instances(kind: type) -> st.SearchStrategy[Any]:
    """Return instances of a dataclass."""
    if kind is c.DefineMasterData:
        return st.builds(kind, items=PLANT_ITEMS)
    hints = get_type_hints(kind)
    return st.builds(kind, **{name: values(hint) for name, hint in hints.items()})


COMMANDS = st.one_of(*(instances(kind) for kind in get_args(c.Command)))


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def rig(command_path_cluster: str, runner: asyncio.Runner) -> Iterator[tuple[Rig, OwnDatabase]]:
    """Yield one path for all examples, with work in progress that they could disturb."""
    with own_database(command_path_cluster) as copy:
        opened = copy.rig(prefix="fuzz")
        found = runner.run(opened.__aenter__())
        runner.run(dispensing(found))
        yield found, copy
        runner.run(hold_against_the_log(found.log))
        runner.run(opened.__aexit__(None, None, None))


Sent = tuple[Rig, OwnDatabase]


def send(rig: Sent, runner: asyncio.Runner, command: c.Command, who: Principal) -> Outcome:
    """Submit and check; hold what is on record against the answer."""
    checked = runner.run(rig[0].path.check(command, who))
    before = rig[0].path._new_id.number  # type: ignore[attr-defined]
    outcome = runner.run(rig[0].path.submit(command, who))
    command_id = f"fuzz-{before + 1:06}"
    rows = runner.run(rig[0].log.find(command_id=command_id))
    stored = runner.run(rig[0].log.outcomes([command_id]))
    assert isinstance(outcome, Accepted | Refused | Denied | Invalid), outcome
    assert type(checked) is type(outcome), "check says the same"
    assert len(stored) == (0 if isinstance(outcome, Invalid) else 1)
    if isinstance(outcome, Invalid):
        assert outcome.problems
        assert not rows
    elif not isinstance(outcome, Accepted):
        assert [row.type for row in rows[:1]] == [f"Command{type(outcome).__name__}"]
    return outcome


@settings(max_examples=600)
@given(command=COMMANDS, who=PRINCIPALS)
@example(
    command=c.StoreJobOrder(
        job_order_id="JO-2",
        work_master_id="WM-CHALLENGE",
        quantity=w.kilograms("1E+30"),
        allowed_to_start=True,
    ),
    who=w.ERP,
)
@example(
    command=c.StoreJobOrder(
        job_order_id="JO-2",
        work_master_id="WM-CHALLENGE",
        quantity=w.kilograms("9E+29"),
        priority=10**5000,
    ),
    who=w.ERP,
)
@example(
    command=c.RecordCalibration(
        physical_asset_id="FLOOR-SCALE-01", due_time=EARLY, certificate="1"
    ),
    who=Principal(account="met-01", roles=frozenset({Role.METROLOGY}), face="rest"),
)
def test_any_command_of_anybody(
    rig: Sent, runner: asyncio.Runner, command: c.Command, who: Principal
) -> None:
    send(rig, runner, command, who)


STRANGER = Identity(
    account="x",
    authenticated=True,
    person_id="no-such-person",
    roles=frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.QUALITY}),
)
CLIENTS = (c.TrustApplicationCertificate, c.RejectApplicationCertificate)
LOGINS = (c.ReportFailedLogin, c.ReportLogin)


def unknown(kind: type) -> c.Command:
    """Return a command of which every id is well-formed, and of nothing that there is."""
    hints = get_type_hints(kind)
    ids = {name: f"no-such-{name.replace('_', '-')}" for name, hint in hints.items() if hint is str}
    if "fingerprint" in ids:
        ids["fingerprint"] = "0" * 64
    signers = {name: STRANGER for name, hint in hints.items() if hint is Identity}
    command: c.Command = sample(kind, **ids, **signers)
    return command


@pytest.mark.parametrize(
    "kind", [kind for kind in get_args(c.Command) if kind is not c.DefineMasterData]
)
def test_unknown_ids_of_every_kind(rig: Sent, runner: asyncio.Runner, kind: type) -> None:
    command = unknown(kind)
    station = getattr(command, "station", None)
    everything = Principal(
        account="everything",
        roles=frozenset(Role),
        face="rest",
        stations=(station,) if station else (),
    )
    outcome = send(rig, runner, command, everything)
    if kind is c.WriteVariable:
        assert isinstance(outcome, Denied)
    elif kind in CLIENTS:  # any fingerprint may be one that a client will show
        assert isinstance(outcome, Accepted)
    elif kind in LOGINS:  # strangers leave no trace at all
        assert (
            rig[1].ask("SELECT 1 FROM interlock.log_row WHERE stream LIKE 'account:no-such%%'")
            == []
        )
    else:
        assert isinstance(outcome, Refused)
        assert any(refusal.code.endswith("-unknown") for refusal in outcome.refusals), outcome


@pytest.mark.parametrize("name", ["description", "reason", "station"])
def test_ten_megabytes_are_turned_away_at_once(
    rig: Sent, runner: asyncio.Runner, name: str
) -> None:
    text = "a\0" * 5_000_000
    deviation = c.OpenDeviation(station="DISP-01", description="x")
    abort = c.AbortJobOrder(job_order_id="JO-1", reason="x", identity=w.identity("sup-01"))
    command = abort if name == "reason" else deviation
    changed = replace(command, **{name: text})

    async def timed() -> float:
        began = asyncio.get_running_loop().time()
        await rig[0].path.submit(changed, w.terminal("DISP-01"))
        return asyncio.get_running_loop().time() - began

    outcome = send(rig, runner, changed, w.terminal("DISP-01"))
    assert isinstance(outcome, Invalid)
    assert len(outcome.problems) == 1
    assert len(outcome.problems[0].reason) < 100
    assert runner.run(timed()) < 0.1, "nobody else may wait for it"


@pytest.mark.parametrize("amount", ["0", "-1", "0.0000001", "1E-12"])
def test_an_order_for_nothing_is_refused(rig: Sent, runner: asyncio.Runner, amount: str) -> None:
    """An amount that rounds to 0 would let an empty scale pass as dispensed."""
    command = c.StoreJobOrder(
        job_order_id="JO-TINY", work_master_id="WM-CHALLENGE", quantity=w.kilograms(amount)
    )
    outcome = send(rig, runner, command, w.ERP)
    assert isinstance(outcome, Refused)
    assert [refusal.code for refusal in outcome.refusals] == ["quantity-not-possible"]
