"""What an electronic signature is bound to, and whether it still holds (21 CFR 11.70).

A signature names the record that was signed: a stream of the execution log at a version. The
chained hash of that version covers everything that had happened to the record by then, so the
content hash of the signature changes with any byte of it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from models.execution.codec import time_text
from models.execution.signature import Signature

SCHEME = "2"
"""The scheme that signatures are made with now."""


def content_hash(signature: Signature, signed_hash: bytes) -> str:
    """Return the hash that binds the signature to the record whose chained hash is given."""
    parts = (
        signature.scheme,
        signature.stream,
        str(signature.version),
        signed_hash.hex(),
        signature.person_id,
        signature.account,
        signature.name,
        signature.meaning,
        signature.remark,
        time_text(signature.time),
        "continued" if signature.continued else "",
    )
    # Each part with its length, so that nothing can be shifted from one part into the next.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()


def is_bound(signature: Signature, signed_hash: bytes) -> bool:
    """Return whether the signature was made over the record with this chained hash."""
    return signature.content_hash == content_hash(signature, signed_hash)


def signatures_in(event: object) -> Iterator[Signature]:
    """Yield the signatures that an event carries, wherever in it they stand."""
    if isinstance(event, Signature):
        yield event
    elif isinstance(event, tuple):
        for item in event:
            yield from signatures_in(item)
    elif is_dataclass(event):
        for field in fields(event):
            yield from signatures_in(getattr(event, field.name))
