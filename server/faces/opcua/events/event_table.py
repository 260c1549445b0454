"""What each event of the execution log is to a SCADA system: type, severity, text, new states.

One row per event of the log, so that 1,000 rows are 1,000 events. The texts are for people; ``e``
in them is the event. What is asked for by programs stands in the fields, never in the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from asyncua import ua

from models.execution import events as e
from models.execution.job_order_state import JobOrderState
from models.execution.step_state import StepState
from server.faces.opcua.types import execution_table as x

DESCRIBED: Final = 50
CALM: Final = 100
WORK: Final = 200
NOTABLE: Final = 300
HELD: Final = 500
REFUSED: Final = 500
GRAVE: Final = 700
SECURITY: Final = 900
"""Severities, 1 to 1000 (OPC 10000-5, 6.4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event: its type, its severity, its text, and the state that it leads to, if any."""

    event_type: ua.NodeId
    severity: int
    text: str
    job_order_state: str = ""
    step_state: str = ""


_J, _S = JobOrderState, StepState


def _order(severity: int, text: str, state: JobOrderState | None = None) -> EventRow:
    return EventRow(
        event_type=x.JOB_ORDER_STATE_EVENT_TYPE,
        severity=severity,
        text=text,
        job_order_state=state.value if state else "",
    )


def _hold(text: str, order: JobOrderState | None = None, step: StepState | None = None) -> EventRow:
    return EventRow(
        event_type=x.HOLD_EVENT_TYPE,
        severity=HELD,
        text=text,
        job_order_state=order.value if order else "",
        step_state=step.value if step else "",
    )


def _step(text: str, state: StepState | None = None, severity: int = WORK) -> EventRow:
    return EventRow(
        event_type=x.STEP_STATE_EVENT_TYPE,
        severity=severity,
        text=text,
        step_state=state.value if state else "",
    )


def _of(event_type: ua.NodeId, severity: int, text: str) -> EventRow:
    return EventRow(event_type=event_type, severity=severity, text=text)


_ORDER: Final = "Job order {e.job_order_id}"
_STEP: Final = "Step {e.step_id} of {e.job_order_id}"

_JOB_ORDERS: Final[Mapping[type[e.Event], EventRow]] = {
    e.JobOrderStored: _order(NOTABLE, f"{_ORDER} was stored: {{e.quantity}} into lot "
                             "{e.material_lot_id}.", _J.NOT_ALLOWED_TO_START),
    e.JobOrderUpdated: _order(NOTABLE, f"{_ORDER} was changed before its start: {{e.quantity}}."),
    e.JobOrderAllowedToStart: _order(NOTABLE, f"{_ORDER} is allowed to start.",
                                     _J.ALLOWED_TO_START),
    e.JobOrderStartRevoked: _order(NOTABLE, f"{_ORDER} is no longer allowed to start.",
                                   _J.NOT_ALLOWED_TO_START),
    e.JobOrderSplit: _order(NOTABLE, f"{_ORDER} was split into parts.", _J.ENDED),
    e.JobOrderPartEnded: _order(CALM, f"Part {{e.part_id}} of {_ORDER} has ended."),
    e.JobOrderRunBegan: _order(NOTABLE, f"{_ORDER} runs.", _J.RUNNING),
    e.JobOrderPaused: _hold(f"{_ORDER} is held: {{e.reason}}", _J.INTERRUPTED),
    e.JobOrderResumed: _hold(f"{_ORDER} runs again: {{e.reason}}", _J.RUNNING),
    e.JobOrderReleased: _order(NOTABLE, f"{_ORDER} was released by "
                               "{e.signature.person_id}.", _J.ENDED),
    e.JobOrderAborted: _order(GRAVE, f"{_ORDER} was aborted: {{e.reason}}", _J.ABORTED),
    e.JobOrderStopped: _order(GRAVE, f"{_ORDER} was stopped: {{e.reason}}", _J.ENDED),
    e.JobOrderCancelled: _order(NOTABLE, f"{_ORDER} was cancelled: {{e.reason}}", _J.ABORTED),
    e.JobOrderCleared: _order(CALM, f"{_ORDER} was cleared from the list of job orders."),
    e.WorkDirectiveCopied: _of(x.JOB_ORDER_STATE_EVENT_TYPE, DESCRIBED,
                               f"The work master of {_ORDER} was frozen."),
}  # fmt: skip

_STEPS: Final[Mapping[type[e.Event], EventRow]] = {
    e.StepBecameReady: _step(f"{_STEP} is ready.", _S.READY),
    e.StepBegan: _step(f"{_STEP} began at {{e.station}}.", _S.IN_PROGRESS),
    e.StepHeld: _hold(f"{_STEP} is held: {{e.reason}}", step=_S.HELD),
    e.StepResumed: _hold(f"{_STEP} goes on.", step=_S.IN_PROGRESS),
    e.StepConfirmed: _step(f"{_STEP} was confirmed by {{e.signature.person_id}}."),
    e.StepConfirmationLapsed: _step(f"A confirmation of {_STEP} came too late and lapsed."),
    e.StepCompleted: _step(f"{_STEP} is complete.", _S.COMPLETE),
    e.StepVerified: _step(f"{_STEP} was verified by {{e.signature.person_id}}.", _S.VERIFIED),
    e.StepNotSelected: _step(f"{_STEP} is not needed.", _S.NOT_SELECTED),
    e.StepReopened: _step(f"{_STEP} is worked on once more: {{e.reason}}", _S.PLANNED, NOTABLE),
    e.StepAborted: _step(f"{_STEP} was aborted.", _S.ABORTED, NOTABLE),
    e.StepClosed: _step(f"{_STEP} is closed.", _S.CLOSED),
    e.PhaseStateReported: _step(f"Phase {{e.phase}} of {_STEP} at {{e.station}} is "
                                "{e.state.value}."),
    e.InstructionConfirmed: _step(f"The instruction {{e.document_id}} of {_STEP} was read."),
    e.GateOverridden: _step(f"{{e.code}} shall not count at {_STEP}, as two people signed: "
                            "{e.reason}", severity=GRAVE),
    e.OverrideUsed: _step(f"{{e.code}} did not count at {_STEP}, for {{e.command}}.",
                          severity=GRAVE),
    e.MaterialIdentified: _step(f"Container {{e.material_sublot_id}} was identified at {_STEP}."),
    e.SubstitutionRequested: _step(f"{{e.substitute_id}} was asked for in place of "
                                   f"{{e.material_definition_id}} at {_STEP}.", severity=NOTABLE),
    e.SubstitutionApproved: _order(NOTABLE, f"Substitution {{e.substitution_id}} of {_ORDER} was "
                                   "approved."),
    e.YieldVarianceRecorded: _step(f"{_STEP} consumed {{e.consumed}} of "
                                   "{e.material_definition_id}.", severity=NOTABLE),
}  # fmt: skip

_EVIDENCE: Final[Mapping[type[e.Event], EventRow]] = {
    e.WeightCaptured: _of(x.EVIDENCE_EVENT_TYPE, WORK,
                          "{e.quantity} of {e.material_definition_id} was weighed at "
                          f"{_STEP}."),
    e.EvidenceRecorded: _of(x.EVIDENCE_EVENT_TYPE, WORK,
                            f"{{e.evidence_id}} of {_STEP} is {{e.value}} {{e.unit}}."),
    e.EvidenceCorrected: _of(x.EVIDENCE_EVENT_TYPE, NOTABLE,
                             f"{{e.evidence_id}} of {_STEP} was corrected: {{e.reason}}"),
    e.FileAttached: _of(x.EVIDENCE_EVENT_TYPE, WORK,
                        f"{{e.file_name}} was attached to {{e.evidence_id}} of {_STEP}."),
    e.ProducedUnitRecorded: _of(x.EVIDENCE_EVENT_TYPE, WORK,
                                f"Unit {{e.material_sublot_id}} ({{e.quantity}}) left {_STEP}."),
}  # fmt: skip

_EXCEPTIONS: Final[Mapping[type[e.Event], EventRow]] = {
    e.ExceptionOpened: _of(x.DEVIATION_EVENT_TYPE, GRAVE, "{e.exception_id}: {e.description}"),
    e.ExceptionDispositioned: _of(x.DEVIATION_EVENT_TYPE, GRAVE,
                                  "{e.exception_id}: {e.disposition.value}. {e.reason}"),
    e.CorrectiveActionOpened: _of(x.DEVIATION_EVENT_TYPE, NOTABLE,
                                  "{e.corrective_action_id} was opened for {e.exception_id}: "
                                  "{e.description}"),
    e.CorrectiveActionLinked: _of(x.DEVIATION_EVENT_TYPE, CALM,
                                  "{e.exception_id} has the corrective action "
                                  "{e.corrective_action_id}."),
    e.CorrectiveActionRecorded: _of(x.DEVIATION_EVENT_TYPE, NOTABLE,
                                    "{e.corrective_action_id} was carried out: {e.description}"),
    e.CorrectiveActionClosed: _of(x.DEVIATION_EVENT_TYPE, NOTABLE,
                                  "{e.corrective_action_id} was judged: {e.description}"),
}  # fmt: skip

_LOT: Final = x.LOT_EVENT_TYPE
_MATERIALS: Final[Mapping[type[e.Event], EventRow]] = {
    e.MaterialLotDefined: _of(_LOT, WORK, "Lot {e.material_lot.material_lot_id} of "
                              "{e.material_lot.material_definition_id} is on record."),
    e.MaterialLotListed: _of(_LOT, DESCRIBED, "Lot {e.material_lot_id} is one of "
                             "{e.material_definition_id}."),
    e.MaterialSublotDefined: _of(_LOT, WORK, "Container {e.material_sublot.material_sublot_id} is "
                                 "on record."),
    e.MaterialSublotListed: _of(_LOT, DESCRIBED, "Container {e.material_sublot_id} is one of lot "
                                "{e.material_lot_id}."),
    e.MaterialLotDispositionChanged: _of(_LOT, GRAVE, "Lot {e.material_lot_id} is "
                                         "{e.disposition.value} {e.status}: {e.reason}"),
    e.TestResultRecorded: _of(_LOT, NOTABLE, "Test {e.test_id} of lot {e.material_lot_id}: "
                              "{e.value} {e.unit}."),
    e.MaterialSublotDrawn: _of(_LOT, WORK, "{e.quantity} was drawn from container "
                               "{e.material_sublot_id}."),
    e.MaterialSublotCorrected: _of(_LOT, NOTABLE, "The stock of container {e.material_sublot_id} "
                                   "was corrected by {e.difference}."),
    e.MaterialSublotMoved: _of(_LOT, WORK, "Container {e.material_sublot_id} stands at "
                               "{e.storage_location}."),
    e.MaterialSublotHeld: _of(_LOT, HELD, "Container {e.material_sublot_id} is held: {e.reason}"),
    e.MaterialSublotFreed: _of(_LOT, HELD, "Container {e.material_sublot_id} is free again."),
}  # fmt: skip

_EQ: Final = x.EQUIPMENT_EVENT_TYPE
_EQUIPMENT: Final[Mapping[type[e.Event], EventRow]] = {
    e.EquipmentEventRecorded: _of(_EQ, CALM, "{e.event.equipment_id} {e.event.kind.value} "
                                  "{e.event.name} {e.event.value}"),
    e.CalibrationRecorded: _of(_EQ, NOTABLE, "{e.physical_asset_id} was calibrated, due "
                               "{e.due_time:%Y-%m-%d}."),
    e.EquipmentStatusChanged: _of(_EQ, NOTABLE, "{e.equipment_id} is {e.status.value}: {e.reason}"),
    e.EquipmentCleaned: _of(_EQ, WORK, "{e.equipment_id} was cleaned: {e.cleanliness.value}."),
    e.EquipmentUseBegan: _of(_EQ, CALM, "{e.equipment_id} is used for {e.job_order_id}."),
    e.EquipmentUseEnded: _of(_EQ, CALM, "{e.equipment_id} is no longer used for "
                             "{e.job_order_id}."),
    e.LineCleared: _of(_EQ, WORK, "{e.equipment_id} was cleared for {e.job_order_id}."),
    e.DeviceVerified: _of(_EQ, NOTABLE, "{e.physical_asset_id} was checked with its test pieces: "
                          "{e.description}"),
    e.EquipmentDefined: _of(_EQ, DESCRIBED, "Equipment {e.equipment.equipment_id} is described."),
    e.PhysicalAssetDefined: _of(_EQ, DESCRIBED, "Asset {e.physical_asset.physical_asset_id} is "
                                "described."),
}  # fmt: skip

_SN: Final = x.SESSION_EVENT_TYPE
_PN: Final = x.PERSONNEL_EVENT_TYPE
_PEOPLE: Final[Mapping[type[e.Event], EventRow]] = {
    e.StationSessionOpened: _of(_SN, WORK, "{e.person_id} works at {e.station} for "
                                "{e.job_order_id}."),
    e.StationSessionClosed: _of(_SN, WORK, "Nobody works at {e.station} any more."),
    e.LoginFailed: _of(_SN, SECURITY, "Wrong password for {e.account} at {e.door}."),
    e.LoginSucceeded: _of(_SN, WORK, "{e.account} logged in at {e.door} after wrong passwords."),
    e.AccountLocked: _of(_SN, SECURITY, "Account {e.account} is locked: {e.reason}"),
    e.AccountUnlocked: _of(_SN, SECURITY, "Account {e.account} is unlocked: {e.reason}"),
    e.UserCertificateRegistered: _of(_SN, NOTABLE, "{e.account} may log in with the certificate "
                                     "{e.fingerprint:.16}: {e.reason}"),
    e.UserCertificateRevoked: _of(_SN, SECURITY, "{e.account} may no longer log in with the "
                                  "certificate {e.fingerprint:.16}: {e.reason}"),
    e.ApplicationCertificateTrusted: _of(_SN, SECURITY, "The client {e.subject} is trusted: "
                                         "{e.reason}"),
    e.ApplicationCertificateRejected: _of(_SN, SECURITY, "The client with the certificate "
                                          "{e.fingerprint:.16} is trusted no more: {e.reason}"),
    e.AccountDefined: _of(_PN, DESCRIBED, "Account {e.account.account} is described."),
    e.PersonDefined: _of(_PN, DESCRIBED, "Person {e.person.person_id} is described."),
    e.QualificationRecorded: _of(_PN, NOTABLE, "{e.person_id} is qualified for "
                                 "{e.qualification_id}."),
    e.AuthorizationGranted: _of(_PN, NOTABLE, "{e.person_id} may do {e.qualification_id}: "
                                "{e.reason}"),
    e.AuthorizationRevoked: _of(_PN, NOTABLE, "{e.person_id} may no longer do "
                                "{e.qualification_id}: {e.reason}"),
}  # fmt: skip

_MD: Final = x.MASTER_DATA_EVENT_TYPE
_MASTER_DATA: Final[Mapping[type[e.Event], EventRow]] = {
    e.MaterialDefinitionDefined: _of(_MD, DESCRIBED, "Material "
                                     "{e.material_definition.material_definition_id} is "
                                     "described."),
    e.WorkMasterDefined: _of(_MD, DESCRIBED, "{e.work_master.work_master_id} is described."),
    e.DocumentDefined: _of(_MD, DESCRIBED, "{e.revision.document_id} is described."),
    e.WorkMasterDrafted: _of(_MD, NOTABLE, "{e.work_master.work_master_id} version "
                             "{e.work_master.version} was drafted."),
    e.WorkMasterReviewed: _of(_MD, NOTABLE, "{e.work_master_id} version {e.version} was reviewed."),
    e.WorkMasterApproved: _of(_MD, NOTABLE, "{e.work_master_id} version {e.version} was approved."),
    e.WorkMasterRetired: _of(_MD, NOTABLE, "{e.work_master_id} version {e.version} was retired: "
                             "{e.reason}"),
    e.DocumentReleased: _of(_MD, NOTABLE, "{e.revision.document_id} revision "
                            "{e.revision.revision} is in force."),
}  # fmt: skip

_ATTEMPTS: Final[Mapping[type[e.Event], EventRow]] = {
    e.CommandRefused: _of(x.REFUSAL_EVENT_TYPE, REFUSED, ""),
    e.CommandDenied: _of(x.DENIAL_EVENT_TYPE, REFUSED, "{e.reason}"),
}

_AL: Final = x.ALARM_RECORD_EVENT_TYPE
_ALARMS: Final[Mapping[type[e.Event], EventRow]] = {
    e.AlarmRaised: _of(_AL, GRAVE, "{e.description}"),
    e.AlarmCleared: _of(_AL, NOTABLE, "{e.description}"),
    e.AlarmAcknowledged: _of(_AL, NOTABLE, "{e.alarm_id} was acknowledged by {e.account}. "
                             "{e.remark}"),
    e.AlarmConfirmed: _of(_AL, NOTABLE, "{e.alarm_id} was confirmed by {e.account}. {e.remark}"),
    e.AlarmCommented: _of(_AL, CALM, "{e.account} about {e.alarm_id}: {e.remark}"),
    e.AlarmShelved: _of(_AL, NOTABLE, "{e.alarm_id} was put aside by {e.account} until "
                        "{e.until:%Y-%m-%d %H:%M} UTC. {e.remark}"),
    e.AlarmUnshelved: _of(_AL, NOTABLE, "{e.alarm_id} was brought back by {e.account}. {e.remark}"),
    e.AlarmDisabled: _of(_AL, GRAVE, "{e.alarm_id} was switched off by {e.account}. {e.remark}"),
    e.AlarmEnabled: _of(_AL, NOTABLE, "{e.alarm_id} was switched on by {e.account}. {e.remark}"),
}  # fmt: skip

EVENT_ROWS: Final[Mapping[type[e.Event], EventRow]] = MappingProxyType(
    {
        **_JOB_ORDERS,
        **_STEPS,
        **_EVIDENCE,
        **_EXCEPTIONS,
        **_MATERIALS,
        **_EQUIPMENT,
        **_PEOPLE,
        **_MASTER_DATA,
        **_ATTEMPTS,
        **_ALARMS,
    }
)
"""Every event of the log by its class."""
