"""Whose a command is: roles per command, and the stations of a terminal."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from models.execution import commands as c
from models.execution.outcome import Denied
from models.execution.principal import Principal, Role

_AT_A_STATION: Final = frozenset({Role.HMI})
_SIGNED: Final = frozenset({Role.HMI, Role.SUPERVISOR, Role.QUALITY})

COMMAND_ROLES: Final[Mapping[type[c.Command], frozenset[Role]]] = MappingProxyType(
    {
        c.DefineMasterData: frozenset({Role.SYSTEM}),
        c.StoreJobOrder: frozenset({Role.ERP, Role.PLANNER}),
        c.StartJobOrder: frozenset({Role.ERP, Role.PLANNER, Role.SUPERVISOR}),
        c.AbortJobOrder: _SIGNED | {Role.PLANNER},
        c.OpenStationSession: _AT_A_STATION,
        c.CloseStationSession: _AT_A_STATION,
        c.StartStep: _AT_A_STATION,
        c.ScanMaterial: _AT_A_STATION,
        c.CaptureWeight: _AT_A_STATION,
        c.CaptureEvidence: _AT_A_STATION,
        c.RecordEvidence: _AT_A_STATION,
        c.CompleteStep: _AT_A_STATION,
        c.VerifyStep: _AT_A_STATION,
        c.OpenDeviation: _AT_A_STATION,
        c.DispositionException: _SIGNED,
        c.ReleaseJobOrder: _SIGNED,
        c.RecordCalibration: frozenset({Role.METROLOGY}),
        c.RecordEquipmentEvent: frozenset({Role.SYSTEM}),
        c.WriteVariable: frozenset(),
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
    identity = getattr(command, "identity", None)
    if identity is not None and not identity.authenticated:
        reason = f"account name and password of {identity.account} do not match"
        return Denied(code="credentials-wrong", reason=reason)
    return None
