"""Documents of others: real samples, random valid ones, and mutants. Always a value."""

import copy
import importlib.util
import random
from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType

import pytest
from lxml import etree

from server.faces.b2mml.codec import Answer, Codec, Received
from server.faces.b2mml.inbox import Verdict
from server.faces.b2mml.message import DataArea, ProcessVerb, Transaction
from server.faces.b2mml.problem import Unreadable
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.v0701 import V0701
from tests.fix_b2mml import (
    ERP,
    conformance,
    inbox_in_memory,
    request,
    schedule,
    segment,
    xsd_folder,
)

NOT_FAULTS = set(Verdict) - {Verdict.FAULT}
ROOTS = ("ProcessOperationsSchedule", "OperationsSchedule")


@cache
def schemas() -> SchemaFolder:
    return SchemaFolder(xsd_folder(), V0701)


def generator() -> ModuleType:
    """Return the random generator that lies beside the repository."""
    path = conformance() / "tools" / "random_valid.py"
    spec = importlib.util.spec_from_file_location("random_valid", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def random_documents(root: str, count: int, seed: int) -> tuple[bytes, ...]:
    module = generator()
    chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    gen = module.Gen(module.Model(str(xsd_folder())), V0701.namespace, chance, rich=bool(seed % 2))
    return tuple(
        etree.tostring(gen.doc(root), xml_declaration=True, encoding="UTF-8", pretty_print=True)
        for _ in range(count)
    )


def assert_value(body: bytes, codec: Codec) -> None:
    document = codec.read(body)
    assert isinstance(document, Received | Answer | Unreadable)
    if isinstance(document, Unreadable):
        assert 1 <= len(document.problems) <= 50
        assert all(p.line >= 1 and p.column >= 1 and p.reason for p in document.problems)


async def test_no_real_document_makes_us_stumble() -> None:
    samples = sorted((conformance() / "samples").glob("*.*"))
    assert len(samples) > 40
    for sample in samples:
        body = sample.read_bytes()
        assert_value(body, Codec())
        inbox, path = inbox_in_memory()
        reply = await inbox.receive(body, ERP)
        assert reply.verdict in NOT_FAULTS, sample.name
        assert path.stored == {}, sample.name
        assert reply.body or reply.verdict is Verdict.NOTED
        if reply.body:
            assert schemas().findings(etree.fromstring(reply.body), 1) == [], sample.name


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("seed", [1, 2])
async def test_random_valid_schedules_are_read_and_validly_answered(root: str, seed: int) -> None:
    for body in random_documents(root, 12, seed):
        document = Codec(schemas=schemas()).read(body)
        assert isinstance(document, Received), document
        inbox, _ = inbox_in_memory()
        reply = await inbox.receive(body, ERP)
        assert reply.verdict in NOT_FAULTS
        wrong = schemas().findings(etree.fromstring(reply.body), 5)
        assert [finding.reason for finding in wrong] == []


@pytest.mark.parametrize("seed", [3, 4])
def test_random_valid_schedules_read_write_and_read_the_same(seed: int) -> None:
    codec = Codec(schemas=schemas())
    for body in random_documents("ProcessOperationsSchedule", 6, seed):
        first = codec.read(body)
        assert isinstance(first, Received)
        assert first.application_area is not None
        data = DataArea(verb=ProcessVerb(), nouns=first.schedules)
        message = Transaction(
            release_id="0701", application_area=first.application_area, data_area=data
        )
        second = codec.read(codec.write(V0701, "ProcessOperationsSchedule", message))
        assert isinstance(second, Received)
        assert second.schedules == first.schedules


@pytest.mark.parametrize(
    "root",
    ["SyncMaterialLot", "GetEquipment", "ProcessWorkSchedule", "GRecipe", "NotifyOperationsEvent"],
)
async def test_random_documents_of_other_nouns_are_politely_refused(root: str) -> None:
    for body in random_documents(root, 2, 5):
        inbox, _ = inbox_in_memory()
        reply = await inbox.receive(body, ERP)
        assert reply.verdict is Verdict.REJECTED
        tree = etree.fromstring(reply.body)
        assert etree.QName(tree).localname == "ConfirmBOD"
        assert schemas().findings(tree, 1) == []


RICH = schedule(
    request(
        "1",
        "\n<Description>text</Description><StartTime>2026-11-21T06:00:00Z</StartTime>"
        "<HierarchyScope><EquipmentID>S</EquipmentID><EquipmentLevel>Site</EquipmentLevel>"
        "</HierarchyScope><Priority>5</Priority><RequestState>Released</RequestState>",
        body=segment(
            materials="<MaterialRequirement><ID>M1</ID><StorageLocation><Location>L</Location>"
            "<LocationType>Equipment</LocationType></StorageLocation></MaterialRequirement>"
        ),
    )
    + request("2")
)


def drop(parent: etree._Element, element: etree._Element) -> None:
    parent.remove(element)


def double(parent: etree._Element, element: etree._Element) -> None:
    parent.insert(parent.index(element), copy.deepcopy(element))


def swap(parent: etree._Element, element: etree._Element) -> None:
    following = element.getnext()
    if following is not None:
        parent.insert(parent.index(element), following)


def rename(_parent: etree._Element, element: etree._Element) -> None:
    element.tag = str(element.tag) + "x"


def empty(_parent: etree._Element, element: etree._Element) -> None:
    element[:] = []
    element.text = None


def blank(_parent: etree._Element, element: etree._Element) -> None:
    element.text = f"\n  {element.text or ''} "


def text(_parent: etree._Element, element: etree._Element) -> None:
    element.text = "x"


def attribute(_parent: etree._Element, element: etree._Element) -> None:
    element.set("bogus", "1")


def namespace(_parent: etree._Element, element: etree._Element) -> None:
    element.tag = etree.QName(element).localname


KINDS = (drop, double, swap, rename, empty, blank, text, attribute, namespace)
Kind = Callable[[etree._Element, etree._Element], None]


def mutants(kind: Kind) -> Iterator[bytes]:
    """Return the document with one thing done to each of its elements in turn."""
    for ordinal in range(1, len(list(etree.fromstring(RICH).iter()))):
        tree = etree.fromstring(RICH)
        element = list(tree.iter())[ordinal]
        parent = element.getparent()
        assert parent is not None
        kind(parent, element)
        yield etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_mutant_is_a_value_with_a_place(kind: Kind) -> None:
    for body in mutants(kind):
        assert_value(body, Codec())


@pytest.mark.parametrize("kind", KINDS)
def test_tables_alone_judge_mutants_like_the_official_schemas(kind: Kind) -> None:
    assert isinstance(Codec(schemas=schemas()).read(RICH), Received)
    differing = []
    for ordinal, body in enumerate(mutants(kind)):
        ours = isinstance(Codec().read(body), Received)
        theirs = schemas().findings(etree.fromstring(body), 1) == []
        # The tables look at what they keep; attributes of texts are left to the schemas.
        if ours != theirs and not (kind is attribute and ours):
            differing.append((ordinal, ours, theirs))
    assert differing == []


def test_truncated_documents_are_told_with_their_place() -> None:
    for end in range(0, len(RICH), 61):
        assert_value(RICH[:end], Codec())
