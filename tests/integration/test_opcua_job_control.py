"""The receivers of OPC 10031-4: every method in every state, and what each failure is answered."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from models.execution import commands as c
from models.isa95.equipment import Equipment, EquipmentLevel
from server.faces.opcua.job_control.receiver_nodes import MAX_DOWNLOADABLE
from server.faces.opcua.types.job_control_structures import (
    ISA95EquipmentDataType,
    ISA95MaterialDataType,
    ISA95PersonnelDataType,
    ISA95StateDataType,
    ISA95WorkMasterDataType,
)
from tests.job_control import (
    PROVIDER,
    RECEIVER,
    STATES,
    ask,
    do,
    in_state,
    job_order,
    record,
    until,
)
from tests.opcua_face_plant import FacePlant, node, read, running_face_plant
from tests.opcua_plant import wait_until

pytestmark = pytest.mark.asyncio(loop_scope="module")

DONE, UNKNOWN, STATE, UNABLE, INVALID = 1, 1 << 1, 1 << 3, 1 << 4, 1 << 32
SIGNATURE, SEQUENCE, NOT_KNOWN, MASTER_DATA = 1 << 62, 1 << 34, 1 << 33, 1 << 45

# OPC 10031-4, 6.3: where each method leads from each state; what is not named is not possible.
STANDARD: dict[str, dict[str, str]] = {
    "Start": {"NotAllowedToStart": "AllowedToStart"},
    "RevokeStart": {"AllowedToStart": "NotAllowedToStart"},
    "Update": {"NotAllowedToStart": "NotAllowedToStart", "AllowedToStart": "AllowedToStart"},
    "Pause": {"Running": "Interrupted"},
    "Resume": {"Interrupted": "Running"},
    "Stop": {"Running": "Ended", "Interrupted": "Ended"},
    "Abort": dict.fromkeys(
        ("NotAllowedToStart", "AllowedToStart", "Running", "Interrupted"), "Aborted"
    ),
    "Cancel": dict.fromkeys(("NotAllowedToStart", "AllowedToStart"), "gone"),
    "Clear": dict.fromkeys(("Ended", "Aborted"), "gone"),
}
SIGNED = ("Resume", "Abort")
"""Ours: these need a signature, for which the standard's methods have no place."""
BY_QUALITY = ("Pause", "Resume", "Stop", "Abort")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    folder: Path = tmp_path_factory.mktemp("job-control")
    async with running_face_plant(folder) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def erp(plant: FacePlant) -> AsyncIterator[Client]:
    async with plant.client("erp-01") as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def quality(plant: FacePlant) -> AsyncIterator[Client]:
    async with plant.client("qa-01") as one:
        yield one


async def listed(one: Client, owner: str = RECEIVER) -> dict[str, list[str]]:
    """Return what JobOrderList says: the texts of the states, by job order."""
    entries = await read(one, f"{owner}/JobOrderList")
    return {x.JobOrder.JobOrderID: [s.StateText.Text for s in x.State] for x in entries}


async def is_listed_as(one: Client, name: str, state: str | None) -> None:
    """Wait until the list says so; None until the job order is off it."""

    async def said() -> bool:
        states = (await listed(one)).get(name)
        return (states[0] if states else None) == state

    await until(said)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("method", STANDARD)
async def test_each_method_leads_where_the_standard_says_or_to_bits(
    plant: FacePlant, erp: Client, quality: Client, method: str, state: str
) -> None:
    name = await in_state(plant, state)
    caller = quality if method in BY_QUALITY else erp
    subject: Any = job_order(name) if method == "Update" else name
    answer = await ask(caller, RECEIVER, method, subject, ["because of a test"])
    wanted = STANDARD[method].get(state)
    after = record(plant, name)
    assert after is not None, "whatever happens, it stays on record"
    if wanted is None:
        assert answer.status == "Uncertain"
        assert answer.bits & STATE
        assert not answer.bits & (DONE | UNKNOWN | INVALID)
        assert after.state.value == state
    elif method in SIGNED:
        assert (answer.status, answer.bits) == ("Uncertain", UNABLE | SIGNATURE)
        assert after.state.value == state
    else:
        assert (answer.status, answer.bits) == ("Good", DONE)
        await is_listed_as(erp, name, None if wanted == "gone" else wanted)
    assert after.release is None, "nothing on a receiver can make a job order complete"


