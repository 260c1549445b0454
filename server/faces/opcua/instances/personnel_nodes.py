"""Persons as nodes: their classes, and what they are qualified for (OPC 10030, 8.1)."""

from collections.abc import Iterator
from typing import Final

from asyncua import ua

from models.execution import records as r
from models.isa95.personnel import Qualification
from server.faces.opcua.instances.plant_nodes import (
    Row,
    Shown,
    below,
    class_links,
    class_node,
    group_of,
    isa95_id,
    object_node,
    properties,
)
from server.faces.opcua.instances.test_results import (
    QUALIFICATION_RESULT_TYPE,
    QUALIFICATION_TEST_TYPE,
    TESTED_BY_QUALIFICATION,
    Result,
    result_link,
    result_nodes,
    specification,
)
from server.faces.opcua.namespaces import word
from server.faces.opcua.nodes import ORGANIZES, Link, Node
from server.faces.opcua.types import isa95_table as t

_V: Final = ua.VariantType
_CLASSES: Final = ("Personnel", "Classes")
_PERSONS: Final = ("Personnel", "Persons")
_TESTS: Final = isa95_id("Personnel", "QualificationTests")


def person(record: r.PersonRecord) -> Shown:
    """Return a person with classes, qualifications and temporary authorizations."""
    item = record.person
    node_id = isa95_id(*_PERSONS, item.person_id)
    group = next((group_of(_PERSONS, name, "class") for name in item.personnel_classes), None)
    parent = group.node_id if group else isa95_id(*_PERSONS)
    return Shown(
        nodes=(
            object_node(node_id, item.person_id, item.name, t.PERSON_TYPE, parent),
            *(node for held in item.qualifications for node in _qualified(node_id, held)),
            *properties(
                node_id, t.HAS_ISA95_PROPERTY, t.PERSON_PROPERTY_TYPE, _authorizations(record)
            ),
        ),
        links=(
            *class_links(
                node_id, t.DEFINED_BY_PERSONNEL_CLASS, _CLASSES, item.personnel_classes
            ),
            *(link for held in item.qualifications for link in _test_links(node_id, held)),
        ),
        group=group,
        shared=(
            *(class_node(_CLASSES, name, t.PERSONNEL_CLASS_TYPE)
              for name in item.personnel_classes),
            *(_test(held.qualification_id) for held in item.qualifications),
        ),
    )  # fmt: skip


def _qualified(owner: ua.NodeId, held: Qualification) -> Iterator[Node]:
    until = held.expiration_time
    said = f"level {held.level}" + (f" until {until:%Y-%m-%d %H:%M} UTC" if until else "")
    row: Row = (
        held.qualification_id, said, _V.String, "A qualification: level, and until when."
    )  # fmt: skip
    yield from properties(owner, t.HAS_ISA95_PROPERTY, t.PERSON_PROPERTY_TYPE, (row,))
    renewed = f" Training {held.training_id} renews it." if held.training_id else ""
    result = Result(
        value=held.level,
        variant_type=_V.Int32,
        description=f"Qualified at level {held.level}.{renewed}",
        expires=until,
    )
    qualification = below(owner, word(held.qualification_id))
    yield from result_nodes(qualification, QUALIFICATION_RESULT_TYPE, result)


def _test_links(owner: ua.NodeId, held: Qualification) -> Iterator[Link]:
    spec = _test_id(held.qualification_id)
    yield Link(source=owner, reference=TESTED_BY_QUALIFICATION, target=spec)
    yield result_link(below(owner, word(held.qualification_id)), spec)


def _test_id(name: str) -> ua.NodeId:
    return below(_TESTS, word(name))


def _test(name: str) -> tuple[Node, ...]:
    text = f"What a person has to show to be qualified for {name}."
    return specification(_test_id(name), name, text, QUALIFICATION_TEST_TYPE, (_TESTS, ORGANIZES))


def _authorizations(record: r.PersonRecord) -> Iterator[Row]:
    """Yield what stands in for a qualification, for a while, beside those that are held."""
    held = {one.qualification_id for one in record.person.qualifications}
    for one in record.authorizations:
        if one.qualification_id not in held:
            said = f"authorized at level {one.level} until {one.expiration_time:%Y-%m-%d %H:%M} UTC"
            yield (
                one.qualification_id, said, _V.String,
                "A temporary authorization in place of a qualification.",
            )  # fmt: skip
