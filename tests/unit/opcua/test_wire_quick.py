"""Requests read by hand mean what the codec reads, and broken ones are left to it."""

from typing import Any

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary
from hypothesis import given
from hypothesis import strategies as st

from server.faces.opcua.wire import decode, quick
from server.faces.opcua.wire.response import NO_DIAGNOSTICS
from tests.unit.opcua.test_wire_encode import ELEMENTS, NODE_IDS, TEXT, TIMES, VARIANTS, V

IDS = NODE_IDS.filter(lambda one: not isinstance(one.Identifier, bytes))
UINT32 = st.integers(0, 2**32 - 1)
SIMPLE = st.sampled_from([V.Boolean, V.Int32, V.UInt32, V.Int64, V.Double, V.String]).flatmap(
    lambda kind: st.one_of(
        st.builds(ua.Variant, ELEMENTS[kind].filter(lambda x: x is not None), st.just(kind)),
        st.builds(
            lambda values, kind=kind: ua.Variant(values, kind, is_array=True),
            st.lists(ELEMENTS[kind], max_size=4),
        ),
    )
)
VALUES = st.builds(
    ua.DataValue,
    st.one_of(SIMPLE, VARIANTS),
    st.builds(ua.StatusCode, UINT32),
    st.one_of(st.none(), TIMES),
    st.one_of(st.none(), TIMES),
)
READS = st.builds(
    ua.ReadParameters,
    st.floats(0, 1e6),
    st.sampled_from(list(ua.TimestampsToReturn)[:4]),
    st.lists(
        st.builds(ua.ReadValueId, IDS, st.integers(1, 27), st.one_of(st.none(), st.just("1:2"))),
        max_size=5,
    ),
)
WRITES = st.builds(
    ua.WriteParameters,
    st.lists(st.builds(ua.WriteValue, IDS, st.sampled_from([13, 5]), TEXT, VALUES), max_size=2),
)
CALLS = st.builds(
    ua.CallParameters,
    st.lists(
        st.builds(
            ua.CallMethodRequest, IDS, IDS, st.lists(st.one_of(SIMPLE, VARIANTS), max_size=2)
        ),
        max_size=2,
    ),
)
BROWSES = st.builds(
    ua.BrowseParameters,
    st.builds(ua.ViewDescription, IDS, TIMES, UINT32),
    UINT32,
    st.lists(
        st.builds(
            ua.BrowseDescription,
            IDS,
            st.sampled_from(list(ua.BrowseDirection)),
            IDS,
            st.booleans(),
            UINT32,
            UINT32,
        ),
        max_size=4,
    ),
)


def by_hand(read: Any, params: Any) -> Any:
    """Return what was read by hand, or None where that is left to the codec."""
    body = b"before" + struct_to_binary(params)
    try:
        return read(body, 6)
    except decode.BAD_INPUT:
        return None


def by_codec(params: Any) -> Any:
    return struct_from_binary(type(params), Buffer(struct_to_binary(params)))


@given(READS)
def test_a_read_request_means_the_same(params: Any) -> None:
    got, wanted = by_hand(quick.read_parameters, params), by_codec(params)
    if got is not None:
        expected = (wanted.MaxAge, wanted.TimestampsToReturn, wanted.NodesToRead)
        assert repr(got) == repr((*map(_plain, expected[:2]), expected[2]))
    else:
        assert any(one.IndexRange or not _usual(one.NodeId) for one in wanted.NodesToRead)


@given(WRITES)
def test_a_write_request_means_the_same(params: Any) -> None:
    got = by_hand(quick.write_parameters, params)
    if got is not None:
        assert _written(got) == _written(by_codec(params).NodesToWrite)


@given(CALLS)
def test_a_call_request_means_the_same(params: Any) -> None:
    got = by_hand(quick.call_parameters, params)
    if got is not None:
        assert repr(got) == repr(by_codec(params).MethodsToCall)


@given(BROWSES)
def test_a_browse_request_means_the_same(params: Any) -> None:
    got, wanted = by_hand(quick.browse_parameters, params), by_codec(params)
    if got is not None:
        view, most, browsed = got
        assert (view, most) == (wanted.View.ViewId, wanted.RequestedMaxReferencesPerNode)
        assert [struct_to_binary(one) for one in browsed] == [
            struct_to_binary(one) for one in wanted.NodesToBrowse
        ]


@given(st.sampled_from([READS, WRITES, CALLS, BROWSES]).flatmap(lambda one: one), st.data())
def test_a_truncated_request_is_never_understood(params: Any, data: st.DataObject) -> None:
    whole = struct_to_binary(params)
    body = whole[: data.draw(st.integers(0, max(0, len(whole) - 1)))]
    readers = {
        ua.ReadParameters: quick.read_parameters,
        ua.WriteParameters: quick.write_parameters,
        ua.CallParameters: quick.call_parameters,
        ua.BrowseParameters: quick.browse_parameters,
    }
    with pytest.raises(decode.BAD_INPUT):
        readers[type(params)](body, 0)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (
        decode.request_head,
        lambda one: quick.read_parameters(one, 0),
        lambda one: quick.write_parameters(one, 0),
        lambda one: quick.call_parameters(one, 0),
        lambda one: quick.browse_parameters(one, 0),
    ):
        try:
            read(body)
        except decode.BAD_INPUT:
            continue


@given(
    st.lists(
        st.builds(
            ua.CallMethodResult,
            st.builds(ua.StatusCode, UINT32),
            st.lists(st.builds(ua.StatusCode, UINT32), max_size=3),
            st.just([]),
            st.lists(VARIANTS, max_size=2),
        ),
        max_size=2,
    )
)
def test_call_results_are_written_as_by_the_codec(results: list[ua.CallMethodResult]) -> None:
    response = ua.CallResponse(Results=results)
    assert struct_to_binary(response).endswith(quick.call_results(results))


@given(st.lists(st.builds(ua.StatusCode, UINT32), max_size=5))
def test_status_codes_are_written_as_by_the_codec(results: list[ua.StatusCode]) -> None:
    response = ua.WriteResponse(Results=results)
    assert struct_to_binary(response).endswith(quick.status_results(results))
    assert quick.status_results(results).endswith(NO_DIAGNOSTICS)


@given(IDS, st.sampled_from([None, ""]), UINT32)
def test_a_request_head_is_read_as_by_the_codec(token: Any, audit: str | None, handle: int) -> None:
    request = ua.ReadRequest()
    request.RequestHeader.AuthenticationToken = token
    request.RequestHeader.AuditEntryId = audit
    request.RequestHeader.RequestHandle = handle
    body = struct_to_binary(request)
    type_id, packed, got, at = decode.request_head(body)
    assert type_id == ua.ObjectIds.ReadRequest_Encoding_DefaultBinary
    assert (decode.node_id(packed, 0)[0] if _usual(token) else token) == token
    assert got == handle
    assert body[at:] == struct_to_binary(request.Parameters)


def _usual(node_id: ua.NodeId) -> bool:
    return isinstance(node_id.Identifier, (int, str))


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, ua.TimestampsToReturn) else value


def _written(values: list[ua.WriteValue]) -> list[Any]:
    return [(one.NodeId, one.AttributeId, one.IndexRange, repr(one.Value)) for one in values]
