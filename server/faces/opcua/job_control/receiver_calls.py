"""The eleven methods of a receiver: each becomes one command, which the gates decide."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from models.execution import commands as c
from models.execution.outcome import Denied, Invalid, Outcome, Problem, Refused
from models.execution.principal import Identity, Principal
from models.execution.refusal_codes import refuse
from server.command_path.authorize import COMMAND_ROLES
from server.command_path.read_plain import UnreadableError
from server.faces.opcua.access.accounts import Accounts
from server.faces.opcua.job_control.job_board import JobBoard
from server.faces.opcua.job_control.job_order_argument import Asked, Plant, read_job_order
from server.faces.opcua.job_control.receiver_nodes import MAX_DOWNLOADABLE, Place
from server.faces.opcua.job_control.receiver_table import OURS_THAT_SIGN, StandardMethod
from server.faces.opcua.job_control.return_status import (
    SIGNATURE_MISSING,
    SIGNATURE_REQUIRED,
    UNABLE_TO_ACCEPT,
    answered,
    bits,
)
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall, MethodCoroutine
from server.faces.opcua.ports import CommandPath

MAX_COMMENTS: Final = 20
MAX_COMMENT: Final = 2_000
"""Texts in a comment, and characters in all of them."""

Tell = Callable[[Place, StandardMethod, Outcome], Awaitable[None]]
"""Tells those who listen what was asked for in vain and stands nowhere in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverCalls:
    """The coroutines behind the method nodes of the receivers."""

    board: JobBoard
    path: CommandPath
    accounts: Accounts
    tell: Tell

    def coroutine(self, method: StandardMethod, place: Place) -> MethodCoroutine:
        """Return what runs behind a method of the receiver at this place."""

        async def call(called: MethodCall) -> MethodAnswer:
            principal = self.accounts.principal(called.caller)
            subject, comment = called.values
            try:
                command = self._command(method, place, subject, comment, principal)
            except UnreadableError as unreadable:
                outcome = Invalid(problems=unreadable.problems)
                return await self._in_vain(method, place, principal, outcome)
            if _may(method, principal):  # who may not gets no answer but that
                obstacle = self._obstacle(method, place, command)
                if obstacle is not None:
                    return await self._in_vain(method, place, principal, obstacle)
            return await self._submitted(command, principal)

        return call

    async def _submitted(self, command: Any, principal: Principal) -> MethodAnswer:
        """Submit the command; of one that is not signed, say also whether it would be possible."""
        outcome = await self.path.submit(command, principal, None)
        also = 0
        if getattr(outcome, "code", "") == SIGNATURE_MISSING:
            signed = replace(command, identity=_shown(principal))
            would = await self.path.check(signed, principal)
            also = bits(would) & ~UNABLE_TO_ACCEPT if isinstance(would, Refused) else 0
            also |= SIGNATURE_REQUIRED
        return answered(outcome, also=also)

    async def _in_vain(
        self, method: StandardMethod, place: Place, principal: Principal, outcome: Outcome
    ) -> MethodAnswer:
        if not _may(method, principal):
            return answered(_not_yours(method, principal))
        await self.tell(place, method, outcome)
        return answered(outcome)

    def _obstacle(self, method: StandardMethod, place: Place, command: Any) -> Refused | None:
        """Return why this receiver can't take the command, which another one perhaps can."""
        name = command.job_order_id
        if method.command is c.StoreJobOrder:
            return self._no_room(place, command)
        order = self.board.job_order(name)
        if order is None:
            return None  # the path refuses it, and that goes on record
        if not self.board.belongs(order, place):
            text = f"there is no job order {name} in work centre {place.center}"
            return Refused(refusals=(refuse("job-order-unknown", name, text),))
        if not order.is_listed:
            text = f"job order {name} is {order.state.value} and off the list"
            return Refused(refusals=(refuse("job-order-unknown", name, text),))
        if method.command is c.UpdateJobOrder:
            return self._elsewhere(place, command, command.stations or order.stations)
        return None

    def _no_room(self, place: Place, command: c.StoreJobOrder) -> Refused | None:
        name = command.job_order_id
        if self.board.is_full(place):
            text = f"the receiver of {place.name} holds {MAX_DOWNLOADABLE} job orders, its most"
            return Refused(refusals=(refuse("receiver-full", name, text),))
        return self._elsewhere(place, command, command.stations)

    def _elsewhere(
        self, place: Place, command: c.StoreJobOrder | c.UpdateJobOrder, stations: Iterable[str]
    ) -> Refused | None:
        """Return why what is asked for would be another receiver's: a work centre has its own."""
        master = self.board.work_master(command.work_master_id, command.work_master_version)
        centers, bound = self.board.centers, tuple(stations)
        if not place.center or master is None:
            return None
        able = centers.of_work_master(master)
        if bound:
            able = frozenset(centers.center_of[one] for one in bound if one in centers.center_of)
        if place.center in able:
            return None
        where = f"at {', '.join(bound[:5])}" if bound else ""
        text = f"no step of {master.work_master_id} {where} is performed in {place.center}"
        refusal = refuse("receiver-not-suitable", command.job_order_id, " ".join(text.split()))
        return Refused(refusals=(refusal,))

    # -- what is asked for ----------------------------------------------------------------------

    def _command(
        self, method: StandardMethod, place: Place, subject: Any, comment: Any, principal: Principal
    ) -> c.Command:
        """Return the command; raises UnreadableError with every mistake of all arguments."""
        problems: list[Problem] = []
        try:
            texts = _texts(comment)
        except UnreadableError as unreadable:
            problems, texts = [*unreadable.problems], ()
        if method.command in (c.StoreJobOrder, c.UpdateJobOrder):
            plant = Plant(centers=self.board.centers, work_master=self.board.work_master)
            try:
                asked = read_job_order(subject, plant)
            except UnreadableError as unreadable:
                raise UnreadableError((*unreadable.problems, *problems)) from None
            problems += self._other_lot(method, asked)
            _raise(problems)
            return _stored(method, asked, " / ".join((asked.description, *texts)).strip(" /"))
        name = str(subject or "")
        if not name:
            problems.insert(0, Problem(where="JobOrderID", reason="is missing"))
        _raise(problems)
        return _about(method, name, texts, f"{method.name} of {place.name}", principal)

    def _other_lot(self, method: StandardMethod, asked: Asked) -> Iterator[Problem]:
        """Yield that an update names another lot: it stays, and is never taken silently."""
        order = self.board.job_order(asked.job_order_id)
        if method.command is not c.UpdateJobOrder or order is None or not asked.material_lot_id:
            return
        if asked.material_lot_id != order.material_lot_id:
            reason = f"is {asked.material_lot_id}; the job order makes {order.material_lot_id}"
            where = "JobOrder.MaterialRequirements[Produced].MaterialLotID"
            yield Problem(where=where, reason=f"{reason}, and an update leaves it so")


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        raise UnreadableError(problems)