@pytest.mark.parametrize("state", STATES)
async def test_what_is_stored_is_not_stored_again(
    plant: FacePlant, erp: Client, state: str
) -> None:
    name = await in_state(plant, state)
    for method in ("Store", "StoreAndStart"):
        answer = await ask(erp, RECEIVER, method, job_order(name), [])
        assert (answer.status, answer.bits) == ("Uncertain", UNABLE | SEQUENCE)


async def test_a_stored_job_order_waits_and_a_started_one_is_ready(erp: Client) -> None:
    assert (await ask(erp, RECEIVER, "Store", job_order("JO-S1"), [])).bits == DONE
    assert (await ask(erp, RECEIVER, "StoreAndStart", job_order("JO-S2"), [])).bits == DONE
    await is_listed_as(erp, "JO-S2", "AllowedToStart")
    found = await listed(erp)
    assert found["JO-S1"] == ["NotAllowedToStart", "Waiting"]
    assert found["JO-S2"] == ["AllowedToStart", "Ready"]


async def test_the_structure_comes_back_as_it_was_sent(plant: FacePlant, erp: Client) -> None:
    produced = ISA95MaterialDataType(
        MaterialDefinitionID="VITC", MaterialLotID="LOT-X", MaterialUse="Produced",
        Quantity="5.000",
    )  # fmt: skip
    reserved = ISA95MaterialDataType(
        MaterialDefinitionID="ASCORBIC-ACID", MaterialLotID="AA-2601", MaterialUse="Consumed"
    )
    sent = job_order("JO-X", Priority=7, MaterialRequirements=[produced, reserved])
    comment = ["ordered by the customer", "vom Kunden bestellt"]
    assert (await ask(erp, RECEIVER, "Store", sent, comment)).bits == DONE
    await is_listed_as(erp, "JO-X", "NotAllowedToStart")
    entries = await read(erp, f"{RECEIVER}/JobOrderList")
    (shown,) = (x.JobOrder for x in entries if x.JobOrder.JobOrderID == "JO-X")
    assert (shown.Priority, shown.WorkMasterID[0].ID) == (7, "WM-VITC")
    made, used = shown.MaterialRequirements
    assert (made.MaterialLotID, made.Quantity) == ("LOT-X", "5.000")
    assert made.EngineeringUnits.DisplayName.Text == "kg"
    assert used.MaterialLotID == "AA-2601"
    remarks = [row.payload for row in await plant.rows() if row.type == "JobOrderStored"]
    assert any(comment[0] in one and comment[1] in one for one in remarks)
    # what is shown is taken back, as an update
    assert (await ask(erp, RECEIVER, "Update", shown, [])).bits == DONE
    after = record(plant, "JO-X")
    assert after is not None
    assert (after.lot_allocations, after.priority) == ((("ASCORBIC-ACID", "AA-2601"),), -7)


async def test_an_unknown_job_order_is_answered_so(erp: Client, quality: Client) -> None:
    for method in ("Start", "RevokeStart", "Cancel", "Clear"):
        answer = await ask(erp, RECEIVER, method, "JO-NOWHERE", [])
        assert (answer.status, answer.bits) == ("Uncertain", UNKNOWN | NOT_KNOWN)
    for method in ("Pause", "Stop"):
        assert (await ask(quality, RECEIVER, method, "JO-NOWHERE", [])).bits & UNKNOWN
    for method in SIGNED:
        assert (await ask(quality, RECEIVER, method, "JO-NOWHERE", [])).bits & UNKNOWN


