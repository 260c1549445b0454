"""The tables behind the OPC UA face: unique, whole, and true to commands and read side."""

from collections import Counter
from dataclasses import fields
from decimal import Decimal
from typing import Any, get_args

import pytest
from asyncua import ua

from models.execution import commands as c
from models.execution.outcome import Accepted, Denied, Fault, Invalid, Outcome, Problem, Refused
from models.execution.principal import Identity
from models.execution.refusal_codes import REFUSAL_KINDS, refuse
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source
from server.faces.opcua.answer import answer, return_status
from server.faces.opcua.execution_table import (
    EVENT_FIELDS,
    FACEPLATE_VARIABLES,
    JOB_ORDER_VARIABLES,
    STEP_VARIABLES,
)
from server.faces.opcua.methods_table import (
    CHECK,
    COMMAND_ID,
    FACEPLATE_METHODS,
    JOB_ORDERS_METHODS,
    OUTPUTS,
)
from server.faces.opcua.translate import (
    FACEPLATE_COMMANDS,
    JOB_ORDERS_COMMANDS,
    Asked,
    UnreadableArgumentError,
)
from server.faces.opcua.type_nodes import type_nodes
from server.queries.faceplate import Faceplate

IDENTITY = Identity(account="op-01", authenticated=True, person_id="op-01")
SPECIAL = {"AllowedToStart": True, "Quantity": "1.5 kg", "Source": "Manual", "Disposition": "redo"}
NOT_OVER_OPC_UA = {
    c.DefineMasterData, c.RecordCalibration, c.RecordEquipmentEvent, c.WriteVariable
}  # fmt: skip


def test_no_node_id_is_used_twice() -> None:
    counted = Counter(node.node_id.to_string() for node in type_nodes())
    assert [node_id for node_id, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("rows", [FACEPLATE_METHODS, JOB_ORDERS_METHODS])
def test_every_method_ends_with_the_command_id(rows: Any) -> None:
    for row in rows:
        if row.name != CHECK:
            assert row.inputs[-1] == COMMAND_ID, row.name


def test_methods_and_commands_match() -> None:
    for rows, commands in (
        (FACEPLATE_METHODS, FACEPLATE_COMMANDS),
        (JOB_ORDERS_METHODS, JOB_ORDERS_COMMANDS),
    ):
        assert {row.name for row in rows} - {CHECK} == commands.keys()


def test_every_argument_reaches_the_command() -> None:
    made: set[type] = set()
    for row in FACEPLATE_METHODS + JOB_ORDERS_METHODS:
        command_of = {**FACEPLATE_COMMANDS, **JOB_ORDERS_COMMANDS}.get(row.name)
        if command_of is None:
            continue
        values = {one.name: SPECIAL.get(one.name, f"<{one.name}>") for one in row.inputs}
        command = command_of(Asked(values=values, station="DISP-01", identity=IDENTITY))
        made.add(type(command))
        held = {getattr(command, field.name) for field in fields(command)}
        for argument in row.checked_inputs:
            if argument.name not in SPECIAL:
                assert f"<{argument.name}>" in held, f"{row.name} loses {argument.name}"
        assert (IDENTITY in held) == row.signs
        assert "<Password>" not in repr(command)
    assert made == set(get_args(c.Command)) - NOT_OVER_OPC_UA


def test_words_and_numbers_become_values() -> None:
    asked = Asked(values={"Quantity": "15.150 kg", "Source": "SCAN", "AllowedToStart": "TRUE"})
    assert asked.quantity("Quantity") == Quantity(Decimal("15.150"), "kg")
    assert asked.one_of("Source", Source) is Source.SCAN
    assert asked.flag("AllowedToStart") is True
    assert asked.flag("Absent") is False
    assert asked.text("Absent") == ""


@pytest.mark.parametrize("word", ["yes", "1", "truth"])
def test_what_is_neither_true_nor_false_is_unreadable(word: str) -> None:
    with pytest.raises(UnreadableArgumentError, match="AllowedToStart"):
        Asked(values={"AllowedToStart": word}).flag("AllowedToStart")


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
        (Denied(code="role-denied", reason="no"), "Uncertain", 16),
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
