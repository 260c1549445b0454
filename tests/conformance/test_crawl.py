"""A crawl of what is served: nothing in it contradicts OPC 10000-3 or the rest of it."""

from copy import deepcopy

import pytest
from asyncua import ua

from tests.conformance.crawl import HAS_TYPE_DEFINITION, Reference, Space, inconsistencies

STATE = ua.NodeId(5035, 5)
RECEIVER = ua.NodeId(1002, 5)
HAS_COMPONENT = ua.NodeId(ua.ObjectIds.HasComponent)


def test_the_types_do_not_contradict_themselves(served_types: Space) -> None:
    assert len(served_types) > 7000
    assert inconsistencies(served_types) == []


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
def test_a_reference_that_is_missing_is_found(
    served_types: Space, gone: Reference, said: str
) -> None:
    broken = dict(served_types) | {STATE: deepcopy(served_types[STATE])}
    del broken[STATE].references[gone]
    assert any(said in one for one in inconsistencies(broken))


def test_a_node_that_is_missing_is_found(served_types: Space) -> None:
    broken = {node_id: node for node_id, node in served_types.items() if node_id != STATE}
    assert any("the target does not exist" in one for one in inconsistencies(broken))


def test_an_attribute_that_is_missing_is_found(served_types: Space) -> None:
    broken = dict(served_types) | {STATE: deepcopy(served_types[STATE])}
    broken[STATE].bad[ua.AttributeIds.EventNotifier] = "BadAttributeIdInvalid"
    assert any("lacks EventNotifier" in one for one in inconsistencies(broken))
