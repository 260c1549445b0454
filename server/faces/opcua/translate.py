"""The way in: a method with its arguments, as the command that it means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from models.execution import commands as c
from models.execution.principal import Identity
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source

_E = TypeVar("_E", bound=Enum)


class UnreadableArgumentError(ValueError):
    """An argument that cannot mean anything: which one, and what was expected."""

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(f"{argument}: {reason}")
        self.argument = argument
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a client asked for: the arguments by name, where, and which person signs."""

    values: Mapping[str, Any]
    station: str = ""
    identity: Identity | None = None

    def text(self, name: str) -> str:
        """Return a text argument; a null String means the empty one."""
        return str(self.values.get(name) or "")

    def person(self) -> Identity:
        """Return who signs."""
        assert self.identity is not None, "a method that signs was called without a person"
        return self.identity

    def shown(self) -> dict[str, str]:
        """Return the context that the screen shows."""
        return {"job_order_id": self.text("JobOrderId"), "step_id": self.text("StepId")}

    def one_of(self, name: str, kind: type[_E]) -> _E:
        """Return a member of an enumeration; upper and lower case do not matter."""
        word = self.text(name).strip().casefold()
        for member in kind:
            if str(member.value).casefold() == word:
                return member
        known = ", ".join(str(member.value) for member in kind)
        raise UnreadableArgumentError(name, f"{self.text(name)!r} is none of {known}")

    def flag(self, name: str) -> bool:
        """Return a Boolean argument; in text it is true or false."""
        value = self.values.get(name)
        if isinstance(value, bool):
            return value
        word = str(value or "false").strip().casefold()
        if word not in {"true", "false"}:
            raise UnreadableArgumentError(name, f"{value!r} is neither true nor false")
        return word == "true"

    def quantity(self, name: str) -> Quantity:
        """Return a quantity such as ``15.150 kg``."""
        try:
            return Quantity.parse(self.text(name))
        except ValueError as unreadable:
            raise UnreadableArgumentError(name, str(unreadable)) from None


def _store(asked: Asked) -> c.Command:
    return c.StoreJobOrder(
        job_order_id=asked.text("JobOrderId"),
        work_master_id=asked.text("WorkMasterId"),
        work_master_version=asked.text("WorkMasterVersion") or None,
        quantity=asked.quantity("Quantity"),
        material_lot_id=asked.text("MaterialLotId") or None,
        allowed_to_start=asked.flag("AllowedToStart"),
    )


def _record_evidence(asked: Asked) -> c.Command:
    return c.RecordEvidence(
        station=asked.station,
        evidence_id=asked.text("EvidenceId"),
        value=asked.text("Value"),
        source=asked.one_of("Source", Source),
        instrument_id=asked.text("InstrumentId") or None,
        **asked.shown(),
    )


def _disposition(asked: Asked) -> c.Command:
    return c.DispositionException(
        job_order_id=asked.text("JobOrderId"),
        exception_id=asked.text("ExceptionId"),
        disposition=asked.one_of("Disposition", c.ExceptionDisposition),
        reason=asked.text("Reason"),
        identity=asked.person(),
    )


FACEPLATE_COMMANDS: Final[Mapping[str, Callable[[Asked], c.Command]]] = MappingProxyType(
    {
        "OpenSession": lambda a: c.OpenStationSession(
            station=a.station, job_order_id=a.text("JobOrderId"), identity=a.person()
        ),
        "CloseSession": lambda a: c.CloseStationSession(station=a.station),
        "StartStep": lambda a: c.StartStep(station=a.station, step_id=a.text("StepId")),
        "Scan": lambda a: c.ScanMaterial(station=a.station, code=a.text("Code"), **a.shown()),
        "CaptureWeight": lambda a: c.CaptureWeight(
            station=a.station,
            instrument_id=a.text("InstrumentId"),
            job_order_id=a.text("JobOrderId"),
            step_id=a.text("StepId"),
        ),
        "CaptureEvidence": lambda a: c.CaptureEvidence(
            station=a.station, evidence_id=a.text("EvidenceId"), **a.shown()
        ),
        "RecordEvidence": _record_evidence,
        "CompleteStep": lambda a: c.CompleteStep(station=a.station, **a.shown()),
        "VerifyStep": lambda a: c.VerifyStep(
            station=a.station, step_id=a.text("StepId"), identity=a.person()
        ),
        "OpenDeviation": lambda a: c.OpenDeviation(
            station=a.station, description=a.text("Description")
        ),
    }
)
"""What each method of a faceplate means, at the station of that faceplate."""

JOB_ORDERS_COMMANDS: Final[Mapping[str, Callable[[Asked], c.Command]]] = MappingProxyType(
    {
        "Store": _store,
        "Start": lambda a: c.StartJobOrder(job_order_id=a.text("JobOrderId")),
        "Abort": lambda a: c.AbortJobOrder(
            job_order_id=a.text("JobOrderId"), reason=a.text("Reason"), identity=a.person()
        ),
        "DispositionException": _disposition,
        "Release": lambda a: c.ReleaseJobOrder(
            job_order_id=a.text("JobOrderId"), identity=a.person()
        ),
    }
)
"""What each method of the job orders folder means."""
