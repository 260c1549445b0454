"""Everything that Interlock can decide, on one screen."""

# mypy: disable-error-code="explicit-any"
# Each function of the tables takes the kind of command that it stands beside.

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.decisions import (
    accounts,
    alarms,
    certificates,
    confirmations,
    corrections,
    corrective_actions,
    devices,
    documents,
    equipment,
    evidence,
    exceptions,
    holds,
    instructions,
    job_order_control,
    job_orders,
    lot_tests,
    lots,
    master_data,
    overrides,
    personnel,
    phases,
    produced_units,
    releasing,
    signing,
    splitting,
    stations,
    steps,
    substitution,
    weighing,
    work_masters,
)
from models.execution.overridden import waivable, with_overrides_used
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot

_DECISIONS: Final[Mapping[type[c.Command], Callable[[Any, Snapshot], Decision]]] = MappingProxyType(
    {
        c.DefineMasterData: master_data.define,
        c.RecordEquipmentEvent: equipment.equipment_event,
        c.ReportPhaseState: phases.phase_state,
        c.ReportFailedLogin: accounts.failed_login,
        c.ReportLogin: accounts.logged_in,
        c.StoreJobOrder: job_orders.store,
        c.StartJobOrder: job_orders.start,
        c.RevokeStartJobOrder: job_orders.revoke_start,
        c.UpdateJobOrder: job_order_control.update,
        c.ClearJobOrder: job_order_control.clear,
        c.SplitJobOrder: splitting.split,
        c.PauseJobOrder: holds.pause,
        c.ResumeJobOrder: holds.resume,
        c.AbortJobOrder: job_orders.abort,
        c.ReleaseJobOrder: releasing.release,
        c.OpenStationSession: stations.open_session,
        c.CloseStationSession: stations.close_session,
        c.StartStep: steps.start_step,
        c.ConfirmInstruction: instructions.confirm,
        c.HoldStep: holds.hold_step,
        c.ConfirmStep: confirmations.confirm_step,
        c.CompleteStep: steps.complete_step,
        c.VerifyStep: steps.verify_step,
        c.OverrideGate: overrides.override,
        c.ScanMaterial: weighing.scan,
        c.CaptureWeight: weighing.weigh,
        c.CaptureEvidence: evidence.capture,
        c.RecordEvidence: evidence.record,
        c.CorrectEvidence: corrections.correct,
        c.AttachFile: corrections.attach,
        c.ChangeLotDisposition: lots.change_disposition,
        c.ReverseLotRejection: lots.reverse_rejection,
        c.RecordProducedUnit: produced_units.record_unit,
        c.RequestSubstitution: substitution.request,
        c.ApproveSubstitution: substitution.approve,
        c.RecordCleaning: equipment.clean,
        c.VerifyDevice: devices.verify_device,
        c.GrantAuthorization: personnel.grant,
        c.RevokeAuthorization: personnel.revoke,
        c.ReviewWorkMaster: work_masters.review,
        c.ApproveWorkMaster: work_masters.approve,
        c.RetireWorkMaster: work_masters.retire,
        c.ReleaseDocument: documents.release,
        c.OpenDeviation: exceptions.open_deviation,
        c.ReportException: exceptions.report,
        c.DispositionException: exceptions.disposition,
        c.OpenCorrectiveAction: corrective_actions.open_action,
        c.RecordCorrectiveAction: corrective_actions.record_action,
        c.CloseCorrectiveAction: corrective_actions.close_action,
        c.ReportAlarm: alarms.report,
        c.WriteVariable: lambda *_: Decision(),  # never authorized, so never decided
    }
)
"""Decisions that depend on the command and on what is known; who signs stands in the command."""

_BY_ACCOUNT: Final[Mapping[type[c.Command], Callable[[Any, Principal, Snapshot], Decision]]] = (
    MappingProxyType(
        {
            c.HoldJobOrder: job_order_control.hold,
            c.StopJobOrder: job_order_control.stop,
            c.CancelJobOrder: job_order_control.cancel,
            c.ReceiveMaterialLot: lots.receive,
            c.RecordTestResult: lot_tests.test_result,
            c.MoveSublot: lots.move_sublot,
            c.RecordCalibration: equipment.calibrate,
            c.ChangeEquipmentStatus: equipment.change_status,
            c.RecordQualification: personnel.qualify,
            c.LockAccount: accounts.lock,
            c.UnlockAccount: accounts.unlock,
            c.RegisterUserCertificate: certificates.register,
            c.RevokeUserCertificate: certificates.revoke,
            c.TrustApplicationCertificate: certificates.trust,
            c.RejectApplicationCertificate: certificates.reject,
            c.DraftWorkMaster: work_masters.draft,
            c.AcknowledgeAlarm: alarms.acknowledge,
            c.ConfirmAlarm: alarms.confirm,
            c.CommentAlarm: alarms.comment,
            c.ShelveAlarm: alarms.shelve,
            c.UnshelveAlarm: alarms.unshelve,
            c.DisableAlarm: alarms.disable,
            c.EnableAlarm: alarms.enable,
        }
    )
)
"""Decisions that also put on record which account's person asked."""


def decide(command: c.Command, principal: Principal, snapshot: Snapshot) -> Decision:
    """Return what happens, or why not. Pure: the same inputs give the same decision."""
    refusals = signing.not_continued(command, snapshot)
    if refusals:
        return Decision(refusals=refusals)
    decision = _decided(command, principal, snapshot)
    waived = waivable(decision, snapshot)
    if not waived:
        return decision
    again = _decided(command, principal, replace(snapshot, waived=waived))
    if again.refusals:
        return decision
    return with_overrides_used(again, waived, type(command).__name__)


def _decided(command: c.Command, principal: Principal, snapshot: Snapshot) -> Decision:
    plain = _DECISIONS.get(type(command))
    if plain is not None:
        return plain(command, snapshot)
    return _BY_ACCOUNT[type(command)](command, principal, snapshot)
