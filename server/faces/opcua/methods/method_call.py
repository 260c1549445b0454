"""What a method is given and what it gives back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from asyncua import ua

from server.faces.opcua.access.caller import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCall:
    """One call whose arguments have been counted and whose types have been checked."""

    object_id: ua.NodeId
    method_id: ua.NodeId
    """The method that runs: the instance's, even if the client named the type's."""
    arguments: tuple[ua.Variant, ...]
    caller: Caller

    @property
    def values(self) -> tuple[Any, ...]:
        """The arguments as plain Python values."""
        return tuple(argument.Value for argument in self.arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodAnswer:
    """Outputs with a status; Uncertain keeps the outputs, Bad drops them."""

    outputs: tuple[Any, ...] = ()
    """Variants, or plain values that become Variants as OutputArguments declares them."""
    status: ua.StatusCode = field(default_factory=ua.StatusCode)


MethodCoroutine = Callable[[MethodCall], Awaitable[MethodAnswer]]
