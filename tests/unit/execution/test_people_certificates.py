"""Certificates of users and of client applications: whose they are, and until when."""

from dataclasses import replace

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.fingerprint import is_fingerprint, read_fingerprint
from models.execution.principal import Principal, Role
from models.execution.records import ApplicationCertificateRecord
from tests import world as w

ADMIN = Principal(account="admin-01", roles=frozenset({Role.ADMINISTRATOR}), face="rest")
MARK = "a1" * 32
REGISTER = c.RegisterUserCertificate(account="op-01", fingerprint=MARK, reason="a terminal")
REVOKE = c.RevokeUserCertificate(account="op-01", fingerprint=MARK, reason="the card is lost")
TRUST = c.TrustApplicationCertificate(fingerprint=MARK, subject="CN=hmi", reason="a new panel")
REJECT = c.RejectApplicationCertificate(fingerprint=MARK, reason="it was taken out")


@pytest.mark.parametrize("text", [MARK, MARK.upper(), ":".join(["A1"] * 32), "a1 " * 32])
def test_a_fingerprint_is_read_as_people_write_it(text: str) -> None:
    assert is_fingerprint(text)
    assert read_fingerprint(text) == MARK


@pytest.mark.parametrize("text", ["", "a1" * 31, "a1" * 33, "g1" * 32, MARK + "\n0"])
def test_anything_else_is_no_fingerprint(text: str) -> None:
    assert not is_fingerprint(text)


def test_a_certificate_is_registered_once_and_revoked_for_ever() -> None:
    world = w.installed()
    (registered,) = world.must(REGISTER, ADMIN).events
    assert registered == e.UserCertificateRegistered(
        fingerprint=MARK, account="op-01", reason="a terminal"
    )
    again = c.RegisterUserCertificate(account="op-02", fingerprint=MARK.upper(), reason="x")
    assert world.refused(again, ADMIN) == ("user-certificate-taken",)
    assert len(world.must(REVOKE, ADMIN).events) == 1
    assert world.refused(REVOKE, ADMIN) == ("user-certificate-unknown",)
    assert world.refused(REGISTER, ADMIN) == ("user-certificate-taken",)


def test_it_is_revoked_from_its_own_account_only() -> None:
    world = w.installed()
    world.must(REGISTER, ADMIN)
    of_another = c.RevokeUserCertificate(account="op-02", fingerprint=MARK, reason="x")
    assert world.refused(of_another, ADMIN) == ("user-certificate-unknown",)


@pytest.mark.parametrize("command", [REGISTER, REVOKE, TRUST, REJECT])
def test_what_is_no_fingerprint_is_refused(command: c.Command) -> None:
    wrong = replace(command, fingerprint="of my card")
    assert w.installed().refused(wrong, ADMIN)[0] == "fingerprint-malformed"


def test_an_account_that_is_not_known_gets_none() -> None:
    command = c.RegisterUserCertificate(account="x", fingerprint=MARK, reason="x")
    assert w.installed().refused(command, ADMIN) == ("account-unknown",)


def test_a_client_is_trusted_and_rejected_and_trusted_again() -> None:
    world = w.installed()
    stream = streams.application_certificate(MARK)
    for command, events in ((TRUST, 1), (TRUST, 0), (REJECT, 1), (TRUST, 1)):
        assert len(world.must(command, ADMIN).events) == events
        record = world.states[stream]
        assert isinstance(record, ApplicationCertificateRecord)
        assert record.trusted is (command is TRUST)
