"""A small OPC UA client, as the terminal of a station or a SCADA system would be one."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from server.cli.hmi_methods import ARGUMENTS, FLAGS, FOLDERS, LISTS, SECRET, TIMES, WHOLE

PLANT_NAMESPACE: Final = "urn:interlock-mes:plant"
"""Namespace of the instances; their string NodeIds never change."""

REQUEST_TIMEOUT_S: Final = 20.0
CONNECT_TIMEOUT_S: Final = 60.0
_BETWEEN_ATTEMPTS_S: Final = 0.25
_COMMAND_ID_BYTES: Final = 10  # as rare as a clash has to be, and short enough for a table

_LOST: Final = (OSError, TimeoutError, ConnectionError, asyncio.TimeoutError)
_SESSION_GONE: Final = (
    ua.StatusCodes.BadSessionIdInvalid,
    ua.StatusCodes.BadSessionClosed,
    ua.StatusCodes.BadSecureChannelClosed,
    ua.StatusCodes.BadConnectionClosed,
    ua.StatusCodes.BadServerHalted,
    ua.StatusCodes.BadShutdown,
    ua.StatusCodes.BadTcpSecureChannelUnknown,
    ua.StatusCodes.BadSecureChannelIdInvalid,
)


class NotReachableError(Exception):
    """The server does not answer, or does not let us in; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where to connect, as whom, and with which certificate."""

    endpoint: str
    account: str
    password: str
    certificate: Path
    private_key: Path
    application_uri: str
    server_certificate: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a method answered: the outcome with its refusals, or the status that kept it away."""

    outcome: str
    codes: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    decision_id: str = ""
    duplicate: bool = False
    result: str = ""
    status: str = "Good"

    @property
    def accepted(self) -> bool:
        """Tell whether it happened."""
        return self.outcome == "Accepted"


