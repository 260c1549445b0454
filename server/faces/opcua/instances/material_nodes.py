"""Materials as nodes: classes, definitions with their tests, lots and containers (OPC 10030, 8.4).

A property of a lot has our own type: the one of that name in OPC 10030 holds test results only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from asyncua import ua

from models.execution import records as r
from models.isa95.material import Disposition, MaterialDefinition, MaterialTestSpecification
from models.isa95.quantity import Quantity
from server.faces.opcua.instances.engineering_units import engineering_units
from server.faces.opcua.instances.plant_nodes import (
    Row,
    Shown,
    attribute,
    below,
    class_links,
    class_node,
    group_of,
    isa95_id,
    object_node,
    properties,
)
from server.faces.opcua.instances.test_results import (
    MATERIAL_RESULT_TYPE,
    MATERIAL_TEST_TYPE,
    TESTED_BY_MATERIAL_TEST,
    Result,
    limits,
    result_link,
    result_nodes,
    specification,
)
from server.faces.opcua.namespaces import isa95, word
from server.faces.opcua.nodes import HAS_COMPONENT, Link, Node
from server.faces.opcua.types import isa95_table as t
from server.faces.opcua.types.execution_table import LOT_PROPERTY_TYPE
from server.faces.opcua.types.own_types import DEFINED_BY_MATERIAL_CLASS

_V: Final = ua.VariantType
_CLASSES: Final = ("Materials", "Classes")
_DEFINITIONS: Final = ("Materials", "Definitions")
_LOTS: Final = ("Materials", "Lots")
_OF_A_LOT: Final = (
    "Status", "Quantity", "Expiration", "StorageLocation", "Received", "Potency", "JobOrderId",
    "Tests", "NodeVersion",
)  # fmt: skip
"""What a lot has beside its containers."""

ASSEMBLED_FROM_LOT: Final = isa95(4928)


def definition_id(name: str) -> ua.NodeId:
    """Return the NodeId of a material."""
    return isa95_id(*_DEFINITIONS, name)


def lot_id(name: str) -> ua.NodeId:
    """Return the NodeId of a lot."""
    return isa95_id(*_LOTS, word(name))


def material_definition(record: r.MaterialDefinitionRecord) -> Shown:
    """Return a material with the tests of its lots."""
    item = record.material_definition
    node_id = definition_id(item.material_definition_id)
    group = next((group_of(_DEFINITIONS, name, "class") for name in item.material_classes), None)
    parent = group.node_id if group else isa95_id(*_DEFINITIONS)
    how = (t.HAS_CLASS_PROPERTY, t.MATERIAL_PROPERTY_TYPE)
    return Shown(
        nodes=(
            object_node(node_id, item.material_definition_id, item.description,
                        t.MATERIAL_DEFINITION_TYPE, parent),
            *properties(node_id, *how, _definition_rows(item)),
            *(node for test in item.tests for node in _test(node_id, test)),
        ),
        links=(
            *(Link(source=node_id, reference=TESTED_BY_MATERIAL_TEST,
                   target=_test_id(node_id, test.test_id)) for test in item.tests),
            *class_links(node_id, DEFINED_BY_MATERIAL_CLASS, _CLASSES, item.material_classes),
        ),
        group=group,
        shared=tuple(
            class_node(_CLASSES, name, t.MATERIAL_CLASS_TYPE) for name in item.material_classes
        ),
    )  # fmt: skip


def _definition_rows(item: MaterialDefinition) -> Iterator[Row]:
    yield "Unit", item.unit, _V.String, "The unit in which it is kept in stock."
    yield (
        "Classes", list(item.material_classes), _V.String, "The classes that the material is of."
    )  # fmt: skip
    yield "Allergens", list(item.allergens), _V.String, "The allergens that it brings onto a line."
    yield "Hazards", list(item.hazards), _V.String, "The GHS statements that its labels carry."
    yield (
        "IssuePolicy", item.issue_policy.value, _V.String,
        "Which lot is to be taken next: any, the first to expire (fefo), the first in (fifo).",
    )  # fmt: skip


def _test_id(definition: ua.NodeId, test_id: str) -> ua.NodeId:
    return below(definition, "Tests", word(test_id))


def _test(definition: ua.NodeId, test: MaterialTestSpecification) -> Iterator[Node]:
    spec = _test_id(definition, test.test_id)
    yield from specification(
        spec, test.test_id, test.description or f"The test {test.test_id}.", MATERIAL_TEST_TYPE,
        (definition, HAS_COMPONENT),
    )  # fmt: skip
    yield from limits(spec, _limits(test))


def _limits(test: MaterialTestSpecification) -> Iterator[Row]:
    for name, value in (("LowerLimit", test.lower), ("UpperLimit", test.upper)):
        if value is not None:
            side = "less" if name == "LowerLimit" else "more"
            yield name, float(value), _V.Double, f"A result that is {side} is out of specification."
    if test.unit:
        yield "Unit", test.unit, _V.String, "The unit of the limits and of the result."


def is_over(record: r.MaterialLotRecord) -> bool:
    """Tell whether nothing more comes of a lot."""
    return record.material_lot.disposition is Disposition.CLOSED


def material_lot(
    record: r.MaterialLotRecord,
    sublots: Iterable[r.MaterialSublotRecord],
    consumed: Iterable[str] = (),
) -> Shown:
    """Return a lot with disposition, containers, test results, and the lots that it is made of."""
    item = record.material_lot
    node_id = lot_id(item.material_lot_id)
    definition = definition_id(item.material_definition_id)
    group = group_of(_LOTS, item.material_definition_id, "material")
    status = item.disposition.value + (f" ({item.status})" if item.status else "")
    held = tuple(sublots)
    text = f"A lot of {item.material_definition_id}."
    nodes = [
        object_node(node_id, item.material_lot_id, text, t.MATERIAL_LOT_TYPE, group.node_id),
        attribute(node_id, ("Status", status, _V.String, "Whether the lot may be used."),
                  t.CDT_IDENTIFIER),
        *_location(node_id, held),
        *_quantity(node_id, [one.remaining for one in held], "How much is left of the lot."),
        *properties(node_id, t.HAS_ISA95_PROPERTY, LOT_PROPERTY_TYPE, _lot_rows(record)),
    ]  # fmt: skip
    for result in record.test_results:
        nodes += _result(node_id, result)
    for sublot in held:
        nodes += _sublot(node_id, sublot)
    return Shown(
        nodes=tuple(nodes),
        links=(
            Link(source=node_id, reference=t.DEFINED_BY_MATERIAL, target=definition),
            *(
                Link(source=node_id, reference=ASSEMBLED_FROM_LOT, target=lot_id(name))
                for name in consumed
            ),
            *(link for one in record.test_results
              for link in _result_links(node_id, definition, one)),
        ),
        group=group,
    )  # fmt: skip


def _lot_rows(record: r.MaterialLotRecord) -> Iterator[Row]:
    item = record.material_lot
    yield (
        "Expiration", item.expiration_time, _V.DateTime, "From this moment on it has expired."
    )  # fmt: skip
    if item.received_time is not None:
        yield "Received", item.received_time, _V.DateTime, "When the lot came in."
    if item.potency is not None:
        yield (
            "Potency", float(item.potency), _V.Double,
            "The assay of the active, in percent of the label claim.",
        )  # fmt: skip
    if record.job_order_id:
        yield "JobOrderId", record.job_order_id, _V.String, "The job order that makes the lot."


def _location(owner: ua.NodeId, sublots: Sequence[r.MaterialSublotRecord]) -> Iterator[Node]:
    places = sorted({one.storage_location for one in sublots} - {""})
    if places:
        row: Row = ("StorageLocation", ", ".join(places), _V.String, "Where its containers stand.")
        yield attribute(owner, row, t.CDT_IDENTIFIER)


def _result(lot: ua.NodeId, result: r.TestResult) -> Iterator[Node]:
    tested = below(lot, "Tests", word(result.test_id))
    value, variant_type = _number(result.value)
    word_ = "Passed" if result.passed else "Failed"
    text = f"{word_}: {result.value} {result.unit}".strip()
    (node,) = properties(
        below(lot, "Tests"), t.HAS_ISA95_PROPERTY, LOT_PROPERTY_TYPE,
        ((result.test_id, value, variant_type, "The result that the laboratory found."),),
    )  # fmt: skip
    yield _hung_on(node, lot)
    if result.unit:
        yield engineering_units(tested, result.unit)
    reference = f" ({result.reference})" if result.reference else ""
    yield from result_nodes(
        tested,
        MATERIAL_RESULT_TYPE,
        Result(
            value=value,
            variant_type=variant_type,
            description=f"{text}{reference}",
            tested=result.time,
            unit=result.unit,
        ),
    )


def _hung_on(node: Node, parent: ua.NodeId) -> Node:
    return replace(node, parent=parent)


def _result_links(lot: ua.NodeId, definition: ua.NodeId, result: r.TestResult) -> Iterator[Link]:
    spec = _test_id(definition, result.test_id)
    yield Link(source=lot, reference=TESTED_BY_MATERIAL_TEST, target=spec)
    yield result_link(below(lot, "Tests", word(result.test_id)), spec)


def _number(text: str) -> tuple[Any, ua.VariantType]:
    """Return a result as a number where it is one."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text, _V.String
    return (float(number), _V.Double) if number.is_finite() else (text, _V.String)


