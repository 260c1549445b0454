"""The secrets of an installation are made once, and for the owner's eyes only."""

import json
import stat
from pathlib import Path

import pytest

from models.execution.principal import Account, Role
from server.bootstrap.installation import InstallationError, open_secrets, set_password
from server.command_path.authenticate import (
    Authenticator,
    password_hash,
    password_matches,
    password_set_time,
)

HMI = Account(account="hmi-disp", roles=frozenset({Role.HMI}), stations=("DISP-01",))
QUALITY = Account(account="qa-01", roles=frozenset({Role.QUALITY}), person_id="qa-01")


def test_secrets_are_made_once(tmp_path: Path) -> None:
    first = open_secrets(tmp_path, [HMI])
    assert open_secrets(tmp_path, [HMI]) == first
    again = open_secrets(tmp_path, [HMI, QUALITY])
    assert again.log_key == first.log_key
    assert set(again.password_hashes) == {"hmi-disp", "qa-01"}


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    open_secrets(folder, [HMI], write_credentials=True)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert (stat.S_IMODE(folder.stat().st_mode), modes) == (0o700, {0o600})


def test_passwords_are_written_down_only_when_asked(tmp_path: Path) -> None:
    open_secrets(tmp_path, [HMI])
    assert not (tmp_path / "credentials.json").exists()


async def test_the_generated_password_opens_the_account_and_no_other_does(tmp_path: Path) -> None:
    hashes = open_secrets(tmp_path, [HMI, QUALITY], write_credentials=True).password_hashes
    passwords = json.loads((tmp_path / "credentials.json").read_text("utf-8"))
    gate = Authenticator({"hmi-disp": HMI, "qa-01": QUALITY}, hashes)
    assert await gate.account("hmi-disp", passwords["hmi-disp"]) == HMI
    assert await gate.account("hmi-disp", passwords["qa-01"]) is None
    assert await gate.account("nobody", passwords["qa-01"]) is None
    identity = await gate.identify("qa-01", passwords["qa-01"])
    assert (identity.authenticated, identity.person_id) == (True, "qa-01")
    stranger = await gate.identify("qa-01", "wrong")
    assert (stranger.authenticated, stranger.person_id, stranger.roles) == (
        False,
        None,
        frozenset(),
    )


def test_a_password_can_be_set(tmp_path: Path) -> None:
    open_secrets(tmp_path, [HMI])
    hashes = open_secrets(tmp_path, [HMI]).password_hashes
    set_password(tmp_path, "hmi-disp", "booth seven, left")
    assert password_matches("booth seven, left", hashes["hmi-disp"])  # at once, no restart
    assert open_secrets(tmp_path, [HMI]).password_hashes == hashes
    with pytest.raises(InstallationError, match="not an account"):
        set_password(tmp_path, "hmi-dips", "booth seven, left")


def test_a_weak_password_is_not_set(tmp_path: Path) -> None:
    before = dict(open_secrets(tmp_path, [HMI]).password_hashes)
    with pytest.raises(InstallationError, match="shorter than 12 characters"):
        set_password(tmp_path, "hmi-disp", "booth seven")
    assert open_secrets(tmp_path, [HMI]).password_hashes == before


def test_a_password_of_an_older_release_is_given_the_time_of_the_first_start(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "accounts.json").write_text(json.dumps({"hmi-disp": password_hash("as it was")}))
    stored = open_secrets(folder, [HMI]).password_hashes["hmi-disp"]
    assert password_matches("as it was", stored)
    assert password_set_time(stored) is not None
    assert open_secrets(folder, [HMI]).password_hashes["hmi-disp"] == stored


def test_a_file_of_passwords_that_is_damaged_meanwhile_changes_nothing(tmp_path: Path) -> None:
    hashes = open_secrets(tmp_path, [HMI]).password_hashes
    before = dict(hashes)
    (tmp_path / "accounts.json").write_text("{")
    assert dict(hashes) == before


@pytest.mark.parametrize("text", ["", "not hexadecimal", "00ff"])
def test_a_damaged_key_is_not_replaced_in_silence(tmp_path: Path, text: str) -> None:
    open_secrets(tmp_path, [])
    (tmp_path / "log.key").write_text(text, "ascii")
    with pytest.raises(InstallationError, match="restore it from a backup"):
        open_secrets(tmp_path, [])


async def test_a_remembered_password_opens_only_its_own_account(tmp_path: Path) -> None:
    hashes = open_secrets(tmp_path, [HMI, QUALITY], write_credentials=True).password_hashes
    passwords = json.loads((tmp_path / "credentials.json").read_text("utf-8"))
    gate = Authenticator({"hmi-disp": HMI, "qa-01": QUALITY}, hashes)
    for _ in range(2):
        assert await gate.account("hmi-disp", passwords["hmi-disp"]) == HMI
        assert await gate.account("qa-01", passwords["hmi-disp"]) is None
        assert await gate.account("hmi-disp", passwords["hmi-disp"] + "x") is None
