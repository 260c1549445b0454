"""Events of attempts that were stopped."""

from dataclasses import dataclass

from models.execution.outcome import Refusal
from models.tag_value import TagValue


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    """A command was understood and permitted, and stopped.

    ``seen`` are the streams with their versions that the gates looked at, ``live`` the readings:
    together with the log they replay the verdict offline.
    """

    account: str
    command: str
    arguments: str
    refusals: tuple[Refusal, ...]
    seen: tuple[tuple[str, int], ...]
    live: tuple[TagValue, ...] = ()
    job_order_id: str | None = None
    step_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandDenied:
    """A command was asked for by somebody whose it is not."""

    account: str
    command: str
    arguments: str
    code: str
    reason: str
