"""Every method: its name, its inputs, what it does. Types, instances and docs come from here."""

from dataclasses import dataclass
from typing import Final

from asyncua import ua

_S: Final = ua.VariantType.String


@dataclass(frozen=True, slots=True)
class ArgumentRow:
    """One argument as a client sees it."""

    name: str
    description: str
    variant_type: ua.VariantType = _S
    is_array: bool = False

    @property
    def argument(self) -> ua.Argument:
        """The argument as OPC UA describes it (OPC 10000-3, 8.6)."""
        return ua.Argument(
            Name=ua.String(self.name),
            DataType=ua.NodeId(ua.Int32(self.variant_type.value), ua.Int16(0)),
            ValueRank=ua.Int32(1 if self.is_array else -1),
            ArrayDimensions=[ua.UInt32(0)] if self.is_array else [],
            Description=ua.LocalizedText(self.description),
        )


@dataclass(frozen=True, slots=True)
class MethodRow:
    """One method; ``number`` is its NodeId on the type, those of its arguments follow."""

    number: int
    name: str
    description: str
    inputs: tuple[ArgumentRow, ...]

    @property
    def signs(self) -> bool:
        """Whether a person gives account and password with it."""
        return any(one.name == "Password" for one in self.inputs)

    @property
    def checked_inputs(self) -> tuple[ArgumentRow, ...]:
        """What ``Check`` takes for it: everything but the command id and the person."""
        return tuple(
            one for one in self.inputs if one.name not in {"CommandId", "Account", "Password"}
        )


_A = ArgumentRow

COMMAND_ID: Final = _A(
    "CommandId",
    "An id of your own choice for this command, so that sending it again has no second effect; "
    "empty lets the server choose one.",
)
_ACCOUNT: Final = _A("Account", "The personal account of the person who acts.")
_PASSWORD: Final = _A("Password", "The password of that account; used once and never kept.")
_SHOWN: Final = (
    _A("JobOrderId", "The job order that the screen shows; empty means the station's."),
    _A("StepId", "The step that the screen shows; empty means the one in progress here."),
)
_JOB_ORDER: Final = _A("JobOrderId", "The id of the job order.")

CHECK: Final = "Check"
_CHECK_INPUTS: Final = (
    _A("Command", "The name of the method that is considered."),
    _A(
        "Arguments",
        "Its inputs as text, in order, without Account, Password and CommandId; "
        "missing ones at the end are empty.",
        is_array=True,
    ),
)

OUTPUTS: Final = (
    _A("ReturnStatus", "1 when accepted, else one bit per group of refusals: docs/opcua.md.",
       ua.VariantType.UInt64),
    _A("Outcome", "Accepted, Refused, Denied, Invalid or Fault."),
    _A("RefusalCodes", "The stable codes of everything that stands in the way.", is_array=True),
    _A("Messages", "For each code what stands in the way, and what to do about it.",
       ua.VariantType.LocalizedText, is_array=True),
    _A("Offers", "What would be accepted instead, best first.", is_array=True),
    _A("DecisionId", "Finds the evidence of this decision in the execution log."),
    _A("Duplicate", "True when this command id was answered before: nothing happened again.",
       ua.VariantType.Boolean),
    _A("Result", "What came of it, such as the weight that was taken."),
)  # fmt: skip

FACEPLATE_METHODS: Final = (
    MethodRow(3010, "OpenSession", "Take the station: a person, with a job order.",
              (_JOB_ORDER, _ACCOUNT, _PASSWORD, COMMAND_ID)),
    MethodRow(3020, "CloseSession", "Leave the station.", (COMMAND_ID,)),
    MethodRow(3030, "StartStep", "Begin a step of the station's job order.",
              (_A("StepId", "The step to begin."), COMMAND_ID)),
    MethodRow(3040, "Scan", "Identify the container of the material that is wanted now.",
              (_A("Code", "The code on the label, as scanned."), *_SHOWN, COMMAND_ID)),
    MethodRow(3050, "CaptureWeight", "Take the weight that a scale of this station shows now.",
              (_A("InstrumentId", "The id of the scale."), *_SHOWN, COMMAND_ID)),
    MethodRow(3060, "CaptureEvidence", "Take the value that a device shows now as evidence.",
              (_A("EvidenceId", "The evidence that is wanted."), *_SHOWN, COMMAND_ID)),
    MethodRow(3070, "RecordEvidence", "Record a value that a person read, counted or scanned.",
              (_A("EvidenceId", "The evidence that is wanted."),
               _A("Value", "The value as text; a number with a point, true or false."),
               _A("Source", "manual or scan: how the value came here."),
               _A("InstrumentId", "The instrument it was read from, or empty."),
               *_SHOWN, COMMAND_ID)),
    MethodRow(3080, "CompleteStep", "Declare the step in progress complete.",
              (*_SHOWN, COMMAND_ID)),
    MethodRow(3090, "VerifyStep", "Sign, as another person, that the step was done right.",
              (_A("StepId", "The step that was completed."), _ACCOUNT, _PASSWORD, COMMAND_ID)),
    MethodRow(3100, "OpenDeviation", "Put on record that something is not as it should be.",
              (_A("Description", "What is wrong, in a sentence."), COMMAND_ID)),
    MethodRow(3110, CHECK, "Ask what a method would answer; nothing is done or written.",
              _CHECK_INPUTS),
)  # fmt: skip
"""The methods of a station's faceplate."""

JOB_ORDERS_METHODS: Final = (
    MethodRow(3510, "Store", "Store a job order.",
              (_JOB_ORDER,
               _A("WorkMasterId", "The work master (master batch record) to execute."),
               _A("WorkMasterVersion", "Its version; empty takes the newest approved one."),
               _A("Quantity", "How much to make: a number, a blank and a unit, as 15.150 kg."),
               _A("MaterialLotId", "The lot that will be made; empty lets the server name it."),
               _A("AllowedToStart", "Whether work may begin at once.", ua.VariantType.Boolean),
               COMMAND_ID)),
    MethodRow(3520, "Start", "Allow a stored job order to start; work begins with its first step.",
              (_JOB_ORDER, COMMAND_ID)),
    MethodRow(3530, "Abort", "Give a job order up for good, signed and with a reason.",
              (_JOB_ORDER, _A("Reason", "Why."), _ACCOUNT, _PASSWORD, COMMAND_ID)),
    MethodRow(3540, "DispositionException", "Decide, signed, what is done about an exception.",
              (_JOB_ORDER, _A("ExceptionId", "The exception: see OpenExceptions."),
               _A("Disposition", "Redo, Adjust or Accept."), _A("Reason", "Why."),
               _ACCOUNT, _PASSWORD, COMMAND_ID)),
    MethodRow(3550, "Release", "Release what was made, with the quality unit's signature.",
              (_JOB_ORDER, _ACCOUNT, _PASSWORD, COMMAND_ID)),
    MethodRow(3560, CHECK, "Ask what a method would answer; nothing is done or written.",
              _CHECK_INPUTS),
)  # fmt: skip
"""The methods of the job orders folder."""
