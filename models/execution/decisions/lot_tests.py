"""Decisions about laboratory results of lots, and what a failing one comes to."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict
from models.execution.finding import Finding, already_open, open_exception
from models.execution.finished import is_live
from models.execution.lot_disposition import OUT_OF_SPECIFICATION
from models.execution.outcome import Refusal
from models.execution.principal import Principal
from models.execution.records import MaterialDefinitionRecord, MaterialLotRecord
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.isa95.material import Disposition, MaterialTestSpecification

PASSED: Final = "pass"
"""What the laboratory records of a test without limits that was good."""

FAILED: Final = "fail"
"""What it records of one that was not."""


def lot_is_known(material_lot_id: str, record: MaterialLotRecord | None) -> Iterator[Refusal]:
    """Refuse ``material-lot-unknown`` for a lot that nobody has received or made."""
    if record is None:
        text = f"there is no lot {material_lot_id}"
        yield refuse("material-lot-unknown", material_lot_id, text)


def missing_tests(record: MaterialLotRecord, test_ids: tuple[str, ...]) -> Iterator[Refusal]:
    """Refuse ``lot-test-missing`` or ``lot-test-failed`` for each test that has not passed."""
    lot_id = record.material_lot.material_lot_id
    results = {item.test_id: item for item in record.test_results}
    for name in test_ids:
        result = results.get(name)
        if result is None:
            yield refuse("lot-test-missing", lot_id, f"{name} of lot {lot_id} has no result")
        elif not result.passed:
            value = f"{result.value} {result.unit}".strip()
            yield refuse("lot-test-failed", lot_id, f"{name} of lot {lot_id} failed with {value}")


def test_result(command: c.RecordTestResult, principal: Principal, snapshot: Snapshot) -> Decision:
    """Put a result on record; its limits decide whether it passed, not the laboratory."""
    lot_id, record = command.material_lot_id, snapshot.material_lot(command.material_lot_id)
    definition = snapshot.material_definition(
        record.material_lot.material_definition_id if record else ""
    )
    tests = definition.material_definition.tests if definition else ()
    test = next((item for item in tests if item.test_id == command.test_id), None)
    refusals = Verdict.of(
        lot_is_known(lot_id, record),
        _test_is_known(command, record, definition) if record else (),
        _understood(command, test) if test else (),
    ).refusals
    if refusals or record is None or test is None:
        return Decision(refusals=refusals, person_id=principal.person_id)
    recorded = e.TestResultRecorded(
        material_lot_id=lot_id,
        test_id=test.test_id,
        value=command.value,
        unit=test.unit,
        passed=_has_passed(command.value, test),
        reference=command.reference,
        person_id=principal.person_id,
    )
    consequences = () if recorded.passed else _out_of_specification(recorded, record, snapshot)
    return Decision(
        events=(recorded, *consequences),
        person_id=principal.person_id,
        result=PASSED if recorded.passed else FAILED,
    )


def _test_is_known(
    command: c.RecordTestResult, lot: MaterialLotRecord, record: MaterialDefinitionRecord | None
) -> Iterator[Refusal]:
    if record is None:
        name = lot.material_lot.material_definition_id
        yield refuse("material-unknown", name, f"there is no material {name} with its tests")
        return
    known = record.material_definition
    names = tuple(test.test_id for test in known.tests)
    if command.test_id not in names:
        text = f"{known.material_definition_id} has no test {command.test_id}"
        yield refuse("test-unknown", command.test_id, text, offers=names)


def _understood(command: c.RecordTestResult, test: MaterialTestSpecification) -> Iterator[Refusal]:
    if test.lower is None and test.upper is None:
        if command.value not in (PASSED, FAILED):
            text = f"{command.value!r} is neither {PASSED} nor {FAILED}"
            yield refuse("test-result-not-understood", test.test_id, text)
    elif not _number(command.value).is_finite():
        text = f"{command.value!r} is not a number, and {test.test_id} has limits"
        yield refuse("test-result-not-understood", test.test_id, text)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _has_passed(value: str, test: MaterialTestSpecification) -> bool:
    if test.lower is None and test.upper is None:
        return value == PASSED
    number = _number(value)
    too_low = test.lower is not None and number < test.lower
    too_high = test.upper is not None and test.upper < number
    return not (too_low or too_high)


def _out_of_specification(
    result: e.TestResultRecorded, record: MaterialLotRecord, snapshot: Snapshot
) -> Iterator[e.Event]:
    """Restrict a lot that was in use, and open an exception at every job order that it is in."""
    lot = record.material_lot
    if lot.disposition is Disposition.UNRESTRICTED:
        yield e.MaterialLotDispositionChanged(
            material_lot_id=lot.material_lot_id,
            disposition=Disposition.RESTRICTED,
            status=OUT_OF_SPECIFICATION,
            reason=f"{result.test_id} is {result.value} {result.unit}".strip(),
        )
    drawn = (snapshot.material_sublot(sublot_id) for sublot_id in record.material_sublots)
    consumers = (name for sublot in drawn if sublot for name in sublot.drawn_by)
    finding = Finding(
        kind="out-of-specification",
        description=f"{result.test_id} of lot {lot.material_lot_id} is"
        f" {result.value} {result.unit}".rstrip(),
        person_id=result.person_id,
        subject=f"{lot.material_lot_id} {result.test_id}",
        material_lot_id=lot.material_lot_id,
        reported=c.Severity.CRITICAL,
    )
    for job_order_id in dict.fromkeys((record.job_order_id, *consumers)):
        order, directive = snapshot.job_order(job_order_id), snapshot.work_directive(job_order_id)
        if order is None or directive is None or not is_live(order):
            continue
        if already_open(order, finding) is None:
            yield open_exception(order, directive.work_directive, finding)
