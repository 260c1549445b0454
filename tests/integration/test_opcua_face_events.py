"""Events: state changes and refusals reach the station, its job order, Interlock and Server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua

from tests.fix_rest import PASSWORD
from tests.opcua_face_plant import (
    FacePlant,
    call,
    node,
    running_face_plant,
    shown,
    store_order,
)
from tests.opcua_plant import wait_until

F = "Stations/DISP-01"
STATE_CHANGE = ua.NodeId(1002, 3)
REFUSAL = ua.NodeId(1003, 3)
FIELDS = ("EventType", "SourceName", "Message", "Severity", "Time")
OWN_FIELDS = ("JobOrderId", "StepId", "Station", "Codes", "DecisionId")


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[FacePlant]:
    async with running_face_plant(tmp_path) as one:
        yield one


class Heard:
    """Keeps the events of one subscription."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def event_notification(self, event: Any) -> None:
        self.events.append({name: getattr(event, name, None) for name in FIELDS + OWN_FIELDS})

    def of(self, code: str) -> list[dict[str, Any]]:
        return [one for one in self.events if code in (one["Codes"] or [])]


def event_filter(event_type: ua.NodeId) -> ua.EventFilter:
    """Select the fields of our events, of one type and its subtypes."""
    wanted = [(0, name) for name in FIELDS] + [(3, name) for name in OWN_FIELDS]
    select = [
        ua.SimpleAttributeOperand(
            TypeDefinitionId=event_type if index else ua.NodeId(ua.ObjectIds.BaseEventType),
            BrowsePath=[ua.QualifiedName(name, index)],
            AttributeId=ua.AttributeIds.Value,
        )
        for index, name in wanted
    ]
    of_type = ua.ContentFilterElement(
        FilterOperator=ua.FilterOperator.OfType,
        FilterOperands=[ua.LiteralOperand(Value=ua.Variant(event_type))],
    )
    return ua.EventFilter(SelectClauses=select, WhereClause=ua.ContentFilter(Elements=[of_type]))


async def listen(one: Client, source: ua.NodeId, event_type: ua.NodeId) -> Heard:
    heard = Heard()
    subscription = await one.create_subscription(50, heard)
    await subscription.subscribe_events(
        one.get_node(source), evtypes=event_type, evfilter=event_filter(event_type)
    )
    return heard


async def test_a_refusal_reaches_everybody_who_listens_once(plant: FacePlant) -> None:
    await store_order(plant)
    server = ua.NodeId(ua.ObjectIds.Server)
    places = [node(F), node("Stations"), node("JobOrders/JO-1"), node("JobOrders")]
    async with plant.client("scada-01") as scada, plant.client() as hmi:
        await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD)
        await shown(hmi, f"{F}/ActiveJobOrderId", "JO-1")
        heard = [
            await listen(scada, place, REFUSAL) for place in (*places, node("Interlock"), server)
        ]
        elsewhere = await listen(scada, node("Stations/QA-01"), REFUSAL)
        said = await call(hmi, F, "StartStep", "020")
        for one in heard:
            await wait_until(lambda one=one: one.events)  # type: ignore[misc]
        await call(hmi, F, "StartStep", "none")
        for one in heard:
            await wait_until(lambda one=one: len(one.events) > 1)  # type: ignore[misc]
    for one in heard:
        first, second = one.events
        assert first["EventType"] == REFUSAL
        assert first["Codes"] == said["RefusalCodes"]
        assert first["Station"] == first["SourceName"] == "DISP-01"
        assert first["DecisionId"] == said["DecisionId"]
        assert first["Severity"] == 500
        assert second["Codes"] == ["step-unknown"]
    assert elsewhere.events == []


async def test_state_changes_and_refusals_are_told_apart(plant: FacePlant) -> None:
    server = ua.NodeId(ua.ObjectIds.Server)
    async with plant.client("scada-01") as scada, plant.client() as hmi:
        changes = await listen(scada, server, STATE_CHANGE)
        refusals = await listen(scada, server, REFUSAL)
        both = await listen(scada, server, ua.NodeId(1001, 3))
        await store_order(plant)
        await wait_until(lambda: bool(changes.of("JobOrderStored")))
        await call(hmi, F, "OpenSession", "JO-1", "op-01", "wrong")
        await wait_until(lambda: bool(refusals.of("credentials-wrong")))
        await wait_until(lambda: bool(both.of("credentials-wrong")))
    (stored,) = changes.of("JobOrderStored")
    assert stored["JobOrderId"] == "JO-1"
    assert not changes.of("credentials-wrong")
    assert not refusals.of("JobOrderStored")
    assert both.of("JobOrderStored")
