"""The two methods of a provider: what became of one job order, or of all in a state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from asyncua import ua

from models.execution.outcome import Accepted, Invalid, Outcome, Problem, Refused
from models.execution.refusal_codes import refuse
from server.faces.opcua.job_control.job_board import JobBoard
from server.faces.opcua.job_control.job_responses import response_list
from server.faces.opcua.job_control.job_states import is_meant, job_state
from server.faces.opcua.job_control.receiver_nodes import Place
from server.faces.opcua.job_control.receiver_table import StandardMethod
from server.faces.opcua.job_control.return_status import answered
from server.faces.opcua.job_control.shown_orders import stored
from server.faces.opcua.methods.method_call import MethodAnswer, MethodCall, MethodCoroutine
from server.faces.opcua.types.job_control_structures import (
    ISA95JobResponseDataType,
    ISA95StateDataType,
)

MAX_STATES: Final = 2
"""A state and a finer one: more there is not."""

BY_ID: Final = "RequestJobResponseByJobOrderID"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCalls:
    """The coroutines behind the method nodes of the providers."""

    board: JobBoard

    def coroutine(self, method: StandardMethod, place: Place) -> MethodCoroutine:
        """Return what runs behind a method of the provider at this place."""

        async def call(called: MethodCall) -> MethodAnswer:
            (asked,) = called.values
            if method.name == BY_ID:
                return self._by_id(place, str(asked or ""))
            return self._by_state(place, asked)

        return call

    def _by_id(self, place: Place, name: str) -> MethodAnswer:
        order = self.board.job_order(name)
        if not name or order is None or not self.board.belongs(order, place):
            outcome: Outcome = _missing() if not name else _unknown(name, place)
            return answered(outcome, _one(ISA95JobResponseDataType()))
        return answered(Accepted(), _one(self.board.response(order)))

    def _by_state(self, place: Place, asked: Sequence[ISA95StateDataType | None]) -> MethodAnswer:
        states = [one for one in asked or () if one is not None]
        if not 1 <= len(states) <= MAX_STATES:
            reason = f"has {len(states)} entries; a state, and perhaps a finer one, are wanted"
            problem = Problem(where="JobOrderState", reason=reason)
            return answered(Invalid(problems=(problem,)), response_list(()))
        found = [
            self.board.response(order)
            for order, is_loaded in self.board.responses(place)
            if _matches(states, job_state(order, is_loaded=is_loaded))
        ]
        return answered(Accepted(), response_list(found))


def _matches(asked: Sequence[ISA95StateDataType], shown: Sequence[ISA95StateDataType]) -> bool:
    """Tell whether each state that is asked for is one that the job order is in."""
    return all(any(is_meant(one, other) for other in shown) for one in asked)


def _unknown(name: str, place: Place) -> Refused:
    text = f"there is no job order {name} at {place.name}"
    return Refused(refusals=(refuse("job-order-unknown", name, text),))


def _missing() -> Invalid:
    return Invalid(problems=(Problem(where="JobOrderID", reason="is missing"),))


def _one(response: ISA95JobResponseDataType) -> Any:
    return ua.Variant(stored(response), ua.VariantType.ExtensionObject)
