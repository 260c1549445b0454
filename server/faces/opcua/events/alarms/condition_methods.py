"""The methods of conditions: each is a command, or tells one client again what stands.

OPC 10000-9, 5.5 to 5.8. They are called on the instance, or with the MethodId of the type and the
ConditionId as object, whether the instance stands in the address space or not.
"""

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Final

from asyncua import ua

from models.execution import commands as c
from models.execution.alarm_kinds import MAX_SHELVING_S
from models.execution.outcome import Accepted, Denied, Fault, Invalid, Outcome, Refused
from server.command_path.ports import Clock
from server.faces.opcua.access.accounts import Accounts
from server.faces.opcua.access.caller import Caller
from server.faces.opcua.events.alarms.conditions import Condition, Conditions
from server.faces.opcua.events.event_notification import SERVER, EventNotification
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall, MethodCoroutine
from server.faces.opcua.namespaces import standard
from server.faces.opcua.ports import CommandPath
from server.faces.opcua.wire.failure import service_failure, status

_I: Final = ua.ObjectIds
_S: Final = ua.StatusCodes
CONDITION_TYPE: Final = standard(_I.ConditionType)

COMMANDS: Final[dict[str, type[c.Command]]] = {
    "Acknowledge": c.AcknowledgeAlarm,
    "Confirm": c.ConfirmAlarm,
    "AddComment": c.CommentAlarm,
    "Enable": c.EnableAlarm,
    "Disable": c.DisableAlarm,
    "ShelvingState/TimedShelve": c.ShelveAlarm,
    "ShelvingState/OneShotShelve": c.ShelveAlarm,
    "ShelvingState/Unshelve": c.UnshelveAlarm,
}
"""The command of each method, by the path of the method below its condition."""

_OF_TYPES: Final = {
    standard(_I.AcknowledgeableConditionType_Acknowledge): "Acknowledge",
    standard(_I.AcknowledgeableConditionType_Confirm): "Confirm",
    standard(_I.ConditionType_AddComment): "AddComment",
    standard(_I.ConditionType_Enable): "Enable",
    standard(_I.ConditionType_Disable): "Disable",
    standard(_I.AlarmConditionType_ShelvingState_TimedShelve): "ShelvingState/TimedShelve",
    standard(_I.AlarmConditionType_ShelvingState_OneShotShelve): "ShelvingState/OneShotShelve",
    standard(_I.AlarmConditionType_ShelvingState_Unshelve): "ShelvingState/Unshelve",
    standard(_I.ShelvedStateMachineType_TimedShelve): "ShelvingState/TimedShelve",
    standard(_I.ShelvedStateMachineType_OneShotShelve): "ShelvingState/OneShotShelve",
    standard(_I.ShelvedStateMachineType_Unshelve): "ShelvingState/Unshelve",
}
_MARKS: Final = count(1)
REFRESH: Final = standard(_I.ConditionType_ConditionRefresh)
REFRESH2: Final = standard(_I.ConditionType_ConditionRefresh2)

_CODES: Final = {
    "alarm-unknown": _S.BadNodeIdUnknown,
    "alarm-came-up-again": _S.BadEventIdUnknown,
    "alarm-already-acknowledged": _S.BadConditionBranchAlreadyAcked,
    "alarm-already-confirmed": _S.BadConditionBranchAlreadyConfirmed,
    "alarm-disabled": _S.BadConditionDisabled,
    "alarm-already-shelved": _S.BadConditionAlreadyShelved,
    "alarm-not-shelved": _S.BadConditionNotShelved,
    "alarm-shelving-too-long": _S.BadShelvingTimeOutOfRange,
    "alarm-already-disabled": _S.BadConditionAlreadyDisabled,
    "alarm-already-enabled": _S.BadConditionAlreadyEnabled,
    "alarm-remark-missing": _S.BadInvalidArgument,
    "alarm-not-acknowledged": _S.BadInvalidState,
    "alarm-not-shelvable": _S.BadUserAccessDenied,
    "alarm-not-disablable": _S.BadUserAccessDenied,
}
"""What a refusal is called in OPC 10000-9; each stands on record in our own words."""

EventsTo = Callable[[Caller, int, int | None, list[EventNotification]], None]
"""Hands events to one subscription of the caller, or to one item of it; raises ServiceError."""