async def test_what_a_job_order_may_not_say_is_an_invalid_request(
    plant: FacePlant, erp: Client
) -> None:
    wrong = [
        job_order(""),
        job_order("JO-W", WorkMasterID=None),
        job_order("JO-W", amount=None),
        job_order("JO-W", amount="a lot"),
        job_order("JO-W", PersonnelRequirements=[ISA95PersonnelDataType(ID="op-01")]),
        job_order("JO-W", EquipmentRequirements=[ISA95EquipmentDataType(ID="MOON-01")]),
        job_order("JO-W", EquipmentRequirements=[ISA95EquipmentDataType(ID="QA-01")]),
    ]
    for one in wrong:
        answer = await ask(erp, RECEIVER, "Store", one, [])
        assert (answer.status, answer.bits) == ("Uncertain", INVALID)
    assert (await ask(erp, RECEIVER, "Start", "", [])).bits == INVALID
    assert (await ask(erp, RECEIVER, "Start", "JO-W", ["x" * 3000])).bits == INVALID
    assert record(plant, "JO-W") is None, "nothing is half done"


async def test_what_the_master_data_do_not_allow_is_not_accepted(erp: Client) -> None:
    unknown = job_order("JO-M", WorkMasterID=[ISA95WorkMasterDataType(ID="WM-NONE")])
    unknown.MaterialRequirements[0] = ISA95MaterialDataType(
        MaterialUse="Produced", Quantity="10", EngineeringUnits=_unit("kg")
    )
    answer = await ask(erp, RECEIVER, "Store", unknown, [])
    assert answer.status == "Uncertain"
    assert answer.bits & UNABLE
    too_little = await ask(erp, RECEIVER, "Store", job_order("JO-M", amount="-1"), [])
    assert too_little.bits & UNABLE


def _unit(name: str) -> ua.EUInformation:
    return ua.EUInformation(UnitId=-1, DisplayName=ua.LocalizedText(name))


async def test_a_method_that_is_not_the_accounts_is_denied_and_on_record(
    plant: FacePlant, erp: Client
) -> None:
    name = await in_state(plant, "Running")
    before = len([row for row in await plant.rows() if row.type == "CommandDenied"])
    answer = await ask(erp, RECEIVER, "Stop", name, [])
    assert (answer.status, answer.outputs) == ("BadUserAccessDenied", [])
    after = [row for row in await plant.rows() if row.type == "CommandDenied"]
    assert len(after) == before + 1
    async with plant.client("scada-01") as scada:
        for method in STANDARD:
            subject: Any = job_order(name) if method == "Update" else name
            found = await ask(scada, RECEIVER, method, subject, [])
            assert found.status == "BadUserAccessDenied"
        assert (await ask(scada, RECEIVER, "Store", job_order(""), [])).status == (
            "BadUserAccessDenied"
        ), "who may not store is not told what is wrong with it"


async def test_the_id_of_the_types_method_means_the_instances(
    plant: FacePlant, erp: Client
) -> None:
    name = await in_state(plant, "NotAllowedToStart")
    of_type = ua.NodeId(7005, 5)
    assert (await ask(erp, RECEIVER, "Start", name, [], method_id=of_type)).bits == DONE
    own = "ISA95/JobControl/DISP-01/JobOrderReceiver"
    of_type = ua.NodeId(7013, 5)
    assert (await ask(erp, own, "RevokeStart", name, [], method_id=of_type)).bits == DONE


async def test_a_work_center_lists_and_takes_its_own_job_orders_only(
    erp: Client,
) -> None:
    booth = "ISA95/JobControl/DISP-01/JobOrderReceiver"
    desk = "ISA95/JobControl/QA-01/JobOrderReceiver"
    both = [ISA95EquipmentDataType(ID="DISP-01"), ISA95EquipmentDataType(ID="QA-01")]
    kept = job_order("JO-C1", EquipmentRequirements=both)
    assert (await ask(erp, booth, "Store", kept, [])).bits == DONE
    await is_listed_as(erp, "JO-C1", "NotAllowedToStart")
    assert "JO-C1" in await listed(erp, booth)
    assert "JO-C1" in await listed(erp, desk)
    assert set(await read(erp, f"{desk}/EquipmentID")) == {"QA-01", "quality-desk"}
    assert [x.ID for x in await read(erp, f"{desk}/WorkMaster")] == ["WM-VITC"]
    assert await read(erp, f"{desk}/MaxDownloadableJobOrders") == MAX_DOWNLOADABLE
    assert (await ask(erp, booth, "Cancel", "JO-C1", [])).bits == DONE
    await is_listed_as(erp, "JO-C1", None)
    assert "JO-C1" not in await listed(erp, desk)
    again = await ask(erp, booth, "Cancel", "JO-C1", [])
    assert again.bits & UNKNOWN, "what is off the list is known to no method"


