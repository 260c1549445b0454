"""A decision: what happens, or why not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from models.execution.events import Event
from models.execution.outcome import Refusal
from models.isa95.work_definition import Source

View = TypeVar("View")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a command comes to, before it is on record.

    With ``refusals`` the command did not happen; ``events`` are then only its consequences (an
    exception that was opened). ``person_id`` is who acted, ``job_order_id`` and ``step_id`` what
    it was about, ``source`` the provenance of the facts, ``result`` what the caller gets back.
    """

    events: tuple[Event, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    person_id: str | None = None
    job_order_id: str | None = None
    step_id: str | None = None
    source: Source = Source.SYSTEM
    result: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The refusals of several gates, in their order, each said once."""

    refusals: tuple[Refusal, ...] = field(default=())

    @classmethod
    def of(cls, *answers: Iterable[Refusal]) -> "Verdict":
        """Collect what the gates answer; an order of precedence, not of importance."""
        found = dict.fromkeys(refusal for answer in answers for refusal in answer)
        return cls(tuple(found))


def ask(gates: Iterable[Callable[[View], Iterable[Refusal]]], view: View) -> Iterator[Refusal]:
    """Yield what the gates refuse, each refusal under the name of the gate that refused.

    What two people let not count at a step is left out; it is the one place where that happens.
    """
    waived = _waived(view)
    for gate in gates:
        for refusal in gate(view):
            if refusal.code not in waived:
                yield replace(refusal, gate=gate.__name__)


def _waived(view: object) -> frozenset[str]:
    """Return what is waived for a step at a station, and for what belongs to it; else nothing."""
    session = getattr(getattr(view, "at", view), "session", None)
    return session.snapshot.waived if session is not None else frozenset()
