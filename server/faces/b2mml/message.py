"""The envelope of B2MML transactions: application area, verbs, answers (ISA-95 Part 5)."""

from dataclasses import dataclass
from datetime import datetime

from models.isa95.work_performance import OperationsPerformance
from models.isa95.work_schedule import Code, OperationsSchedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sent a message; ``reference_id`` is the sender's document number."""

    logical_id: str | None = None
    component_id: str | None = None
    task_id: str | None = None
    reference_id: str | None = None
    confirmation_code: str | None = None
    authorization_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Whom a message is for."""

    logical_id: str | None = None
    component_id: str | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationArea:
    """The envelope; ``bod_id`` names the message once and for all."""

    creation_time: datetime
    sender: Sender | None = None
    receivers: tuple[Receiver, ...] = ()
    bod_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessVerb:
    """Process: please do; ``acknowledge_code`` is Always, OnError or absent (never)."""

    acknowledge_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseExpression:
    """The verdict: Accepted, Modified or Rejected."""

    action_code: str
    expression: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStatus:
    """Why something was answered as it was."""

    code: str | None = None
    descriptions: tuple[str, ...] = ()
    effective_time: datetime | None = None
    reason_code: str | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCriteria:
    """A verdict with its reason."""

    expression: ResponseExpression | None = None
    change_status: ChangeStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseVerb:
    """Acknowledge, Confirm and Show: the answer to the message of the original area."""

    original_application_area: ApplicationArea | None = None
    criteria: tuple[ResponseCriteria, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorMessage:
    """One error in the words of B2MML."""

    thrown_from: str
    time: datetime
    error_type: Code
    descriptions: tuple[str, ...] = ()
    error_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserArea:
    """The free area of a BOD; the schema allows B2MML elements there, and we put errors in."""

    error_messages: tuple[ErrorMessage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bod:
    """The confirmation of one business object document."""

    original_application_area: ApplicationArea | None = None
    descriptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    user_area: UserArea | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportedAction:
    """One transaction that this installation takes part in."""

    id: str
    verb: Code
    noun: Code
    descriptions: tuple[str, ...] = ()
    sender: str | None = None
    receiver: str | None = None
    release_id: str = "0701"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionProfile:
    """The standard's own statement of conformance (ISA-95 Part 5)."""

    id: str
    actions: tuple[SupportedAction, ...] = ()
    descriptions: tuple[str, ...] = ()
    release_id: str = "0701"


Noun = OperationsSchedule | OperationsPerformance | Bod | TransactionProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class DataArea:
    """The verb and what it is about."""

    verb: ProcessVerb | ResponseVerb
    nouns: tuple[Noun, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A whole message. ``release_id`` is absent from ConfirmBOD alone (a trait of the schema)."""

    application_area: ApplicationArea
    data_area: DataArea
    release_id: str | None = None