async def test_a_line_that_is_added_gets_a_receiver_of_its_own(
    plant: FacePlant, erp: Client
) -> None:
    line = Equipment(
        equipment_id="LINE-7",
        description="A line that is new",
        level=EquipmentLevel.PRODUCTION_LINE,
        equipment_classes=("quality-desk",),
        is_station=True,
    )
    await do(plant, c.DefineMasterData(items=(line,)))
    owner = "ISA95/JobControl/LINE-7/JobOrderReceiver"
    name = await in_state(plant, "NotAllowedToStart")

    async def listed_there() -> bool:
        return name in {
            one.JobOrder.JobOrderID for one in await read(erp, f"{owner}/JobOrderList") or ()
        }

    await until(listed_there)
    assert (await ask(erp, owner, "Start", name, [])).bits == DONE
    # and by it nothing is handed over to, or taken away to, another work centre
    booth, desk, here = (ISA95EquipmentDataType(ID=x) for x in ("DISP-01", "QA-01", "LINE-7"))
    away = job_order("JO-L7", EquipmentRequirements=[booth, desk])
    own = job_order("JO-L7", EquipmentRequirements=[booth, here])
    assert (await ask(erp, owner, "Store", away, [])).bits & UNABLE
    assert (await ask(erp, owner, "Store", own, [])).bits == DONE
    await until(lambda: _is_on_record(plant, "JO-L7"))
    assert (await ask(erp, owner, "Update", away, [])).bits & UNABLE
    produced = ISA95MaterialDataType(
        MaterialLotID="LOT-ELSE", MaterialUse="Produced", Quantity="5.000"
    )
    other_lot = job_order("JO-L7", MaterialRequirements=[produced])
    assert (await ask(erp, owner, "Update", other_lot, [])).bits == INVALID
    kept = record(plant, "JO-L7")
    assert kept is not None
    assert (kept.stations, kept.material_lot_id) == (("DISP-01", "LINE-7"), "LOT-JO-L7")


async def _is_on_record(plant: FacePlant, name: str) -> bool:
    return record(plant, name) is not None


async def test_the_state_of_the_receiver_itself_is_not_active(erp: Client) -> None:
    for path in ("CurrentState", "InterruptedSubstates/CurrentState", "CurrentState/Id"):
        value = await erp.get_node(node(f"{RECEIVER}/{path}")).read_data_value(
            raise_on_bad_status=False
        )
        assert value.StatusCode is not None
        assert value.StatusCode.name == "BadStateNotActive"


async def test_a_provider_answers_by_id_and_by_state(plant: FacePlant, erp: Client) -> None:
    name = await in_state(plant, "Interrupted")
    await is_listed_as(erp, name, "Interrupted")
    answer = await ask(erp, PROVIDER, "RequestJobResponseByJobOrderID", name)
    assert (answer.status, answer.bits) == ("Good", DONE)
    (response,) = answer.outputs
    assert response.JobOrderID == name
    assert [one.StateText.Text for one in response.JobState] == ["Interrupted", "Suspended"]
    assert [one.ID for one in response.PersonnelActuals] == ["op-01"]
    assert [one.ID for one in response.EquipmentActuals] == ["DISP-01"]
    path = response.JobState[1].BrowsePath.Elements
    assert [one.TargetName for one in path] == [ua.QualifiedName("InterruptedSubstates", 5)]
    unknown = await ask(erp, PROVIDER, "RequestJobResponseByJobOrderID", "JO-NOWHERE")
    assert (unknown.status, unknown.bits & UNKNOWN) == ("Uncertain", UNKNOWN)
    asked = [ISA95StateDataType(StateText=ua.LocalizedText("Interrupted"), StateNumber=4)]
    several = await ask(erp, PROVIDER, "RequestJobResponseByJobOrderState", asked)
    assert several.bits == DONE
    assert {one.JobState[0].StateNumber for one in several.outputs[0]} == {4}
    assert name in {one.JobOrderID for one in several.outputs[0]}
    nothing: list[Any] = [ISA95StateDataType(StateText=ua.LocalizedText("Resting"))]
    none = await ask(erp, PROVIDER, "RequestJobResponseByJobOrderState", nothing)
    assert (none.bits, list(none.outputs[0])) == (DONE, [])

    async def shown() -> bool:
        found = await read(erp, f"{PROVIDER}/JobOrderResponseList")
        return name in {one.JobOrderID for one in found}

    await until(shown)


