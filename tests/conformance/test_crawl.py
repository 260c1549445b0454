"""A crawl of what is served: types and instances agree with OPC 10000-3 and with each other."""

from copy import deepcopy

import pytest
from asyncua import ua

from tests.conformance.crawl import HAS_TYPE_DEFINITION, Reference, Space, inconsistencies

STATE = ua.NodeId(5035, 5)
RECEIVER = ua.NodeId(1002, 5)
METADATA = ua.NodeId(ua.ObjectIds.NamespaceMetadataType)
NAMESPACE_ARRAY = ua.NodeId(ua.ObjectIds.Server_NamespaceArray)
HAS_COMPONENT = ua.NodeId(ua.ObjectIds.HasComponent)


def test_what_is_served_does_not_contradict_itself(served: Space) -> None:
    assert len(served) > 8000
    assert len([node_id for node_id in served if node_id.NamespaceIndex == 4]) > 200
    assert inconsistencies(served) == []


def test_every_namespace_but_that_of_the_server_itself_has_its_metadata(served: Space) -> None:
    listed = served[NAMESPACE_ARRAY].attributes[ua.AttributeIds.Value].Value
    described = {
        node.attributes[ua.AttributeIds.BrowseName].Value.Name
        for node in served.values()
        if METADATA in node.type_definitions
    }
    assert set(listed) - described == {listed[1]}


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (Reference(HAS_COMPONENT, False, RECEIVER), "the target does not show it"),
        (
            Reference(HAS_TYPE_DEFINITION, True, ua.NodeId(ua.ObjectIds.StateType)),
            "has 0 type definitions",
        ),
    ],
)
def test_a_reference_that_is_missing_is_found(served: Space, gone: Reference, said: str) -> None:
    broken = dict(served) | {STATE: deepcopy(served[STATE])}
    del broken[STATE].references[gone]
    assert any(said in one for one in inconsistencies(broken))


def test_a_node_that_is_missing_is_found(served: Space) -> None:
    broken = {node_id: node for node_id, node in served.items() if node_id != STATE}
    assert any("the target does not exist" in one for one in inconsistencies(broken))


def test_an_attribute_that_is_missing_is_found(served: Space) -> None:
    broken = dict(served) | {STATE: deepcopy(served[STATE])}
    broken[STATE].bad[ua.AttributeIds.EventNotifier] = "BadAttributeIdInvalid"
    assert any("lacks EventNotifier" in one for one in inconsistencies(broken))
