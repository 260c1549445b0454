"""What a method is given and what it gives back."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from asyncua import ua

from server.faces.opcua.access.caller import Caller

_GOOD: Final = ua.StatusCode()


class MethodCall(NamedTuple):
    """One call whose arguments have been counted and whose types have been checked."""

    object_id: ua.NodeId
    method_id: ua.NodeId
    """The method that runs: the instance's, even if the client named the type's."""
    arguments: tuple[ua.Variant, ...]
    caller: Caller

    @property
    def values(self) -> tuple[Any, ...]:
        """The arguments as plain Python values."""
        return tuple([argument.Value for argument in self.arguments])


class MethodAnswer(NamedTuple):
    """Outputs with a status; Uncertain keeps the outputs, Bad drops them."""

    outputs: tuple[Any, ...] = ()
    """Variants, or plain values that become Variants as OutputArguments declares them."""
    status: ua.StatusCode = _GOOD


MethodCoroutine = Callable[[MethodCall], Awaitable[MethodAnswer]]
MethodFunction = Callable[[MethodCall], MethodAnswer]
"""A method that never waits: it runs where its request came in, and holds up all that follow."""
