"""Documents: instructions and labels, of which one revision is in force at a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRevision:
    """One revision of a controlled document; ``sha256`` is that of its file, when one is kept."""

    document_id: str
    revision: str
    title: str = ""
    sha256: str = ""
