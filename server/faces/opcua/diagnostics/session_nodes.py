"""A node for each session, with its diagnostics as variables (OPC 10000-5, 6.3.5 and 7.10).

The NodeId of the object is the id of the session; those of its parts begin with it. They come when
somebody has logged in and go with the session, so there are never more than sessions.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.access.node_access import NodeAccess
from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.diagnostics.records import (
    security_record,
    session_record,
    subscription_record,
)
from server.faces.opcua.nodes import ARRAY, BASE_DATA_VARIABLE, HAS_COMPONENT, SCALAR, Node
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.node_ids import opaque, standard
from server.faces.opcua.wire.type_tree import targets

_I: Final = ua.ObjectIds
_V: Final = ua.VariantType
_SUMMARY: Final = standard(_I.Server_ServerDiagnostics_SessionsDiagnosticsSummary)
_STRUCTURE: Final = ua.VariantType.ExtensionObject
_BUILT_IN: Final = 25
_KINDS: Final = {
    _I.Duration: _V.Double,
    _I.UtcTime: _V.DateTime,
    _I.LocaleId: _V.String,
    _I.MessageSecurityMode: _V.Int32,
}

Read = Callable[[], ua.Variant]


class SessionNodes:
    """The nodes of the sessions that there are."""

    def __init__(self, space: AddressSpace, access: NodeAccess) -> None:
        self._space = space
        self._access = access
        self._tree = AddressTree(space)
        self._shown: dict[ua.NodeId, tuple[ua.NodeId, ...]] = {}
        self._session_fields = tuple(self._fields(_I.SessionDiagnosticsVariableType))
        self._security_fields = tuple(self._fields(_I.SessionSecurityDiagnosticsType))

    def show(self, session: SecureSession) -> None:
        """Let a session be seen."""
        if session.session_id in self._shown:
            return
        rows = list(self._rows(session))
        self._tree.insert(node for node, _ in rows)
        for node, read in rows:
            if read is not None:
                self._access.compute(node.node_id, partial(_answer, read))
        self._shown[session.session_id] = tuple(node.node_id for node, _ in rows)

    async def hide(self, session: SecureSession) -> None:
        """Take the nodes of a session away."""
        node_ids = self._shown.pop(session.session_id, ())
        for node_id in node_ids:
            self._access.forget(node_id)
        await self._tree.remove(node_ids)

    def _rows(self, session: SecureSession) -> Iterator[tuple[Node, Read | None]]:
        yield (
            Node(
                node_id=session.session_id,
                node_class=ua.NodeClass.Object,
                name=ua.QualifiedName(session.session_name[:128] or "Session", 0),
                description="A session of a client, as long as it lasts.",
                parent=_SUMMARY,
                reference=HAS_COMPONENT,
                type_definition=standard(_I.SessionDiagnosticsObjectType),
            ),
            None,
        )
        of_session, of_security = (
            partial(session_record, session),
            partial(security_record, session),
        )
        yield from self._structure(
            session, 1, "SessionDiagnostics", _I.SessionDiagnosticsVariableType, of_session
        )
        yield from self._structure(
            session, 2, "SessionSecurityDiagnostics", _I.SessionSecurityDiagnosticsType, of_security
        )
        yield (
            _variable(
                _part(session, 3),
                session.session_id,
                "SubscriptionDiagnosticsArray",
                standard(_I.SubscriptionDiagnosticsDataType),
                type_definition=standard(_I.SubscriptionDiagnosticsArrayType),
                value_rank=ARRAY,
            ),
            partial(subscriptions_of, session),
        )

    def _structure(
        self, session: SecureSession, number: int, name: str, kind: int, record: Callable[[], Any]
    ) -> Iterator[tuple[Node, Read]]:
        is_session = kind == _I.SessionDiagnosticsVariableType
        data_type = (
            _I.SessionDiagnosticsDataType if is_session else _I.SessionSecurityDiagnosticsDataType
        )
        own = _part(session, number)
        whole = _variable(
            own, session.session_id, name, standard(data_type), type_definition=standard(kind)
        )
        yield whole, lambda: ua.Variant(record(), _STRUCTURE)
        fields = self._session_fields if is_session else self._security_fields
        for position, (field, field_type, rank) in enumerate(fields):
            node = _variable(
                _part(session, number, position), own, field, field_type, value_rank=rank
            )
            yield node, partial(_field, record, field, field_type, rank)

    def _fields(self, kind: int) -> Iterator[tuple[str, ua.NodeId, int]]:
        """Yield name, data type and rank of what variables of this type consist of."""
        for node_id in targets(self._space, standard(kind), (HAS_COMPONENT,), forward=True):
            held: Any = self._space[node_id].attributes
            name, data_type, rank = (
                held[which].value.Value.Value
                for which in (
                    ua.AttributeIds.BrowseName,
                    ua.AttributeIds.DataType,
                    ua.AttributeIds.ValueRank,
                )
            )
            yield str(name.Name), data_type, int(rank)


def subscriptions_of(session: SecureSession) -> ua.Variant:
    """Return the records of a session's subscriptions."""
    return records_variant(
        [subscription_record(one) for one in session.publisher.subscriptions.values()]
    )


def records_variant(records: list[Any]) -> ua.Variant:
    """Return an array of structures, even if there are none."""
    return ua.Variant(records, _STRUCTURE, is_array=True)


def _answer(read: Read, caller: Caller) -> ua.DataValue:
    del caller  # the branch of the table of readers decides who gets this far
    return ua.DataValue(read())


def _field(record: Callable[[], Any], name: str, data_type: ua.NodeId, rank: int) -> ua.Variant:
    found = record()
    value = getattr(found, name if hasattr(found, name) else f"{name}_")
    number: Any = data_type.Identifier
    kind = _V(number) if number <= _BUILT_IN else _KINDS.get(number, _STRUCTURE)
    return ua.Variant(value, kind, is_array=rank != SCALAR)


def _variable(
    node_id: ua.NodeId,
    parent: ua.NodeId,
    name: str,
    data_type: ua.NodeId,
    *,
    type_definition: ua.NodeId = BASE_DATA_VARIABLE,
    value_rank: int = SCALAR,
) -> Node:
    return Node(
        node_id=node_id,
        node_class=ua.NodeClass.Variable,
        name=ua.QualifiedName(name, 0),
        description="",
        parent=parent,
        reference=HAS_COMPONENT,
        type_definition=type_definition,
        data_type=data_type,
        value_rank=value_rank,
        value=ua.DataValue(),
    )


def _part(session: SecureSession, *path: int) -> ua.NodeId:
    return opaque(bytes(session.session_id.Identifier) + bytes(path))  # type: ignore[arg-type]
