"""A short day in which everything happens that can happen: the day that each version records.

The order of the commands, the times and the ids are always the same, so the log is too, to the
byte. A new kind of event gets its place in this day before the version is out.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from historian.in_memory import InMemoryExecutionLog
from models.execution import codec, streams
from models.execution import commands as c
from models.execution.outcome import Denied, Outcome, Refused
from models.execution.phase_state import PhaseState
from models.execution.principal import Identity, Principal, Role
from models.execution.records import JobOrderRecord
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Cleanliness, EquipmentStatus
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from models.isa95.material import (
    Disposition,
    IssuePolicy,
    MaterialDefinition,
    MaterialLot,
    MaterialSublot,
    MaterialTestSpecification,
    Substitute,
)
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    BranchRule,
    EvidenceSpecification,
    Instruction,
    MaterialSpecification,
    PhaseSpecification,
    QualificationRequirement,
    Source,
    StepSpecification,
    ValueKind,
    WorkMaster,
)
from tests import world as w
from tests.fix_command_path import Rig, running

Plant = tuple[c.MasterDatum, ...]

BOOTH: Final = "DISP-01"
DESK: Final = "QA-01"
LINE: Final = "PACK-01"
SCALE: Final = "FLOOR-SCALE-01"
WEIGH: Final = c.CaptureWeight(station=BOOTH, instrument_id=SCALE)


def _lot(name: str, days: int) -> tuple[MaterialLot, MaterialSublot]:
    lot = MaterialLot(
        material_lot_id=name,
        material_definition_id="SUGAR",
        disposition=Disposition.UNRESTRICTED,
        status="released",
        expiration_time=w.NOON + timedelta(days=days),
    )
    sublot = MaterialSublot(
        material_sublot_id=f"{name}-C1", material_lot_id=name, quantity=w.kilograms("25.000")
    )
    return lot, sublot


MORE: Final[Plant] = (
    MaterialDefinition(
        material_definition_id="SUGAR",
        description="Sugar, of which the lot that expires first is used first",
        unit="kg",
        issue_policy=IssuePolicy.FEFO,
        tests=(MaterialTestSpecification(test_id="water", description="Water", unit="%",
                                         upper=Decimal("0.5")),),
        substitutes=(Substitute(material_definition_id="DEXTROSE"),),
    ),
    MaterialDefinition(material_definition_id="DEXTROSE", description="Dextrose", unit="kg"),
    *_lot("S-1", 100),
    *_lot("S-2", 200),
)  # fmt: skip
"""What the day needs beside the plant of the demo."""


def _step(step_id: str, equipment_class: str, **more: object) -> StepSpecification:
    plain = StepSpecification(
        step_id=step_id,
        description=f"Step {step_id} of the day",
        process_segment_id="DAY",
        equipment_class=equipment_class,
        instruction=Instruction(text="Do it."),
    )
    return replace(plain, **more)  # type: ignore[arg-type] # what the day says of it


def _value(evidence_id: str, kind: ValueKind) -> EvidenceSpecification:
    return EvidenceSpecification(
        evidence_id=evidence_id, description=evidence_id, kind=kind, sources=(Source.MANUAL,)
    )


_PREPARED: Final = _step(
    "010",
    "dispensing-booth",
    instruction=Instruction(
        text="Clear the booth.", document_id="WI-109", revision="1", read_confirmation=True
    ),
    evidence=(_value("clear", ValueKind.BOOLEAN), _value("ph", ValueKind.NUMBER)),
    two_person_window_s=60.0,
    clears_line=True,
    branches=(
        BranchRule(evidence_id="ph", upper=Decimal(4), next_step_id="010", limit=2),
        BranchRule(evidence_id="ph", lower=Decimal(8), next_step_id="030"),
    ),
)
_DISPENSED: Final = _step(
    "030",
    "dispensing-booth",
    qualifications=(QualificationRequirement(qualification_id="weighing"),),
    materials=(
        MaterialSpecification(
            material_definition_id="SUGAR",
            quantity=w.kilograms("1.000"),
            below=w.kilograms("0.100"),
            above=w.kilograms("0.100"),
            instrument_class="floor-scale",
            maximum=w.kilograms("1.000"),
        ),
    ),
    verification=True,
    overridable=("material-lot-not-next",),
)
DAY: Final = WorkMaster(
    work_master_id="WM-DAY",
    version="1",
    description="What one day needs",
    material_definition_id="VITC-500-CAPS",
    quantity=w.kilograms("1.000"),
    steps=(
        _PREPARED,
        _step("020", "dispensing-booth"),
        _DISPENSED,
        _step("040", "packaging-line", phase=PhaseSpecification(name="pack")),
        _step("050", "quality-desk"),
    ),
)


def person(account: str, role: Role) -> Principal:
    """Return somebody, or a system, at a desk."""
    found = [one.person_id for one in w.PLANT.accounts if one.account == account]
    return Principal(
        account=account, roles=frozenset({role}), face="rest", person_id=(found or [None])[0]
    )


METROLOGY: Final = person("met-01", Role.METROLOGY)
LABORATORY: Final = person("lab-01", Role.LABORATORY)
WAREHOUSE: Final = person("wh-01", Role.WAREHOUSE)
TRAINING: Final = person("training-01", Role.TRAINING)
MAINTENANCE: Final = person("maint-01", Role.MAINTENANCE)
ADMINISTRATOR: Final = person("admin-01", Role.ADMINISTRATOR)
PLANNER: Final = person("planner-01", Role.PLANNER)
AUTHOR: Final = replace(PLANNER, person_id="op-02")
SUPERVISOR: Final = person("sup-01", Role.SUPERVISOR)
QUALITY: Final = person("qa-01", Role.QUALITY)


def refused(outcome: Outcome, code: str) -> None:
    """Expect that it was refused with this code, whatever else stood in the way."""
    assert isinstance(outcome, Refused), outcome
    assert code in [refusal.code for refusal in outcome.refusals]


def said(evidence_id: str, value: str, station: str = BOOTH) -> c.RecordEvidence:
    """Return what a person typed."""
    return c.RecordEvidence(
        station=station, evidence_id=evidence_id, value=value, source=Source.MANUAL
    )


async def order_of(rig: Rig, job_order_id: str) -> JobOrderRecord:
    """Return a job order as it is now."""
    name = streams.job_order(job_order_id)
    heads = await rig.log.load([name])
    found: JobOrderRecord = codec.loads(streams.record_kind(name), heads[name].state)
    return found


async def settle(rig: Rig, job_order_id: str, account: str, **more: object) -> str:
    """Disposition the first open exception of a job order, and return its id."""
    (first, *_) = (await order_of(rig, job_order_id)).open_exceptions()
    plain = c.DispositionException(
        job_order_id=job_order_id,
        exception_id=first.exception_id,
        disposition=c.ExceptionDisposition.ACCEPT,
        reason="Seen and decided",
        identity=w.identity(account),
    )
    decided = replace(plain, **more)  # type: ignore[arg-type] # what the day decides
    await rig.must(decided, person(account, Role.QUALITY))
    return first.exception_id


async def take(rig: Rig, station: str, job_order_id: str, account: str = "op-01") -> None:
    """Take a station for a job order."""
    await rig.must(
        c.OpenStationSession(
            station=station, job_order_id=job_order_id, identity=w.identity(account)
        )
    )


async def store(rig: Rig, job_order_id: str, master: str = "WM-DAY", amount: str = "1.000") -> None:
    """Store a job order that may start."""
    await rig.must(
        c.StoreJobOrder(
            job_order_id=job_order_id,
            work_master_id=master,
            quantity=w.kilograms(amount),
            planned_start=w.NOON,
            priority=3,
            allowed_to_start=True,
            erp_reference=(("OrderNumber", "4711"),),
        )
    )


async def begin(rig: Rig, plant: Plant) -> None:
    """Describe the plant, approve its master batch records, and draft one more in two versions."""
    await rig.must(c.DefineMasterData(items=plant), w.SYSTEM)
    later = replace(DAY, version="2")
    for master in (DAY, later):
        await rig.must(c.DraftWorkMaster(work_master=master), AUTHOR)
    described = (item for item in plant if isinstance(item, WorkMaster))
    for command, who in w.approvals((*described, DAY, later)):
        await rig.must(command, who)
    retire = c.RetireWorkMaster(
        work_master_id="WM-DAY", version="2", reason="Drafted twice", identity=w.identity("qa-01")
    )
    await rig.must(retire, QUALITY)
    revision = DocumentRevision(document_id="WI-900", revision="1", title="The day")
    released = c.ReleaseDocument(revision=revision, identity=w.identity("qa-01"))
    await rig.must(released, QUALITY)


async def prepare(rig: Rig) -> None:
    """Clear the booth as two people, once more after a low pH, and go on past a step."""
    await store(rig, "JO-1")
    await take(rig, BOOTH, "JO-1")
    refused(await rig.do(c.StartStep(station=BOOTH, step_id="030")), "predecessor-open")
    for ph in ("3.5", "8.5"):
        await rig.must(c.StartStep(station=BOOTH, step_id="010"))
        await rig.must(
            c.ConfirmInstruction(station=BOOTH, step_id="010", document_id="WI-109", revision="1")
        )
        await rig.must(said("clear", "true"))
        await rig.must(said("ph", ph))
        await rig.must(confirmed("op-01"))
        rig.clock.time += timedelta(seconds=61)
        refused(await rig.do(confirmed("op-02")), "confirmation-window-passed")
        await rig.must(confirmed("op-01"))
        await rig.must(confirmed("op-02"))
        await rig.must(
            c.AttachFile(station=BOOTH, evidence_id="clear", file_name="booth.jpg",
                         media_type="image/jpeg", sha256="ab" * 32, size=1000)
        )  # fmt: skip
        await rig.must(c.CompleteStep(station=BOOTH, job_order_id="JO-1", step_id="010"))


def confirmed(account: str) -> c.ConfirmStep:
    """Return the signature of one of two people."""
    return c.ConfirmStep(station=BOOTH, step_id="010", identity=w.identity(account))


async def dispense(rig: Rig) -> None:
    """Weigh sugar: out of turn, in two parts, too much in all; then corrected and verified."""
    await rig.must(c.StartStep(station=BOOTH, step_id="030"))
    asked = c.RequestSubstitution(
        station=BOOTH, material_definition_id="SUGAR", substitute_id="DEXTROSE", reason="Scarce"
    )
    await rig.must(asked)
    approved = c.ApproveSubstitution(
        job_order_id="JO-1", substitution_id="JO-1-S1", reason="Equal", identity=w.identity("qa-01")
    )
    await rig.must(approved, QUALITY)
    refused(await rig.do(c.ScanMaterial(station=BOOTH, code="AA-2603-C1")), "material-wrong")
    refused(await rig.do(c.ScanMaterial(station=BOOTH, code="S-2-C1")), "material-lot-not-next")
    await rig.must(
        c.OverrideGate(station=BOOTH, step_id="030", code="material-lot-not-next",
                       reason="The door is blocked", identity=w.identity("sup-01"),
                       second=w.identity("qa-01"))
    )  # fmt: skip
    await rig.must(c.ScanMaterial(station=BOOTH, code="S-2-C1"))
    overdue = c.CaptureWeight(station=BOOTH, instrument_id="BENCH-SCALE-02")
    refused(await rig.do(overdue), "calibration-overdue")
    rig.devices.scale(0.5)
    await rig.must(replace(WEIGH, partial=True))
    await rig.must(c.ScanMaterial(station=BOOTH, code="S-1-C1"))
    rig.devices.scale(0.9)
    refused(await rig.do(WEIGH), "weight-out-of-tolerance")
    while (await order_of(rig, "JO-1")).open_exceptions("030"):
        await settle(rig, "JO-1", "qa-02")
    await rig.must(c.OpenDeviation(station=BOOTH, description="The booth light flickers"))
    action_for = await settle(rig, "JO-1", "qa-02")
    await rig.must(c.CompleteStep(station=BOOTH))
    own = c.VerifyStep(station=BOOTH, step_id="030", identity=w.identity("op-01b"))
    refused(await rig.do(own), "self-verification")
    await rig.must(c.VerifyStep(station=BOOTH, step_id="030", identity=w.identity("op-02")))
    await improve(rig, action_for)


async def improve(rig: Rig, exception_id: str) -> None:
    """Correct a value, and follow a corrective action to its effect."""
    corrected = c.CorrectEvidence(
        job_order_id="JO-1", step_id="030", evidence_id="S-2-C1", value="0.19 kg",
        reason="The tare was not subtracted", identity=w.identity("qa-01"),
    )  # fmt: skip
    await rig.must(corrected, QUALITY)
    await settle(rig, "JO-1", "qa-02")
    opened = c.OpenCorrectiveAction(
        corrective_action_id="CA-1", job_order_id="JO-1", exception_id=exception_id,
        description="Change the lamp", due_time=w.NOON + timedelta(days=7),
        identity=w.identity("qa-01"),
    )  # fmt: skip
    await rig.must(opened, QUALITY)
    await rig.must(
        c.RecordCorrectiveAction(
            corrective_action_id="CA-1", description="Changed", identity=w.identity("sup-01")
        ),
        SUPERVISOR,
    )
    await rig.must(
        c.CloseCorrectiveAction(
            corrective_action_id="CA-1", description="No flicker for a week", effective=True,
            identity=w.identity("qa-01"),
        ),
        QUALITY,
    )  # fmt: skip


async def pack(rig: Rig) -> None:
    """Pack, with a device that fails its check in between; hold, resume and release."""
    await rig.must(c.CloseStationSession(station=BOOTH))
    await take(rig, LINE, "JO-1")
    await rig.must(c.StartStep(station=LINE, step_id="040"))
    checked = c.VerifyDevice(
        station=LINE, physical_asset_id="METAL-DETECTOR-01", passed=True, description="Fe 1.5 mm"
    )
    await rig.must(checked)
    unit = Quantity.parse("0.500 kg")
    await rig.must(c.RecordProducedUnit(station=LINE, material_sublot_id="U-1", quantity=unit))
    await rig.must(replace(checked, passed=False))
    await settle(rig, "JO-1", "qa-02")
    await resume(rig)
    await rig.must(c.HoldStep(station=LINE, reason="The line is jammed"))
    await resume(rig)
    pause = c.PauseJobOrder(job_order_id="JO-1", reason="Power", identity=w.identity("sup-01"))
    await rig.must(pause, SUPERVISOR)
    await resume(rig)
    await rig.must(checked)
    running = c.ReportPhaseState(
        equipment_id=LINE, job_order_id="JO-1", step_id="040", iteration=1, state=PhaseState.RUNNING
    )
    await rig.must(running, w.SYSTEM)
    await rig.must(replace(running, state=PhaseState.COMPLETE), w.SYSTEM)
    await rig.must(c.CompleteStep(station=LINE))
    await rig.must(c.CloseStationSession(station=LINE))


async def resume(rig: Rig) -> None:
    """Let the held job order go on."""
    go_on = c.ResumeJobOrder(job_order_id="JO-1", reason="Put right", identity=w.identity("sup-01"))
    await rig.must(go_on, SUPERVISOR)


async def review(rig: Rig) -> None:
    """Review and release the record."""
    await take(rig, DESK, "JO-1", "qa-01")
    await rig.must(c.StartStep(station=DESK, step_id="050"))
    await rig.must(c.CompleteStep(station=DESK))
    await rig.must(c.CloseStationSession(station=DESK))
    while (await order_of(rig, "JO-1")).open_exceptions():
        await settle(rig, "JO-1", "qa-02")
    await rig.do(c.ReleaseJobOrder(job_order_id="JO-1", identity=w.identity("qa-01")), QUALITY)


async def other_orders(rig: Rig) -> None:
    """Split an order and give its parts up, one of them at work; take a permission back."""
    await store(rig, "JO-2", amount="2.000")
    await rig.must(c.RevokeStartJobOrder(job_order_id="JO-2"))
    await rig.must(c.StartJobOrder(job_order_id="JO-2"))
    more = c.UpdateJobOrder(
        job_order_id="JO-2",
        work_master_id="WM-DAY",
        quantity=w.kilograms("2.000"),
        priority=2,
        remark="Sooner than planned",
    )
    await rig.must(more, PLANNER)
    halves = (w.kilograms("1.000"), w.kilograms("1.000"))
    await rig.must(c.SplitJobOrder(job_order_id="JO-2", quantities=halves), PLANNER)
    await take(rig, BOOTH, "JO-2-1")
    await rig.must(c.StartStep(station=BOOTH, step_id="010"))
    for part in ("JO-2-1", "JO-2-2"):
        abort = c.AbortJobOrder(
            job_order_id=part, reason="No longer wanted", identity=w.identity("sup-01")
        )
        await rig.must(abort, SUPERVISOR)
    await rig.must(c.CloseStationSession(station=BOOTH))
    await ended_by_others(rig)


async def ended_by_others(rig: Rig) -> None:
    """Take an order back before its work, stop another one at work, and clear the list."""
    await store(rig, "JO-8")
    cancel = c.CancelJobOrder(job_order_id="JO-8", reason="The customer withdrew it")
    await rig.must(cancel, PLANNER)
    await store(rig, "JO-9")
    await take(rig, BOOTH, "JO-9")
    await rig.must(c.StartStep(station=BOOTH, step_id="010"))
    hold = c.HoldJobOrder(job_order_id="JO-9", reason="The line control asked for it")
    await rig.must(hold, SUPERVISOR)
    stop = c.StopJobOrder(job_order_id="JO-9", reason="The line is needed for another order")
    await rig.must(stop, SUPERVISOR)
    await rig.must(c.ClearJobOrder(job_order_id="JO-9", remark="Seen"), PLANNER)
    await rig.must(c.CloseStationSession(station=BOOTH))


async def materials(rig: Rig) -> None:
    """Receive a lot, test it, release it, move its container."""
    lot, sublot = _lot("S-3", 300)
    quarantined = replace(lot, disposition=Disposition.RESTRICTED, status="quarantine")
    await rig.must(c.ReceiveMaterialLot(lot=quarantined, sublots=(sublot,)), WAREHOUSE)
    tested = c.RecordTestResult(
        material_lot_id="S-3", test_id="water", value="0.2", reference="LAB-1"
    )
    await rig.must(tested, LABORATORY)
    free = c.ChangeLotDisposition(
        material_lot_id="S-3", disposition=Disposition.UNRESTRICTED, status="released",
        reason="Tested", identity=w.identity("qa-01"),
    )  # fmt: skip
    await rig.must(free, QUALITY)
    moved = c.MoveSublot(material_sublot_id="S-3-C1", storage_location="WH-A-01")
    await rig.must(moved, WAREHOUSE)


async def equipment(rig: Rig) -> None:
    """Calibrate, clean, maintain, and hear of everything that a machine does."""
    calibrated = c.RecordCalibration(
        physical_asset_id="BENCH-SCALE-02",
        due_time=w.NOON.replace(year=2027),
        certificate="CAL-1",
    )
    await rig.must(calibrated, METROLOGY)
    cleaned = c.RecordCleaning(
        equipment_id=BOOTH, cleanliness=Cleanliness.WET_CLEAN, identity=w.identity("op-02")
    )
    await rig.must(cleaned, w.terminal(BOOTH))
    for status in (EquipmentStatus.MAINTENANCE, EquipmentStatus.AVAILABLE):
        change = c.ChangeEquipmentStatus(equipment_id="BLEND-01", status=status, reason="Yearly")
        await rig.must(change, MAINTENANCE)
    for kind in EquipmentEventKind:
        event = EquipmentEvent(
            equipment_id="BLEND-01", kind=kind, source_time=w.NOON, name="speed", value="12"
        )
        await rig.must(c.RecordEquipmentEvent(event=event), w.SYSTEM)


async def alarmed(rig: Rig) -> None:
    """Lose a device and find it again; see, confirm, comment, put aside and switch off."""
    lost = "communication:BENCH-SCALE-02"
    reported = c.ReportAlarm(
        alarm_id=lost, physical_asset_id="BENCH-SCALE-02", description="It says nothing",
        state="Lost", severity=700,
    )  # fmt: skip
    await rig.must(reported, w.SYSTEM)
    refused(await rig.do(c.ConfirmAlarm(alarm_id=lost), SUPERVISOR), "alarm-not-acknowledged")
    for said in (
        c.AcknowledgeAlarm(alarm_id=lost, remark="The cable"),
        c.CommentAlarm(alarm_id=lost, remark="A new one is on the way"),
        c.ShelveAlarm(alarm_id=lost, duration_s=Decimal(600), once=True),
        c.UnshelveAlarm(alarm_id=lost),
        c.ConfirmAlarm(alarm_id=lost),
        c.DisableAlarm(alarm_id=lost, remark="Out for repair"),
        c.EnableAlarm(alarm_id=lost),
    ):
        await rig.must(said, SUPERVISOR)
    over = replace(reported, state="", severity=0, description="It is back")
    await rig.must(over, w.SYSTEM)


async def _certificates(rig: Rig) -> None:
    mark = {"fingerprint": "a1" * 32, "reason": "A terminal without a keyboard"}
    await rig.must(c.RegisterUserCertificate(account="op-04", **mark), ADMINISTRATOR)
    await rig.must(c.RevokeUserCertificate(account="op-04", **mark), ADMINISTRATOR)
    await rig.must(c.TrustApplicationCertificate(subject="CN=hmi", **mark), ADMINISTRATOR)
    await rig.must(c.RejectApplicationCertificate(**mark), ADMINISTRATOR)


async def people(rig: Rig) -> None:
    """Train, authorize and lock out; and turn away whoever may not."""
    trained = c.RecordQualification(
        person_id="op-03", qualification_id="weighing", level=2,
        expiration_time=w.NOON.replace(year=2027), training_id="TR-110",
    )  # fmt: skip
    await rig.must(trained, TRAINING)
    may = c.GrantAuthorization(
        person_id="op-04", qualification_id="weighing", level=1,
        expiration_time=w.NOON + timedelta(hours=8), reason="Sick leave",
        identity=w.identity("sup-01"),
    )  # fmt: skip
    await rig.must(may, SUPERVISOR)
    ended = c.RevokeAuthorization(
        person_id="op-04", qualification_id="weighing", reason="Back", identity=w.identity("sup-01")
    )
    await rig.must(ended, SUPERVISOR)
    await rig.must(c.ReportFailedLogin(account="op-04", door="rest"), w.SYSTEM)
    await rig.must(c.ReportLogin(account="op-04", door="rest"), w.SYSTEM)
    await rig.must(c.LockAccount(account="op-04", reason="The badge is lost"), ADMINISTRATOR)
    await rig.must(c.UnlockAccount(account="op-04", reason="It was found"), ADMINISTRATOR)
    await _certificates(rig)
    nobody = Identity(account="op-01", authenticated=False)
    wrong = c.OpenStationSession(station=BOOTH, job_order_id="JO-1", identity=nobody)
    for command in (wrong, c.WriteVariable(node="x", value="1")):
        assert isinstance(await rig.do(command), Denied)


async def history(plant: Plant) -> InMemoryExecutionLog:
    """Return the log of the day, the same to the byte whenever it is made."""
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await begin(rig, plant)
        for part in (prepare, dispense, pack, review, other_orders, materials):
            await part(rig)
        await equipment(rig)
        await alarmed(rig)
        await people(rig)
    return log
