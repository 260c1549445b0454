"""Commands by chance: every kind, in every context, right about as often as wrong.

``Chance`` looks at the present records and asks for what could come next, or for anything else.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeVar

from models.execution import commands as c
from models.execution import records as r
from models.execution import streams
from models.execution.job_order_state import JobOrderState
from models.execution.phase_state import PhaseState
from models.execution.principal import Identity, Principal, Role
from models.execution.step_state import StepState
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Cleanliness, EquipmentStatus
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from models.isa95.material import Disposition, MaterialLot, MaterialSublot
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source, StepSpecification, ValueKind
from server.command_path.authorize import COMMAND_ROLES
from tests import world as w

T = TypeVar("T")

STATIONS: Final = ("DISP-01", "DISP-01", "DISP-01", "QA-01", "PACK-01", "BLEND-01")
ORDERS: Final = ("JO-1", "JO-2", "JO-3", "JO-4", "JO-5")
CODES: Final = ("AA-2601-C1", "AA-2601-C1", "AA-2602-C1", "AA-2603-C1", "MCC-2601-C1", "AA-2598",
                "nothing")  # fmt: skip
SCALES: Final = ("FLOOR-SCALE-01", "FLOOR-SCALE-01", "BENCH-SCALE-01", "BENCH-SCALE-02", "SCALE-9")
MASTERS: Final = (*("WM-CHALLENGE",) * 8, "WM-VITC-500", "WM-9")
TEXTS: Final = ("by chance", "The booth light flickers", "n/a")
PERSONS: Final = tuple(item.person_id for item in w.PLANT.accounts if item.person_id)
QUALIFICATIONS: Final = ("weighing", "verification", "quality-review", "packaging")
ACCOUNTS: Final = tuple(item.account for item in w.PLANT.accounts)
FINGERPRINTS: Final = ("a1" * 32, ":".join(["B2"] * 32), "no fingerprint")

_ACTIVE: Final = (JobOrderState.ALLOWED_TO_START, JobOrderState.RUNNING, JobOrderState.INTERRUPTED)

Make = Callable[["Chance"], c.Command]


@dataclass
class Chance:
    """A seeded source of commands on the demo plant. ``records`` are those of now."""

    random: random.Random
    records: Mapping[str, r.Record | None]
    time: datetime = w.NOON

    def one(self, *items: T) -> T:
        return self.random.choice(items)

    def sometimes(self, share: float) -> bool:
        return self.random.random() < share

    def identity(self, *likely: str) -> Identity:
        """Return somebody who signs: one of the likely, or anybody; at times a wrong password."""
        signers = [item.account for item in w.PLANT.accounts if item.person_id]
        account = self.one(*likely) if likely and self.sometimes(0.8) else self.one(*signers)
        return replace(w.identity(account), authenticated=self.sometimes(0.97))

    def order(self, job_order_id: str) -> r.JobOrderRecord | None:
        found = self.records.get(streams.job_order(job_order_id))
        return found if isinstance(found, r.JobOrderRecord) else None

    def order_at(self, station: str) -> r.JobOrderRecord | None:
        found = self.records.get(streams.station(station))
        here = found.job_order_id if isinstance(found, r.StationRecord) else None
        return self.order(here) if here else None

    def specified(self, station: str) -> tuple[StepSpecification, r.StepRecord] | None:
        """Return the step at the station, if it is being worked on."""
        order = self.order_at(station)
        step = order.step_at(station) if order else None
        found = self.records.get(streams.work_directive(order.job_order_id)) if order else None
        if step is None or not isinstance(found, r.WorkDirectiveRecord):
            return None
        specification = found.work_directive.step(step.step_id)
        return (specification, step) if specification else None

    def next_step(self, station: str) -> str:
        """Return the first step that has not begun, mostly."""
        order = self.order_at(station)
        waiting = [
            step.step_id
            for step in (order.steps if order else ())
            if step.state in (StepState.PLANNED, StepState.READY)
        ]
        return waiting[0] if waiting and self.sometimes(0.8) else self.one("010", "020", "030", "9")

    def last_step(self, station: str) -> str:
        order = self.order_at(station)
        done = [s.step_id for s in (order.steps if order else ()) if s.state is StepState.COMPLETE]
        return done[0] if done and self.sometimes(0.8) else self.one("010", "020", "999")

    def exception(self) -> tuple[str, str]:
        """Return a job order and an exception, an open one if there is one."""
        orders = [order for name in ORDERS if (order := self.order(name))]
        opened = [(o.job_order_id, e.exception_id) for o in orders for e in o.open_exceptions()]
        if opened and self.sometimes(0.9):
            return self.one(*opened)
        order_id = self.one(*ORDERS)
        return order_id, f"{order_id}-E{self.random.randint(1, 3)}"

    def shown(self) -> dict[str, str]:
        """Return what a screen says that it shows: mostly nothing, at times something stale."""
        if self.sometimes(0.95):
            return {}
        return {"job_order_id": self.one(*ORDERS), "step_id": self.one("010", "020")}

    def later(self) -> datetime:
        return self.time + timedelta(hours=self.one(-1, 1, 5, 24 * 30))

    def text(self) -> str:
        return self.one(*TEXTS)

    def number(self) -> int:
        return self.random.randint(1, 4)

    def command(self) -> tuple[c.Command, Principal]:
        """Return a command and whoever asks for it."""
        kind = self.likely() if self.sometimes(0.65) else self.one(*MAKERS)
        command = MAKERS[kind](self)
        return command, self.principal(command)

    def likely(self) -> type[c.Command]:
        """Return what would come next at the booth."""
        order = self.order_at("DISP-01")
        if order is None or order.state not in _ACTIVE:
            closing = c.CloseStationSession if order else c.OpenStationSession
            return self.one(c.StoreJobOrder, c.OpenStationSession, closing)
        if order.state is JobOrderState.INTERRUPTED:
            return self.one(c.ResumeJobOrder, c.DispositionException, c.OpenStationSession)
        step = order.step_at("DISP-01")
        match step.state if step else None:
            case StepState.IN_PROGRESS:
                return self.one(*WORK)
            case StepState.EXCEPTION:
                return self.one(c.DispositionException, c.CompleteStep)
            case StepState.COMPLETE:
                return self.one(c.VerifyStep, c.VerifyStep, c.StartStep)
            case _:
                return self.one(c.StartStep, c.StartStep, c.OpenStationSession)

    def principal(self, command: c.Command) -> Principal:
        """Return an account of a right role, or at times of any."""
        roles = sorted(COMMAND_ROLES[type(command)] or Role, key=lambda role: role.value)
        role = self.one(*roles) if self.sometimes(0.97) else self.one(*Role)
        station = getattr(command, "station", "") or self.one(*STATIONS)
        if role is Role.SYSTEM:
            return w.SYSTEM
        if role is Role.HMI:
            return w.terminal(station if self.sometimes(0.98) else "PACK-01")
        known = [item for item in w.PLANT.accounts if role in item.roles]
        account = self.one(*known) if known else None
        return Principal(
            account=account.account if account else f"{role.value}-01",
            roles=frozenset({role}),
            face=self.one("opcua", "rest"),
            person_id=account.person_id if account else None,
        )


def _store(x: Chance) -> c.Command:
    free = [name for name in ORDERS if x.order(name) is None]
    return c.StoreJobOrder(
        job_order_id=free[0] if free and x.sometimes(0.8) else x.one(*ORDERS),
        work_master_id=x.one(*MASTERS),
        quantity=w.kilograms(x.one("1", "1", "1", "2", "0")),
        work_master_version=x.one(None, None, None, None, "1", "7"),
        allowed_to_start=x.sometimes(0.8),
        lot_allocations=x.one((), (), (("ASCORBIC-ACID", "AA-2602"),)),
    )


def _session(x: Chance) -> c.Command:
    active = [name for name in ORDERS if (order := x.order(name)) and order.state in _ACTIVE]
    return c.OpenStationSession(
        station="DISP-01" if x.sometimes(0.7) else x.one(*STATIONS),
        job_order_id=x.one(*active) if active and x.sometimes(0.9) else x.one(*ORDERS, "JO-9"),
        identity=x.identity("op-01", "op-01", "op-01", "op-02", "qa-01", "op-03"),
    )


def _evidence(x: Chance) -> c.Command:
    station = x.one(*STATIONS)
    at = x.specified(station)
    if at is None or not at[0].evidence or x.sometimes(0.1):
        value, source = x.one("true", "?"), x.one(*Source)
        return c.RecordEvidence(
            station=station, evidence_id="booth-is-clear", value=value, source=source, **x.shown()
        )
    item = x.one(*at[0].evidence)
    right = item.expected or ("1" if item.kind is not ValueKind.BOOLEAN else "true")
    if item.lower is not None or item.upper is not None:
        right = str(item.lower if item.lower is not None else item.upper)
    return c.RecordEvidence(
        station=station,
        evidence_id=item.evidence_id,
        value=right if x.sometimes(0.85) else x.one("false", "100000", "?"),
        source=item.sources[0] if x.sometimes(0.9) else x.one(*Source),
        instrument_id=x.one(None, None, "MOISTURE-ANALYSER-01", *SCALES),
        **x.shown(),
    )


def _capture(x: Chance) -> c.Command:
    return c.CaptureEvidence(
        station=x.one("BLEND-01", "DISP-01"), evidence_id=x.one("speed", "temperature", "x")
    )


def _weigh(x: Chance) -> c.Command:
    return c.CaptureWeight(
        station="DISP-01", instrument_id=x.one(*SCALES), partial=x.sometimes(0.1), **x.shown()
    )


def _disposition(x: Chance) -> c.Command:
    order_id, exception_id = x.exception()
    return c.DispositionException(
        job_order_id=order_id,
        exception_id=exception_id,
        disposition=x.one(c.ExceptionDisposition.REDO, *c.ExceptionDisposition),
        reason=x.text(),
        identity=x.identity("qa-01", "sup-01"),
        step_id=x.one("", "", "010"),
    )


def _corrective(x: Chance) -> c.Command:
    order_id, exception_id = x.exception()
    return c.OpenCorrectiveAction(
        corrective_action_id=f"CA-{x.number()}",
        job_order_id=order_id,
        exception_id=exception_id,
        description=x.text(),
        due_time=x.later(),
        identity=x.identity("qa-01", "sup-01"),
    )


def _receive(x: Chance) -> c.Command:
    name = f"LOT-{x.number()}"
    lot = MaterialLot(
        material_lot_id=name,
        material_definition_id=x.one("ASCORBIC-ACID", "MCC-102", "X"),
        disposition=x.one(Disposition.RESTRICTED, *Disposition),
        expiration_time=x.one(None, x.later()),
    )
    amount = w.kilograms(x.one("25", "1", "0"))
    sublot = MaterialSublot(
        material_sublot_id=f"{name}-C1", material_lot_id=x.one(name, name, "Y"), quantity=amount
    )
    return c.ReceiveMaterialLot(lot=lot, sublots=x.one((), (sublot,), (sublot, sublot)))


def _draft(x: Chance) -> c.Command:
    master = next(m for m in w.PLANT.work_masters if m.work_master_id == "WM-CHALLENGE")
    version = str(x.number())
    steps = master.steps if x.sometimes(0.8) else (*master.steps, master.steps[0])
    return c.DraftWorkMaster(
        work_master=replace(master, version=version, steps=steps, approved=x.sometimes(0.1))
    )


def _event(x: Chance) -> c.Command:
    event = EquipmentEvent(
        equipment_id=x.one("BLEND-01", "DISP-01", "PACK-01", "X-9"),
        kind=x.one(*EquipmentEventKind),
        source_time=x.time,
        name=x.one("speed", "drive", "shift-bottles"),
        value=x.one("12", "1", ""),
    )
    return c.RecordEquipmentEvent(event=event)


def _lot(x: Chance) -> str:
    lots = [name.partition(":")[2] for name in x.records if name.startswith("material_lot:")]
    return x.one(*(lots or ["AA-2601"])) if x.sometimes(0.95) else "LOT-9"


def _grant(x: Chance) -> c.Command:
    return c.GrantAuthorization(
        person_id=x.one(*PERSONS, "p-9"),
        qualification_id=x.one(*QUALIFICATIONS),
        level=x.number(),
        expiration_time=x.later(),
        reason=x.text(),
        identity=x.identity("sup-01", "qa-01"),
    )


def _units(x: Chance) -> c.Command:
    return c.RecordProducedUnit(
        station=x.one(*STATIONS),
        material_sublot_id=f"CASE-{x.number()}",
        quantity=Quantity(Decimal(x.number()), x.one("kg", "EA")),
    )


def _override(x: Chance) -> c.Command:
    return c.OverrideGate(
        station=x.one(*STATIONS),
        step_id=x.one("010", "020"),
        code=x.one("material-lot-not-allocated", "calibration-overdue", "no-such-code"),
        reason=x.text(),
        identity=x.identity("sup-01"),
        second=x.identity("qa-01"),
    )


def _alarm(x: Chance) -> str:
    order_id, exception_id = x.exception()
    return x.one(
        *("communication:FLOOR-SCALE-01", "limit:BENCH-SCALE-01", "status:PACK-01", "none:x"),
        *(f"hold:{order_id}", f"exception:{order_id}:{exception_id}"),
    )


def _phase(x: Chance) -> c.Command:
    return c.ReportPhaseState(
        equipment_id=x.one(*STATIONS),
        job_order_id=x.one(*ORDERS, "JO-9"),
        step_id=x.one("010", "020"),
        iteration=x.one(1, 2),
        state=x.one(*PhaseState),
        reason=x.text(),
    )


MAKERS: Final[Mapping[type[c.Command], Make]] = MappingProxyType(
    {
        c.DefineMasterData: lambda x: c.DefineMasterData(items=(x.one(*w.PLANT.master_data),)),
        c.RecordEquipmentEvent: _event,
        c.ReportPhaseState: _phase,
        c.WriteVariable: lambda x: c.WriteVariable(node=x.one("a", "b"), value="1"),
        c.ReportLogin: lambda x: c.ReportLogin(
            account=x.one(*ACCOUNTS, "stranger"), door=x.one("opcua", "rest")
        ),
        c.ReportFailedLogin: lambda x: c.ReportFailedLogin(
            account=x.one(*ACCOUNTS, "stranger"), door=x.one("opcua", "rest")
        ),
        c.StoreJobOrder: _store,
        c.StartJobOrder: lambda x: c.StartJobOrder(job_order_id=x.one(*ORDERS)),
        c.RevokeStartJobOrder: lambda x: c.RevokeStartJobOrder(job_order_id=x.one(*ORDERS)),
        c.UpdateJobOrder: lambda x: c.UpdateJobOrder(
            job_order_id=x.one(*ORDERS),
            work_master_id=x.one(*MASTERS),
            quantity=w.kilograms(x.one("1.000", "2.000")),
        ),
        c.CancelJobOrder: lambda x: c.CancelJobOrder(
            job_order_id=x.one(*ORDERS, "JO-9", "JO-9"), reason=x.text()
        ),
        c.ClearJobOrder: lambda x: c.ClearJobOrder(job_order_id=x.one(*ORDERS)),
        c.HoldJobOrder: lambda x: c.HoldJobOrder(job_order_id=x.one(*ORDERS), reason=x.text()),
        c.StopJobOrder: lambda x: c.StopJobOrder(
            job_order_id=x.one(*ORDERS, "JO-9", "JO-9", "JO-9"), reason=x.text()
        ),
        c.SplitJobOrder: lambda x: c.SplitJobOrder(
            job_order_id=x.one(*ORDERS),
            quantities=x.one((w.kilograms("0.5"),) * 2, (w.kilograms("1"),), (w.kilograms("9"),)),
        ),
        c.PauseJobOrder: lambda x: c.PauseJobOrder(
            job_order_id=x.one(*ORDERS), reason=x.text(), identity=x.identity("sup-01")
        ),
        c.ResumeJobOrder: lambda x: c.ResumeJobOrder(
            job_order_id=x.one(*ORDERS), reason=x.text(), identity=x.identity("sup-01", "qa-01")
        ),
        c.AbortJobOrder: lambda x: c.AbortJobOrder(
            job_order_id=x.one(*ORDERS, "JO-9", "JO-9", "JO-9"),
            reason=x.text(),
            identity=x.identity("sup-01", "op-01"),
        ),
        c.ReleaseJobOrder: lambda x: c.ReleaseJobOrder(
            job_order_id=x.one(*ORDERS), identity=x.identity("qa-01")
        ),
        c.OpenStationSession: _session,
        c.CloseStationSession: lambda x: c.CloseStationSession(station=x.one(*STATIONS)),
        c.StartStep: lambda x: c.StartStep(
            station=(station := x.one(*STATIONS)), step_id=x.next_step(station)
        ),
        c.ConfirmInstruction: lambda x: c.ConfirmInstruction(
            station=x.one(*STATIONS),
            step_id=x.one("010", "020"),
            document_id=x.one("WI-110", "WI-109"),
            revision=x.one("1", "4"),
        ),
        c.HoldStep: lambda x: c.HoldStep(station=x.one(*STATIONS), reason=x.text(), **x.shown()),
        c.ConfirmStep: lambda x: c.ConfirmStep(
            station=x.one(*STATIONS), step_id=x.one("010", "020"), identity=x.identity("op-02")
        ),
        c.CompleteStep: lambda x: c.CompleteStep(station=x.one(*STATIONS), **x.shown()),
        c.VerifyStep: lambda x: c.VerifyStep(
            station=(station := x.one(*STATIONS)),
            step_id=x.last_step(station),
            identity=x.identity("op-02", "op-02", "op-01"),
        ),
        c.OverrideGate: _override,
        c.ScanMaterial: lambda x: c.ScanMaterial(
            station="DISP-01", code=x.one(*CODES), **x.shown()
        ),
        c.CaptureWeight: _weigh,
        c.CaptureEvidence: _capture,
        c.RecordEvidence: _evidence,
        c.CorrectEvidence: lambda x: c.CorrectEvidence(
            job_order_id=x.one(*ORDERS),
            step_id=x.one("010", "020"),
            evidence_id=x.one("booth-is-clear", "x"),
            value=x.one("true", "false"),
            reason=x.text(),
            identity=x.identity("op-01", "sup-01"),
        ),
        c.AttachFile: lambda x: c.AttachFile(
            station=x.one(*STATIONS),
            evidence_id=x.one("booth-is-clear", "x"),
            file_name="photo.jpg",
            media_type=x.one("image/jpeg", "text/html"),
            sha256=x.one("ab" * 32, "no"),
            size=x.one(1, 0, 10**9),
        ),
        c.RecordProducedUnit: _units,
        c.RequestSubstitution: lambda x: c.RequestSubstitution(
            station=x.one(*STATIONS),
            material_definition_id=x.one("ASCORBIC-ACID", "MCC-102"),
            substitute_id=x.one("MCC-102", "SODIUM-ASCORBATE", "X"),
            reason=x.text(),
        ),
        c.ApproveSubstitution: lambda x: c.ApproveSubstitution(
            job_order_id=(order_id := x.one(*ORDERS)),
            substitution_id=f"{order_id}-S{x.number()}",
            reason=x.text(),
            identity=x.identity("qa-01"),
        ),
        c.VerifyDevice: lambda x: c.VerifyDevice(
            station="PACK-01",
            physical_asset_id=x.one("METAL-DETECTOR-01", "CHECKWEIGHER-01", "X"),
            passed=x.sometimes(0.7),
        ),
        c.OpenDeviation: lambda x: c.OpenDeviation(
            station=x.one(*STATIONS), description=x.text(), severity=x.one(*c.Severity)
        ),
        c.ReportException: lambda x: c.ReportException(
            job_order_id=x.one(*ORDERS),
            description=x.text(),
            severity=x.one(*c.Severity),
            identity=x.identity("sup-01"),
        ),
        c.DispositionException: _disposition,
        c.OpenCorrectiveAction: _corrective,
        c.RecordCorrectiveAction: lambda x: c.RecordCorrectiveAction(
            corrective_action_id=f"CA-{x.number()}",
            description=x.text(),
            identity=x.identity("sup-01"),
        ),
        c.CloseCorrectiveAction: lambda x: c.CloseCorrectiveAction(
            corrective_action_id=f"CA-{x.number()}",
            description=x.text(),
            effective=x.sometimes(0.7),
            identity=x.identity("qa-01"),
        ),
        c.ReceiveMaterialLot: _receive,
        c.ChangeLotDisposition: lambda x: c.ChangeLotDisposition(
            material_lot_id=_lot(x),
            disposition=x.one(Disposition.UNRESTRICTED, *Disposition),
            status=x.one("released", "quarantine"),
            reason=x.text(),
            identity=x.identity("qa-01"),
        ),
        c.ReverseLotRejection: lambda x: c.ReverseLotRejection(
            material_lot_id=x.one("AA-2597", _lot(x)),
            reason=x.text(),
            identity=x.identity("qa-01"),
            second=x.identity("sup-01", "qa-01"),
        ),
        c.RecordTestResult: lambda x: c.RecordTestResult(
            material_lot_id=_lot(x), test_id=x.one("assay", "identity", "x"), value=x.one("99", "?")
        ),
        c.MoveSublot: lambda x: c.MoveSublot(
            material_sublot_id=x.one(*CODES), storage_location=x.one("DISP-01", "WH-A-01")
        ),
        c.RecordCalibration: lambda x: c.RecordCalibration(
            physical_asset_id=x.one(*SCALES),
            due_time=x.later(),
            certificate=x.one("CAL-1", "CAL-2"),
            failed=x.sometimes(0.1),
        ),
        c.ChangeEquipmentStatus: lambda x: c.ChangeEquipmentStatus(
            equipment_id=x.one("PACK-01", "BLEND-01", "X"),
            status=x.one(EquipmentStatus.AVAILABLE, *EquipmentStatus),
            reason=x.text(),
        ),
        c.RecordCleaning: lambda x: c.RecordCleaning(
            equipment_id=x.one(*STATIONS),
            cleanliness=x.one(*Cleanliness),
            identity=x.identity("op-01", "op-02"),
        ),
        c.RecordQualification: lambda x: c.RecordQualification(
            person_id=x.one(*PERSONS, "p-9"),
            qualification_id=x.one(*QUALIFICATIONS, "juggling"),
            level=x.number(),
            expiration_time=x.one(None, x.later()),
            training_id="TR-110",
        ),
        c.GrantAuthorization: _grant,
        c.RevokeAuthorization: lambda x: c.RevokeAuthorization(
            person_id=x.one(*PERSONS),
            qualification_id=x.one(*QUALIFICATIONS),
            reason=x.text(),
            identity=x.identity("sup-01"),
        ),
        c.LockAccount: lambda x: c.LockAccount(account=x.one(*ACCOUNTS, "x"), reason=x.text()),
        c.UnlockAccount: lambda x: c.UnlockAccount(account=x.one(*ACCOUNTS, "x"), reason=x.text()),
        c.RegisterUserCertificate: lambda x: c.RegisterUserCertificate(
            account=x.one(*ACCOUNTS, "x"),
            fingerprint=x.one(*FINGERPRINTS),
            reason=x.text(),
        ),
        c.RevokeUserCertificate: lambda x: c.RevokeUserCertificate(
            account=x.one(*ACCOUNTS, "x"),
            fingerprint=x.one(*FINGERPRINTS),
            reason=x.text(),
        ),
        c.TrustApplicationCertificate: lambda x: c.TrustApplicationCertificate(
            fingerprint=x.one(*FINGERPRINTS), subject="CN=hmi", reason=x.text()
        ),
        c.RejectApplicationCertificate: lambda x: c.RejectApplicationCertificate(
            fingerprint=x.one(*FINGERPRINTS), reason=x.text()
        ),
        c.DraftWorkMaster: _draft,
        c.ReviewWorkMaster: lambda x: c.ReviewWorkMaster(
            work_master_id=x.one("WM-CHALLENGE", "WM-9"),
            version=str(x.number()),
            identity=x.identity("sup-01", "qa-01"),
        ),
        c.ApproveWorkMaster: lambda x: c.ApproveWorkMaster(
            work_master_id="WM-CHALLENGE",
            version=str(x.number()),
            identity=x.identity("qa-01"),
            effective_from=x.one(None, x.later()),
        ),
        c.RetireWorkMaster: lambda x: c.RetireWorkMaster(
            work_master_id="WM-CHALLENGE",
            version=x.one("2", "3", "4"),
            reason=x.text(),
            identity=x.identity("qa-01"),
        ),
        c.ReleaseDocument: lambda x: c.ReleaseDocument(
            revision=DocumentRevision(
                document_id=x.one(
                    "WI-170", "WI-9", "WI-8", "WI-7", *(("WI-110",) * x.sometimes(0.2))
                ),
                revision=str(x.number()),
            ),
            identity=x.identity("qa-01"),
        ),
        c.AcknowledgeAlarm: lambda x: c.AcknowledgeAlarm(alarm_id=_alarm(x), remark=x.text()),
        c.ConfirmAlarm: lambda x: c.ConfirmAlarm(alarm_id=_alarm(x)),
        c.CommentAlarm: lambda x: c.CommentAlarm(alarm_id=_alarm(x), remark=x.one("", x.text())),
        c.ShelveAlarm: lambda x: c.ShelveAlarm(
            alarm_id=_alarm(x), duration_s=Decimal(x.one(0, 60, 10**6)), once=x.sometimes(0.5)
        ),
        c.UnshelveAlarm: lambda x: c.UnshelveAlarm(alarm_id=_alarm(x)),
        c.DisableAlarm: lambda x: c.DisableAlarm(alarm_id=_alarm(x)),
        c.EnableAlarm: lambda x: c.EnableAlarm(alarm_id=_alarm(x)),
        c.ReportAlarm: lambda x: c.ReportAlarm(
            alarm_id=x.one("communication:FLOOR-SCALE-01", "limit:BENCH-SCALE-01", "hold:JO-1"),
            physical_asset_id=x.one(*SCALES),
            description=x.text(),
            state=x.one("", "Low", "LowLow"),
            severity=x.one(500, 800),
        ),
    }
)
"""How each kind of command is made."""

WORK: Final = (c.ScanMaterial, c.CaptureWeight, c.RecordEvidence, c.RecordEvidence, c.CompleteStep,
               c.CloseStationSession, c.OpenStationSession)  # fmt: skip
"""What is done while a step is in progress."""
