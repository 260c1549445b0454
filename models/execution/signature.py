"""Electronic signatures: who, when, and what the signature means (21 CFR 11.50, 11.70)."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A person's signature, bound to what was signed by the hash of it.

    ``name`` is the printed name and ``meaning`` what it stands for (performed, verified,
    released). What was signed is ``stream`` at ``version``, with the ``remark`` that the person
    gave; ``content_hash`` (SHA-256, hexadecimal) covers its chained hash and everything here, so
    that the signature can't be cut out, copied or moved (see ``signing_check``). ``continued``
    is a signature with the password alone, in a session that began with both components
    (21 CFR 11.200(a)(1)(i)). ``scheme`` "1" is what release 0.1.0 wrote, without these.
    """

    person_id: str
    account: str
    name: str
    meaning: str
    time: datetime
    content_hash: str
    scheme: str = added("1")
    stream: str = added("")
    version: int = added(0)
    remark: str = added("")
    continued: bool = added(default=False)
