"""Electronic signatures: who, when, and what the signature means (21 CFR 11.50, 11.70)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A person's signature, bound to what was signed by the hash of it.

    ``name`` is the printed name and ``meaning`` what it stands for (performed, verified,
    released); ``content_hash`` is the SHA-256, in hexadecimal, of the record as signed, so the
    signature can't be moved to another record.
    """

    person_id: str
    account: str
    name: str
    meaning: str
    time: datetime
    content_hash: str