class Heard:
    """Keeps the fields of the events of one subscription."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def event_notification(self, event: Any) -> None:
        self.events.append(event)


async def listen_to_refusals(one: Client, source: ua.NodeId) -> Heard:
    """Listen to what was asked for in vain at a node."""
    refusal = ua.NodeId(1003, 3)
    names = [(0, "EventType"), (0, "Message"), (3, "Codes")]
    select = [
        ua.SimpleAttributeOperand(
            TypeDefinitionId=refusal if index else ua.NodeId(ua.ObjectIds.BaseEventType),
            BrowsePath=[ua.QualifiedName(name, index)],
            AttributeId=ua.AttributeIds.Value,
        )
        for index, name in names
    ]
    heard = Heard()
    subscription = await one.create_subscription(50, heard)
    chosen = ua.EventFilter(SelectClauses=select, WhereClause=ua.ContentFilter())
    await subscription.subscribe_events(one.get_node(source), evtypes=refusal, evfilter=chosen)
    return heard


async def listen(one: Client, source: ua.NodeId) -> Heard:
    """Listen to the concrete event of job orders at a node."""
    names = [(0, "EventType"), (0, "Time"), (0, "EventId"),
             (5, "JobOrder"), (5, "JobState"), (5, "JobResponse")]  # fmt: skip
    select = [
        ua.SimpleAttributeOperand(
            TypeDefinitionId=ua.NodeId(1006, 5) if index else ua.NodeId(ua.ObjectIds.BaseEventType),
            BrowsePath=[ua.QualifiedName(name, index)],
            AttributeId=ua.AttributeIds.Value,
        )
        for index, name in names
    ]
    of_type = ua.ContentFilterElement(
        FilterOperator=ua.FilterOperator.OfType,
        FilterOperands=[ua.LiteralOperand(Value=ua.Variant(ua.NodeId(1006, 5)))],
    )
    chosen = ua.EventFilter(SelectClauses=select, WhereClause=ua.ContentFilter(Elements=[of_type]))
    heard = Heard()
    subscription = await one.create_subscription(50, heard)
    await subscription.subscribe_events(
        one.get_node(source), evtypes=ua.NodeId(1006, 5), evfilter=chosen, queuesize=1000
    )
    return heard


async def test_a_thousand_transitions_are_a_thousand_events_everywhere(plant: FacePlant) -> None:
    name = await in_state(plant, "NotAllowedToStart")
    center = "ISA95/JobControl/QA-01/JobResponseProvider"
    places = [ua.NodeId(ua.ObjectIds.Server), node(center)]
    async with plant.client("scada-01") as scada:
        heard = [await listen(scada, place) for place in places]
        for _ in range(500):
            await do(plant, c.StartJobOrder(job_order_id=name))
            await do(plant, c.RevokeStartJobOrder(job_order_id=name))
        for one in heard:
            await wait_until(lambda one=one: len(one.events) >= 1000, 30)
        await asyncio.sleep(0.2)  # what would be one too many has had its time
    for one in heard:
        assert len(one.events) == 1000
        assert len({event.EventId for event in one.events}) == 1000
        times = [event.Time for event in one.events]
        assert times == sorted(times)
        states = [event.JobState[0].StateNumber for event in one.events]
        assert states == [2, 1] * 500
        last = one.events[-1]
        assert last.JobOrder.JobOrderID == name
        assert last.JobResponse.JobState[0].StateText.Text == "NotAllowedToStart"


async def test_every_change_is_told_once_and_the_update_too(plant: FacePlant, erp: Client) -> None:
    async with plant.client("scada-01") as scada:
        booth = node("ISA95/JobControl/DISP-01/JobOrderReceiver")
        everywhere = [await listen(scada, one) for one in (node(PROVIDER), node(RECEIVER), booth)]
        await ask(erp, RECEIVER, "StoreAndStart", job_order("JO-E1"), [])
        await ask(erp, RECEIVER, "Update", job_order("JO-E1", amount="5.000"), [])
        await ask(erp, RECEIVER, "Cancel", "JO-E1", [])
        for heard in everywhere:
            await wait_until(lambda heard=heard: len(heard.events) >= 4, 10)
    for heard in everywhere:
        states = [one.JobState[0].StateText.Text for one in heard.events]
        assert states == ["NotAllowedToStart", "AllowedToStart", "AllowedToStart", "Aborted"]
        amounts = [one.JobOrder.MaterialRequirements[0].Quantity for one in heard.events]
        assert amounts == ["10.000", "10.000", "5.000", "5.000"]


async def test_why_a_call_was_in_vain_is_told_with_all_that_is_wrong(
    plant: FacePlant, erp: Client
) -> None:
    oven = Equipment(
        equipment_id="OVEN-1",
        description="An oven",
        level=EquipmentLevel.WORK_CENTER,
        equipment_classes=("oven",),
        is_station=True,
    )
    await do(plant, c.DefineMasterData(items=(oven,)))
    owner = "ISA95/JobControl/OVEN-1/JobOrderReceiver"

    async def stands() -> bool:
        return await read(erp, f"{owner}/MaxDownloadableJobOrders") == MAX_DOWNLOADABLE

    await until(stands)
    async with plant.client("scada-01") as scada:
        heard = await listen_to_refusals(scada, node(owner))
        other = await ask(erp, owner, "Store", job_order("JO-O"), [])
        assert (other.status, other.bits & UNABLE) == ("Uncertain", UNABLE)
        people = [ISA95PersonnelDataType(ID="op-01")]
        wrong = job_order("", amount="much", PersonnelRequirements=people)
        assert (await ask(erp, owner, "Store", wrong, ["x" * 3000])).bits == INVALID
        await wait_until(lambda: len(heard.events) >= 2, 10)
    first, second = heard.events
    assert first.Codes == ["receiver-not-suitable"]
    assert second.Codes == ["invalid-request"] * 4
    for place in ("JobOrderID", "PersonnelRequirements", "Quantity", "Comment"):
        assert place in second.Message.Text
    assert record(plant, "JO-O") is None


async def test_a_full_receiver_takes_no_more_and_its_list_is_no_longer(tmp_path: Path) -> None:
    async with (
        running_face_plant(tmp_path) as plant,
        plant.client("erp-01") as erp,
        plant.client("scada-01") as scada,
    ):
        for _ in range(MAX_DOWNLOADABLE):
            await in_state(plant, "NotAllowedToStart")
        waiting = {"NotAllowedToStart": MAX_DOWNLOADABLE}
        while Counter(x[0] for x in (await listed(erp)).values()) != waiting:  # noqa: ASYNC110 -- as a client
            await asyncio.sleep(0.05)
        heard = await listen_to_refusals(scada, node(RECEIVER))
        answer = await ask(erp, RECEIVER, "Store", job_order("JO-LAST"), [])
        await wait_until(lambda: bool(heard.events), 10)
        assert heard.events[0].Codes == ["receiver-full"]
        assert (answer.status, answer.bits) == ("Uncertain", UNABLE | SEQUENCE)
        assert record(plant, "JO-LAST") is None
