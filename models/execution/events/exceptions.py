"""Events of exceptions and corrective actions."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.execution.commands.exceptions import ExceptionDisposition, Severity
from models.execution.events.evidence import EvidenceCorrected, EvidenceRecorded, WeightCaptured
from models.execution.signature import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionOpened:
    """Something is not as it should be; release waits until it is dispositioned.

    ``kind`` is the refusal code that opened it, or ``deviation`` when a person did. ``withheld``
    is what would have gone on record without it: accepting the exception
    puts it there. ``equipment_id`` and ``material_lot_id`` are what else it
    is about, ``subject`` the value, container, balance or code that was refused, overridden or
    corrected. Unless ``stops_step``, work goes on and only the release waits.
    ``material_sublot_ids`` are the produced units that it holds until it is accepted.
    """

    job_order_id: str
    exception_id: str
    kind: str
    description: str
    step_id: str | None = None
    person_id: str | None = None
    withheld: WeightCaptured | EvidenceRecorded | EvidenceCorrected | None = None
    severity: Severity = added(Severity.MAJOR)
    equipment_id: str = added("")
    material_lot_id: str = added("")
    subject: str = added("")
    stops_step: bool = added(default=True)
    material_sublot_ids: tuple[str, ...] = added(())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDispositioned:
    """It was decided, and signed, what is done about an exception.

    ``step_id`` is the step that a rework begins with.
    """

    job_order_id: str
    exception_id: str
    disposition: ExceptionDisposition
    reason: str
    signature: Signature
    step_id: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionOpened:
    """A corrective or preventive action was opened for an exception."""

    corrective_action_id: str
    job_order_id: str
    exception_id: str
    description: str
    due_time: datetime
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionLinked:
    """An exception got a corrective action."""

    job_order_id: str
    exception_id: str
    corrective_action_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionRecorded:
    """A corrective action was carried out."""

    corrective_action_id: str
    description: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveActionClosed:
    """The effectiveness of a corrective action was judged; only an effective one is closed."""

    corrective_action_id: str
    description: str
    effective: bool
    signature: Signature
