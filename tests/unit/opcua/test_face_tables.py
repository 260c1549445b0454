"""The tables behind the OPC UA face: unique, whole, and true to commands and read side."""

import json
from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from asyncua import ua
from asyncua.ua import get_win_epoch

from models.execution import codec
from models.execution import commands as c
from models.execution.outcome import Accepted, Denied, Fault, Invalid, Outcome, Problem, Refused
from models.execution.principal import Identity
from models.execution.refusal_codes import REFUSAL_KINDS, refuse
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Cleanliness, EquipmentStatus
from models.isa95.material import Disposition, MaterialLot, MaterialSublot
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source, WorkMaster
from server.cli import hmi_methods
from server.command_path.catalogue import CATALOGUE
from server.command_path.command_fields import Kind
from server.command_path.read_plain import UnreadableError
from server.faces.opcua.methods.answer import answer, return_status
from server.faces.opcua.methods.arguments import COMMAND_ID, OUTPUTS
from server.faces.opcua.methods.methods_table import CHECK, FACEPLATE_METHODS, FOLDERS, MethodRow
from server.faces.opcua.methods.translate import Asked, command_of
from server.faces.opcua.types.execution_table import (
    EVENT_FIELDS,
    FACEPLATE_VARIABLES,
    JOB_ORDER_VARIABLES,
    STEP_VARIABLES,
)
from server.faces.opcua.types.type_nodes import type_nodes
from server.queries.faceplate import Faceplate
from tests.fix_rest import PLANT

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORK_MASTER = next(item for item in PLANT if isinstance(item, WorkMaster))
IDENTITY = Identity(account="op-01", authenticated=True, person_id="op-01")
SECOND = Identity(account="op-02", authenticated=True, person_id="op-02")
LOT = {"material_lot_id": "L-1", "material_definition_id": "M-1", "disposition": "Restricted"}
SUBLOT = {"material_sublot_id": "C-1", "material_lot_id": "L-1", "quantity": "25 kg"}
SAMPLES: dict[str, tuple[Any, object]] = {
    "AllowedToStart": (True, True), "Passed": (True, True), "Failed": (True, True),
    "Effective": (True, True), "Partial": (True, True), "Level": (3, 3), "Size": (7, 7),
    "Once": (True, True), "DurationS": ("600", Decimal(600)),
    "Priority": ("5", 5), "Quantity": ("1.5 kg", Quantity(Decimal("1.5"), "kg")),
    "Quantities": (["1 kg", "2 kg"], (Quantity(Decimal(1), "kg"), Quantity(Decimal(2), "kg"))),
    "Stations": (["A", "B"], ("A", "B")),
    "LotAllocations": (["M-1=L-1"], (("M-1", "L-1"),)),
    "Source": ("Manual", Source.MANUAL), "Cleanliness": ("wetclean", Cleanliness.WET_CLEAN),
    "Severity": ("Critical", c.Severity.CRITICAL),
    "Lot": (json.dumps(LOT), MaterialLot(**{**LOT, "disposition": Disposition.RESTRICTED})),
    "Sublots": (
        [json.dumps(SUBLOT)],
        (MaterialSublot(**{**SUBLOT, "quantity": Quantity(Decimal(25), "kg")}),),
    ),
    **dict.fromkeys(("DueTime", "ExpirationTime", "PlannedStart", "PlannedEnd"), (NOON, NOON)),
    **dict.fromkeys(("EffectiveFrom", "EffectiveUntil"), (NOON, NOON)),
}  # fmt: skip
SPECIAL = {
    (c.DispositionException, "Disposition"): ("redo", c.ExceptionDisposition.REDO),
    (c.ChangeLotDisposition, "Disposition"): ("unrestricted", Disposition.UNRESTRICTED),
    (c.ChangeEquipmentStatus, "Status"): ("Maintenance", EquipmentStatus.MAINTENANCE),
    (c.ReleaseDocument, "Revision"): (
        json.dumps({"document_id": "SOP-1", "revision": "4"}),
        DocumentRevision(document_id="SOP-1", revision="4"),
    ),
}
METHODS = [
    (owner, row)
    for owner, rows in (
        ("Stations", FACEPLATE_METHODS), *((folder.name, folder.methods) for folder in FOLDERS)
    )
    for row in rows
    if row.name != CHECK
]  # fmt: skip
ROWS = [row for _, row in METHODS]


def sample(row: MethodRow, name: str) -> tuple[Any, object]:
    assert row.command is not None
    if row.command is c.DraftWorkMaster:
        return codec.dumps(WORK_MASTER), WORK_MASTER
    known = SPECIAL.get((row.command, name)) or SAMPLES.get(name)
    return known or (f"<{name}>", f"<{name}>")