class Hmi:
    """One session with the server.

    Every call carries a command id of its own. When the connection breaks, the same call goes
    out again with the same id after reconnecting, so that it takes effect exactly once.
    """

    def __init__(self, login: Login) -> None:
        self._login = login
        self._client: Client | None = None
        self._namespace = 0

    @property
    def account(self) -> str:
        """Return the account of the session."""
        return self._login.account

    async def __aenter__(self) -> Self:
        """Connect."""
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        await self.close()

    async def connect(self, timeout_s: float = CONNECT_TIMEOUT_S) -> None:
        """Connect; wait for a server that is starting, but not for one that says no."""
        reason = "no answer"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while True:
                    try:
                        await self._connect()
                    except _LOST as error:
                        reason = str(error) or type(error).__name__
                        await asyncio.sleep(_BETWEEN_ATTEMPTS_S)
                    else:
                        return
        raise NotReachableError(
            f"{self._login.endpoint} cannot be reached as {self.account}: {reason}; "
            "check that Interlock runs (interlock run) and that the address is right"
        )

    async def _connect(self) -> None:
        await self.close()
        client = Client(self._login.endpoint, timeout=REQUEST_TIMEOUT_S, watchdog_intervall=10.0)
        client.name = client.description = f"Interlock terminal {self.account}"
        client.application_uri = self._login.application_uri
        client.product_uri = "urn:interlock-mes:hmi"
        client.set_user(self.account)
        client.set_password(self._login.password)
        known = self._login.server_certificate
        try:
            await client.set_security(
                SecurityPolicyBasic256Sha256,
                certificate=str(self._login.certificate),
                private_key=str(self._login.private_key),
                server_certificate=str(known) if known and known.exists() else None,
                mode=ua.MessageSecurityMode.SignAndEncrypt,
            )
            await client.connect()
        except ua.UaStatusCodeError as error:
            raise _not_let_in(self._login, error) from error
        self._client = client
        self._namespace = await client.get_namespace_index(PLANT_NAMESPACE)

    async def close(self) -> None:
        """Leave the server; never fails."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                await client.disconnect()

    def _node_id(self, path: str) -> ua.NodeId:
        return ua.NodeId(path, self._namespace)  # type: ignore[arg-type] # asyncua takes both

    async def _ask(self, request: Any) -> Any:
        """Send ``request(client)``; connect again and repeat it when the connection breaks."""
        while True:
            if self._client is None:
                await self.connect()
            assert self._client is not None
            try:
                return await request(self._client)
            except _LOST:
                await self.close()
            except ua.UaStatusCodeError as error:
                if error.code not in _SESSION_GONE:
                    raise
                await self.close()

    async def call(
        self, method: str, words: Mapping[str, str], *, station: str = "", command_id: str = ""
    ) -> Answer:
        """Call a method of the station, or of a folder; never fails on a refusal."""
        owner = FOLDERS.get(method, f"Stations/{station}")
        arguments = [_argument(name, words) for name in ARGUMENTS[method]]
        arguments.append(_string(command_id or secrets.token_hex(_COMMAND_ID_BYTES)))
        return await self._call(owner, method, arguments)

    async def check(self, method: str, words: Mapping[str, str], *, station: str = "") -> Answer:
        """Ask what a call would be answered; nothing happens and nothing is written."""
        inputs = [words.get(name, "") for name in ARGUMENTS[method] if name not in SECRET]
        strings = ua.Variant(inputs, ua.VariantType.String, is_array=True)
        owner = FOLDERS.get(method, f"Stations/{station}")
        return await self._call(owner, "Check", [_string(method), strings])

    async def _call(self, owner: str, method: str, arguments: list[ua.Variant]) -> Answer:
        async def request(client: Client) -> Any:
            call = ua.CallMethodRequest()
            call.ObjectId = self._node_id(owner)
            call.MethodId = self._node_id(f"{owner}/{method}")
            call.InputArguments = arguments
            # the raw service, because Node.call_method drops the outputs of status Uncertain
            return (await client.uaclient.call([call]))[0]

        return _answer(await self._ask(request))

    async def read(self, *paths: str) -> tuple[Any, ...]:
        """Return the values of variables; None for what is not there or not good."""

        async def request(client: Client) -> Any:
            nodes = [client.get_node(self._node_id(path)) for path in paths]
            return await client.uaclient.read_attributes(
                [node.nodeid for node in nodes], ua.AttributeIds.Value
            )

        values = await self._ask(request)
        return tuple(
            one.Value.Value if one.Value is not None and one.StatusCode.is_good() else None
            for one in values
        )

    async def read_history(
        self, path: str, start: datetime, end: datetime
    ) -> Sequence[tuple[datetime, Any]]:
        """Return the historized values of a variable with start <= source time < end."""

        async def request(client: Client) -> Any:
            return await client.get_node(self._node_id(path)).read_raw_history(start, end)

        values = await self._ask(request)
        return [(one.SourceTimestamp, one.Value.Value) for one in values if one.Value is not None]


def _string(text: str) -> ua.Variant:
    return ua.Variant(text, ua.VariantType.String)


def _argument(name: str, words: Mapping[str, str]) -> ua.Variant:
    text = words.get(name, "")
    if name in FLAGS:
        return ua.Variant(text == "true", ua.VariantType.Boolean)
    if name in WHOLE:
        return ua.Variant(int(text or 0), ua.VariantType.Int32)
    if name in TIMES:
        time = datetime.fromisoformat(text) if text else ua.get_win_epoch()
        return ua.Variant(time, ua.VariantType.DateTime)
    if name in LISTS:
        items = [item.strip() for item in text.split(";") if item.strip()]
        return ua.Variant(items, ua.VariantType.String, is_array=True)
    return _string(text)


def _answer(result: Any) -> Answer:
    """Read the outputs, which all methods return in the same order."""
    outputs = [one.Value for one in result.OutputArguments or ()]
    status = result.StatusCode.name
    if len(outputs) < 8:  # noqa: PLR2004 -- ReturnStatus to Result; a Bad status has none
        return Answer(outcome="Failed", messages=(result.StatusCode.doc,), status=status)
    _, outcome, codes, messages, offers, decision_id, duplicate, text = outputs[:8]
    return Answer(
        outcome=outcome or "",
        codes=tuple(codes or ()),
        messages=tuple(one.Text or "" for one in messages or ()),
        offers=tuple(offers or ()),
        decision_id=decision_id or "",
        duplicate=bool(duplicate),
        result=text or "",
        status=status,
    )


def _not_let_in(login: Login, error: ua.UaStatusCodeError) -> Exception:
    """Say what a refused connection means to the person who tries."""
    match error.code:
        case ua.StatusCodes.BadUserAccessDenied | ua.StatusCodes.BadIdentityTokenRejected:
            text = f"account '{login.account}' or its password is wrong; look into the credentials"
        case ua.StatusCodes.BadSecurityChecksFailed | ua.StatusCodes.BadCertificateUntrusted:
            text = (
                f"the server does not trust our certificate {login.certificate}; "
                "trust it at the server with interlock certs list and interlock certs trust"
            )
        case _:
            return ConnectionError(str(error))
    return NotReachableError(f"{login.endpoint}: {text}")


def quiet_asyncua() -> None:
    """Keep asyncua from reporting what this client reports itself, such as a lost connection."""
    logging.getLogger("asyncua").setLevel(logging.CRITICAL + 1)
