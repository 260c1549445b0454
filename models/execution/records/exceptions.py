"""Records of exceptions and corrective actions."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.execution.commands import ExceptionDisposition, Severity
from models.execution.events import EvidenceCorrected, EvidenceRecorded, WeightCaptured
from models.execution.signature import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRecord:
    """An exception; it is open until it has a disposition that settles it.

    Under investigation it has ``disposition`` Investigate and is still open; ``investigated`` keeps
    who began that, when another disposition has settled it. Its step waits for
    it when it ``stops_step``, the release always. ``subject`` is what was refused, overridden or
    corrected: a value, a container, a balance, a code; ``material_sublot_ids`` what it holds.
    """

    exception_id: str
    kind: str
    description: str
    opened_time: datetime
    step_id: str | None = None
    person_id: str | None = None
    disposition: ExceptionDisposition | None = None
    reason: str = ""
    signature: Signature | None = None
    withheld: WeightCaptured | EvidenceRecorded | EvidenceCorrected | None = None
    severity: Severity = added(Severity.MAJOR)
    equipment_id: str = added("")
    material_lot_id: str = added("")
    subject: str = added("")
    stops_step: bool = added(default=True)
    investigated: Signature | None = added(None)
    corrective_actions: tuple[str, ...] = added(())
    material_sublot_ids: tuple[str, ...] = added(())

    @property
    def is_open(self) -> bool:
        """Whether release still waits for it."""
        return self.disposition in (None, ExceptionDisposition.INVESTIGATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionRecord:
    """A corrective or preventive action (CAPA) for an exception.

    ``recorded`` signs what was ``carried_out``. It is closed by the signature of somebody else
    when it was ``effective``; ``judged`` says what was found. Found not effective it stays open.
    ``helpers`` have recorded something of it before.
    """

    corrective_action_id: str
    job_order_id: str
    exception_id: str
    description: str
    due_time: datetime
    opened: Signature
    recorded: Signature | None = None
    carried_out: str = ""
    closed: Signature | None = None
    effective: bool | None = None
    judged: str = ""
    helpers: tuple[str, ...] = added(())
