"""A batch that is weighed, labelled, reconciled and sampled: worlds for the tests of quality."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.commands import ExceptionDisposition
from models.execution.evolve import evolve
from models.execution.principal import Identity, Role
from models.execution.records import ExceptionRecord, JobOrderRecord, PersonRecord, StepRecord
from models.isa95.personnel import Person
from models.isa95.work_definition import (
    Balance,
    BalanceTerm,
    EvidenceSpecification,
    ExceptionPolicy,
    Instruction,
    SamplePlan,
    Source,
    StepSpecification,
    ValueKind,
    WorkMaster,
)
from tests import world as w
from tests.world import World, identity

AT: Final = "DISP-01"
ORDER: Final = "JO-9"
LOT: Final = "LOT-JO-9"
CHALLENGE: Final = next(m for m in w.PLANT.work_masters if m.work_master_id == "WM-CHALLENGE")
QA_2: Final = Identity(
    account="qa-02", authenticated=True, person_id="qa-02", roles=frozenset({Role.QUALITY})
)
"""A second person of the quality unit."""

COMPLETE: Final = c.CompleteStep(station=AT)
WEIGH: Final = c.CaptureWeight(station=AT, instrument_id="FLOOR-SCALE-01")
RELEASE: Final = c.ReleaseJobOrder(job_order_id=ORDER, identity=identity("qa-01"))


def value(
    evidence_id: str, kind: ValueKind = ValueKind.NUMBER, *, attachment: bool = False
) -> EvidenceSpecification:
    """Return a value that a person types; a number lies between 0 and 1000."""
    number = kind is ValueKind.NUMBER
    return EvidenceSpecification(
        evidence_id=evidence_id,
        description=evidence_id,
        kind=kind,
        sources=(Source.MANUAL,),
        lower=Decimal(0) if number else None,
        upper=Decimal(1000) if number else None,
        attachment=attachment,
    )


def step(step_id: str, *evidence: EvidenceSpecification) -> StepSpecification:
    """Return a step at the dispensing booth that anybody may perform."""
    return StepSpecification(
        step_id=step_id,
        description=f"Step {step_id}",
        process_segment_id="PACK",
        equipment_class="dispensing-booth",
        instruction=Instruction(text="Do it."),
        evidence=evidence,
    )


LABELS: Final = Balance(
    balance_id="labels",
    description="Labels that are not accounted for",
    terms=(
        BalanceTerm(evidence_id="issued"),
        BalanceTerm(evidence_id="used", sign=-1),
        BalanceTerm(evidence_id="damaged", sign=-1),
        BalanceTerm(evidence_id="returned", sign=-1),
    ),
    unit="pcs",
    lower=Decimal(0),
    upper=Decimal(0),
)
PLAN: Final = SamplePlan(
    evidence_id="fill", size=3, mean=Decimal(500), sigma=Decimal(5), every_min=5
)
STEPS: Final = (
    replace(CHALLENGE.steps[1], step_id="010", verification=True),
    replace(
        step("020", value("issued"), value("used"), value("damaged"), value("returned")),
        balances=(LABELS,),
    ),
    replace(
        step("030", value("fill"), value("photo", ValueKind.BOOLEAN, attachment=True)),
        sample_plans=(PLAN,),
        overridable=("samples-missing", "attachment-missing"),
    ),
)
MASTER: Final = WorkMaster(
    work_master_id="WM-PACKING",
    version="1",
    description="A batch for the tests of quality",
    material_definition_id="VITC-500-CAPS",
    quantity=w.kilograms("1.000"),
    steps=STEPS,
    approved=True,
)


@dataclass
class Batch:
    """A job order of that master, with a person at its station."""

    world: World

    @property
    def order(self) -> JobOrderRecord:
        """The job order."""
        return self.world.job_order(ORDER)

    def step(self, step_id: str) -> StepRecord:
        """Return a step."""
        found = self.order.step(step_id)
        assert found is not None
        return found

    @property
    def last(self) -> ExceptionRecord:
        """The exception that was opened last."""
        return self.order.exceptions[-1]

    def record(self, evidence_id: str, text: str) -> tuple[str, ...]:
        """Type a value; return the codes when it is refused."""
        typed = c.RecordEvidence(
            station=AT, evidence_id=evidence_id, value=text, source=Source.MANUAL
        )
        return self.world.refused(typed)

    def weighs(self, weight: float) -> tuple[str, ...]:
        """Scan the container and weigh; return the codes when that is refused."""
        if self.step("010").identified is None:
            self.world.must(c.ScanMaterial(station=AT, code="AA-2601-C1"))
        self.world.scale_shows("FLOOR-SCALE-01", weight)
        return self.world.refused(WEIGH)

    def verified(self) -> None:
        """Complete and verify the weighing."""
        self.world.must(COMPLETE)
        verify = c.VerifyStep(station=AT, step_id="010", identity=identity("op-02"))
        self.world.must(verify)

    def dispose(
        self,
        how: ExceptionDisposition,
        who: Identity | None = None,
        exception_id: str = "",
        step_id: str = "",
    ) -> tuple[str, ...]:
        """Disposition an exception, by default the last one and as quality."""
        decided = c.DispositionException(
            job_order_id=ORDER,
            exception_id=exception_id or self.last.exception_id,
            disposition=how,
            reason="seen and decided",
            identity=who or identity("qa-01"),
            step_id=step_id,
        )
        return self.world.refused(decided)

    def start(self, step_id: str) -> None:
        """Begin a step."""
        self.world.must(c.StartStep(station=AT, step_id=step_id))

    def labels(self, used: str = "941", damaged: str = "12", returned: str = "47") -> None:
        """Record what became of 1000 labels."""
        counts = {"issued": "1000", "used": used, "damaged": damaged, "returned": returned}
        for name, count in counts.items():
            assert self.record(name, count) == ()


def batch(
    *,
    policies: tuple[ExceptionPolicy, ...] = (),
    tests: tuple[str, ...] = (),
    steps: tuple[StepSpecification, ...] = STEPS,
) -> Batch:
    """Return a batch whose weighing (or other first step) has begun."""
    master = replace(MASTER, exception_policies=policies, release_tests=tests, steps=steps)
    world = w.stored_with(master)
    second = Person(person_id="qa-02", name="Quality 2", personnel_classes=("quality",))
    world.states[streams.person("qa-02")] = PersonRecord(person=second)
    stored = c.StoreJobOrder(
        job_order_id=ORDER,
        work_master_id=master.work_master_id,
        quantity=master.quantity,
        allowed_to_start=True,
    )
    world.must(stored)
    world.must(c.OpenStationSession(station=AT, job_order_id=ORDER, identity=identity("op-01")))
    here = Batch(world)
    here.start("010")
    return here


def weighed(**options: tuple[str, ...]) -> Batch:
    """Return a batch of which the first step is done."""
    here = batch(tests=options.get("tests", ()))
    assert here.weighs(1.0) == ()
    here.verified()
    return here


def labelling() -> Batch:
    """Return a batch whose labels are being counted."""
    here = weighed()
    here.start("020")
    return here


def sampling(**options: tuple[str, ...]) -> Batch:
    """Return a batch whose samples are being taken."""
    here = weighed(**options)
    here.start("020")
    here.labels()
    here.world.must(COMPLETE)
    here.start("030")
    return here


def packed(**options: tuple[str, ...]) -> Batch:
    """Return a batch in which everything is done but the release."""
    here = sampling(**options)
    for text in ("500.5", "499.0", "501.0"):
        assert here.record("fill", text) == ()
    assert here.record("photo", "true") == ()
    here.world.must(photo())
    here.world.must(COMPLETE)
    return here


def photo(
    evidence_id: str = "photo", size: int = 1000, media_type: str = "image/png"
) -> c.AttachFile:
    """Return that a stored file is attached."""
    return c.AttachFile(
        station=AT,
        evidence_id=evidence_id,
        file_name="photo.png",
        media_type=media_type,
        sha256="ab" * 32,
        size=size,
    )


def happens(here: Batch, event: e.Event) -> None:
    """Let something be on record that another part of the plant has decided."""
    stream = streams.stream_of(event)
    here.world.states[stream] = evolve(here.world.states.get(stream), event, here.world.time)
