"""Routes whose bodies say everything once."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from typing_extensions import override

from server.command_path.strict_json import RepeatedMemberError, strict_json


class StrictRequest(Request):
    """A request whose JSON has every member once; anything else answers 422."""

    @override
    async def json(self) -> Any:
        """Return the body as what it says."""
        try:
            return strict_json(await self.body())
        except RepeatedMemberError as error:
            raise HTTPException(422, str(error)) from None


class StrictRoute(APIRoute):
    """A route that reads its body so."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await answer(StrictRequest(request.scope, request.receive))

        return strictly
