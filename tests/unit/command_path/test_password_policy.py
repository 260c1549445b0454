"""Which passwords are too weak to be set."""

import pytest

from server.command_path.password_policy import weaknesses


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("booth seven", "shorter than 12"),
        ("x" * 11, "shorter than 12"),
        ("tr\x00ee by the well", "can't be typed"),
        ("quality-one-7", "little more than the name"),
        ("aaaaaaaaaaaaaaab", "different characters"),
        ("abcdefghijklmn", "neighbouring"),
        ("password123456", "common word"),
        ("Passwort-2026!", "common word"),
        ("P4$$w0rd-2026-!", "common word"),
        ("welcomewelcome1", "common word"),
        ("837465910283", "without a single letter"),
        ("ab" * 501, "longer than 1000"),
    ],
)
def test_weak_passwords(password: str, weakness: str) -> None:
    assert weakness in "; ".join(weaknesses("quality-one", password))


@pytest.mark.parametrize(
    "password", ["booth seven, left", "mRk3-vv_qLx92pTa", "Birnenmost im März"]
)
def test_passwords_that_may_be_set(password: str) -> None:
    assert weaknesses("quality-one", password) == ()


def test_everything_that_is_wrong_is_said_at_once_and_the_password_is_not() -> None:
    found = weaknesses("op-01", "1111")
    assert len(found) == 4
    assert "1111" not in "; ".join(found)
