"""The actuals of a job order, as an ERP gets them, out of its records."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from models.execution.commands import ExceptionDisposition
from models.execution.job_order_state import JobOrderState
from models.execution.records import (
    ConsumedMaterial,
    Evidence,
    ExceptionRecord,
    JobOrderRecord,
    StepRecord,
)
from models.execution.signature import Signature
from models.execution.step_state import StepState
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    EvidenceSpecification,
    Instruction,
    Source,
    StepSpecification,
    ValueKind,
    WorkMaster,
)
from models.isa95.work_performance import SegmentResponse
from server.queries.performance import RESPONSE_STATES, SEGMENT_STATES, performance
from server.queries.step_window import Window, step_window

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
END = START + timedelta(hours=2)


def kg(text: str) -> Quantity:
    return Quantity(Decimal(text), "kg")


def signed(person_id: str, meaning: str) -> Signature:
    return Signature(
        person_id=person_id,
        account=person_id,
        name=person_id,
        meaning=meaning,
        time=END,
        content_hash="",
    )


def drawn(sublot: str, amount: str) -> ConsumedMaterial:
    return ConsumedMaterial(
        material_definition_id="ASCORBIC-ACID",
        material_lot_id=sublot.rpartition("-")[0],
        material_sublot_id=sublot,
        quantity=kg(amount),
        instrument_id="FLOOR-SCALE-01",
        person_id="op-01",
        time=START,
    )


def found(evidence_id: str, value: str, unit: str = "") -> Evidence:
    return Evidence(
        evidence_id=evidence_id,
        value=value,
        unit=unit,
        source=Source.MANUAL,
        person_id="op-02",
        time=START,
        instrument_id="MOISTURE-ANALYSER-01",
    )


def wanted(step_id: str, segment: str) -> StepSpecification:
    return StepSpecification(
        step_id=step_id,
        description=f"Step {step_id}",
        process_segment_id=segment,
        equipment_class="booth",
        instruction=Instruction(text=""),
        evidence=(
            EvidenceSpecification(
                evidence_id="moisture",
                description="Moisture",
                kind=ValueKind.NUMBER,
                sources=(Source.MANUAL,),
                unit="%",
            ),
        ),
    )


DIRECTIVE = WorkMaster(
    work_master_id="WM-1",
    version="1",
    description="",
    material_definition_id="VITC",
    quantity=kg("15.150"),
    steps=(wanted("010", "DISPENSE"), wanted("020", "CHECK")),
    approved=True,
)
ORDER = JobOrderRecord(
    job_order_id="4711",
    work_master_id="WM-1",
    work_master_version="1",
    material_definition_id="VITC",
    material_lot_id="VITC-26-001",
    quantity=kg("15.150"),
    state=JobOrderState.ENDED,
    start_time=START,
    end_time=END,
    operations_schedule_id="SCH-1",
    erp_reference=(
        ("SenderLogicalID", "ERP-1"),
        ("OperationsRequestID", " 4711 "),
        ("SegmentRequirementID", "0010"),
        ("ProcessSegmentID", "DISPENSE"),
        ("SegmentRequirementID", "0020"),
        ("ProcessSegmentID", "CHECK"),
        ("MaterialRequirement/ASCORBIC-ACID/ReservationID", "R-77"),
        ("MaterialRequirement/VITC/ItemNumber", "10"),
    ),
    steps=(
        StepRecord(
            step_id="010",
            state=StepState.CLOSED,
            station="DISP-01",
            performers=("op-01", "op-03"),
            start_time=START,
            end_time=START + timedelta(hours=1),
            consumed=(
                drawn("AA-1-C1", "4.001"),
                drawn("AA-1-C2", "6.000"),
                drawn("AA-1-C1", "0.1"),
            ),
            verification=signed("op-02", "verified"),
        ),
        StepRecord(
            step_id="020",
            state=StepState.CLOSED,
            station="QC-01",
            performers=("op-02",),
            start_time=START + timedelta(hours=1),
            end_time=END,
            evidence=(found("moisture", "2.5", "%"),),
        ),
    ),
    release=signed("qa-01", "released"),
)


def segments(order: JobOrderRecord = ORDER) -> tuple[SegmentResponse, ...]:
    made = performance(order, DIRECTIVE, published_time=END)
    return made.responses[0].segment_responses


def test_the_erp_sees_its_own_ids_again() -> None:
    made = performance(ORDER, DIRECTIVE, published_time=END)
    assert made.operations_schedule_id == "SCH-1"
    assert made.responses[0].operations_request_ids == (" 4711 ",)
    assert [s.segment_requirement_ids for s in segments()] == [("0010",), ("0020",)]
    assert (made.start_time, made.end_time, made.published_time) == (START, END, END)


def test_an_order_from_elsewhere_names_itself() -> None:
    made = performance(replace(ORDER, erp_reference=(), operations_schedule_id=""), DIRECTIVE,
                       published_time=END)  # fmt: skip
    assert made.responses[0].operations_request_ids == ("4711",)
    assert made.operations_schedule_id is None


def test_one_requirement_is_fulfilled_by_every_step() -> None:
    pairs = (("SegmentRequirementID", "0010"), ("ProcessSegmentID", "ALL"))
    order = replace(ORDER, erp_reference=pairs)
    assert [s.segment_requirement_ids for s in segments(order)] == [("0010",), ("0010",)]


def test_consumption_is_exact_for_each_container() -> None:
    consumed = segments()[0].material_actuals
    assert [(m.material_lot_ids, m.material_sublot_ids, m.quantities) for m in consumed] == [
        (("AA-1",), ("AA-1-C1",), (kg("4.101"),)),
        (("AA-1",), ("AA-1-C2",), (kg("6.000"),)),
    ]
    assert {m.material_use.value for m in consumed if m.material_use} == {"Consumed"}
    assert consumed[0].properties[0].id == "ReservationID"


def test_persons_stations_and_instruments_are_named() -> None:
    first, second = segments()
    persons = [(p.person_ids[0], p.personnel_use) for p in first.personnel_actuals]
    assert persons == [("op-01", "Performed"), ("op-03", "Performed"), ("op-02", "Verified")]
    assert first.equipment_actuals[0].equipment_ids == ("DISP-01",)
    assets = (first.physical_asset_actuals, second.physical_asset_actuals)
    assert [a[0].physical_asset_ids[0] for a in assets] == [
        "FLOOR-SCALE-01",
        "MOISTURE-ANALYSER-01",
    ]
    assert second.personnel_actuals[-1].personnel_use == "Released"


def test_evidence_says_what_it_is_and_where_it_came_from() -> None:
    (data,) = segments()[1].data
    assert data.descriptions == ("Moisture", "manual, MOISTURE-ANALYSER-01")
    (value,) = data.values
    assert (value.value_string, value.unit_of_measure) == ("2.5", "%")


@pytest.mark.parametrize(
    ("evidence", "quantity", "origin"),
    [
        ((), kg("15.150"), "as ordered; no produced quantity is on record"),
        ((found("produced-quantity", "14.9", "kg"),), kg("14.9"), "recorded in step 020"),
        ((found("produced-quantity", "lots"),), kg("15.150"),
         "as ordered; no produced quantity is on record"),
    ],
)  # fmt: skip
def test_what_was_produced_is_what_was_recorded(
    evidence: tuple[Evidence, ...], quantity: Quantity, origin: str
) -> None:
    order = replace(ORDER, steps=(ORDER.steps[0], replace(ORDER.steps[1], evidence=evidence)))
    produced = segments(order)[-1].material_actuals[-1]
    assert produced.material_lot_ids == ("VITC-26-001",)
    assert (produced.quantities, produced.descriptions) == ((quantity,), (origin,))


def test_an_aborted_order_produced_nothing_and_says_what_it_consumed() -> None:
    open_step = replace(ORDER.steps[1], state=StepState.IN_PROGRESS, end_time=None)
    order = replace(
        ORDER,
        state=JobOrderState.ABORTED,
        release=None,
        abort_reason="blender broke",
        steps=(replace(ORDER.steps[0], state=StepState.VERIFIED), open_step),
    )
    made = performance(order, DIRECTIVE, published_time=END)
    uses = [m.material_use for s in segments(order) for m in s.material_actuals]
    assert {use.value for use in uses if use} == {"Consumed"}
    assert [s.segment_state.value for s in segments(order) if s.segment_state] == [
        "Completed",
        "Aborted",
    ]
    assert made.responses[0].descriptions == ("blender broke",)


def test_a_step_that_a_branch_led_past_was_not_performed() -> None:
    left_out = StepRecord(step_id="015", state=StepState.NOT_SELECTED)
    order = replace(ORDER, steps=(ORDER.steps[0], left_out, ORDER.steps[1]))
    assert [segment.id for segment in segments(order)] == ["010", "020"]


def test_rework_is_told_with_what_every_pass_consumed() -> None:
    first = replace(ORDER.steps[0], state=StepState.VERIFIED, performers=("op-04",))
    again = replace(ORDER.steps[0], iteration=2, consumed=(drawn("AA-1-C1", "2"),),
                    start_time=START + timedelta(minutes=30))  # fmt: skip
    order = replace(ORDER, steps=(again, ORDER.steps[1]), earlier_passes=(first,))
    made = segments(order)[0]
    assert [m.quantities for m in made.material_actuals] == [(kg("6.101"),), (kg("6.000"),)]
    persons = [(p.person_ids[0], p.personnel_use) for p in made.personnel_actuals]
    assert persons == [
        ("op-04", "Performed"),
        ("op-01", "Performed"),
        ("op-03", "Performed"),
        ("op-02", "Verified"),
    ]
    assert made.actual_start_time == START
    assert [(item.id, item.values[0].value_string) for item in made.data] == [
        ("rework-passes", "2")
    ]


def test_exceptions_are_told_with_what_was_decided() -> None:
    exception = ExceptionRecord(
        exception_id="X1",
        kind="weight-out-of-tolerance",
        description="10.2 kg",
        opened_time=START,
        step_id="010",
        disposition=ExceptionDisposition.ACCEPT,
        reason="within process limits",
    )
    (data,) = segments(replace(ORDER, exceptions=(exception,)))[0].data
    assert data.values[0].value_string == "Accept"
    assert data.descriptions == ("weight-out-of-tolerance: 10.2 kg", "within process limits")


def test_no_exception_is_lost_whose_step_was_not_performed() -> None:
    left_out = StepRecord(step_id="015", state=StepState.NOT_SELECTED)
    exceptions = tuple(
        ExceptionRecord(
            exception_id=f"X-{step_id}",
            kind="deviation",
            description="seen",
            opened_time=START,
            step_id=step_id,
        )
        for step_id in ("015", "gone with an update", None)
    )
    steps = (ORDER.steps[0], left_out, ORDER.steps[1])
    first, last = segments(replace(ORDER, steps=steps, exceptions=exceptions))
    assert first.data == ()
    found = {one.exception_id for one in exceptions}
    assert {item.id for item in last.data} >= found


def test_every_state_has_its_word() -> None:
    words = {"Waiting", "Ready", "Running", "Completed", "Aborted", "Held"}
    assert set(RESPONSE_STATES) == set(JobOrderState)
    assert set(SEGMENT_STATES) == set(StepState) - {StepState.NOT_SELECTED}
    assert {*RESPONSE_STATES.values(), *SEGMENT_STATES.values()} <= words


@pytest.mark.parametrize(
    ("step", "order_end", "window"),
    [
        (StepRecord(step_id="010"), None, None),
        (StepRecord(step_id="010", start_time=START), None, Window(START, END)),
        (StepRecord(step_id="010", start_time=START), START, Window(START, START)),
        (StepRecord(step_id="010", start_time=START, end_time=START), END, Window(START, START)),
    ],
)
def test_the_window_of_a_step(
    step: StepRecord, order_end: datetime | None, window: Window | None
) -> None:
    order = replace(ORDER, steps=(step,), end_time=order_end)
    assert step_window(order, "010", END) == window
    assert step_window(order, "999", END) is None
