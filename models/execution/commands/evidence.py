"""Commands that put evidence on record, at a station."""

from dataclasses import dataclass

from models.execution.principal import Identity
from models.isa95.work_definition import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanMaterial:
    """Identify a container (or, where a lot has one container, the lot) for the running step."""

    station: str
    code: str
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureWeight:
    """Take the weight that the instrument shows now for the material that was scanned.

    ``partial`` when more of the same material follows from another container.
    """

    station: str
    instrument_id: str
    job_order_id: str = ""
    step_id: str = ""
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureEvidence:
    """Take the value that the device shows now as evidence for the running step."""

    station: str
    evidence_id: str
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvidence:
    """Record a value that a person typed or scanned as evidence for the running step."""

    station: str
    evidence_id: str
    value: str
    source: Source
    instrument_id: str | None = None
    job_order_id: str = ""
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectEvidence:
    """Correct a value on record, signed and with a reason; the original stays visible."""

    job_order_id: str
    step_id: str
    evidence_id: str
    value: str
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachFile:
    """Attach a file to a piece of evidence of the running step, by its SHA-256.

    The file is stored beforehand; ``sha256`` is in lower-case hexadecimal, ``size`` in bytes.
    """

    station: str
    evidence_id: str
    file_name: str
    media_type: str
    sha256: str
    size: int
    job_order_id: str = ""
    step_id: str = ""
