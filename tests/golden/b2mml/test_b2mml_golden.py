"""Golden documents: what each becomes, and what is answered. UPDATE_GOLDEN=1 writes them anew.

Each folder holds ``in.xml``, the commands (``command.json``), what is told to people
(``refusal.txt``, where there is something to tell) and the answer (``out.xml``).
"""

import dataclasses
import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from models.isa95.quantity import Quantity
from models.isa95.work_performance import (
    EquipmentActual,
    MaterialActual,
    OperationsPerformance,
    OperationsResponse,
    PersonnelActual,
    PhysicalAssetActual,
    SegmentData,
    SegmentResponse,
)
from models.isa95.work_schedule import Code, HierarchyScope, RequirementProperty, Value
from server.faces.b2mml.codec import Codec
from server.faces.b2mml.message import Receiver
from server.faces.b2mml.performance import render
from server.faces.b2mml.profile import render_profile
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.v0701 import V0701
from tests.fix_b2mml import ERP, FIRST_TIME, OURS, inbox_in_memory, xsd_folder

HERE = Path(__file__).parent
CASES = sorted(folder.parent.name for folder in HERE.glob("*/in.xml"))


def compare(path: Path, text: str) -> None:
    """Compare with the golden file, or write it; an empty text means no file."""
    if os.environ.get("UPDATE_GOLDEN") == "1":
        if text:
            path.write_text(text, encoding="utf-8")
        else:
            path.unlink(missing_ok=True)
    golden = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text == golden, f"{path.relative_to(HERE)}: UPDATE_GOLDEN=1 writes it anew"


def as_json(value: object) -> object:
    match value:
        case Decimal() | datetime():
            return str(value)
        case _:
            raise TypeError(type(value).__name__)


@pytest.mark.parametrize("case", CASES)
async def test_document_is_answered_as_on_record(case: str) -> None:
    folder = HERE / case
    inbox, path = inbox_in_memory()
    reply = await inbox.receive((folder / "in.xml").read_bytes(), ERP)
    commands = [dataclasses.asdict(command) for command in path.stored.values()]
    text = json.dumps(commands, indent=2, default=as_json, ensure_ascii=False) + "\n"
    compare(folder / "command.json", text if commands else "")
    compare(folder / "out.xml", reply.body.decode())
    told = [
        str(element.text)
        for status in etree.fromstring(reply.body).findall(".//{*}ChangeStatus")[:1]
        for element in status.findall("{*}Description")
    ]
    compare(folder / "refusal.txt", "".join(f"{line}\n" for line in [reply.verdict.value, *told]))


@pytest.mark.parametrize("path", sorted(HERE.glob("*/out.xml")), ids=lambda p: p.parent.name)
def test_every_golden_answer_is_valid(path: Path) -> None:
    schemas = SchemaFolder(xsd_folder(), V0701)
    findings = schemas.findings(etree.fromstring(path.read_bytes()), 5)
    assert [finding.reason for finding in findings] == []


START, END = datetime(2026, 11, 21, 6, tzinfo=UTC), datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def dispensing() -> SegmentResponse:
    """Return the actuals of one segment."""
    return SegmentResponse(
        id="4711-0010",
        actual_start_time=START,
        actual_end_time=END,
        process_segment_ids=("DISPENSE",),
        operations_request_ids=("4711",),
        segment_requirement_ids=("0010",),
        segment_state=Code("Completed"),
        data=(
            SegmentData(
                id="TEMPERATURE",
                values=(
                    Value(
                        value_string="21.5",
                        data_type=Code("decimal"),
                        unit_of_measure="Cel",
                    ),
                ),
            ),
        ),
        personnel_actuals=(PersonnelActual(id="1", person_ids=("op-01",)),),
        equipment_actuals=(EquipmentActual(id="1", equipment_ids=("BOOTH-1",)),),
        physical_asset_actuals=(PhysicalAssetActual(id="1", physical_asset_ids=("SCALE-1",)),),
        material_actuals=(
            MaterialActual(
                id="1",
                material_definition_ids=("FG-1",),
                material_lot_ids=("LOT-FG",),
                material_use=Code("Produced"),
                quantities=(Quantity(Decimal("998.5"), "kg"),),
            ),
            MaterialActual(
                id="2",
                material_definition_ids=("RM-1",),
                material_lot_ids=("LOT-7",),
                material_sublot_ids=("340123450000000018",),
                material_use=Code("Consumed"),
                quantities=(Quantity(Decimal("250.125"), "kg"),),
                properties=(
                    RequirementProperty(id="RSNUM", values=(Value(value_string="0000099"),)),
                ),
            ),
        ),
    )


def performance() -> OperationsPerformance:
    """Return the actuals of a small order."""
    response = OperationsResponse(
        id="4711-R",
        start_time=START,
        end_time=END,
        operations_request_ids=("4711",),
        operations_definition_ids=("REC-1",),
        response_state=Code("Completed"),
        segment_responses=(dispensing(),),
    )
    return OperationsPerformance(
        id="4711-P",
        published_time=END,
        start_time=START,
        end_time=END,
        hierarchy_scope=HierarchyScope(equipment_id="SITE-1", equipment_level=Code("Site")),
        operations_type=Code("Production"),
        operations_schedule_id="SCH-1",
        performance_state=Code("Completed"),
        responses=(response,),
    )


def rendered() -> str:
    body = render(
        performance(),
        message_id="8f1b0b1e-6f0f-4c0e-9c55-4b1f6c9b1c11",
        created_time=FIRST_TIME,
        sender=OURS,
        receiver=Receiver(logical_id="ERP-1"),
    )
    return body.decode()


def test_performance_is_rendered_as_on_record() -> None:
    compare(HERE / "performance" / "out.xml", rendered())
    assert "<Endtime>" in rendered()


def test_profile_is_rendered_as_on_record() -> None:
    compare(HERE / "profile" / "out.xml", render_profile(OURS, FIRST_TIME).decode())


def test_performance_is_checked_where_the_schemas_are() -> None:
    codec = Codec(schemas=SchemaFolder(xsd_folder(), V0701))
    empty = dataclasses.replace(performance(), responses=())
    with pytest.raises(ValueError, match="would not be valid"):
        render(
            empty,
            message_id="m",
            created_time=FIRST_TIME,
            sender=OURS,
            receiver=Receiver(),
            codec=codec,
        )
