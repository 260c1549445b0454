"""Runs the methods: arguments in, a command through the command path, the outcome out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import ua

from models.execution.commands import Command
from models.execution.outcome import Invalid, Outcome, Problem
from models.execution.principal import Identity, Principal
from server.faces.opcua.accounts import Accounts
from server.faces.opcua.answer import answer
from server.faces.opcua.methods_table import (
    CHECK,
    FACEPLATE_METHODS,
    JOB_ORDERS_METHODS,
    MethodRow,
)
from server.faces.opcua.ports import Authenticator, CommandPath
from server.faces.opcua.secure.method_call import MethodAnswer, MethodCall, MethodCoroutine
from server.faces.opcua.translate import (
    FACEPLATE_COMMANDS,
    JOB_ORDERS_COMMANDS,
    Asked,
    UnreadableArgumentError,
)

_Commands = Mapping[str, Callable[[Asked], Command]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCalls:
    """The coroutines behind the method nodes."""

    path: CommandPath
    authenticator: Authenticator
    accounts: Accounts

    def of_station(self, station: str) -> Iterator[tuple[MethodRow, MethodCoroutine]]:
        """Yield what runs behind each method of a station's faceplate."""
        yield from self._all(FACEPLATE_METHODS, FACEPLATE_COMMANDS, station)

    def of_job_orders(self) -> Iterator[tuple[MethodRow, MethodCoroutine]]:
        """Yield what runs behind each method of the job orders folder."""
        yield from self._all(JOB_ORDERS_METHODS, JOB_ORDERS_COMMANDS, "")

    def _all(
        self, methods: Sequence[MethodRow], commands: _Commands, station: str
    ) -> Iterator[tuple[MethodRow, MethodCoroutine]]:
        by_name = {method.name: method for method in methods}
        for method in methods:
            if method.name == CHECK:
                yield method, self._check(by_name, commands, station)
            else:
                yield method, self._submit(method, commands[method.name], station)

    def _submit(
        self, method: MethodRow, command_of: Callable[[Asked], Command], station: str
    ) -> MethodCoroutine:
        async def call(called: MethodCall) -> MethodAnswer:
            values = _named(method, called.values)
            principal = self.accounts.principal(called.caller)
            identity = None
            if method.signs:
                identity = await self.authenticator.identify(
                    str(values.get("Account") or ""), str(values.pop("Password") or "")
                )
            asked = Asked(values=values, station=station, identity=identity)
            command_id = asked.text("CommandId") or None
            return answer(await self._decided(asked, command_of, principal, command_id))

        return call

    async def _decided(
        self,
        asked: Asked,
        command_of: Callable[[Asked], Command],
        principal: Principal,
        command_id: str | None,
    ) -> Outcome:
        try:
            command = command_of(asked)
        except UnreadableArgumentError as unreadable:
            return _invalid(unreadable.argument, unreadable.reason)
        return await self.path.submit(command, principal, command_id)

    def _check(
        self, methods: Mapping[str, MethodRow], commands: _Commands, station: str
    ) -> MethodCoroutine:
        async def call(called: MethodCall) -> MethodAnswer:
            name, given = called.values
            if name not in commands:
                return answer(_invalid("Command", f"{name!r} is none of {', '.join(commands)}"))
            wanted = methods[name].checked_inputs
            texts = [str(text or "") for text in given or ()]
            if len(texts) > len(wanted):
                names = ", ".join(one.name for one in wanted) or "no arguments"
                return answer(_invalid("Arguments", f"{name} takes {names}"))
            principal = self.accounts.principal(called.caller)
            asked = Asked(
                values={one.name: text for one, text in zip(wanted, texts, strict=False)},
                station=station,
                identity=_of(principal),
            )
            try:
                command = commands[name](asked)
            except UnreadableArgumentError as unreadable:
                return answer(_invalid(unreadable.argument, unreadable.reason))
            return answer(await self.path.check(command, principal))

        return call


def _named(method: MethodRow, values: Sequence[Any]) -> dict[str, Any]:
    return {row.name: value for row, value in zip(method.inputs, values, strict=True)}


def _of(principal: Principal) -> Identity:
    """Return whom a check takes for the person: the account that asks, and nobody else."""
    return Identity(
        account=principal.account,
        authenticated=True,
        person_id=principal.person_id,
        roles=principal.roles,
    )


def _invalid(where: str, reason: str) -> Invalid:
    return Invalid(problems=(Problem(where=where, reason=reason),))


def method_ids(owner: ua.NodeId, method: MethodRow) -> tuple[ua.NodeId, ua.NodeId, ua.NodeId]:
    """Return the NodeIds of a method of an instance and of its two argument properties."""
    path = f"{owner.Identifier!s}/{method.name}"
    return (
        ua.NodeId(ua.String(path), owner.NamespaceIndex),
        ua.NodeId(ua.String(f"{path}/InputArguments"), owner.NamespaceIndex),
        ua.NodeId(ua.String(f"{path}/OutputArguments"), owner.NamespaceIndex),
    )
