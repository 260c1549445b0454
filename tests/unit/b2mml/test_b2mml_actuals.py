"""Actuals: every state has its word, and a job order's record becomes a valid performance."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from models.execution.job_order_state import JobOrderState
from models.execution.records import (
    ConsumedMaterial,
    Evidence,
    JobOrderRecord,
    StepRecord,
)
from models.execution.signature import Signature
from models.execution.step_state import StepState
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Instruction, Source, StepSpecification, WorkMaster
from server.faces.b2mml.actuals import RESPONSE_STATES, SEGMENT_STATES, performance_of
from server.faces.b2mml.message import Receiver
from server.faces.b2mml.performance import render
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.v0701 import V0701
from tests.fix_b2mml import OURS, xsd_folder

START = datetime(2026, 11, 21, 6, tzinfo=UTC)
END = START + timedelta(hours=2)
KILOGRAMS = Quantity(Decimal("4.998"), "kg")

STEP = StepRecord(
    step_id="010",
    state=StepState.VERIFIED,
    station="DISP-01",
    performers=("op-01",),
    start_time=START,
    end_time=END,
    consumed=(
        ConsumedMaterial(
            material_definition_id="RM-1",
            material_lot_id="LOT-7",
            material_sublot_id="LOT-7-C1",
            quantity=KILOGRAMS,
            instrument_id="SCALE-1",
            person_id="op-01",
            time=START,
        ),
    ),
    evidence=(
        Evidence(
            evidence_id="temperature",
            value="21.5",
            unit="Cel",
            source=Source.DEVICE,
            person_id="op-01",
            time=START,
            instrument_id="THERMO-1",
        ),
    ),
    verification=Signature(
        person_id="op-02",
        account="op-02",
        name="Operator 2",
        meaning="verified",
        time=END,
        content_hash="00",
    ),
)
RECORD = JobOrderRecord(
    job_order_id="4711",
    work_master_id="REC-1",
    work_master_version="1",
    material_definition_id="FG-1",
    material_lot_id="LOT-FG",
    quantity=Quantity(Decimal(5), "kg"),
    state=JobOrderState.ENDED,
    steps=(STEP, StepRecord(step_id="020")),
    operations_schedule_id="SCH-1",
    erp_reference=(
        ("OperationsRequestID", " 4711 "),
        ("SegmentRequirementID", "0010"),
        ("MaterialRequirement/RM-1/RSNUM", "0099"),
    ),
    start_time=START,
    end_time=END,
)
DIRECTIVE = WorkMaster(
    work_master_id="REC-1",
    version="1",
    description="",
    material_definition_id="FG-1",
    quantity=Quantity(Decimal(5), "kg"),
    steps=(
        StepSpecification(
            step_id="010",
            description="Dispense",
            process_segment_id="DISPENSE",
            equipment_class="booth",
            instruction=Instruction(text="Weigh."),
        ),
    ),
)


@pytest.mark.parametrize("state", JobOrderState)
def test_every_job_order_state_has_its_word(state: JobOrderState) -> None:
    assert RESPONSE_STATES[state].value in V0701.enumerations["ResponseState"]


@pytest.mark.parametrize("state", StepState)
def test_every_step_state_has_its_word(state: StepState) -> None:
    assert SEGMENT_STATES[state].value in V0701.enumerations["ResponseState"]


def test_a_record_becomes_actuals() -> None:
    performance = performance_of(RECORD, DIRECTIVE, published_time=END, produced=KILOGRAMS)
    (response,) = performance.responses
    assert response.operations_request_ids == (" 4711 ",)
    dispensed, product = response.segment_responses  # the step that never began is not reported
    (consumed,) = dispensed.material_actuals
    assert consumed.material_lot_ids == ("LOT-7",)
    assert consumed.material_sublot_ids == ("LOT-7-C1",)
    assert consumed.quantities == (KILOGRAMS,)
    assert consumed.properties[0].values[0].value_string == "0099"
    assert [p.person_ids[0] for p in dispensed.personnel_actuals] == ["op-01", "op-02"]
    assert [p.personnel_use for p in dispensed.personnel_actuals] == ["performed", "verified"]
    assert [e.equipment_ids for e in dispensed.equipment_actuals] == [("DISP-01",)]
    instruments = [p.physical_asset_ids[0] for p in dispensed.physical_asset_actuals]
    assert instruments == ["SCALE-1", "THERMO-1"]
    assert dispensed.data[0].values[0].value_string == "21.5"
    assert product.material_actuals[0].quantities == (KILOGRAMS,)
    assert product.segment_requirement_ids == ("0010",)


def test_the_planned_amount_is_never_reported_as_the_actual() -> None:
    performance = performance_of(RECORD, DIRECTIVE, published_time=END)
    assert performance.responses[0].segment_responses[-1].material_actuals[0].quantities == ()


@pytest.mark.parametrize("state", JobOrderState)
def test_what_is_rendered_is_valid(state: JobOrderState) -> None:
    record = replace(RECORD, state=state)
    performance = performance_of(record, DIRECTIVE, published_time=END, produced=KILOGRAMS)
    body = render(
        performance,
        message_id="m-1",
        created_time=END,
        sender=OURS,
        receiver=Receiver(logical_id="ERP-1"),
    )
    findings = SchemaFolder(xsd_folder(), V0701).findings(etree.fromstring(body), 3)
    assert [finding.reason for finding in findings] == []
