"""Services that take a list: bounds checked, answered in turn or beside the others, sent."""

import logging
from typing import Any, Final

from asyncua import ua
from asyncua.server.internal_session import SessionState

from server.faces.opcua.events.audit.audit_trail import audit_entry
from server.faces.opcua.secure.answering_channel import AnsweringChannel
from server.faces.opcua.services.catalogue import LIST_SERVICES, ListService, Place
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.failure import code_of, service_failure
from server.faces.opcua.wire.response import response_head
from server.faces.opcua.wire.unreadable import check_count, parameters_in_turn

_log = logging.getLogger(__name__)

_REQUESTS: Final = {service.parameters: number for number, service in LIST_SERVICES.items()}
"""The request of each service."""


class ListAnswers:
    """Answers the list services of one channel."""

    def __init__(self, channel: AnsweringChannel) -> None:
        self._channel = channel

    async def answer(
        self, session: SecureSession, service: ListService, requesthdr: Any, seqhdr: Any, body: Any
    ) -> None:
        """Answer a request, or begin to; ServiceError when it is refused as a whole."""
        audit_entry.set(str(requesthdr.AuditEntryId or ""))
        limits = self._channel.iserver.limits
        if service.entries_at is not None:
            check_count(body, service.entries_at, service.limit(limits))
        params = await parameters_in_turn(service.parameters, body)
        if session.state == SessionState.Closed:
            raise service_failure(ua.StatusCodes.BadSessionIdInvalid)
        count = len(getattr(params, service.entries) or ())
        if count == 0:
            raise service_failure(ua.StatusCodes.BadNothingToDo)
        if count > service.limit(limits):
            raise service_failure(ua.StatusCodes.BadTooManyOperations)
        if not service.deferred:
            results = await service.answer(session, params)
            self._send(service, results, requesthdr, seqhdr)
            return
        if session.calls_in_progress >= limits.max_calls_in_progress:
            raise service_failure(ua.StatusCodes.BadServerTooBusy)
        session.calls_in_progress += 1
        later = self._answer_later(session, service, params, requesthdr, seqhdr)
        self._channel.iserver.start_call(later)

    async def _answer_later(
        self,
        session: SecureSession,
        service: ListService,
        params: Any,
        requesthdr: Any,
        seqhdr: Any,
    ) -> None:
        try:
            results = await service.answer(session, params)
            self._send(service, results, requesthdr, seqhdr)
        except Exception as failure:  # noqa: BLE001 - the answer of a task of its own
            code = code_of(failure)
            if code is None:
                _log.exception("a request of session %s failed", session.session_name)
                code = ua.StatusCodes.BadInternalError
            self._channel.send_fault(seqhdr.RequestId, requesthdr.RequestHandle, code)
            session.requests.failed(_REQUESTS[service.parameters], code)
        finally:
            session.calls_in_progress -= 1

    def _send(self, service: ListService, results: Any, requesthdr: Any, seqhdr: Any) -> None:
        handle = requesthdr.RequestHandle
        if service.pack is not None:
            head = response_head(service.response_id, handle, self._channel.iserver.clock())
            self._channel.send_packed(seqhdr.RequestId, handle, head + service.pack(results))
            return
        response = service.response()
        if service.place is Place.PARAMETERS:
            response.Parameters.Results = results
        else:
            response.Results = results
        self._channel.send_response(handle, seqhdr, response)
