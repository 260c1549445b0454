"""Views: what the gates of one kind of command look at, resolved from the snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.execution import records as r
from models.execution.fresh_session import is_expired
from models.execution.outcome import Refusal
from models.execution.phase_state import PhaseState
from models.execution.principal import Identity
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.isa95.physical_asset import Measurement
from models.isa95.work_definition import (
    EvidenceSpecification,
    Source,
    StepSpecification,
)
from models.tag_value import TagValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """An open station session with its job order."""

    station: str
    equipment: r.EquipmentRecord
    person_id: str
    person: r.PersonRecord | None
    job_order: r.JobOrderRecord
    directive: r.WorkDirectiveRecord
    snapshot: Snapshot

    @property
    def time(self) -> datetime:
        """The moment of the decision."""
        return self.snapshot.time


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step at a station, with the context that the caller's screen claims to show."""

    session: SessionView
    step: r.StepRecord
    specification: StepSpecification
    shown_job_order_id: str = ""
    shown_step_id: str = ""

    @property
    def subject(self) -> str:
        """Name the step for people."""
        return f"{self.session.job_order.job_order_id} step {self.step.step_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentView:
    """An instrument that is to be read or used, and what it is required to be."""

    at: StepView
    instrument_id: str
    asset: r.PhysicalAssetRecord | None
    required_class: str | None
    measurement: Measurement | None = None
    reading: TagValue | None = None
    stable: TagValue | None = None
    overload: TagValue | None = None
    tare: TagValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """A value that is about to go on record; ``claimed`` when a caller says it, not a device."""

    at: StepView
    evidence_id: str
    specification: EvidenceSpecification | None
    value: str
    source: Source
    claimed: bool
    instrument: InstrumentView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerView:
    """A person who is about to sign, whatever for."""

    identity: Identity
    person: r.PersonRecord | None
    snapshot: Snapshot

    @property
    def time(self) -> datetime:
        """The moment of the signature."""
        return self.snapshot.time


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningView(SignerView):
    """A person who is about to sign for a job order or for one of its steps."""

    job_order: r.JobOrderRecord
    directive: r.WorkDirectiveRecord
    step: r.StepRecord | None = None
    specification: StepSpecification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseView:
    """The state that the phase of a step is about to have."""

    step: r.StepRecord
    state: PhaseState


def session_view(
    station: str, snapshot: Snapshot, *, leaving: bool = False
) -> SessionView | Refusal:
    """Return the station's open session, or why there is none to work in.

    A session in which nothing was done for too long can only be left, or opened anew.
    """
    equipment = snapshot.equipment(station)
    if equipment is None or not equipment.equipment.is_station:
        return refuse("station-unknown", station, f"{station} is not a station of this plant")
    session = snapshot.station(station)
    if session is None or session.job_order_id is None or session.person_id is None:
        return refuse("session-missing", station, f"no session is open at {station}")
    order = snapshot.job_order(session.job_order_id)
    directive = snapshot.work_directive(session.job_order_id)
    if order is None or directive is None:
        order_id = session.job_order_id
        return refuse("job-order-unknown", order_id, f"there is no job order {order_id}")
    timeout_s = equipment.equipment.session_timeout_s
    if not leaving and is_expired(session, order, timeout_s, snapshot.time):
        text = (
            f"nothing was done at {station} for {timeout_s:g} s;"
            f" the session of {session.person_id} no longer counts"
        )
        return refuse("session-expired", station, text)
    return SessionView(
        station=station,
        equipment=equipment,
        person_id=session.person_id,
        person=snapshot.person(session.person_id),
        job_order=order,
        directive=directive,
        snapshot=snapshot,
    )


def step_view(
    session: SessionView, step_id: str, shown: tuple[str, str] = ("", "")
) -> StepView | Refusal:
    """Return a step of the session's job order, or that there is none of that id."""
    step = session.job_order.step(step_id)
    specification = session.directive.work_directive.step(step_id)
    if step is None or specification is None:
        order_id = session.job_order.job_order_id
        return refuse("step-unknown", step_id, f"job order {order_id} has no step {step_id}")
    return StepView(
        session=session,
        step=step,
        specification=specification,
        shown_job_order_id=shown[0],
        shown_step_id=shown[1],
    )


def running_step_view(
    station: str, snapshot: Snapshot, shown: tuple[str, str]
) -> StepView | Refusal:
    """Return the step that is worked on at the station, or why there is none."""
    session = session_view(station, snapshot)
    if isinstance(session, Refusal):
        return session
    step = session.job_order.step_at(station)
    if step is None:
        return refuse("step-not-in-progress", station, f"no step was started at {station}")
    return step_view(session, step.step_id, shown)


def assets_of(session: SessionView) -> Iterator[r.PhysicalAssetRecord]:
    """Yield the instruments and machines at the station."""
    for asset_id in session.equipment.equipment.physical_assets:
        asset = session.snapshot.physical_asset(asset_id)
        if asset:
            yield asset