def _texts(comment: Iterable[Any] | None) -> tuple[str, ...]:
    """Return the texts of a comment, each once; one per language is usual."""
    entries = tuple(comment or ())
    if len(entries) > MAX_COMMENTS:
        text = f"has {len(entries)} texts; {MAX_COMMENTS} are allowed"
        raise UnreadableError([Problem(where="Comment", reason=text)])
    found = (str(one.Text or "").strip() for one in entries if one is not None)
    texts = tuple(dict.fromkeys(text for text in found if text))
    length = sum(map(len, texts))
    if length > MAX_COMMENT:
        text = f"has {length} characters; {MAX_COMMENT} are allowed"
        raise UnreadableError([Problem(where="Comment", reason=text)])
    return texts


def _stored(method: StandardMethod, asked: Asked, remark: str) -> c.Command:
    common: dict[str, Any] = {
        "job_order_id": asked.job_order_id,
        "work_master_id": asked.work_master_id,
        "work_master_version": asked.work_master_version,
        "quantity": asked.quantity,
        "planned_start": asked.planned_start,
        "planned_end": asked.planned_end,
        "priority": asked.priority,
        "lot_allocations": asked.lot_allocations,
        "stations": asked.stations,
        "remark": remark,
    }
    if method.command is c.UpdateJobOrder:
        return c.UpdateJobOrder(**common)
    return c.StoreJobOrder(
        material_lot_id=asked.material_lot_id,
        allowed_to_start=method.name == "StoreAndStart",
        **common,
    )


def _about(
    method: StandardMethod, name: str, texts: tuple[str, ...], where: str, principal: Principal
) -> c.Command:
    assert method.command is not None, "every method of a receiver becomes a command"
    said = " / ".join(texts)
    reason = said or f"{where}, called by {principal.account} without a comment"
    kind: Any = method.command
    made: c.Command
    if kind in OURS_THAT_SIGN:
        unsigned = Identity(
            account=principal.account, authenticated=False, problem=SIGNATURE_MISSING
        )
        made = kind(job_order_id=name, reason=reason, identity=unsigned)
    elif kind in (c.StartJobOrder, c.RevokeStartJobOrder, c.ClearJobOrder):
        made = kind(job_order_id=name, remark=said)
    else:
        made = kind(job_order_id=name, reason=reason)
    return made


def _may(method: StandardMethod, principal: Principal) -> bool:
    assert method.command is not None, "every method of a receiver becomes a command"
    return not COMMAND_ROLES[method.command].isdisjoint(principal.roles)


def _not_yours(method: StandardMethod, principal: Principal) -> Outcome:

    return Denied(code="role-denied", reason=f"{method.name} is not for {principal.account}")


def _shown(principal: Principal) -> Identity:
    """Return whom a check takes for the person: the account that asks."""
    return Identity(
        account=principal.account,
        authenticated=True,
        person_id=principal.person_id,
        roles=principal.roles,
    )
