"""Commands about exceptions: deviations, OOS, nonconformances, and what is done about them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from models.added import added
from models.execution.principal import Identity


@unique
class ExceptionDisposition(Enum):
    """What is done about an exception.

    ``REDO`` and ``ADJUST`` send the step back to work (weigh anew, top up), ``SUBSTITUTE`` too,
    with another material; ``REWORK`` begins the step, or an earlier one, once more. ``SCRAP``
    gives the batch up. ``INVESTIGATE`` holds it, and a further disposition must follow.
    ``ACCEPT`` lets it stand with the deviation on record, which only the quality unit may decide.
    """

    REDO = "Redo"
    ADJUST = "Adjust"
    SUBSTITUTE = "Substitute"
    REWORK = "Rework"
    SCRAP = "Scrap"
    INVESTIGATE = "Investigate"
    ACCEPT = "Accept"


@unique
class Severity(Enum):
    """How grave an exception is. A critical one is settled by the quality unit alone."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeviation:
    """Put on record that something is not as it should be."""

    station: str
    description: str
    severity: Severity = added(Severity.MAJOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportException:
    """Put on record, away from a station, that something about a job order is not right.

    ``step_id`` is the step that it is about, when it is about one.
    """

    job_order_id: str
    description: str
    severity: Severity
    identity: Identity
    step_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionException:
    """Decide, with a signature and a reason, what is done about an exception."""

    job_order_id: str
    exception_id: str
    disposition: ExceptionDisposition
    reason: str
    identity: Identity
    step_id: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCorrectiveAction:
    """Open a corrective or preventive action (CAPA) for an exception."""

    corrective_action_id: str
    job_order_id: str
    exception_id: str
    description: str
    due_time: datetime
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCorrectiveAction:
    """Put on record that the action was carried out."""

    corrective_action_id: str
    description: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCorrectiveAction:
    """Close an action whose effectiveness was verified, as somebody who did not carry it out."""

    corrective_action_id: str
    description: str
    effective: bool
    identity: Identity
