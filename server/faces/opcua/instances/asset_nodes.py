"""Physical assets as nodes: instruments and machines, their calibration and checks (OPC 10030)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from asyncua import ua

from models.execution import records as r
from models.isa95.physical_asset import PhysicalAsset
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
    ASSET_RESULT_TYPE,
    ASSET_TEST_TYPE,
    TESTED_BY_ASSET_TEST,
    Result,
    result_link,
    result_nodes,
    specification,
)
from server.faces.opcua.nodes import ORGANIZES, Link, Node
from server.faces.opcua.types import isa95_table as t

_V: Final = ua.VariantType
_CLASSES: Final = ("PhysicalAssetClasses",)
_TESTS: Final = isa95_id("PhysicalAssetTests")

CALIBRATION: Final = "Calibration"
DEVICE_CHECK: Final = "DeviceCheck"
_MEANINGS: Final = {
    CALIBRATION: "The instrument is compared with a standard, and shows what it should.",
    DEVICE_CHECK: "The device finds all of its test pieces (metal detector, checkweigher).",
}


def asset_id(name: str) -> ua.NodeId:
    """Return the NodeId of an instrument or machine."""
    return isa95_id("PhysicalAssets", name)


def physical_asset(record: r.PhysicalAssetRecord) -> Shown:
    """Return an instrument or machine with its calibration; tags are put below it."""
    item = record.defined
    node_id = asset_id(item.physical_asset_id)
    tests = tuple(_tests(record))
    group = next(
        (group_of(("PhysicalAssets",), name, "class") for name in item.physical_asset_classes),
        None,
    )
    parent = group.node_id if group else isa95_id("PhysicalAssets")
    how = (t.HAS_ISA95_PROPERTY, t.ASSET_PROPERTY_TYPE)
    return Shown(
        nodes=(
            object_node(node_id, item.physical_asset_id, item.description, t.ASSET_TYPE, parent),
            attribute(node_id, _fixed_asset_id(item), t.CDT_IDENTIFIER),
            *properties(node_id, *how, _rows(record)),
            *(one for name, result in tests for one in _tested(node_id, name, result)),
        ),
        links=(
            *class_links(
                node_id, t.DEFINED_BY_ASSET_CLASS, _CLASSES, item.physical_asset_classes
            ),
            *(link for name, _ in tests for link in _test_links(node_id, name)),
        ),
        group=group,
        shared=(
            *(class_node(_CLASSES, name, t.ASSET_CLASS_TYPE)
              for name in item.physical_asset_classes),
            *(_specification(name) for name, _ in tests),
        ),
    )  # fmt: skip


def _fixed_asset_id(item: PhysicalAsset) -> Row:
    return (
        "FixedAssetId", item.physical_asset_id, _V.String,
        "The number under which the plant keeps it.",
    )  # fmt: skip


def _rows(record: r.PhysicalAssetRecord) -> Iterator[Row]:
    item = record.defined
    if item.manufacturer:
        yield "Manufacturer", item.manufacturer, _V.String, "Who made it."
    if item.model_number:
        yield "ModelNumber", item.model_number, _V.String, "The maker's name of the model."
    yield "SerialNumber", item.serial_number, _V.String, "The maker's serial number."
    if item.requires_calibration:
        yield (
            "CalibrationDue", record.calibration_due_time, _V.DateTime,
            "From this moment on the calibration no longer holds.",
        )  # fmt: skip
        yield (
            "CalibrationCertificate", record.certificate, _V.String, "The last certificate."
        )  # fmt: skip


def _tests(record: r.PhysicalAssetRecord) -> Iterator[tuple[str, Result]]:
    item = record.defined
    if item.requires_calibration:
        word = "Passed" if record.calibration_due_time else "Never"
        word = "Failed" if record.calibration_failed else word
        yield (
            CALIBRATION,
            Result(
                value=word,
                variant_type=_V.String,
                description=record.certificate or "No certificate is on record.",
                expires=record.calibration_due_time,
            ),
        )
    if item.verification_interval_h is not None:
        yield DEVICE_CHECK, _check(record, item.verification_interval_h)


def _check(record: r.PhysicalAssetRecord, hours: float) -> Result:
    word = {None: "Never", True: "Passed", False: "Failed"}[record.verified]
    last = record.verified_time
    order = f" for {record.verified_for}" if record.verified_for else ""
    return Result(
        value=word,
        variant_type=_V.String,
        description=f"The last good check was made{order}." if last else "No check was good yet.",
        tested=last,
        expires=last + timedelta(hours=hours) if last and record.verified else None,
    )


def _tested(owner: ua.NodeId, name: str, result: Result) -> Iterator[Node]:
    row: Row = (name, result.value, _V.String, f"Passed, Failed or Never. {_MEANINGS[name]}")
    yield from properties(owner, t.HAS_ISA95_PROPERTY, t.ASSET_PROPERTY_TYPE, (row,))
    yield from result_nodes(below(owner, name), ASSET_RESULT_TYPE, result)


def _test_links(owner: ua.NodeId, name: str) -> Iterator[Link]:
    spec = below(_TESTS, name)
    yield Link(source=owner, reference=TESTED_BY_ASSET_TEST, target=spec)
    yield result_link(below(owner, name), spec)


def _specification(name: str) -> tuple[Node, ...]:
    spec = below(_TESTS, name)
    return specification(spec, name, _MEANINGS[name], ASSET_TEST_TYPE, (_TESTS, ORGANIZES))
