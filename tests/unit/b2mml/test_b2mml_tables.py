"""The tables: complete in themselves, at one with the domain, and the same in both directions."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from models.isa95.work_schedule import Code
from server.faces.b2mml.lexical import READERS
from server.faces.b2mml.parse import Limits, parse
from server.faces.b2mml.problem import Unreadable
from server.faces.b2mml.read import Reading, read_element
from server.faces.b2mml.report import Report
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.tables import Child, ComplexType, Version
from server.faces.b2mml.v0701 import V0701
from server.faces.b2mml.write import write_document
from tests.fix_b2mml import conformance, xsd_folder

_CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"
)
_IDS = st.text(_CHARACTERS, min_size=1, max_size=8)
_TEXTS = st.text(_CHARACTERS | st.sampled_from("\t\n\r &<>\"'"), max_size=12)
_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
LEAVES: dict[str, st.SearchStrategy[object]] = {
    "boolean": st.sampled_from(["true", "false"]),
    "decimal": st.decimals(-10_000, 10_000, places=3),
    "duration": st.sampled_from(["PT8H", "P1DT0.5S", "-P1Y"]),
    "id": _IDS,
    "number": st.decimals(Decimal("-1e9"), Decimal("1e9"), places=6),
    "text": _TEXTS,
    "time": st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=_OFFSETS),  # noqa: DTZ001 -- the strategy adds the zone
}


def values(version: Version, name: str, depth: int = 0) -> st.SearchStrategy[object]:
    """Return domain values of a type of the tables."""
    if name in LEAVES:
        return LEAVES[name]
    if name in version.enumerations:
        words = st.sampled_from(version.enumerations[name])
        if name == "ConfirmationCode":
            return words
        return st.builds(Code, words, st.none() | _IDS)
    type_ = version.types[name]
    fields = {
        child.field: _field(version, child, depth)
        for child in type_.children
        if child.field and child.type != "any" and not child.alias
    }
    for attribute in type_.attributes:
        if attribute.field:
            allowed = version.enumerations.get(attribute.enumeration or "", ("0701",))
            some = st.sampled_from(allowed)
            fields[attribute.field] = some if attribute.required else st.none() | some
    if type_.text:
        fields[type_.text] = st.just("a b")
    builds: Callable[..., object] = type_.builds
    return st.builds(builds, **fields)


def _field(version: Version, child: Child, depth: int) -> st.SearchStrategy[object]:
    deep = depth > 6
    if child.count == "*" and deep:
        return st.just(())
    if child.count == "?" and deep and child.element != "EquipmentLevel":
        return st.none()
    one = values(version, child.type, depth + 1)
    # HierarchyScope has a choice: the level is there, under one of its two names.
    if child.count == "?" and child.element != "EquipmentLevel":
        return st.none() | one
    if child.count in ("1", "?"):
        return one
    return st.lists(one, min_size=int(child.count == "+"), max_size=2 if depth < 6 else 1).map(
        tuple
    )


def read_back(body: bytes, root: str) -> object:
    tree = parse(body, Limits())
    assert not isinstance(tree, Unreadable), tree
    report = Report()
    value = read_element(V0701, V0701.documents[root], tree, Reading(UTC, report))
    assert report.findings == []
    return value


@pytest.mark.parametrize("root", sorted(V0701.documents))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_reads_the_same(root: str, data: st.DataObject) -> None:
    value = data.draw(values(V0701, V0701.documents[root]))
    body = write_document(V0701, root, value)
    assert read_back(body, root) == value
    assert write_document(V0701, root, value) == body


@pytest.mark.parametrize("root", sorted(V0701.documents))
def test_what_is_written_is_valid(root: str) -> None:
    schemas = SchemaFolder(xsd_folder(), V0701)

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(value=values(V0701, V0701.documents[root]))
    def check(value: object) -> None:
        tree = etree.fromstring(write_document(V0701, root, value))
        assert [f.reason for f in schemas.findings(tree, 5)] == []

    check()


@pytest.mark.parametrize("name", sorted(V0701.types))
def test_every_name_in_the_tables_is_known(name: str) -> None:
    for child in V0701.types[name].children:
        known = child.type in READERS or child.type in V0701.types or child.type == "any"
        assert known or child.type in V0701.enumerations, child


@pytest.mark.parametrize("name", sorted(V0701.types))
def test_every_field_of_the_domain_is_in_the_tables(name: str) -> None:
    type_ = V0701.types[name]
    assert dataclasses.is_dataclass(type_.builds)
    theirs = {field.name for field in dataclasses.fields(type_.builds)}
    assert theirs == _fields(type_) | ({"release_id"} if name == "ConfirmBOD" else set())


def _fields(type_: ComplexType) -> set[str]:
    named = {child.field for child in type_.children if child.field}
    named |= {attribute.field for attribute in type_.attributes if attribute.field}
    return named | ({type_.text} if type_.text else set())


ALIKE = {
    "Value": "ValueType",
    "QuantityValue": "QuantityValueType",
    "Quantity": "QuantityValueType",
    "HierarchyScope": "HierarchyScopeType",
    "ResourceLocation": "ResourceLocationType",
    "Parameter": "ParameterType",
    "MaterialProperty": "OpMaterialRequirementPropertyType",
    "EquipmentProperty": "OpEquipmentRequirementPropertyType",
    "PersonnelProperty": "OpPersonnelRequirementPropertyType",
    "MaterialRequirement": "OpMaterialRequirementType",
    "EquipmentRequirement": "OpEquipmentRequirementType",
    "PersonnelRequirement": "OpPersonnelRequirementType",
    "SegmentRequirement": "OpSegmentRequirementType",
    "OperationsRequest": "OperationsRequestType",
    "OperationsSchedule": "OperationsScheduleType",
    "SegmentData": "OpSegmentDataType",
    "PersonnelActual": "OpPersonnelActualType",
    "EquipmentActual": "OpEquipmentActualType",
    "PhysicalAssetActual": "OpPhysicalAssetActualType",
    "MaterialActual": "OpMaterialActualType",
    "MaterialActualProperty": "OpMaterialActualPropertyType",
    "SegmentResponse": "OpSegmentResponseType",
    "OperationsResponse": "OperationsResponseType",
    "OperationsPerformance": "OperationsPerformanceType",
    "ApplicationArea": "TransApplicationAreaType",
    "Sender": "TransSenderType",
    "Receiver": "TransReceiverType",
    "ChangeStatus": "TransChangeStatusType",
    "ResponseCriteria": "TransResponseCriteriaType",
    "SupportedAction": "SupportedActionType",
    "TransactionProfile": "TransactionProfileType",
}
XS = "{http://www.w3.org/2001/XMLSchema}"
# We write what they leave out: an amount of ours always has a unit.
STRICTER = {("Quantity", "UnitOfMeasure")}


@pytest.mark.parametrize("name", sorted(ALIKE))
def test_table_has_the_elements_of_the_official_schema_in_their_order(name: str) -> None:
    official = _official(ALIKE[name])
    ours = [(child.element, child.count) for child in V0701.types[name].children]
    assert [e for e, _ in ours] == [e for e, _ in official]
    for (element, count), (_, theirs) in zip(ours, official, strict=True):
        assert count == theirs or (name, element) in STRICTER or V0701.types[name].choice


def _official(type_name: str) -> list[tuple[str, str]]:
    conformance()
    for file in sorted(xsd_folder().glob("B2MML-*.xsd")):
        for type_ in etree.parse(file).getroot().findall(f"{XS}complexType[@name='{type_name}']"):
            elements = [e for e in type_.iter(f"{XS}element") if e.get("name") or e.get("ref")]
            return [(e.get("name") or str(e.get("ref")), _count(e)) for e in elements]
    raise AssertionError(f"no type {type_name} in the official schemas")


def _count(element: etree._Element) -> str:
    many = element.get("maxOccurs") == "unbounded"
    optional = element.get("minOccurs") == "0"
    return {(False, False): "1", (True, False): "?", (True, True): "*", (False, True): "+"}[
        (optional, many)
    ]