def test_no_node_id_is_used_twice() -> None:
    counted = Counter(node.node_id.to_string() for node in type_nodes())
    assert [node_id for node_id, times in counted.items() if times > 1] == []


def test_every_method_ends_with_the_command_id() -> None:
    for _, row in METHODS:
        assert row.inputs[-1] == COMMAND_ID, row.name


def test_every_folder_has_its_check() -> None:
    for rows in (FACEPLATE_METHODS, *(folder.methods for folder in FOLDERS)):
        assert [row.name for row in rows].count(CHECK) == 1
        assert len({row.name for row in rows}) == len(rows)


def test_every_command_of_the_catalogue_has_a_method_and_no_other_has() -> None:
    assert {row.command for _, row in METHODS} == CATALOGUE.keys()
    for kind, entry in CATALOGUE.items():
        assert entry.method in {row.name for _, row in METHODS if row.command is kind}


def test_every_field_of_a_command_can_be_given_through_some_method() -> None:
    for kind, entry in CATALOGUE.items():
        given = {
            name for _, row in METHODS if row.command is kind for name in (*row.names, *row.fixed)
        }
        known = {field.name for field in entry.fields} - {"station"}
        assert known - given == set(), kind.__name__


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_argument_reaches_the_command(row: MethodRow) -> None:
    signers = {"identity": IDENTITY, "second": SECOND}
    wanted = {x.name: signers[x.name] for x in row.fields if x.kind is Kind.SIGNER}
    values = {one.name: sample(row, one.name)[0] for one in row.inputs}
    command = command_of(row, Asked(values=values, station="DISP-01", signers=wanted))
    held = {field.name: getattr(command, field.name) for field in fields(command)}
    for argument in row.checked_inputs:
        assert sample(row, argument.name)[1] in held.values(), f"{row.name} loses {argument.name}"
    assert held.items() >= wanted.items()
    assert held.items() >= row.fixed.items()
    assert held.get("station", "DISP-01") == "DISP-01"
    assert "<Password>" not in repr(command)
    assert "Password" not in {one.name for one in row.checked_inputs}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_check_says_the_same_in_texts(row: MethodRow) -> None:
    signers = {x.name: IDENTITY for x in row.fields if x.kind is Kind.SIGNER}
    values = {one.name: sample(row, one.name)[0] for one in row.checked_inputs}
    texts = {name: as_text(value) for name, value in values.items()}
    called = command_of(row, Asked(values=values, station="S", signers=signers))
    assert command_of(row, Asked(values=texts, station="S", signers=signers)) == called


def as_text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat()
        case list():
            return "; ".join(value)
        case _:
            return str(value)


def test_the_terminal_of_the_command_line_knows_every_method() -> None:
    for owner, row in METHODS:
        assert hmi_methods.FOLDERS.get(row.name, "Stations") == owner
        words = hmi_methods.ARGUMENTS[row.name]
        assert len(words) == len(row.inputs) - 1, row.name
        for word, one in zip(words, row.inputs, strict=False):
            kinds = (
                (hmi_methods.FLAGS, ua.VariantType.Boolean),
                (hmi_methods.WHOLE, ua.VariantType.Int32),
                (hmi_methods.TIMES, ua.VariantType.DateTime),
            )
            for kind, variant_type in kinds:
                assert (word in kind) == (one.variant_type is variant_type), (row.name, word)
            assert (word in hmi_methods.LISTS) == one.is_array, (row.name, word)
            assert (word in hmi_methods.SECRET) == (one not in row.checked_inputs)
    assert hmi_methods.ARGUMENTS.keys() == {row.name for _, row in METHODS}


def method(name: str) -> MethodRow:
    return next(row for _, row in METHODS if row.name == name)