class ConditionMethods:
    """What runs behind the methods of all conditions."""

    def __init__(
        self,
        conditions: Conditions,
        path: CommandPath,
        accounts: Accounts,
        events_to: EventsTo,
        clock: Clock,
    ) -> None:
        self._conditions = conditions
        self._path = path
        self._accounts = accounts
        self._events_to = events_to
        self._clock = clock

    def of_types(self) -> Iterator[tuple[ua.NodeId, str, MethodCoroutine]]:
        """Yield the methods of the types, with the path of each and what runs behind it."""
        for method_id, path in _OF_TYPES.items():
            yield method_id, path, self.of(path)

    def refreshes(self) -> Iterator[tuple[ua.NodeId, MethodCoroutine]]:
        """Yield ConditionRefresh and ConditionRefresh2."""
        yield REFRESH, self._refresh
        yield REFRESH2, self._refresh

    def resolve(self, object_id: ua.NodeId, method_id: ua.NodeId) -> ua.NodeId | None:
        """Return the method that a call with a ConditionId as object means; None for others."""
        known = method_id in _OF_TYPES and self._conditions.get(object_id) is not None
        return method_id if known else None

    def of(self, path: str) -> MethodCoroutine:
        """Return what runs behind a method of a condition."""

        async def run(call: MethodCall) -> MethodAnswer:
            condition = self._conditions.get(call.object_id)
            if condition is None:
                return MethodAnswer(status=status(_S.BadNodeIdUnknown))
            command = _command(path, condition, call)
            if isinstance(command, int):
                return MethodAnswer(status=status(command))
            principal = self._accounts.principal(call.caller)
            outcome = await self._path.submit(command, principal, None)
            return MethodAnswer(status=status(_code(outcome)))

        return run

    async def _refresh(self, call: MethodCall) -> MethodAnswer:
        """Tell one subscription, or one item of it, again of all that stands (5.5.7, 5.5.8)."""
        if call.object_id != CONDITION_TYPE:
            raise service_failure(_S.BadNodeIdInvalid)
        subscription_id, *item = (int(value) for value in call.values)
        now = self._clock()
        events = [
            _mark(_I.RefreshStartEventType, "The alarms that stand follow.", now),
            *self._conditions.retained(),
            _mark(_I.RefreshEndEventType, "These were all the alarms that stand.", now),
        ]
        self._events_to(call.caller, subscription_id, item[0] if item else None, events)
        return MethodAnswer()


def refresh_required(now: datetime) -> EventNotification:
    """Return the event after which a client has to ask again what stands."""
    return _mark(_I.RefreshRequiredEventType, "Events may be missing: refresh.", now)


def _mark(kind: int, message: str, now: datetime) -> EventNotification:
    return EventNotification(
        event_type=standard(kind),
        source_node=SERVER,
        source_name="Server",
        message=message,
        severity=1,
        time=now,
        event_id=f"{kind}-{next(_MARKS)}-{now.timestamp():.6f}".encode(),
    )


def _command(path: str, condition: Condition, call: MethodCall) -> c.Command | int:
    """Return the command that the call means, or the code that says what is wrong with it."""
    name = condition.state.alarm.alarm_id
    match path:
        case "ShelvingState/TimedShelve":
            (milliseconds,) = call.values
            if not math.isfinite(milliseconds) or not 0 < milliseconds <= MAX_SHELVING_S * 1000:
                return _S.BadShelvingTimeOutOfRange
            seconds = Decimal(str(round(milliseconds / 1000, 3)))
            return c.ShelveAlarm(alarm_id=name, duration_s=seconds)
        case "ShelvingState/OneShotShelve":
            return c.ShelveAlarm(alarm_id=name, duration_s=Decimal(MAX_SHELVING_S), once=True)
        case "ShelvingState/Unshelve":
            return c.UnshelveAlarm(alarm_id=name)
        case "Enable":
            return c.EnableAlarm(alarm_id=name)
        case "Disable":
            return c.DisableAlarm(alarm_id=name)
        case _:
            return _answer(path, condition, call)


def _answer(path: str, condition: Condition, call: MethodCall) -> c.Command | int:
    event_id, comment = call.values
    occurrence = condition.occurrence_of(bytes(event_id or b""))
    if occurrence is None:
        return _S.BadEventIdUnknown
    name, remark = condition.state.alarm.alarm_id, str(getattr(comment, "Text", "") or "")
    match path:
        case "Acknowledge":
            return c.AcknowledgeAlarm(alarm_id=name, remark=remark, occurrence=occurrence)
        case "Confirm":
            return c.ConfirmAlarm(alarm_id=name, remark=remark, occurrence=occurrence)
        case _:
            return c.CommentAlarm(alarm_id=name, remark=remark, occurrence=occurrence)


def _code(outcome: Outcome) -> int:
    match outcome:
        case Accepted():
            return _S.Good
        case Refused(refusals=refusals):
            return _CODES.get(refusals[0].code, _S.BadInvalidState)
        case Denied():
            return _S.BadUserAccessDenied
        case Invalid():
            return _S.BadInvalidArgument
        case Fault(retry=retry):
            return _S.BadResourceUnavailable if retry else _S.BadInternalError
