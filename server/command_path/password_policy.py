"""What makes a password too weak to be set, and when it has become too old."""

import string
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

SHORTEST: Final = 12
LONGEST: Final = 1000
WARNED_BEFORE: Final = timedelta(days=14)
"""How long before its end a password is warned about."""

_FEWEST_KINDS: Final = 5
"""Different characters that a password has at least."""

_COMMON: Final = frozenset(
    {
        "password", "passwort", "passphrase", "changeme", "changeit", "letmein", "welcome",
        "willkommen", "administrator", "admin", "operator", "supervisor", "quality", "interlock",
        "secret", "geheim", "qwerty", "qwertz", "qwertyuiop", "qwertzuiop", "asdfghjkl",
        "iloveyou", "sunshine", "princess", "football", "baseball", "dragon", "monkey", "master",
        "superman", "batman", "trustno", "login", "default", "system", "company", "factory",
        "production", "spring", "summer", "autumn", "winter", "january", "february", "march",
        "april", "june", "july", "august", "september", "october", "november", "december",
    }
)  # fmt: skip
_AROUND: Final = string.digits + string.punctuation + " "
_LOOKALIKES: Final = str.maketrans("0134578@$!", "oieastbasi")


def weaknesses(account: str, password: str) -> tuple[str, ...]:
    """Return everything that is wrong with a password for the account; never the password."""
    return tuple(_weaknesses(account, password))


def _weaknesses(account: str, password: str) -> Iterator[str]:
    if len(password) < SHORTEST:
        yield f"shorter than {SHORTEST} characters"
    if len(password) > LONGEST:
        yield f"longer than {LONGEST} characters"
        return
    if not password.isprintable():
        yield "holds a character that can't be typed"
    lower = password.lower()
    if account.lower() in lower and len(lower) < len(account) + SHORTEST:
        yield "little more than the name of the account"
    if len(set(lower)) < _FEWEST_KINDS:
        yield f"of fewer than {_FEWEST_KINDS} different characters"
    if all(abs(ord(b) - ord(a)) <= 1 for a, b in pairwise(lower)):
        yield "a run of neighbouring characters"
    yield from _wordiness(lower)


def _wordiness(lower: str) -> Iterator[str]:
    if not any(char.isalpha() for char in lower):
        yield "without a single letter"
    elif _is_common(lower) or _is_common(lower.strip(_AROUND).translate(_LOOKALIKES)):
        yield "a common word with little added"


def _is_common(text: str) -> bool:
    """Return whether nothing but one common word is left without digits and signs."""
    letters = "".join(char for char in text if char.isalpha())
    return any(not letters.replace(word, "") for word in _COMMON)


def expiry(set_time: datetime | None, max_age_days: int) -> datetime | None:
    """Return when a password that was set then is too old; None for one that never is."""
    if set_time is None or max_age_days <= 0:
        return None
    return set_time + timedelta(days=max_age_days)
