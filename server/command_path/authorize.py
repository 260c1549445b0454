"""Whose a command is: roles per command, and the stations of a terminal."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from models.execution import commands as c
from models.execution.outcome import Denied
from models.execution.principal import Identity, Principal, Role
from models.execution.snapshot import Snapshot

_AT_A_STATION: Final = frozenset({Role.HMI})
_SIGNED: Final = frozenset({Role.HMI, Role.SUPERVISOR, Role.QUALITY})
_QUALITY: Final = frozenset({Role.HMI, Role.QUALITY})
_PLANNING: Final = frozenset({Role.PLANNER, Role.SUPERVISOR, Role.QUALITY})
_SYSTEM: Final = frozenset({Role.SYSTEM})
_WATCHERS: Final = frozenset(
    {Role.OPERATOR, Role.SUPERVISOR, Role.QUALITY, Role.MAINTENANCE, Role.METROLOGY}
)
_SILENCERS: Final = frozenset({Role.SUPERVISOR, Role.QUALITY, Role.MAINTENANCE})
_NOBODY: Final = frozenset[Role]()

COMMAND_ROLES: Final[Mapping[type[c.Command], frozenset[Role]]] = MappingProxyType(
    {
        c.DefineMasterData: _SYSTEM,
        c.RecordEquipmentEvent: _SYSTEM,
        c.ReportPhaseState: _SYSTEM,
        c.ReportFailedLogin: _SYSTEM,
        c.ReportLogin: _SYSTEM,
        c.WriteVariable: _NOBODY,
        # job orders
        c.StoreJobOrder: frozenset({Role.ERP, Role.PLANNER}),
        c.StartJobOrder: frozenset({Role.ERP, Role.PLANNER, Role.SUPERVISOR}),
        c.RevokeStartJobOrder: frozenset({Role.ERP, Role.PLANNER, Role.SUPERVISOR}),
        c.UpdateJobOrder: frozenset({Role.ERP, Role.PLANNER}),
        c.CancelJobOrder: frozenset({Role.ERP, Role.PLANNER, Role.SUPERVISOR}),
        c.ClearJobOrder: frozenset({Role.ERP, Role.PLANNER, Role.SUPERVISOR}),
        c.HoldJobOrder: _SIGNED | {Role.PLANNER, Role.OPERATOR},
        c.StopJobOrder: frozenset({Role.SUPERVISOR, Role.QUALITY, Role.PLANNER}),
        c.SplitJobOrder: frozenset({Role.PLANNER}),
        c.PauseJobOrder: _SIGNED,
        c.ResumeJobOrder: _SIGNED,
        c.AbortJobOrder: _SIGNED | {Role.PLANNER},
        c.ReleaseJobOrder: _SIGNED,
        # at a station
        c.OpenStationSession: _AT_A_STATION,
        c.CloseStationSession: _AT_A_STATION,
        c.StartStep: _AT_A_STATION,
        c.ConfirmInstruction: _AT_A_STATION,
        c.HoldStep: _AT_A_STATION,
        c.ConfirmStep: _AT_A_STATION,
        c.CompleteStep: _AT_A_STATION,
        c.VerifyStep: _AT_A_STATION,
        c.OverrideGate: _AT_A_STATION,
        c.ScanMaterial: _AT_A_STATION,
        c.CaptureWeight: _AT_A_STATION,
        c.CaptureEvidence: _AT_A_STATION,
        c.RecordEvidence: _AT_A_STATION,
        c.AttachFile: _AT_A_STATION,
        c.RecordProducedUnit: _AT_A_STATION,
        c.RequestSubstitution: _AT_A_STATION,
        c.VerifyDevice: _AT_A_STATION,
        c.OpenDeviation: _AT_A_STATION,
        # materials
        c.ReceiveMaterialLot: frozenset({Role.WAREHOUSE, Role.ERP}),
        c.ChangeLotDisposition: _QUALITY,
        c.ReverseLotRejection: _QUALITY,
        c.RecordTestResult: frozenset({Role.LABORATORY}),
        c.MoveSublot: frozenset({Role.WAREHOUSE}),
        c.ApproveSubstitution: _QUALITY,
        # equipment
        c.RecordCalibration: frozenset({Role.METROLOGY}),
        c.ChangeEquipmentStatus: frozenset({Role.MAINTENANCE}),
        c.RecordCleaning: frozenset({Role.HMI, Role.OPERATOR, Role.SUPERVISOR}),
        # people
        c.RecordQualification: frozenset({Role.TRAINING}),
        c.GrantAuthorization: _SIGNED,
        c.RevokeAuthorization: _SIGNED,
        c.LockAccount: frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.QUALITY}),
        c.UnlockAccount: frozenset({Role.ADMINISTRATOR}),
        c.RegisterUserCertificate: frozenset({Role.ADMINISTRATOR}),
        c.RevokeUserCertificate: frozenset({Role.ADMINISTRATOR}),
        c.TrustApplicationCertificate: frozenset({Role.ADMINISTRATOR}),
        c.RejectApplicationCertificate: frozenset({Role.ADMINISTRATOR}),
        # master batch records and documents
        c.DraftWorkMaster: _PLANNING,
        c.ReviewWorkMaster: _PLANNING,
        c.ApproveWorkMaster: frozenset({Role.QUALITY}),
        c.RetireWorkMaster: frozenset({Role.QUALITY}),
        c.ReleaseDocument: frozenset({Role.QUALITY}),
        # exceptions
        c.CorrectEvidence: _SIGNED,
        c.ReportException: _SIGNED,
        c.DispositionException: _SIGNED,
        c.OpenCorrectiveAction: frozenset({Role.SUPERVISOR, Role.QUALITY}),
        c.RecordCorrectiveAction: frozenset({Role.SUPERVISOR, Role.QUALITY, Role.MAINTENANCE}),
        c.CloseCorrectiveAction: frozenset({Role.QUALITY}),
        # alarms
        c.AcknowledgeAlarm: _WATCHERS,
        c.ConfirmAlarm: _WATCHERS,
        c.CommentAlarm: _WATCHERS,
        c.ShelveAlarm: _SILENCERS,
        c.UnshelveAlarm: _WATCHERS,
        c.DisableAlarm: _SILENCERS,
        c.EnableAlarm: _SILENCERS,
        c.ReportAlarm: _SYSTEM,
    }
)
"""Which roles an account needs to submit a command, through whatever face."""


def authorize(command: c.Command, principal: Principal) -> Denied | None:
    """Return why the command is not this principal's, or None when it is."""
    name = type(command).__name__
    roles = COMMAND_ROLES[type(command)]
    if isinstance(command, c.WriteVariable):
        reason = f"{command.node} can't be written; call the method that does what you want"
        return Denied(code="variable-write-denied", reason=reason)
    if not roles & principal.roles:
        wanted = ", ".join(sorted(role.value for role in roles))
        reason = f"{name} is not for account {principal.account}; it takes the role {wanted}"
        return Denied(code="role-denied", reason=reason)
    station = getattr(command, "station", None)
    if station is not None and station not in principal.stations:
        reason = f"account {principal.account} is not a terminal of station {station}"
        return Denied(code="station-denied", reason=reason)
    return next(filter(None, map(_not_shown, _signers(command))), None) or _first(command)


