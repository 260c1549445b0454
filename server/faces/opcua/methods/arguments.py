"""The arguments of methods: how a field of a command is written in OPC UA."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from asyncua import ua

from server.command_path.command_fields import CommandField, Kind

_V: Final = ua.VariantType


@dataclass(frozen=True, slots=True)
class ArgumentRow:
    """One argument as a client sees it."""

    name: str
    description: str
    variant_type: ua.VariantType = _V.String
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


COMMAND_ID: Final = ArgumentRow(
    "CommandId",
    "An id of your own choice for this command, so that sending it again has no second effect; "
    "empty lets the server choose one.",
)

SIGNERS: Final = MappingProxyType({"identity": "", "second": "Second"})
"""What stands before Account and Password, by the field of the person who signs."""

OUTPUTS: Final = (
    ArgumentRow("ReturnStatus",
                "1 when accepted, else one bit per group of refusals: docs/opcua.md.", _V.UInt64),
    ArgumentRow("Outcome", "Accepted, Refused, Denied, Invalid or Fault."),
    ArgumentRow("RefusalCodes", "The stable codes of everything that stands in the way.",
                is_array=True),
    ArgumentRow("Messages", "For each code what stands in the way, and what to do about it.",
                _V.LocalizedText, is_array=True),
    ArgumentRow("Offers", "What would be accepted instead, best first.", is_array=True),
    ArgumentRow("DecisionId", "Finds the evidence of this decision in the execution log."),
    ArgumentRow("Duplicate",
                "True when this command id was answered before: nothing happened again.",
                _V.Boolean),
    ArgumentRow("Result", "What came of it, such as the weight that was taken."),
)  # fmt: skip
"""What every method gives back."""

_TYPES: Final[Mapping[Kind, ua.VariantType]] = MappingProxyType(
    {Kind.FLAG: _V.Boolean, Kind.WHOLE: _V.Int32, Kind.TIME: _V.DateTime}
)


def arguments(field: CommandField) -> tuple[ArgumentRow, ...]:
    """Return the arguments that carry a field; who signs takes two."""
    if field.kind is Kind.SIGNER:
        return _signer(SIGNERS[field.name])
    description = f"{field.description}{_hint(field)}"
    is_array = field.kind in (Kind.LIST, Kind.PAIRS)
    kind = _TYPES.get(field.kind, _V.String)
    if field.kind is Kind.WHOLE and field.optional:
        kind = _V.String  # no whole number means that there is none
    return (ArgumentRow(argument_name(field.name), description, kind, is_array),)


def argument_name(name: str) -> str:
    """Return the name of a field as arguments are called: job_order_id is JobOrderId."""
    return "".join(word.capitalize() for word in name.split("_"))


def _signer(which: str) -> tuple[ArgumentRow, ArgumentRow]:
    who = "second person, another one than the first" if which else "person who acts"
    return (
        ArgumentRow(f"{which}Account", f"The personal account of the {who}."),
        ArgumentRow(f"{which}Password", "The password of that account; used once and never kept."),
    )


def _hint(field: CommandField) -> str:
    """Say how it is written, where the name of the type does not."""
    match field.kind, field.item:
        case Kind.CHOICE, _:
            return f" One of {', '.join(field.choices)}."
        case Kind.PAIRS, _:
            return " Each as NAME=VALUE."
        case Kind.NOUN, _:
            return " As JSON, in the form that REST shows and takes."
        case Kind.LIST, Kind.NOUN:
            return " Each as JSON, in the form that REST shows and takes."
        case Kind.TIME, _ if field.optional:
            return " The first of January 1601 stands for none."
        case _:
            return ""
