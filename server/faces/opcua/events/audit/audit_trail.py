"""The audit events of the server, in the order in which they happen, and never without a bound.

They are told at the Server object to whoever may receive them, and are not kept here: commands,
denials and logins are on record in the execution log, whichever way they came.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.events.audit.masking import shown_arguments
from server.faces.opcua.events.event_notification import SERVER, EventNotification
from server.faces.opcua.settings import Clock
from server.faces.opcua.wire.node_ids import standard

_log = logging.getLogger("interlock.opcua")
_V: Final = ua.VariantType
_I: Final = ua.ObjectIds

PER_SECOND: Final = 50
"""Events of channels and sessions in a second: anybody who reaches the port can cause them."""

PER_SECOND_OF_ACCOUNTS: Final = 5_000
"""Events of calls and writes in a second, which only accounts cause."""

_DONE: Final = 200
_FAILED: Final = 600
_SECURITY: Final = 800

audit_entry: ContextVar[str] = ContextVar("opcua_audit_entry", default="")
"""The id under which the client keeps the running request in its own audit trail."""

Tell = Callable[[EventNotification, ua.NodeId], None]
Names = Callable[[ua.NodeId, ua.NodeId], tuple[str, Sequence[str] | None]]
"""Takes object and method; gives the name of the method and those of its inputs, if declared."""

_CONDITION_EVENTS: Final[Mapping[str, int]] = {
    "Acknowledge": _I.AuditConditionAcknowledgeEventType,
    "Confirm": _I.AuditConditionConfirmEventType,
    "AddComment": _I.AuditConditionCommentEventType,
    "Enable": _I.AuditConditionEnableEventType,
    "Disable": _I.AuditConditionEnableEventType,
    "TimedShelve": _I.AuditConditionShelvingEventType,
    "OneShotShelve": _I.AuditConditionShelvingEventType,
    "Unshelve": _I.AuditConditionShelvingEventType,
}
_CERTIFICATE_EVENTS: Final[Mapping[int, int]] = {
    ua.StatusCodes.BadCertificateTimeInvalid: _I.AuditCertificateExpiredEventType,
    ua.StatusCodes.BadCertificateIssuerTimeInvalid: _I.AuditCertificateExpiredEventType,
    ua.StatusCodes.BadCertificateRevoked: _I.AuditCertificateRevokedEventType,
    ua.StatusCodes.BadCertificateIssuerRevoked: _I.AuditCertificateRevokedEventType,
    ua.StatusCodes.BadCertificateUntrusted: _I.AuditCertificateUntrustedEventType,
    ua.StatusCodes.BadCertificateChainIncomplete: _I.AuditCertificateUntrustedEventType,
    ua.StatusCodes.BadCertificateUseNotAllowed: _I.AuditCertificateMismatchEventType,
    ua.StatusCodes.BadCertificateUriInvalid: _I.AuditCertificateMismatchEventType,
    ua.StatusCodes.BadCertificateInvalid: _I.AuditCertificateInvalidEventType,
    # What is wrong is not told to the client (OPC 10000-4, 6.1.3); most often nobody trusts it.
    ua.StatusCodes.BadSecurityChecksFailed: _I.AuditCertificateUntrustedEventType,
}


class AuditTrail:
    """Makes audit events and tells them; before ``tell`` is set nobody can listen."""

    def __init__(self, clock: Clock, server_id: str) -> None:
        self._clock = clock
        self._server_id = server_id
        self._number = 0
        self._second = 0
        self._told: Counter[bool] = Counter()
        self._left_out: Counter[str] = Counter()
        self.tell: Tell | None = None
        self.names: Names = lambda *_: ("", None)
        self.is_heard: Callable[[], bool] = lambda: False
        """Whether anybody listens to events at all: else nothing is made for nobody."""

    @property
    def is_followed(self) -> bool:
        """Whether anybody would be told of an event now."""
        return self.tell is not None and self.is_heard()

    # -- what accounts do -----------------------------------------------------------------------

    def called(
        self, caller: Caller, request: ua.CallMethodRequest, result: ua.CallMethodResult
    ) -> None:
        """Tell of one call of a method, whatever came of it."""
        if not self.is_followed:
            return
        name, declared = self.names(request.ObjectId, request.MethodId)
        arguments = tuple(request.InputArguments or ())
        kind = _CONDITION_EVENTS.get(name, 0) if request.MethodId != request.ObjectId else 0
        fields = {
            "MethodId": ua.Variant(request.MethodId, _V.NodeId),
            "StatusCodeId": ua.Variant(result.StatusCode, _V.StatusCode),
            "InputArguments": ua.Variant(
                shown_arguments(declared, arguments, went_as_declared=_as_declared(result)),
                _V.Variant,
                is_array=True,
            ),
        }
        if kind and result.StatusCode.is_good():
            fields |= _about_condition(name, arguments)
        self._emit(
            kind or _I.AuditUpdateMethodEventType,
            f"{caller.account.name} called {name or request.MethodId.to_string()}",
            result.StatusCode,
            fields,
            caller=caller,
            source=request.ObjectId,
            source_name="Method/Call",
        )

    def written(
        self, caller: Caller, wanted: ua.WriteValue, old: ua.Variant | None, code: ua.StatusCode
    ) -> None:
        """Tell of one attempt to write, whatever came of it."""
        if not self.is_followed:
            return
        given = wanted.Value.Value if wanted.Value is not None else None
        (new,) = shown_arguments(("",), (given or ua.Variant(),), went_as_declared=True)
        self._emit(
            _I.AuditWriteUpdateEventType,
            f"{caller.account.name} wrote to {wanted.NodeId.to_string()[:200]}",
            code,
            {
                "AttributeId": ua.Variant(int(wanted.AttributeId), _V.UInt32),
                "IndexRange": ua.Variant(str(wanted.IndexRange or "")[:200], _V.String),
                "OldValue": old or ua.Variant(),
                "NewValue": new,
            },
            caller=caller,
            source=wanted.NodeId,
            source_name="Attribute/Write",
        )

    # -- channels and sessions ------------------------------------------------------------------

    def channel(self, message: str, code: int, fields: Mapping[str, ua.Variant]) -> None:
        """Tell that a channel was opened or renewed, or that it could not be."""
        self._emit(
            _I.AuditOpenSecureChannelEventType, message, _code(code), fields,
            source_name="SecureChannel/OpenSecureChannel",
        )  # fmt: skip

    def certificate(self, der: bytes, code: int, address: str) -> None:
        """Tell that a client's certificate was refused."""
        self._emit(
            _CERTIFICATE_EVENTS.get(code, _I.AuditCertificateInvalidEventType),
            f"The certificate of a client at {address} was refused.",
            _code(code),
            {"Certificate": ua.Variant(der, _V.ByteString)},
            source_name="Security/Certificate",
        )

    def session(
        self,
        service: str,
        message: str,
        code: int,
        fields: Mapping[str, ua.Variant],
        caller: Caller | None = None,
    ) -> None:
        """Tell of CreateSession, ActivateSession or CloseSession."""
        kinds = {
            "CreateSession": _I.AuditCreateSessionEventType,
            "ActivateSession": _I.AuditActivateSessionEventType,
        }
        self._emit(
            kinds.get(service, _I.AuditSessionEventType), message, _code(code), fields,
            caller=caller, source_name=f"Session/{service}",
        )  # fmt: skip

    # -- telling --------------------------------------------------------------------------------

    def _emit(  # noqa: PLR0913 -- what an audit event says
        self,
        kind: int,
        message: str,
        code: ua.StatusCode,
        fields: Mapping[str, ua.Variant],
        *,
        source_name: str,
        caller: Caller | None = None,
        source: ua.NodeId = SERVER,
    ) -> None:
        if not self.is_followed or not self._has_room(kind, is_of_account=source != SERVER):
            return
        good = code.is_good() or code.is_uncertain()
        calm = _DONE if good else _FAILED if source != SERVER else _SECURITY
        self._send(
            kind, message, code, fields,
            severity=calm, source=source, source_name=source_name, caller=caller,
        )  # fmt: skip

    def _send(  # noqa: PLR0913 -- as above
        self,
        kind: int,
        message: str,
        code: ua.StatusCode,
        fields: Mapping[str, ua.Variant],
        *,
        severity: int,
        source_name: str,
        source: ua.NodeId = SERVER,
        caller: Caller | None = None,
    ) -> None:
        assert self.tell is not None
        now = self._clock()
        self._number += 1
        event = EventNotification(
            event_type=standard(kind),
            source_node=source,
            source_name=source_name,
            message=message,
            severity=severity,
            time=now,
            event_id=f"{now.timestamp():.6f}-{self._number:x}".encode(),
            fields={
                "ActionTimeStamp": ua.Variant(now, _V.DateTime),
                "Status": ua.Variant(code.is_good(), _V.Boolean),
                "ServerId": ua.Variant(self._server_id, _V.String),
                "ClientAuditEntryId": ua.Variant(audit_entry.get()[:200], _V.String),
                "ClientUserId": ua.Variant(caller.account.name if caller else "", _V.String),
                "ClientApplicationUri": ua.Variant(
                    caller.client_application_uri if caller else "", _V.String
                ),
                "StatusCodeId": ua.Variant(code, _V.StatusCode),
                **fields,
            },
        )
        self.tell(event, SERVER)

    def _has_room(self, kind: int, *, is_of_account: bool) -> bool:
        """Return whether another event may be told in this second; who is left out is counted."""
        second = int(self._clock().timestamp())
        if second != self._second:
            self._second = second
            self._told.clear()
            self._sum_up()
        limit = PER_SECOND_OF_ACCOUNTS if is_of_account else PER_SECOND
        self._told[is_of_account] += 1
        if self._told[is_of_account] <= limit:
            return True
        self._left_out[_NAMES.get(kind, str(kind))] += 1
        return False

    def _sum_up(self) -> None:
        """Say how many were left out in the second before, where any were."""
        left_out, self._left_out = self._left_out, Counter()
        if not left_out:
            return
        what = ", ".join(f"{number} {name}" for name, number in sorted(left_out.items()))
        message = f"Too many audit events in one second; not told one by one: {what}."
        _log.warning(message)
        self._send(
            _I.AuditSecurityEventType, message, _code(ua.StatusCodes.BadTooManyOperations), {},
            severity=_SECURITY, source_name="Server/Audit",
        )  # fmt: skip


_NAMES: Final = {
    int(getattr(_I, name)): name.removesuffix("Type")
    for name in dir(_I)
    if name.startswith("Audit") and name.endswith("EventType")
}


def _code(code: int) -> ua.StatusCode:
    return ua.StatusCode(ua.UInt32(code))


def _as_declared(result: ua.CallMethodResult) -> bool:
    """Return whether the arguments stood where they belong, as far as the answer shows.

    A Bad call may have had them in another order; so may one whose outcome is not Accepted or
    Refused: a password that was given as the account is denied.
    """
    if result.StatusCode.is_bad():
        return False
    outputs = result.OutputArguments or ()
    outcome = outputs[1].Value if len(outputs) > 1 else None
    return result.StatusCode.is_good() or outcome in {"Accepted", "Refused"}


def _about_condition(name: str, arguments: Sequence[ua.Variant]) -> dict[str, ua.Variant]:
    if name == "TimedShelve":
        return {"ShelvingTime": arguments[0]}
    if name in {"Acknowledge", "Confirm", "AddComment"}:
        return {"ConditionEventId": arguments[0], "Comment": arguments[1]}
    return {}


def text_field(value: Any) -> ua.Variant:
    """Return a text of a field."""
    return ua.Variant(str(value or ""), _V.String)
