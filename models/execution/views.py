"""Views: what the gates of one kind of command look at, resolved from the snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.execution import records as r
from models.execution.outcome import Refusal
from models.execution.principal import Identity
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.usable_lot import expiry, restriction
from models.isa95.physical_asset import Measurement
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    EvidenceSpecification,
    MaterialSpecification,
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
class ContainerView:
    """A scanned code, as far as it is known, for a step; ``code`` is what was scanned."""

    at: StepView
    code: str
    sublot: r.MaterialSublotRecord | None
    lot: r.MaterialLotRecord | None

    @property
    def needed(self) -> tuple[MaterialSpecification, ...]:
        """The materials of the step that have not been weighed yet."""
        done = {item.material_definition_id for item in self.at.step.consumed}
        materials = self.at.specification.materials
        return tuple(m for m in materials if m.material_definition_id not in done)

    @property
    def specification(self) -> MaterialSpecification | None:
        """The requirement that this container would serve."""
        mine = self.lot.material_lot.material_definition_id if self.lot else None
        return next((m for m in self.needed if m.material_definition_id == mine), None)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingView:
    """A weight that is about to be taken."""

    container: ContainerView
    instrument: InstrumentView
    quantity: Quantity | None

    @property
    def at(self) -> StepView:
        """The step."""
        return self.container.at


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


def eligible_lots(view: ContainerView) -> tuple[str, ...]:
    """Return the lots that the step would accept, first expiry first (FEFO)."""
    snapshot, found = view.at.session.snapshot, []
    allocated = dict(view.at.session.job_order.lot_allocations)
    for material in view.needed:
        definition = snapshot.material_definition(material.material_definition_id)
        wanted = allocated.get(material.material_definition_id)
        for lot_id in definition.material_lots if definition else ():
            lot = snapshot.material_lot(lot_id)
            if lot and wanted in (None, lot_id) and _usable(lot, snapshot):
                found.append((lot.material_lot.expiration_time, lot_id))
    never = datetime.max.replace(tzinfo=snapshot.time.tzinfo)
    return tuple(lot_id for _, lot_id in sorted((at or never, lot) for at, lot in found))


def _usable(lot: r.MaterialLotRecord, snapshot: Snapshot) -> bool:
    known = lot.material_lot
    fresh = expiry(known, snapshot.time) is None
    released = restriction(known) is None
    sublots = (snapshot.material_sublot(sublot_id) for sublot_id in lot.material_sublots)
    return released and fresh and any(s and s.remaining.value > 0 for s in sublots)


def session_view(station: str, snapshot: Snapshot) -> SessionView | Refusal:
    """Return the station's open session, or why there is none to work in."""
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
