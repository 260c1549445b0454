"""Commands by chance on three recipes at once: branches, balances and samples, potencies.

Beside ``tests.chance`` (every command, on the demo's plant) this looks for what a gate lets pass
or what no command leads out of, in job orders that come far: the next right thing is likely.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from models.execution import commands as c
from models.execution import streams
from models.execution.finished import is_finished
from models.execution.job_order_state import JobOrderState
from models.execution.material_views import identified_target
from models.execution.records import JobOrderRecord, StationRecord, StepRecord
from models.execution.step_state import StepState
from models.isa95.material import Disposition
from models.isa95.work_definition import Source, StepSpecification, WorkMaster
from tests import dispensary, lifecycle, packing
from tests.world import World, account, identity, terminal

SCALE: Final = "FLOOR-SCALE-01"
ODD: Final = ("", "NaN", "-0", "1E+70", "1E-999999999", "9" * 40, "1.004 kg", "1E+29 kg", "12 l")
"""Texts that pass as values at every door, and that no number or amount is made of."""

RIGHT: Final[Mapping[str, tuple[str, ...]]] = {
    "issued": ("1000",),
    "used": ("941", "941", "940"),
    "damaged": ("12",),
    "returned": ("47",),
    "fill": ("500", "501", "499", "540"),
    "ph": ("7", "3", "8.5", "9.5"),
    "note": ("ok", "again"),
}
CONTAINERS: Final = ("A-1-C1", "A-1-C2", "A-2-C1", "S-1-C1", "F-1-C1", "AA-2601-C1")
WAYS: Final = (*c.ExceptionDisposition, *(c.ExceptionDisposition.ACCEPT,) * 4)
_QUALITY: Final = ("qa-01", "qa-02")


@dataclass
class Play:
    """One job order, at one station, and a seeded source of what is tried next."""

    world: World
    job_order_id: str
    station: str
    chance: random.Random

    @property
    def order(self) -> JobOrderRecord:
        """The job order."""
        return self.world.job_order(self.job_order_id)

    @property
    def directive(self) -> WorkMaster:
        """Its frozen WorkMaster."""
        found = self.world.snapshot(self.release(), account("qa-01"))
        record = found.work_directive(self.job_order_id)
        assert record is not None
        return record.work_directive

    def release(self) -> c.ReleaseJobOrder:
        return c.ReleaseJobOrder(job_order_id=self.job_order_id, identity=identity("qa-02"))

    def next(self) -> c.Command:
        """Let time pass, and return the next right thing, or anything else."""
        self.world.time += timedelta(seconds=self.chance.choice((0, 1, 5, 30)))
        self.world.scale_shows(SCALE, self.chance.choice((1.0, 1.02, 0.5, 2.0, 0.0, -0.01, 1e-17)))
        likely = self.chance.random() < 0.6
        return self.chance.choice(tuple(self.right() if likely else self.other()))

    def right(self) -> Iterator[c.Command]:
        """Yield what would lead on."""
        order, directive = self.order, self.directive
        session = self.world.states.get(streams.station(self.station))
        if not isinstance(session, StationRecord) or session.person_id is None:
            yield self.enter()
            return
        if order.state is JobOrderState.INTERRUPTED:
            yield from (self.disposition(), self.resume())
            return
        open_step = next((s for s in order.steps if not is_finished(s, directive)), None)
        if open_step is None:
            yield from (self.disposition(), self.disposition(), self.release())
            yield self.decision()
        elif open_step.state is StepState.COMPLETE:
            yield from (self.verify(open_step), self.disposition())
            yield self.verify(open_step, "op-01b")
        elif open_step.state is StepState.EXCEPTION:
            yield self.disposition()
        elif open_step.state is not StepState.IN_PROGRESS:
            yield c.StartStep(station=self.station, step_id=open_step.step_id)
        else:
            specification = directive.step(open_step.step_id)
            assert specification is not None
            yield from self.work(open_step, specification)

    def work(self, step: StepRecord, specification: StepSpecification) -> Iterator[c.Command]:
        """Yield what the step in progress asks for."""
        yield c.CompleteStep(station=self.station)
        known = {item.evidence_id for item in step.evidence}
        for item in specification.evidence:
            if item.evidence_id not in known or specification.sample_plans:
                yield self.value(item.evidence_id)
            if item.attachment:
                yield packing.photo(item.evidence_id)
        if specification.two_person_window_s is not None:
            yield from (self.confirm(step, who) for who in ("op-01", "op-02"))
        if specification.materials and step.identified is None:
            yield c.ScanMaterial(station=self.station, code=self.chance.choice(CONTAINERS))
        elif specification.materials:
            weigh = c.CaptureWeight(
                station=self.station, instrument_id=SCALE, partial=self.chance.random() < 0.2
            )
            snapshot = self.world.snapshot(weigh, terminal(self.station))
            target = identified_target(self.order, step, self.directive, snapshot)
            if target is not None:
                self.world.scale_shows(SCALE, float(target.remaining.value))
            yield weigh

    def other(self) -> Iterator[c.Command]:
        """Yield what anybody might try, whenever it is."""
        at, order_id = self.station, self.job_order_id
        step = self.chance.choice(self.order.steps)
        people = ("op-01", "op-01b", "op-02", "sup-01", *_QUALITY)
        who = identity(self.chance.choice(people))
        severity = self.chance.choice(tuple(c.Severity))
        yield from (self.enter(), self.resume(), self.release(), self.verify(step, who.account))
        yield from (self.disposition(who.account), self.confirm(step, who.account))
        yield c.StartStep(station=at, step_id=step.step_id)
        yield c.HoldStep(station=at, reason="stop")
        yield c.CloseStationSession(station=at)
        yield c.CompleteStep(station=at)
        yield c.CaptureWeight(station=at, instrument_id=SCALE, partial=self.chance.random() < 0.5)
        yield self.value(self.chance.choice(tuple(RIGHT)), self.chance.choice(ODD))
        yield from (self.correction(step, who.account) for _ in range(4))
        yield c.ReportException(
            job_order_id=order_id,
            description="seen",
            severity=severity,
            identity=who,
            step_id=self.chance.choice(("", step.step_id)),
        )
        yield c.OverrideGate(
            station=at,
            step_id=step.step_id,
            code=self.chance.choice(("samples-missing", "material-lot-not-next")),
            reason="no other way",
            identity=identity("sup-01"),
            second=identity(self.chance.choice(people)),
        )
        yield c.RequestSubstitution(
            station=at, material_definition_id="ACT", substitute_id="SUB", reason="none is left"
        )
        yield c.ApproveSubstitution(
            job_order_id=order_id, substitution_id=f"{order_id}-S1", reason="equal", identity=who
        )
        yield self.decision()
        if self.chance.random() < 0.5:
            yield from self.control()

    def control(self) -> Iterator[c.Command]:
        """Yield what another system asks of the job order; what ends it is rare."""
        order_id, order = self.job_order_id, self.order
        yield c.HoldJobOrder(job_order_id=order_id, reason="line control")
        amount = self.chance.choice((order.quantity, order.quantity + order.quantity))
        yield c.UpdateJobOrder(
            job_order_id=order_id, work_master_id=order.work_master_id, quantity=amount
        )
        if self.chance.random() < 0.02:
            yield c.StopJobOrder(job_order_id=order_id, reason="no longer wanted")
            yield c.CancelJobOrder(job_order_id=order_id, reason="no longer wanted")
        yield c.ClearJobOrder(job_order_id=order_id)

    def decision(self) -> c.ChangeLotDisposition:
        return c.ChangeLotDisposition(
            material_lot_id=self.chance.choice(("A-1", "A-2", "F-1", "AA-2601")),
            disposition=self.chance.choice((Disposition.UNRESTRICTED, Disposition.RESTRICTED)),
            status="decided",
            reason="decided",
            identity=identity("qa-01"),
        )

    def enter(self) -> c.OpenStationSession:
        return c.OpenStationSession(
            station=self.station, job_order_id=self.job_order_id, identity=identity("op-01")
        )

    def resume(self) -> c.ResumeJobOrder:
        return c.ResumeJobOrder(
            job_order_id=self.job_order_id, reason="go on", identity=identity("sup-01")
        )

    def verify(self, step: StepRecord, who: str = "op-02") -> c.VerifyStep:
        return c.VerifyStep(station=self.station, step_id=step.step_id, identity=identity(who))

    def confirm(self, step: StepRecord, who: str) -> c.ConfirmStep:
        return c.ConfirmStep(station=self.station, step_id=step.step_id, identity=identity(who))

    def value(self, evidence_id: str, text: str | None = None) -> c.RecordEvidence:
        return c.RecordEvidence(
            station=self.station,
            evidence_id=evidence_id,
            value=text or self.chance.choice(RIGHT.get(evidence_id, ("true",))),
            source=Source.MANUAL,
        )

    def disposition(self, who: str = "") -> c.DispositionException:
        found = [item.exception_id for item in self.order.open_exceptions()]
        step = self.chance.choice(self.order.steps)
        return c.DispositionException(
            job_order_id=self.job_order_id,
            exception_id=self.chance.choice(found or ["none"]),
            disposition=self.chance.choice(WAYS),
            reason="decided",
            identity=identity(who or self.chance.choice(_QUALITY)),
            step_id=self.chance.choice(("", "", step.step_id)),
        )

    def correction(self, step: StepRecord, who: str) -> c.CorrectEvidence:
        values = {
            item.evidence_id: RIGHT.get(item.evidence_id, ("true",)) for item in step.evidence
        }
        weights = {item.material_sublot_id: ("1.001 kg", "1.02 kg") for item in step.consumed}
        known = {"none": ODD, **values, **weights}
        name = self.chance.choice(tuple(known))
        return c.CorrectEvidence(
            job_order_id=self.job_order_id,
            step_id=step.step_id,
            evidence_id=name,
            value=self.chance.choice((*known[name], *known[name], *ODD)),
            reason="misread",
            identity=identity(who),
        )


def branching(chance: random.Random) -> Play:
    """Return a job order whose values lead ahead, back, and nowhere."""
    return Play(lifecycle.cell().enter().world, lifecycle.ORDER, lifecycle.CELL, chance)


def reconciled(chance: random.Random) -> Play:
    """Return a job order with a weighing, labels to reconcile, and samples."""
    return Play(packing.batch().world, packing.ORDER, packing.AT, chance)


def compensated(chance: random.Random) -> Play:
    """Return a job order with an active of any potency, its substitute, its filler; two confirm."""
    active = dispensary.wanted("ACT", "1.000", maximum="2.5", potency="100")
    filler = dispensary.wanted("FIL", "2.000", fills=("ACT",))
    plain = dispensary.work_master(
        (active, filler),
        (dispensary.wanted("FIL", "0.5"),),
        overridable=("material-lot-not-next",),
    )
    first, second = plain.steps
    steps = (replace(first, verification=True), replace(second, two_person_window_s=60))
    items = (
        dispensary.definition("ACT", substitutes=(("SUB", "1.5"),)),
        dispensary.definition("SUB"),
        dispensary.definition("FIL"),
        *dispensary.lot("A-1", "ACT", "25.000", "0.5", potency="98", days=300),
        *dispensary.lot("A-2", "ACT", "25.000", potency="91", days=100),
        *dispensary.lot("S-1", "SUB", "25.000", potency="100"),
        *dispensary.lot("F-1", "FIL", "25.000"),
        replace(plain, steps=steps),
    )
    world = dispensary.ordered(dispensary.described(items))
    return Play(world, "JO-1", dispensary.BOOTH, chance)


RECIPES: Final[tuple[Callable[[random.Random], Play], ...]] = (branching, reconciled, compensated)
"""What is played."""
