"""Files that belong to evidence: what is accepted, and how one proves to be what was stored."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

MAX_ATTACHMENT_BYTES: Final = 10 * 1024 * 1024
"""The largest file that is stored."""

MEDIA_TYPES: Final = frozenset(
    {
        "application/json",
        "application/pdf",
        "application/xml",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "text/csv",
        "text/plain",
    }
)
"""The kinds of files that are stored: pictures, reports, and data. Nothing that a browser runs."""


class AttachmentError(ValueError):
    """The file is none that is stored: empty, too large, or of another kind. Says which."""


class AttachmentAlteredError(Exception):
    """A stored file is not any more what its SHA-256 says; nobody should believe it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file under the SHA-256 of its content, in lower-case hexadecimal; the time is UTC."""

    sha256: str
    media_type: str
    content: bytes
    stored_time: datetime


def objection(media_type: str, size: int) -> str | None:
    """Return why a file of that kind and size is not stored, in a sentence; None when it is."""
    if media_type not in MEDIA_TYPES:
        return f"files of type {media_type!r} are not stored; {', '.join(sorted(MEDIA_TYPES))} are"
    if size <= 0:
        return "the file is empty"
    if size > MAX_ATTACHMENT_BYTES:
        return f"the file has {size} bytes; {MAX_ATTACHMENT_BYTES} are stored at most"
    return None


def checked(content: bytes, media_type: str) -> str:
    """Return the SHA-256 that the file is stored under; raises AttachmentError."""
    reason = objection(media_type, len(content))
    if reason is not None:
        raise AttachmentError(reason)
    return hashlib.sha256(content).hexdigest()


def proven(file: StoredFile) -> StoredFile:
    """Return the file as it was stored; raises AttachmentAlteredError when it is another one."""
    found = hashlib.sha256(file.content).hexdigest()
    if found != file.sha256:
        raise AttachmentAlteredError(
            f"the stored file {file.sha256} was altered: its content has the SHA-256 {found}. "
            "Restore it from a backup; the record names the hash of the original"
        )
    return file
