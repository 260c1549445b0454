"""Every role with every command: what is authorized is what docs/roles.md says, and no more."""

from typing import get_args

import pytest

from models.execution import commands as c
from models.execution.principal import Principal, Role
from server.command_path.authorize import COMMAND_ROLES, authorize
from server.command_path.understand import problems
from tests.golden.documents import ROLES
from tests.samples import samples

HERE, ELSEWHERE = "DISP-01", "PACK-01"
PRODUCTION = frozenset(
    {
        *(kind for kind in get_args(c.Command) if "station" in kind.__dataclass_fields__),
        c.StoreJobOrder, c.StartJobOrder, c.ReleaseJobOrder, c.AbortJobOrder, c.PauseJobOrder,
        c.ResumeJobOrder, c.CorrectEvidence, c.ChangeLotDisposition, c.ReceiveMaterialLot,
        c.RecordTestResult, c.MoveSublot, c.RecordCalibration, c.RecordCleaning,
        c.DispositionException, c.ApproveWorkMaster, c.GrantAuthorization, c.RecordQualification,
    }
)  # fmt: skip


def published() -> dict[str, dict[str, tuple[bool, str]]]:
    """Return whether a role may give a command, and where, as the page says."""
    rows = [line for line in ROLES.read_text("utf-8").splitlines() if line.startswith("|")]
    head, _, *body = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {
        cells[0].strip("`"): {
            role: (cell == "x", cells[1]) for role, cell in zip(head[3:], cells[3:], strict=True)
        }
        for cells in body
    }


def verdict(command: c.Command, role: Role, station: str = HERE) -> str:
    """Return the code of the denial, or that it is authorized."""
    who = Principal(account="any", roles=frozenset({role}), face="rest", stations=(station,))
    denied = authorize(command, who)
    return denied.code if denied else "authorized"


def test_every_sample_can_be_understood() -> None:
    assert {type(one): problems(one) for one in samples() if problems(one)} == {}


def test_the_page_names_every_role_and_every_command() -> None:
    page = published()
    assert page.keys() == {kind.__name__ for kind in get_args(c.Command)}
    assert all(row.keys() == {role.value for role in Role} for row in page.values())
    assert len(Role) >= 8
    assert len(page) >= 55


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_is_what_the_page_says(role: Role) -> None:
    page = published()
    for command in samples(HERE):
        allowed, where = page[type(command).__name__][role.value]
        if isinstance(command, c.WriteVariable):
            assert verdict(command, role) == "variable-write-denied"
            continue
        assert verdict(command, role) == ("authorized" if allowed else "role-denied"), command
        elsewhere = "station-denied" if where == "own station" else "authorized"
        assert verdict(command, role, ELSEWHERE) == (elsewhere if allowed else "role-denied")


@pytest.mark.parametrize("role", Role)
def test_nobody_weighs_from_the_packaging_terminal(role: Role) -> None:
    weigh = c.CaptureWeight(station="DISP-01", instrument_id="FLOOR-SCALE-01")
    assert verdict(weigh, role, "PACK-01") in ("role-denied", "station-denied")


def test_an_administrator_gives_no_command_of_production() -> None:
    given = {kind for kind, roles in COMMAND_ROLES.items() if Role.ADMINISTRATOR in roles}
    assert given == {
        c.LockAccount,
        c.UnlockAccount,
        c.RegisterUserCertificate,
        c.RevokeUserCertificate,
        c.TrustApplicationCertificate,
        c.RejectApplicationCertificate,
    }
    assert not given & PRODUCTION
    for command in samples():
        if type(command) in PRODUCTION:
            assert verdict(command, Role.ADMINISTRATOR) == "role-denied"


def test_an_account_without_a_role_gives_no_command() -> None:
    nobody = Principal(account="any", roles=frozenset(), face="rest", stations=(HERE,))
    assert all(authorize(command, nobody) for command in samples())


def test_no_account_of_a_person_or_machine_is_the_system() -> None:
    mine = {kind for kind, roles in COMMAND_ROLES.items() if Role.SYSTEM in roles}
    assert all(COMMAND_ROLES[kind] == {Role.SYSTEM} for kind in mine)
