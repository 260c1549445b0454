"""``interlock certs``: what it lists and shows, and what it says to wrong input."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from server.cli import main
from server.cli.installation import Installation
from server.faces.opcua.trust.certificate_store import CertificateStore, NotOneError, Place
from server.faces.opcua.trust.trust_list import TrustList
from tests.opcua_plant import client_certificate, utc_now

HMI, STRANGER = client_certificate(), client_certificate("stranger")


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    made = Installation(tmp_path / "demo").install(date(2026, 6, 1))
    folder = made.state / "certificates"
    trusting = TrustList(folder, trust_unknown=False, max_rejected=5, max_first_use=5)
    shutil.copyfile(HMI.certificate_path, folder / "trusted/hmi.der")
    with pytest.raises(Exception):  # noqa: B017, PT011 - the stranger is rejected, that is the point
        trusting.check(STRANGER.der, utc_now(), "10.0.0.7")
    return made


def certs(here: Installation, action: str, *more: str) -> int:
    places = ("--config", str(here.config), "--state", str(here.state))
    return main(("certs", action, *more, *places))


def store(here: Installation) -> CertificateStore:
    return CertificateStore(here.state / "certificates")


def test_the_list_names_everybody_and_says_what_to_do(
    here: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert certs(here, "list") == 0
    said = capsys.readouterr().out
    for wanted in (HMI.fingerprint[:16], STRANGER.fingerprint[:16], "from 10.0.0.7: not trusted"):
        assert wanted in said
    assert f"interlock certs trust {STRANGER.fingerprint[:16]}" in said


def test_a_file_that_holds_nothing_is_told(
    here: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    (here.state / "certificates/trusted/readme.txt").write_text("put them here")
    assert certs(here, "list") == 0
    assert "readme.txt holds no certificate" in capsys.readouterr().err.replace("\n", "")


def test_one_is_shown_in_full(here: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    written = ":".join(HMI.fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
    assert certs(here, "show", written) == 0
    said = capsys.readouterr().out
    for wanted in (HMI.fingerprint, "urn:test:hmi", "CN=hmi", "2048 bits", "trusted: "):
        assert wanted in said


WRONG: Sequence[tuple[str, tuple[str, ...], str]] = (
    ("show", ("12",), "'12' is too short"),
    ("show", ("",), "is too short"),
    ("show", ("f" * 64,), "no certificate in own or trusted"),
    ("show", ("../../etc",), "no certificate in"),
)


@pytest.mark.parametrize(("action", "given", "wanted"), WRONG)
def test_wrong_input_is_told_and_changes_nothing(
    here: Installation,
    capsys: pytest.CaptureFixture[str],
    action: str,
    given: tuple[str, ...],
    wanted: str,
) -> None:
    before = [(one.place, one.fingerprint) for one in store(here).listed()]
    assert certs(here, action, *given) == 1
    assert wanted in capsys.readouterr().err
    assert [(one.place, one.fingerprint) for one in store(here).listed()] == before


@pytest.mark.parametrize("given", [("trust", "abc"), ("reject",), ("renew", "x"), ("steal",)])
def test_wrong_usage_is_told(given: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("certs", *given)) == 2
    assert "usage: interlock certs" in capsys.readouterr().err


def test_nothing_is_trusted_where_there_is_no_installation(
    here: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert certs(here, "trust", STRANGER.fingerprint, "--reason", "x") == 1
    assert "holds no installation" in capsys.readouterr().err
    assert store(here).find(STRANGER.fingerprint).place is Place.REJECTED


def test_moving_keeps_one_certificate_in_one_place(here: Installation) -> None:
    held = store(here)
    held.trust(held.find(STRANGER.fingerprint))
    assert held.find(STRANGER.fingerprint).place is Place.TRUSTED
    assert not list((here.state / "certificates/rejected").iterdir())
    shutil.copyfile(STRANGER.certificate_path, here.state / "certificates/trusted/copy.der")
    held.reject(held.find(STRANGER.fingerprint))
    assert held.find(STRANGER.fingerprint).place is Place.REJECTED


def test_two_that_begin_alike_are_not_confused(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "server.faces.opcua.trust.certificate_store.LEAST_DIGITS"
    monkeypatch.setattr(module, 0)
    with pytest.raises(NotOneError, match="2 certificates in"):
        store(here).find("")


def test_a_file_from_anywhere_is_adopted_and_stays_where_it_was(
    here: Installation, tmp_path: Path
) -> None:
    other = client_certificate("other-hmi")
    given = tmp_path / "sent-by-mail.der"
    shutil.copyfile(other.certificate_path, given)
    held = store(here)
    held.trust(held.adopt(given))
    assert held.find(other.fingerprint).place is Place.TRUSTED
    assert given.exists()
    (tmp_path / "letter.txt").write_text("no certificate")
    with pytest.raises(NotOneError, match=r"letter\.txt holds no certificate"):
        held.adopt(tmp_path / "letter.txt")