@pytest.mark.parametrize(
    ("name", "values", "where"),
    [
        ("Store", {"AllowedToStart": "yes"}, "AllowedToStart"),
        ("Store", {"Quantity": "ten kilograms"}, "Quantity"),
        ("Store", {"Quantity": ""}, "Quantity"),
        ("Store", {"Quantity": "9" * 70 + " kg"}, "Quantity"),
        ("StoreWithAllocations", {"Quantity": "1 kg", "Priority": "high"}, "Priority"),
        ("StoreWithAllocations", {"Quantity": "1 kg", "Priority": "9" * 5000}, "Priority"),
        (
            "StoreWithAllocations",
            {"Quantity": "1 kg", "LotAllocations": ["A"]},
            "LotAllocations[0]",
        ),
        ("RecordEvidence", {"Source": "guess"}, "Source"),
        ("AttachFile", {"Size": "1.5"}, "Size"),
        ("RecordCalibration", {"DueTime": "soon"}, "DueTime"),
        ("RecordCalibration", {"DueTime": "2026-11-20T08:00:00"}, "DueTime"),
        ("Split", {"Quantities": ["1 kg", "x"]}, "Quantities[1]"),
        ("ReceiveLot", {"Lot": "{"}, "Lot"),
        ("ReceiveLot", {"Lot": "[" * 60_000}, "Lot"),
        ("ReceiveLot", {"Lot": " " * 70_000}, "Lot"),
        ("ReceiveLot", {"Lot": "[]"}, "Lot"),
        ("ReceiveLot", {"Lot": json.dumps(LOT | {"colour": "red"})}, "Lot.colour"),
        ("ReceiveLot", {"Lot": json.dumps(LOT | {"potency": "NaN"})}, "Lot.potency"),
        ("ReceiveLot", {"Lot": json.dumps(LOT | {"potency": "1e999999"})}, "Lot.potency"),
        ("ReceiveLot", {"Lot": json.dumps(LOT), "Sublots": ["{}"]}, "Sublots[0].quantity"),
    ],
)
def test_what_cannot_be_read_says_where(name: str, values: dict[str, Any], where: str) -> None:
    with pytest.raises(UnreadableError) as found:
        command_of(method(name), Asked(values=values))
    assert where in {problem.where for problem in found.value.problems}


def test_nothing_given_is_none_and_empty_only_where_it_may_be() -> None:
    values = {"Quantity": "1 kg", "PlannedStart": get_win_epoch(), "Priority": ""}
    stored = command_of(method("StoreWithAllocations"), Asked(values=values))
    assert isinstance(stored, c.StoreJobOrder)
    assert (stored.planned_start, stored.priority, stored.lot_allocations) == (None, None, ())
    assert (stored.work_master_version, stored.material_lot_id) == (None, None)
    asked = Asked(values={"EffectiveFrom": None}, signers={"identity": IDENTITY})
    approved = command_of(method("Approve"), asked)
    assert isinstance(approved, c.ApproveWorkMaster)
    assert approved.effective_from is None


@pytest.mark.parametrize(
    ("outcome", "status", "bits"),
    [
        (Accepted(decision_id="d"), "Good", 1),
        (Refused(refusals=(refuse("station-unknown", "X", "no"),)), "Uncertain", 1 << 33),
        (
            Refused(
                refusals=(
                    refuse("station-unknown", "X", "no"),
                    refuse("material-lot-expired", "L", "no"),
                )
            ),
            "Uncertain",
            1 << 33 | 1 << 39,
        ),
        (Denied(code="credentials-wrong", reason="no"), "Uncertain", 16),
        (Fault(reason="away", retry=True), "Uncertain", 16),
        (Invalid(problems=(Problem(where="x", reason="is empty"),)), "Uncertain", 1 << 32),
    ],
)
def test_outcome_as_status_and_bits(outcome: Outcome, status: str, bits: int) -> None:
    said = answer(outcome)
    assert said.status.name == status
    assert return_status(outcome) == bits
    assert len(said.outputs) == len(OUTPUTS)
    assert said.outputs[1] == type(outcome).__name__


@pytest.mark.parametrize("code", ["role-denied", "station-denied"])
def test_what_is_not_the_sessions_is_bad_and_has_no_outputs(code: str) -> None:
    denied = Denied(code=code, reason="no")
    assert (answer(denied).status.name, answer(denied).outputs) == ("BadUserAccessDenied", ())
    assert answer(denied, is_check=True).status.name == "Uncertain", "asking is everybody's"


def test_no_refusal_sets_the_bit_of_success_or_of_another_standard_meaning() -> None:
    for code in REFUSAL_KINDS:
        bits = return_status(Refused(refusals=(refuse(code, "", ""),)))
        assert bits >= 1 << 33, code


def test_the_faceplate_shows_all_that_the_read_side_knows() -> None:
    shown = {row.attribute for row in FACEPLATE_VARIABLES if row.attribute}
    known = {field.name for field in fields(Faceplate)}
    elsewhere = {"station", "live_tag", "live_stable_tag", "live_value", "live_stable"}
    assert shown - {"target_unit"} == known - elsewhere


def test_names_stand_once_in_their_type() -> None:
    for rows in (FACEPLATE_VARIABLES, JOB_ORDER_VARIABLES, STEP_VARIABLES, EVENT_FIELDS):
        assert max(Counter(row.name for row in rows).values()) == 1
        for row in rows:
            assert row.empty.is_array == row.is_array
            assert row.variant_type is not ua.VariantType.Null
