"""Requests and responses that make up most of the traffic, read and written by hand.

What is read here becomes the same parameters as with asyncua's codec, and what is written is byte
for byte what that codec writes; tests compare the two over random requests. Whatever has another
form raises one of :data:`~server.faces.opcua.wire.decode.BAD_INPUT` before anything happened.
"""

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Any, Final, cast

from asyncua import ua

from server.faces.opcua.wire import decode, encode
from server.faces.opcua.wire.decode import UnusualError
from server.faces.opcua.wire.response import NO_DIAGNOSTICS

_READ: Final = Struct("<dii")  # MaxAge, TimestampsToReturn, number of nodes
_PLAIN: Final = b"\xff\xff\xff\xff\x00\x00\xff\xff\xff\xff"
"""How most ReadValueIds end: the whole value, in the encoding of the channel."""
_KEPT: Final = 32_768
_MAX_KEY: Final = 256
_VALUE, _STATUS, _SOURCE, _SERVER = 0x01, 0x02, 0x04, 0x08
_UINT32: Final = Struct("<I")
_STATUS_AND_COUNT: Final = Struct("<Ii").pack
_INT64: Final = Struct("<q")
_INT32: Final = Struct("<i")
_MASKS: Final = Struct("<?II")  # IncludeSubtypes, NodeClassMask, ResultMask

ANY_NUMBER: Final = 2**31 - 1
"""How many entries a request may have where nobody says how many are too many."""

_seen: Final[dict[bytes, ua.ReadValueId]] = {}
"""What these bytes stand for; the same for everybody, so nothing ever makes it wrong."""


def read_parameters(
    body: bytes, at: int, most: int = ANY_NUMBER
) -> tuple[float, int, list[ua.ReadValueId]]:
    """Return MaxAge, TimestampsToReturn and what is to be read (OPC 10000-4, 5.11.2)."""
    max_age, timestamps, number = _READ.unpack_from(body, at)
    at += _READ.size
    if not 0 <= number <= min(most, len(body) - at):
        raise UnusualError
    wanted = []
    for _ in range(number):
        end = decode.skip_node_id(body, at) + 4
        key = body[at:end]
        one = _seen.get(key)
        if body[end : end + 10] != _PLAIN:
            raise UnusualError
        wanted.append(one or _read_value_id(key))
        at = end + 10
    _check_end(body, at)
    return max_age, timestamps, wanted


def _read_value_id(key: bytes) -> ua.ReadValueId:
    node_id, at = decode.node_id(key, 0)
    (attribute,) = _UINT32.unpack_from(key, at)
    one = ua.ReadValueId(NodeId=node_id, AttributeId=attribute)
    if len(key) <= _MAX_KEY:
        if len(_seen) >= _KEPT:
            _seen.clear()
        _seen[key] = one
    return one


def write_parameters(body: bytes, at: int, most: int = ANY_NUMBER) -> list[ua.WriteValue]:
    """Return what is to be written (OPC 10000-4, 5.11.4)."""
    number, at = decode.count(body, at, most)
    wanted = []
    for _ in range(number):
        node_id, at = decode.node_id(body, at)
        (attribute,) = _UINT32.unpack_from(body, at)
        if attribute != ua.AttributeIds.Value:
            raise UnusualError
        index_range, at = decode.text(body, at + 4)
        value, at = _data_value(body, at)
        wanted.append(ua.WriteValue(node_id, ua.AttributeIds.Value, index_range, value))
    _check_end(body, at)
    return wanted


def _data_value(body: bytes, at: int) -> tuple[ua.DataValue, int]:
    mask = body[at]
    if mask & ~(_VALUE | _STATUS | _SOURCE | _SERVER) or not mask & _VALUE:
        raise UnusualError
    content, at = decode.variant(body, at + 1)
    value = ua.DataValue(content)
    if mask & _STATUS:
        (code,) = _UINT32.unpack_from(body, at)
        value.StatusCode = ua.StatusCode(code)
        at += 4
    if mask & _SOURCE:
        value.SourceTimestamp = _time(_INT64.unpack_from(body, at)[0])
        at += 8
    if mask & _SERVER:
        value.ServerTimestamp = _time(_INT64.unpack_from(body, at)[0])
        at += 8
    return value, at


def browse_parameters(
    body: bytes, at: int, most_nodes: int = ANY_NUMBER
) -> tuple[ua.NodeId, int, list[ua.BrowseDescription]]:
    """Return the view, how many references at most, and what to browse (OPC 10000-4, 5.9.2)."""
    view, at = decode.node_id(body, at)
    (most,) = _UINT32.unpack_from(body, at + 12)
    number, at = decode.count(body, at + 16, most_nodes)
    wanted = []
    for _ in range(number):
        node_id, at = decode.node_id(body, at)
        (direction,) = _INT32.unpack_from(body, at)
        reference_type, at = decode.node_id(body, at + 4)
        subtypes, class_mask, result_mask = _MASKS.unpack_from(body, at)
        at += _MASKS.size
        one = ua.BrowseDescription(
            node_id, direction, reference_type, subtypes, class_mask, result_mask
        )
        wanted.append(one)
    _check_end(body, at)
    return view, most, wanted


def call_parameters(body: bytes, at: int, most: int = ANY_NUMBER) -> list[ua.CallMethodRequest]:
    """Return what is to be called (OPC 10000-4, 5.12.2)."""
    number, at = decode.count(body, at, most)
    wanted = []
    for _ in range(number):
        object_id, at = decode.node_id(body, at)
        method_id, at = decode.node_id(body, at)
        length, at = decode.count(body, at)
        arguments = []
        for _ in range(length):
            argument, at = decode.variant(body, at)
            arguments.append(argument)
        wanted.append(ua.CallMethodRequest(object_id, method_id, arguments))
    _check_end(body, at)
    return wanted


def _time(ticks: int) -> ua.DateTime:
    time: Any = ua.win_epoch_to_datetime(ticks)
    return cast(ua.DateTime, time)


def _check_end(body: bytes, at: int) -> None:
    """Refuse what was read past the end: there a slice is short, and no error."""
    if at > len(body):
        raise UnusualError


def packed_results(values: Sequence[bytes]) -> bytes:
    """Return the rest of a response that has nothing but results, encoded ones."""
    return b"".join((encode.int32(len(values)), *values, NO_DIAGNOSTICS))


def node_ids(values: Sequence[ua.NodeId]) -> bytes:
    """Return an array of NodeIds."""
    return encode.int32(len(values)) + b"".join([encode.node_id(one) for one in values])


def status_results(results: Sequence[ua.StatusCode]) -> bytes:
    """Return the rest of a response that has nothing but status codes, such as WriteResponse."""
    codes = Struct(f"<i{len(results)}I").pack(len(results), *(one.value for one in results))
    return codes + NO_DIAGNOSTICS


def call_results(results: Iterable[ua.CallMethodResult]) -> bytes:
    """Return the rest of a CallResponse."""
    packed = [_call_result(one) for one in results]
    return b"".join((encode.int32(len(packed)), *packed, NO_DIAGNOSTICS))


def _call_result(result: ua.CallMethodResult) -> bytes:
    arguments = result.InputArgumentResults
    outputs = result.OutputArguments
    head = _STATUS_AND_COUNT(result.StatusCode.value, len(arguments))
    packed = [head, *(encode.uint32(one.value) for one in arguments)]
    # No diagnostics of the arguments, then the outputs.
    packed.append(NO_DIAGNOSTICS + encode.int32(len(outputs)))
    packed += [encode.variant(one) for one in outputs]
    return b"".join(packed)