def locked_out(command: c.Command, principal: Principal, snapshot: Snapshot) -> Denied | None:
    """Return that an account which asks or signs is locked, or None when none is.

    It is asked at every decision, so that a lock counts at once, in sessions that are open too.
    """
    signers = (who.account for who in _signers(command) if who.authenticated)
    for name in (principal.account, *signers):
        known = snapshot.account(name)
        if known is not None and known.locked:
            return Denied(code="account-locked", reason=f"account {name} is locked: {known.reason}")
    return None


def _signers(command: c.Command) -> tuple[Identity, ...]:
    found = (getattr(command, name, None) for name in ("identity", "second"))
    return tuple(who for who in found if who is not None)


def _not_shown(who: Identity) -> Denied | None:
    """Return why it is not shown that the person is who was said."""
    if who.authenticated:
        return None
    match who.problem:
        case "signature-missing":
            reason = f"{who.account} has to sign: call the method that takes account and password"
        case "account-locked":
            reason = f"account {who.account} is locked; an administrator unlocks it"
        case "password-expired":
            reason = f"the password of {who.account} is too old; set a new one (interlock passwd)"
        case _:
            reason = f"account name and password of {who.account} do not match"
    return Denied(code=who.problem or "credentials-wrong", reason=reason)


def _first(command: c.Command) -> Denied | None:
    """Return that a session can't begin with the password alone (21 CFR 11.200(a)(1)(i))."""
    if isinstance(command, c.OpenStationSession) and command.identity.continued:
        reason = "a session begins with account name and password"
        return Denied(code="credentials-wrong", reason=reason)
    return None
