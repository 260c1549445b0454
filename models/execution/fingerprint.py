"""Fingerprints of certificates: the SHA-256 of their DER form, as people copy it."""

import re
from typing import Final

_WRITTEN: Final = re.compile(r"[0-9a-f]{64}")


def read_fingerprint(text: str) -> str:
    """Return the 64 digits in lower case, or the text itself when it is no fingerprint.

    Certificate viewers write it in upper case, with colons or blanks between.
    """
    bare = text.lower().replace(":", "").replace(" ", "")
    return bare if _WRITTEN.fullmatch(bare) else text


def is_fingerprint(text: str) -> bool:
    """Return whether a text is a fingerprint, however it is written."""
    return _WRITTEN.fullmatch(read_fingerprint(text)) is not None
