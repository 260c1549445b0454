"""The Call service: which method runs, whether it may, whether its arguments fit, what it said."""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.access.permissions import AccessKind, Permissions, RolePermissions
from server.faces.opcua.methods.method_call import (
    MethodAnswer,
    MethodCall,
    MethodCoroutine,
    MethodFunction,
)
from server.faces.opcua.methods.method_signature import (
    ArgumentShape,
    MethodSignature,
    is_short,
    read_signature,
)
from server.faces.opcua.wire.failure import code_of, status
from server.faces.opcua.wire.type_tree import (
    HAS_COMPONENT,
    HAS_TYPE_DEFINITION,
    browse_name,
    subtypes,
    supertypes,
    targets,
)

_log = logging.getLogger(__name__)

_MAX_RESOLVED = 10_000
_NOTHING = MethodSignature(inputs=(), outputs=())


@dataclass(frozen=True, slots=True)
class _Linked:
    """What runs behind a method: the function that never waits if there is one."""

    coroutine: MethodCoroutine
    function: MethodFunction | None
    records_denials: bool


@dataclass(frozen=True, slots=True)
class Meant:
    """The method that a call means, and what runs behind it, if anything does."""

    method_id: ua.NodeId
    linked: _Linked
    signature: MethodSignature


async def _nothing(_: MethodCall) -> MethodAnswer:
    return MethodAnswer(status=status(ua.StatusCodes.BadNotExecutable))


_NOBODY = _Linked(_nothing, None, records_denials=False)


Resolve = Callable[[ua.NodeId, ua.NodeId], ua.NodeId | None]
"""Takes ObjectId and MethodId; gives the method that is meant, None to look for it as always.

So a method of a type can be called for an object that stands in no address space, as conditions
may be (OPC 10000-9, 5.5.4).
"""