def _sublot(lot: ua.NodeId, sublot: r.MaterialSublotRecord) -> Iterator[Node]:
    node_id = below(lot, word(sublot.material_sublot_id, _OF_A_LOT))
    text = f"A container of lot {sublot.material_lot_id}."
    node = object_node(node_id, sublot.material_sublot_id, text, t.MATERIAL_SUBLOT_TYPE, lot)
    yield _part(node)
    yield from _quantity(node_id, [sublot.remaining], "How much is left in it.")
    location: Row = (
        "StorageLocation", sublot.storage_location, _V.String, "Where the container stands."
    )  # fmt: skip
    yield attribute(node_id, location, t.CDT_IDENTIFIER)
    status: Row = (
        "Status", f"Held: {sublot.held}" if sublot.held else "Free", _V.String,
        "Free, or why this container may not be used, whatever its lot.",
    )  # fmt: skip
    yield attribute(node_id, status, t.CDT_IDENTIFIER)


def _part(node: Node) -> Node:
    return replace(node, reference=t.MADE_UP_OF_SUBLOT, display=str(node.name.Name))


def _quantity(owner: ua.NodeId, amounts: Sequence[Quantity], description: str) -> Iterator[Node]:
    """Yield the sum with its unit; nothing where there is nothing to add up."""
    if not amounts:
        return
    first = amounts[0]
    total = sum((one for one in amounts[1:] if one.converts_to(first.unit)), first)
    yield attribute(owner, ("Quantity", float(total.value), _V.Double, description))
    yield engineering_units(below(owner, "Quantity"), total.unit)
