"""The state of a job order as the standard writes it (OPC 10031-4, 6.3 and 7.3.9).

The state of the order itself comes first, with an empty path; the finer one after it, with the path
from that state to its state machine.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from asyncua import ua

from models.execution.job_order_state import JobOrderState
from models.execution.records import JobOrderRecord
from server.faces.opcua.namespaces import JOB_CONTROL, standard
from server.faces.opcua.types.job_control_structures import ISA95StateDataType

_S: Final = JobOrderState
NUMBERS: Final[Mapping[JobOrderState, int]] = MappingProxyType(
    {
        _S.NOT_ALLOWED_TO_START: 1,
        _S.ALLOWED_TO_START: 2,
        _S.RUNNING: 3,
        _S.INTERRUPTED: 4,
        _S.ENDED: 5,
        _S.ABORTED: 6,
    }
)
"""The StateNumbers of ISA95JobOrderReceiverObjectType."""

SUBSTATES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "NotAllowedToStartSubstates": ("Waiting", "Ready", "Loaded"),
        "AllowedToStartSubstates": ("Waiting", "Ready", "Loaded"),
        "InterruptedSubstates": ("Held", "Suspended"),
        "EndedSubstates": ("Completed", "Closed"),
    }
)
"""The finer state machines, and their states in the order of their numbers from 1."""

_HAS_SUB_STATE_MACHINE: Final = standard(ua.ObjectIds.HasSubStateMachine)


def substate(order: JobOrderRecord, *, is_loaded: bool) -> tuple[str, str] | None:
    """Return the finer state machine and its state, or None in a state that has none.

    ``is_loaded`` when a station has opened the job order. What a person or another system wanted
    is Suspended, what a rule or a device brought about is Held. Completed is what the quality unit
    released, and nothing else; what ended otherwise (stopped, split) is Closed.
    """
    match order.state:
        case _S.NOT_ALLOWED_TO_START:
            return "NotAllowedToStartSubstates", "Loaded" if is_loaded else "Waiting"
        case _S.ALLOWED_TO_START:
            return "AllowedToStartSubstates", "Loaded" if is_loaded else "Ready"
        case _S.INTERRUPTED:
            return "InterruptedSubstates", "Suspended" if order.deliberate_hold else "Held"
        case _S.ENDED:
            return "EndedSubstates", "Closed" if order.release is None else "Completed"
        case _:
            return None


def job_state(order: JobOrderRecord, *, is_loaded: bool) -> list[ISA95StateDataType]:
    """Return the JobState of a job order: its state, and the finer one where there is one."""
    top = ISA95StateDataType(
        StateText=ua.LocalizedText(order.state.value), StateNumber=NUMBERS[order.state]
    )
    found = substate(order, is_loaded=is_loaded)
    if found is None:
        return [top]
    machine, name = found
    finer = ISA95StateDataType(
        BrowsePath=_path(machine),
        StateText=ua.LocalizedText(name),
        StateNumber=SUBSTATES[machine].index(name) + 1,
    )
    return [top, finer]


def _path(machine: str) -> ua.RelativePath:
    element = ua.RelativePathElement(
        ReferenceTypeId=_HAS_SUB_STATE_MACHINE,
        IsInverse=False,  # type: ignore[arg-type]  # asyncua writes it as a bool
        IncludeSubtypes=True,  # type: ignore[arg-type]
        TargetName=ua.QualifiedName(machine, JOB_CONTROL),
    )
    return ua.RelativePath(Elements=[element])


def is_meant(asked: Any, shown: ISA95StateDataType) -> bool:
    """Tell whether a state that a client asks for is this one: by its path, and number or text."""
    if _names(asked) != _names(shown):
        return False
    text = asked.StateText.Text if asked.StateText is not None else None
    if not text and not asked.StateNumber:
        return False
    same_number = not asked.StateNumber or asked.StateNumber == shown.StateNumber
    return same_number and (not text or text == shown.StateText.Text)


def _names(state: Any) -> list[str]:
    elements = state.BrowsePath.Elements if state.BrowsePath is not None else None
    return [str(one.TargetName.Name) for one in elements or ()]