class Methods:
    """The linked methods of one server."""

    def __init__(self, space: AddressSpace, permissions: Permissions) -> None:
        self._space = space
        self._permissions = permissions
        self._roles = permissions if isinstance(permissions, RolePermissions) else None
        self._linked: dict[ua.NodeId, _Linked] = {}
        self._signatures: dict[ua.NodeId, MethodSignature] = {}
        self._resolved: dict[tuple[ua.NodeId, ua.NodeId], Meant] = {}
        self._also_resolve: Resolve | None = None

    def link(
        self, method_id: ua.NodeId, coroutine: MethodCoroutine, *, records_denials: bool = False
    ) -> None:
        """Let calls of the method run the coroutine.

        One that ``records_denials`` is run for callers who may not call it, too: it puts the
        attempt on record, denies it and answers with a Bad status.
        """
        self._link(method_id, _Linked(coroutine, None, records_denials))

    def link_function(self, method_id: ua.NodeId, function: MethodFunction) -> None:
        """Let calls of the method run a function; no task is made for it, so it must be quick."""
        self._link(method_id, _Linked(_nothing, function, records_denials=False))

    def _link(self, method_id: ua.NodeId, linked: _Linked) -> None:
        if method_id not in self._space:
            raise KeyError(f"there is no node {method_id.to_string()} to link a method to")
        self._linked[method_id] = linked
        self._forget(method_id)

    def unlink(self, method_id: ua.NodeId) -> None:
        """Forget a method, as when its node goes."""
        self._linked.pop(method_id, None)
        self._forget(method_id)

    def _forget(self, method_id: ua.NodeId) -> None:
        self._signatures.pop(method_id, None)
        self._resolved.clear()

    def resolve_with(self, resolve: Resolve) -> None:
        """Ask for the method that a call means, before the address space is asked."""
        self._also_resolve = resolve

    def declared(
        self, object_id: ua.NodeId, method_id: ua.NodeId
    ) -> tuple[str, Sequence[str] | None]:
        """Return the name of the method that a call means, and the names of its inputs.

        Without a name, and without inputs, when there is no such method.
        """
        meant = self._resolve(object_id, method_id)
        if isinstance(meant, int):
            return "", None
        name = browse_name(self._space, meant.method_id)
        inputs = (one.name for one in self._signature(meant.method_id).inputs)
        return str(name.Name) if name else "", tuple(inputs)

    def is_linked(self, method_id: ua.NodeId) -> bool:
        """Return whether anything runs behind the method."""
        return method_id in self._linked

    async def call(self, caller: Caller, request: ua.CallMethodRequest) -> ua.CallMethodResult:
        """Answer one entry of a Call request (OPC 10000-4, 5.12.2)."""
        meant = self._resolve(request.ObjectId, request.MethodId)
        if isinstance(meant, int):
            return _result(meant)
        allowed = self._allowed(caller, request, meant)
        if not isinstance(allowed, MethodCall):
            return allowed
        linked = meant.linked
        try:
            if linked.function is not None:
                return _answered(linked.function(allowed), meant.signature)
            return _answered(await linked.coroutine(allowed), meant.signature)
        except Exception as failure:  # noqa: BLE001 - the wall: what a method raises ends here
            return _failed(meant.method_id, failure)

    def meant_at_once(self, request: ua.CallMethodRequest) -> Meant | None:
        """Return the method that a call means if a function is behind it; nothing happens yet."""
        meant = self._resolve(request.ObjectId, request.MethodId)
        return None if isinstance(meant, int) or meant.linked.function is None else meant

    def call_at_once(
        self, caller: Caller, request: ua.CallMethodRequest, meant: Meant
    ) -> ua.CallMethodResult:
        """Answer a call of a method with a function, with the same checks as any other."""
        allowed = self._allowed(caller, request, meant)
        if not isinstance(allowed, MethodCall):
            return allowed
        function = meant.linked.function
        assert function is not None  # so it was said when the method was looked up
        try:
            return _answered(function(allowed), meant.signature)
        except Exception as failure:  # noqa: BLE001 - the wall: what a method raises ends here
            return _failed(meant.method_id, failure)

    def _allowed(
        self, caller: Caller, request: ua.CallMethodRequest, meant: Meant
    ) -> MethodCall | ua.CallMethodResult:
        """Return the call if everything allows it, else the answer that says what does not."""
        method_id = meant.method_id
        refusal = self._refusal(caller, request.ObjectId, meant)
        if refusal is not None:
            return _result(refusal)
        if meant.linked is _NOBODY or not self._is_executable(method_id):
            return _result(ua.StatusCodes.BadNotExecutable)
        arguments = tuple(request.InputArguments or ())
        misfit = self._misfit(meant.signature, arguments)
        if misfit is not None:
            denied = not self._permissions.may(caller, AccessKind.CALL, method_id)
            return _result(ua.StatusCodes.BadUserAccessDenied) if denied else misfit
        return MethodCall(request.ObjectId, method_id, arguments, caller)

    def _refusal(self, caller: Caller, object_id: ua.NodeId, meant: Meant) -> int | None:
        """Return why the caller may not even try, or None."""
        may, method_id = self._permissions.may, meant.method_id
        if not (
            may(caller, AccessKind.BROWSE, object_id) and may(caller, AccessKind.BROWSE, method_id)
        ):
            return ua.StatusCodes.BadNodeIdUnknown
        if caller.read_only:
            return ua.StatusCodes.BadUserAccessDenied
        if self._roles is not None and self._roles.needs_encryption(caller, method_id):
            return ua.StatusCodes.BadSecurityModeInsufficient
        if meant.linked.records_denials or may(caller, AccessKind.CALL, method_id):
            return None
        return ua.StatusCodes.BadUserAccessDenied

    def _signature(self, method_id: ua.NodeId) -> MethodSignature:
        signature = self._signatures.get(method_id)
        if signature is None:
            signature = self._signatures[method_id] = read_signature(self._space, method_id)
        return signature

    def _resolve(self, object_id: ua.NodeId, method_id: ua.NodeId) -> Meant | int:
        """Return the method that is meant, or the status code that says why there is none."""
        if self._also_resolve is not None:
            also = self._also_resolve(object_id, method_id)
            if also is not None:
                return self._meant(also)
        if object_id not in self._space:
            return ua.StatusCodes.BadNodeIdUnknown
        known = self._resolved.get((object_id, method_id))
        if known is not None and known.method_id in self._space:
            return known
        found = self._search(object_id, method_id)
        if isinstance(found, int):
            return found
        if len(self._resolved) >= _MAX_RESOLVED:
            self._resolved.clear()
        meant = self._resolved[object_id, method_id] = self._meant(found)
        return meant

    def _meant(self, method_id: ua.NodeId) -> Meant:
        linked = self._linked.get(method_id)
        if linked is None:
            return Meant(method_id, _NOBODY, _NOTHING)
        return Meant(method_id, linked, self._signature(method_id))

    def _search(self, object_id: ua.NodeId, method_id: ua.NodeId) -> ua.NodeId | int:
        if not self._is_method(method_id):
            return ua.StatusCodes.BadMethodInvalid
        # The way up from the method is short; the way down passes all that the object has.
        if object_id in targets(self._space, method_id, self._components_of, forward=False):
            return method_id
        own = self._components(object_id)
        if method_id in own:
            return method_id
        if not self._is_of_type(object_id, method_id):
            return ua.StatusCodes.BadMethodInvalid
        # OPC 10000-4, 5.12.2: the MethodId may be the type's, the method is then the instance's.
        name = browse_name(self._space, method_id)
        return next((one for one in own if browse_name(self._space, one) == name), method_id)

    def _is_of_type(self, object_id: ua.NodeId, method_id: ua.NodeId) -> bool:
        definitions = targets(self._space, object_id, (HAS_TYPE_DEFINITION,), forward=True)
        return any(
            method_id in self._components(type_id)
            for definition in definitions
            for type_id in supertypes(self._space, definition)
        )

    def _components(self, node_id: ua.NodeId) -> tuple[ua.NodeId, ...]:
        return tuple(targets(self._space, node_id, self._components_of, forward=True))

    @cached_property
    def _components_of(self) -> frozenset[ua.NodeId]:
        return subtypes(self._space, HAS_COMPONENT)

    def _is_method(self, node_id: ua.NodeId) -> bool:
        node_class = self._space.read_attribute_value(node_id, ua.AttributeIds.NodeClass).Value
        return node_class is not None and node_class.Value == ua.NodeClass.Method

    def _is_executable(self, method_id: ua.NodeId) -> bool:
        node = self._space.get(method_id)
        held = None if node is None else node.attributes.get(ua.AttributeIds.Executable)
        if held is None or held.value is None or held.value.Value is None:
            return True
        return held.value.Value.Value is not False

    def _misfit(
        self, signature: MethodSignature, arguments: Sequence[ua.Variant]
    ) -> ua.CallMethodResult | None:
        if len(arguments) < len(signature.inputs):
            return _result(ua.StatusCodes.BadArgumentsMissing)
        if len(arguments) > len(signature.inputs):
            return _result(ua.StatusCodes.BadTooManyArguments)
        if not arguments:
            return None
        misfits = [
            ua.StatusCodes.Good
            if shape.is_plainly(argument)
            else self._argument_misfit(shape, argument)
            for shape, argument in zip(signature.inputs, arguments, strict=True)
        ]
        if not any(misfits):
            return None
        result = _result(ua.StatusCodes.BadInvalidArgument)
        result.InputArgumentResults = [status(code) for code in misfits]
        return result

    def _argument_misfit(self, shape: ArgumentShape, argument: ua.Variant) -> int:
        """Return what is wrong with an argument, or Good."""
        if not shape.accepts(self._space, argument):
            return ua.StatusCodes.BadTypeMismatch
        return ua.StatusCodes.Good if is_short(argument.Value) else ua.StatusCodes.BadOutOfRange


def _failed(method_id: ua.NodeId, failure: Exception) -> ua.CallMethodResult:
    code = code_of(failure)
    if code is not None:
        return _result(code)
    # The client gets no word of what went wrong inside, only that it did.
    reference = secrets.token_hex(4)
    _log.error("method %s failed, reference %s", method_id.to_string(), reference, exc_info=failure)
    return _result(ua.StatusCodes.BadInternalError)


def _answered(answer: MethodAnswer, signature: MethodSignature) -> ua.CallMethodResult:
    code, outputs, shapes = answer.status, answer.outputs, signature.outputs
    if code.is_bad():
        return ua.CallMethodResult(code, [], [], [])
    if len(outputs) != len(shapes):
        raise ValueError(
            f"the method gave {len(outputs)} outputs, OutputArguments declares {len(shapes)}"
        )
    packed = [shape.variant(value) for shape, value in zip(shapes, outputs, strict=True)]
    return ua.CallMethodResult(code, [], [], packed)


def _result(code: int) -> ua.CallMethodResult:
    return ua.CallMethodResult(StatusCode=status(code))
