"""The methods of a receiver: the standard's arguments, and the command that each becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from asyncua import ua

from models.execution import commands as c
from server.faces.opcua.namespaces import job_control, standard
from server.faces.opcua.types.job_control_structures import (
    STRUCTURES,
    ISA95JobOrderDataType,
    ISA95JobResponseDataType,
    ISA95StateDataType,
)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; a rank of 1 is an array."""

    name: str
    data_type: ua.NodeId
    description: str
    rank: int = -1

    @property
    def described(self) -> ua.Argument:
        """The argument as OPC UA describes it (OPC 10000-3, 8.6)."""
        return ua.Argument(
            Name=ua.String(self.name),
            DataType=self.data_type,
            ValueRank=ua.Int32(self.rank),
            ArrayDimensions=[ua.UInt32(0)] if self.rank > 0 else [],
            Description=ua.LocalizedText(self.description),
        )


@dataclass(frozen=True, slots=True)
class StandardMethod:
    """A method of the standard: its number on the type, and the command that a call becomes."""

    number: int
    name: str
    inputs: tuple[Argument, ...]
    outputs: tuple[Argument, ...]
    description: str
    command: type[c.Command] | None = None

    @property
    def on_type(self) -> ua.NodeId:
        """The method on the type, whose id may be used in a call, too."""
        return job_control(self.number)


_STRING: Final = standard(ua.ObjectIds.String)
_JOB_ORDER: Final = Argument(
    "JobOrder", STRUCTURES[ISA95JobOrderDataType].data_type, "The job order, whole."
)
_JOB_ORDER_ID: Final = Argument("JobOrderID", _STRING, "The id of the job order.")
_COMMENT: Final = Argument(
    "Comment",
    standard(ua.ObjectIds.LocalizedText),
    "Why, in words; it goes on record. May be empty.",
    rank=1,
)
_STATUS: Final = Argument(
    "ReturnStatus",
    standard(ua.ObjectIds.UInt64),
    "1 when it was done, else the bits of what stood in the way: docs/opcua-job-control.md.",
)
_RESPONSE: Final = STRUCTURES[ISA95JobResponseDataType].data_type

_WHOLE: Final = (_JOB_ORDER, _COMMENT)
_BY_ID: Final = (_JOB_ORDER_ID, _COMMENT)


def _m(
    number: int,
    name: str,
    inputs: tuple[Argument, ...],
    command: type[c.Command],
    description: str,
) -> StandardMethod:
    return StandardMethod(number, name, inputs, (_STATUS,), description, command)


RECEIVER_METHODS: Final = (
    _m(7001, "Store", _WHOLE, c.StoreJobOrder, "Store a job order that may not start yet."),
    _m(7004, "StoreAndStart", _WHOLE, c.StoreJobOrder, "Store a job order that may start."),
    _m(7005, "Start", _BY_ID, c.StartJobOrder,
       "Allow a stored job order to start; it runs when work on its first step begins."),
    _m(7013, "RevokeStart", _BY_ID, c.RevokeStartJobOrder,
       "Take the permission to start back, while no work has begun."),
    _m(7009, "Update", _WHOLE, c.UpdateJobOrder,
       "Replace what is asked of a job order whose work has not begun."),
    _m(7007, "Pause", _BY_ID, c.HoldJobOrder, "Hold a running job order at once."),
    _m(7008, "Resume", _BY_ID, c.ResumeJobOrder,
       "Needs a signature: call Objects/Interlock/JobOrders/Resume, which takes one."),
    _m(7006, "Stop", _BY_ID, c.StopJobOrder,
       "End a job order early; it is then not complete, and its lot stays restricted."),
    _m(7010, "Abort", _BY_ID, c.AbortJobOrder,
       "Needs a signature: call Objects/Interlock/JobOrders/Abort, which takes one; Stop and "
       "Cancel do without."),
    _m(7011, "Cancel", _BY_ID, c.CancelJobOrder,
       "Take back a job order that has not begun; it leaves the list and stays on record."),
    _m(7012, "Clear", _BY_ID, c.ClearJobOrder,
       "Take a job order that is over off the list; it stays on record."),
)  # fmt: skip
"""The methods of ISA95JobOrderReceiverObjectType (OPC 10031-4, 6.2.1), in the order of a life."""

PROVIDER_METHODS: Final = (
    StandardMethod(
        7002, "RequestJobResponseByJobOrderID", (_JOB_ORDER_ID,),
        (Argument("JobResponse", _RESPONSE, "What became of the job order."), _STATUS),
        "Ask what became of a job order; of one that was cleared, too.",
    ),
    StandardMethod(
        7014, "RequestJobResponseByJobOrderState",
        (
            Argument("JobOrderState", STRUCTURES[ISA95StateDataType].data_type,
                     "The state, with finer ones after it.", rank=1),
        ),
        (
            Argument("JobResponses", _RESPONSE, "What became of each of them.", rank=1),
            _STATUS,
        ),
        "Ask what became of the listed job orders in a state.",
    ),
)  # fmt: skip
"""The methods of ISA95JobResponseProviderObjectType (OPC 10031-4, 6.2.2)."""

OURS_THAT_SIGN: Final[Mapping[type[c.Command], str]] = MappingProxyType(
    {c.ResumeJobOrder: "JobOrders/Resume", c.AbortJobOrder: "JobOrders/Abort"}
)
"""What to call instead, where the standard's method has no place for the signature."""
