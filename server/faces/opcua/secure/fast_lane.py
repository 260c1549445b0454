"""The short way of the requests that make up most of the traffic.

It leaves out asyncua's codec and a task per message, and no check: a chunk has been opened by the
same code as any other, the session is let in by the same method, and every node is asked for
through the same permissions. What has an unusual form, or anything wrong with it, is left to the
ordinary way, untouched.
"""

import logging
from collections.abc import Awaitable, Callable

from asyncua import ua
from asyncua.common.utils import ServiceError

from server.faces.opcua.secure.answering_channel import AnsweringChannel
from server.faces.opcua.secure.connection import Request
from server.faces.opcua.services.quick import AT_ONCE, AWAITED, BESIDE
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.decode import BAD_INPUT, request_head
from server.faces.opcua.wire.failure import code_of
from server.faces.opcua.wire.response import response_head

_log = logging.getLogger(__name__)


class FastLane:
    """The short way through one channel."""

    def __init__(self, channel: AnsweringChannel) -> None:
        self._channel = channel

    def answer(self, request: Request) -> bool:
        """Answer a request now, or begin to; False if it has to wait for its turn.

        Whether a request is one of these shows before anything is done.
        """
        body = request.body
        handle, type_id, session = 0, 0, None
        try:
            type_id, token, handle, at = request_head(body)
            if type_id in AT_ONCE:
                response, service = AT_ONCE[type_id]
                session = self._enter(type_id, token)
                if session is None:
                    return False
                answer = service(session, body, at)
                session.requests.totals[type_id] += 1
                self._send(request, handle, response, answer)
                return True
            if type_id in BESIDE:
                return self._begin(request, type_id, token, handle, at)
        except BAD_INPUT:
            pass
        except Exception as failure:  # noqa: BLE001 - the wall: a client gets no more than a code
            self._fail(request, handle, failure)
            if session is not None:
                session.requests.totals[type_id] += 1
                session.requests.failed(type_id, failure)
            return True
        return False

    async def answer_in_turn(self, request: Request) -> bool:
        """Answer a request that may have to wait for something; False: the ordinary way."""
        if self.answer(request):
            return True
        body = request.body
        try:
            type_id, token, handle, at = request_head(body)
            if type_id not in AWAITED:
                return False
            session = self._enter(type_id, token)
            if session is None:
                return False
            answer = AWAITED[type_id][1](session, body, at)
        except BAD_INPUT:
            return False
        session.requests.totals[type_id] += 1
        await self._finish(request, handle, type_id, session, answer)
        return True

    def _enter(self, type_id: int, token: bytes) -> SecureSession | None:
        session = self._channel.session_with_token(token)
        if session is not None:
            try:
                self._channel.enter(session, type_id)
            except ServiceError:
                return None  # the ordinary way says why
        return session

    def _begin(self, request: Request, type_id: int, token: bytes, handle: int, at: int) -> bool:
        session = self._enter(type_id, token)
        server = self._channel.iserver
        if session is None or session.calls_in_progress >= server.limits.max_calls_in_progress:
            return False
        answer = BESIDE[type_id][1](session, request.body, at)
        session.requests.totals[type_id] += 1
        if callable(answer):
            self._answer_at_once(request, handle, type_id, session, answer)
            return True
        session.calls_in_progress += 1

        async def work() -> None:
            try:
                await self._finish(request, handle, type_id, session, answer)
            finally:
                session.calls_in_progress -= 1

        server.start_call(work())
        return True

    def _answer_at_once(
        self,
        request: Request,
        handle: int,
        type_id: int,
        session: SecureSession,
        answer: Callable[[], bytes],
    ) -> None:
        # Whatever goes wrong from here on is answered here: a method runs once.
        try:
            self._send(request, handle, BESIDE[type_id][0], answer())
        except Exception as failure:  # noqa: BLE001 - as above
            self._fail(request, handle, failure)
            session.requests.failed(type_id, failure)

    async def _finish(
        self,
        request: Request,
        handle: int,
        type_id: int,
        session: SecureSession,
        answer: Awaitable[bytes],
    ) -> None:
        try:
            content = await answer
            response = (AWAITED.get(type_id) or BESIDE[type_id])[0]
            self._send(request, handle, response, content)
        except Exception as failure:  # noqa: BLE001 - as above
            self._fail(request, handle, failure)
            session.requests.failed(type_id, failure)

    def _send(self, request: Request, handle: int, response: int, content: bytes) -> None:
        head = response_head(response, handle, self._channel.iserver.clock())
        self._channel.send_packed(request.request_id, handle, head + content)

    def _fail(self, request: Request, handle: int, failure: Exception) -> None:
        code = code_of(failure)
        if code is None:
            _log.error("a request of %s failed", self._channel.name, exc_info=failure)
            code = ua.StatusCodes.BadInternalError
        self._channel.send_fault(request.request_id, handle, code)
