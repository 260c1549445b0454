"""What is served against the official files, every fact: our tables, and files that plants add."""

from collections.abc import Sequence

import pytest
from asyncua import ua

from server.faces.opcua.namespaces import OWN_URIS
from tests.conformance.crawl import Space
from tests.conformance.nodesets import NODESETS, differences, read_nodeset
from tests.conformance.reviewed import COMPANIONS, ISA95, JOB_CONTROL, PACKML, REVIEWED, Reviewed
from tests.conformance.served_facts import served_facts

HOW_MANY = {ISA95: 388, JOB_CONTROL: 258, PACKML: 248}
NAMESPACE_ARRAY = ua.NodeId(ua.ObjectIds.Server_NamespaceArray)
INDEXES = {"http://opcfoundation.org/UA/": 0} | {uri: index for index, uri in OWN_URIS}

FILES = (*HOW_MANY, *COMPANIONS)

pytestmark = pytest.mark.skipif(
    not all((NODESETS / name).is_file() for name in FILES),
    reason=f"{NODESETS} has not all of {list(FILES)}; INTERLOCK_CONFORMANCE names its parent",
)


@pytest.fixture(scope="module")
def found(served: Space) -> dict[str, Sequence[str]]:
    facts = served_facts(served)
    uris = served[NAMESPACE_ARRAY].attributes[ua.AttributeIds.Value].Value
    nodesets = {name: read_nodeset(name, uris.index) for name in FILES}
    assert {name: len(nodesets[name].facts) for name in HOW_MANY} == HOW_MANY
    return {name: list(differences(one, facts)) for name, one in nodesets.items()}


@pytest.mark.parametrize("name", FILES)
def test_what_is_served_is_what_is_published(name: str, found: dict[str, Sequence[str]]) -> None:
    reviewed = [one for one in REVIEWED if one.file == name]
    assert [one for one in found[name] if not any(row.matches(one) for row in reviewed)] == []


@pytest.mark.parametrize("row", REVIEWED, ids=lambda row: f"{row.file} {row.pattern}")
def test_every_reviewed_difference_still_is_one(
    row: Reviewed, found: dict[str, Sequence[str]]
) -> None:
    assert sum(row.matches(one) for one in found[row.file]) == row.how_many


def test_a_fact_that_is_wrong_is_found(served: Space) -> None:
    """The comparison itself: each kind of fact, made wrong once, is told."""
    nodeset = read_nodeset(JOB_CONTROL, INDEXES.__getitem__)
    before = set(differences(nodeset, served_facts(served)))
    for node_id, said in nodeset.facts.items():
        for aspect in said:
            wrong = served_facts({node_id: served[node_id]})
            wrong[node_id][aspect] = set() if aspect == "References" else object()
            nodeset_of_one = type(nodeset)(nodeset.name, nodeset.namespace, {node_id: said})
            told = set(differences(nodeset_of_one, wrong)) - before
            assert told or said[aspect] == object(), (node_id, aspect)
