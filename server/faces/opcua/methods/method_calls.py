"""Runs the methods: arguments in, a command through the command path, the outcome out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import ua

from models.execution.outcome import Invalid, Outcome, Problem
from models.execution.principal import Identity, Principal
from server.command_path.command_fields import Kind
from server.command_path.read_plain import UnreadableError
from server.faces.opcua.access.accounts import FACE, Accounts
from server.faces.opcua.methods.answer import answer
from server.faces.opcua.methods.arguments import SIGNERS
from server.faces.opcua.methods.call_rules import call_rule
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall, MethodCoroutine
from server.faces.opcua.methods.methods_table import CHECK, FACEPLATE_METHODS, FolderRow, MethodRow
from server.faces.opcua.methods.translate import Asked, command_of
from server.faces.opcua.ports import Authenticator, CommandPath
from server.faces.opcua.wire.failure import status

_Methods = Sequence[MethodRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCalls:
    """The coroutines behind the method nodes."""

    path: CommandPath
    authenticator: Authenticator
    accounts: Accounts

    def of_station(self, station: str) -> Iterator[tuple[MethodRow, MethodCoroutine]]:
        """Yield what runs behind each method of a station's faceplate."""
        yield from self._all(FACEPLATE_METHODS, station)

    def of_folder(self, folder: FolderRow) -> Iterator[tuple[MethodRow, MethodCoroutine]]:
        """Yield what runs behind each method of a folder."""
        yield from self._all(folder.methods, "")

    def _all(self, methods: _Methods, station: str) -> Iterator[tuple[MethodRow, MethodCoroutine]]:
        by_name = {method.name: method for method in methods if method.name != CHECK}
        for method in methods:
            if method.name == CHECK:
                yield method, self._check(by_name, station)
            else:
                yield method, self._submit(method, station)

    def _submit(self, method: MethodRow, station: str) -> MethodCoroutine:
        async def call(called: MethodCall) -> MethodAnswer:
            values = _named(method, called.values)
            principal = self.accounts.principal(called.caller)
            signers = await self._signers(method, values, station)
            asked = Asked(values=values, station=station, signers=signers)
            outcome = await self._decided(method, asked, principal)
            if isinstance(outcome, Invalid) and not self._may(method, principal, station):
                # Nothing that could go on record; but what can't be called says nothing else.
                return MethodAnswer(status=status(ua.StatusCodes.BadUserAccessDenied))
            return answer(outcome)

        return call

    def _may(self, method: MethodRow, principal: Principal, station: str) -> bool:
        """Return whether the method is the principal's, whatever comes of it."""
        rule = call_rule(method, station)
        roles = {role.value for role in principal.roles}
        return rule is None or (
            not rule.roles.isdisjoint(roles) and (not station or station in principal.stations)
        )

    async def _signers(
        self, method: MethodRow, values: dict[str, Any], station: str
    ) -> Mapping[str, Identity]:
        """Return who signs, and take the passwords out of the values.

        At a station the account may be left empty: it is that of the open session there.
        """
        found = {}
        for one in method.fields:
            if one.kind is Kind.SIGNER:
                which = SIGNERS[one.name]
                account = str(values.pop(f"{which}Account") or "")
                password = str(values.pop(f"{which}Password") or "")
                found[one.name] = await self.authenticator.identify(
                    account, password, station=station, door=FACE
                )
        return found

    async def _decided(self, method: MethodRow, asked: Asked, principal: Principal) -> Outcome:
        try:
            command = command_of(method, asked)
        except UnreadableError as unreadable:
            return Invalid(problems=unreadable.problems)
        return await self.path.submit(command, principal, asked.text("CommandId") or None)

    def _check(self, methods: Mapping[str, MethodRow], station: str) -> MethodCoroutine:
        async def call(called: MethodCall) -> MethodAnswer:
            name, given = called.values
            method = methods.get(name or "")
            if method is None:
                known = ", ".join(methods)
                return answer(_invalid("Command", f"{str(name)[:60]!r} is none of {known}"))
            principal = self.accounts.principal(called.caller)
            checked = await self._checked(method, given or (), station, principal)
            return answer(checked, is_check=True)

        return call

    async def _checked(
        self, method: MethodRow, given: Sequence[Any], station: str, principal: Principal
    ) -> Outcome:
        wanted = method.checked_inputs
        texts = [str(text or "") for text in given]
        if len(texts) > len(wanted):
            names = ", ".join(one.name for one in wanted) or "no arguments"
            return _invalid("Arguments", f"{method.name} takes {names}")
        asked = Asked(
            values={one.name: text for one, text in zip(wanted, texts, strict=False)},
            station=station,
            signers={x.name: _of(principal) for x in method.fields if x.kind is Kind.SIGNER},
        )
        try:
            command = command_of(method, asked)
        except UnreadableError as unreadable:
            return Invalid(problems=unreadable.problems)
        return await self.path.check(command, principal)


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
