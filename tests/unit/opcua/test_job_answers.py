"""States, responses and ReturnStatus as OPC 10031-4 writes them."""

from dataclasses import replace
from typing import Any

import pytest
from asyncua import ua

from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Accepted, Denied, Fault, Invalid, Problem, Refused
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import REFUSAL_KINDS, refuse
from server.faces.opcua.job_control.job_responses import job_response
from server.faces.opcua.job_control.job_states import is_meant, job_state
from server.faces.opcua.job_control.return_status import answered, bits
from server.faces.opcua.types.job_control_structures import ISA95StateDataType
from tests import lifecycle as cell
from tests.lifecycle import CELL, ORDER, RECIPE

S = JobOrderState
STANDARD = 1 << 1 | 1 << 3 | 1 << 4 | 1 << 32


def said(order: JobOrderRecord, *, is_loaded: bool = False) -> list[tuple[str | None, int]]:
    return [(x.StateText.Text, x.StateNumber) for x in job_state(order, is_loaded=is_loaded)]


def in_state(state: JobOrderState, **more: Any) -> JobOrderRecord:
    return replace(cell.cell().world.job_order(ORDER), state=state, **more)


def test_each_state_has_the_number_of_the_standard_and_the_finer_one() -> None:
    assert said(in_state(S.NOT_ALLOWED_TO_START)) == [("NotAllowedToStart", 1), ("Waiting", 1)]
    assert said(in_state(S.ALLOWED_TO_START)) == [("AllowedToStart", 2), ("Ready", 2)]
    loaded = said(in_state(S.ALLOWED_TO_START), is_loaded=True)
    assert loaded == [("AllowedToStart", 2), ("Loaded", 3)]
    assert said(in_state(S.RUNNING)) == [("Running", 3)]
    assert said(in_state(S.INTERRUPTED)) == [("Interrupted", 4), ("Held", 1)]
    by_hand = said(in_state(S.INTERRUPTED, deliberate_hold=True))
    assert by_hand == [("Interrupted", 4), ("Suspended", 2)]
    assert said(in_state(S.ABORTED)) == [("Aborted", 6)]


def test_completed_is_what_was_released_and_nothing_else() -> None:
    world = cell.working().record("020", "8.5").complete().perform("040").world
    stopped = in_state(S.ENDED, stop_reason="the line is needed")
    assert said(stopped) == [("Ended", 5), ("Closed", 2)]
    world.must(cell.release())
    assert said(world.job_order(ORDER)) == [("Ended", 5), ("Completed", 1)]


def test_a_hold_by_hand_is_suspended_and_one_by_a_rule_is_held() -> None:
    by_hand = cell.working().world
    by_hand.must(cell.HOLD)
    assert said(by_hand.job_order(ORDER))[1] == ("Suspended", 2)


def test_a_state_is_meant_by_its_path_with_its_number_or_text() -> None:
    top, finer = job_state(in_state(S.INTERRUPTED), is_loaded=False)
    number = ISA95StateDataType(StateNumber=4)
    text = ISA95StateDataType(StateText=ua.LocalizedText("Interrupted"))
    assert is_meant(number, top)
    assert is_meant(text, top)
    assert not is_meant(ISA95StateDataType(StateText=top.StateText, StateNumber=3), top)
    assert not is_meant(ISA95StateDataType(), top)
    assert not is_meant(ISA95StateDataType(StateNumber=1), finer), "the path is another one"
    assert is_meant(ISA95StateDataType(BrowsePath=finer.BrowsePath, StateNumber=1), finer)


def test_a_response_tells_who_did_what_where_with_what_result() -> None:
    world = cell.working().record("020", "8.5").complete().perform("040").world
    response = job_response(world.job_order(ORDER), RECIPE, is_loaded=False)
    assert response.JobOrderID == ORDER
    data = {one.ID: one.Value.Value for one in response.JobResponseData or ()}
    assert data["020/ph"] == "8.5", "as it was recorded, digit for digit"
    people = [(one.ID, one.PersonnelUse) for one in response.PersonnelActuals or ()]
    assert ("op-01", "Performed") in people
    assert {one.ID for one in response.EquipmentActuals or ()} == {CELL}
    assert (response.StartTime is not None, response.EndTime) == (True, None)
    world.must(cell.release())
    released = job_response(world.job_order(ORDER), RECIPE, is_loaded=False)
    made = [one for one in released.MaterialActuals or () if one.MaterialUse == "Produced"]
    assert [one.MaterialLotID for one in made] == [world.job_order(ORDER).material_lot_id]


@pytest.mark.parametrize("code", REFUSAL_KINDS)
def test_every_refusal_has_a_bit_of_the_standard_beside_the_one_of_its_group(code: str) -> None:
    found = bits(Refused(refusals=(refuse(code, "JO-1", "it does not go"),)))
    assert found & STANDARD
    assert found & 1 << REFUSAL_KINDS[code].group.value
    assert not found & 1


def test_the_bits_of_the_other_outcomes() -> None:
    problem = Problem(where="JobOrder", reason="is missing")
    assert bits(Accepted()) == 1
    assert bits(Invalid(problems=(problem,))) == 1 << 32
    assert bits(Denied(code="account-locked", reason="")) == 1 << 4
    assert bits(Denied(code="signature-missing", reason="")) == 1 << 4 | 1 << 62
    assert bits(Fault(reason="the log is away", retry=True)) == 1 << 4


def test_what_is_refused_is_uncertain_and_what_is_not_ones_own_is_bad() -> None:
    assert answered(Accepted()).status.name == "Good"
    assert answered(Invalid()).status.name == "Uncertain"
    denied = answered(Denied(code="role-denied", reason=""))
    assert (denied.status.name, denied.outputs) == ("BadUserAccessDenied", ())
