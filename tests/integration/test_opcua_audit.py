"""Audit events: one for each call, write and login, seen by few, and never with a secret."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from models.execution import commands as c
from models.execution.principal import Principal, Role
from tests.fix_rest import PASSWORD
from tests.opcua_face_plant import FacePlant, call, node, running_face_plant, shown
from tests.opcua_plant import status_of, wait_until

pytestmark = pytest.mark.asyncio(loop_scope="module")

F = "Stations/DISP-01"
SERVER = ua.NodeId(ua.ObjectIds.Server)
SYSTEM = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="worker")
I = ua.ObjectIds  # noqa: E741 -- as the standard numbers them
FIELDS = (
    (I.BaseEventType, "EventType"),
    (I.BaseEventType, "SourceNode"),
    (I.BaseEventType, "SourceName"),
    (I.BaseEventType, "Message"),
    (I.AuditEventType, "Status"),
    (I.AuditEventType, "ServerId"),
    (I.AuditEventType, "ClientAuditEntryId"),
    (I.AuditEventType, "ClientUserId"),
    (I.AuditEventType, "ActionTimeStamp"),
    (I.AuditUpdateMethodEventType, "MethodId"),
    (I.AuditUpdateMethodEventType, "InputArguments"),
    (I.AuditUpdateMethodEventType, "StatusCodeId"),
    (I.AuditWriteUpdateEventType, "NewValue"),
    (I.AuditSessionEventType, "SessionId"),
    (I.AuditActivateSessionEventType, "UserIdentityToken"),
    (I.AuditOpenSecureChannelEventType, "SecurityMode"),
    (I.AuditConditionAcknowledgeEventType, "Comment"),
)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    async with running_face_plant(tmp_path_factory.mktemp("audit")) as one:
        yield one


class Trail:
    """Keeps the audit events that a client is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    @classmethod
    async def of(cls, one: Client) -> "Trail":
        self = cls()
        clauses = [
            ua.SimpleAttributeOperand(
                TypeDefinitionId=ua.NodeId(kind),
                BrowsePath=[ua.QualifiedName(name, 0)],
                AttributeId=ua.AttributeIds.Value,
            )
            for kind, name in FIELDS
        ]
        of_type = ua.ContentFilterElement(
            FilterOperator=ua.FilterOperator.OfType,
            FilterOperands=[ua.LiteralOperand(Value=ua.Variant(ua.NodeId(I.AuditEventType)))],
        )
        where = ua.ContentFilter(Elements=[of_type])
        subscription: Any = await one.create_subscription(20, self)
        wanted = ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(NodeId=SERVER, AttributeId=ua.AttributeIds.EventNotifier),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=ua.MonitoringParameters(
                ClientHandle=1,
                Filter=ua.EventFilter(SelectClauses=clauses, WhereClause=where),
                QueueSize=1000,
            ),
        )
        params = ua.CreateMonitoredItemsParameters(
            SubscriptionId=subscription.subscription_id, ItemsToCreate=[wanted]
        )
        (result,) = await one.uaclient.create_monitored_items(params)
        assert result.StatusCode.is_good(), result
        subscription._explode_events = self._take
        return self

    def _take(self, events: ua.EventNotificationList) -> tuple[()]:
        for event in events.Events:
            values = [field.Value for field in event.EventFields]
            self.told.append({name: x for (_, name), x in zip(FIELDS, values, strict=True)})
        return ()

    def of_type(self, kind: int) -> list[dict[str, Any]]:
        return [one for one in self.told if one["EventType"].Identifier == kind]

    async def next(self, kind: int, count: int) -> dict[str, Any]:
        await wait_until(lambda: len(self.of_type(kind)) >= count)
        return self.of_type(kind)[count - 1]


def texts(event: dict[str, Any]) -> list[Any]:
    return [argument.Value for argument in event["InputArguments"] or []]


async def raw(one: Client, object_id: ua.NodeId, method: ua.NodeId, *values: Any) -> str:
    request = ua.CallMethodRequest(
        ObjectId=object_id,
        MethodId=method,
        InputArguments=[x if isinstance(x, ua.Variant) else ua.Variant(x) for x in values],
    )
    (result,) = await one.uaclient.call([request])
    return str(result.StatusCode.name)


async def test_each_call_is_one_event_without_the_password(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one, plant.client() as hmi:
        trail = await Trail.of(one)
        await call(hmi, F, "Scan", "AA-1")
        await call(hmi, F, "OpenSession", "JO-9", "op-01", PASSWORD)
        await call(hmi, F, "OpenSession", "JO-9", PASSWORD, "op-01")
        owner, method = node(F), node(f"{F}/OpenSession")
        assert await raw(hmi, owner, method, PASSWORD) == "BadArgumentsMissing"
        assert await raw(hmi, owner, method, 1, PASSWORD, "x", "y") == "BadInvalidArgument"
        assert await raw(hmi, owner, node(F), PASSWORD) == "BadMethodInvalid"
        await trail.next(I.AuditUpdateMethodEventType, 6)
        scan, opened, swapped, short, mistyped, unknown = trail.of_type(
            I.AuditUpdateMethodEventType
        )
        assert len(trail.of_type(I.AuditUpdateMethodEventType)) == 6
    assert scan["ClientUserId"] == "hmi-01"
    assert scan["SourceNode"] == node(F)
    assert scan["SourceName"] == "Method/Call"
    assert scan["ServerId"] == "urn:test:interlock"
    assert scan["MethodId"] == node(f"{F}/Scan")
    assert texts(scan)[0] == "AA-1"
    assert scan["Status"] is False, "refused: there is no session at the station"
    assert texts(opened)[:3] == ["JO-9", "op-01", "***"]
    for event in (swapped, short, mistyped, unknown):
        assert PASSWORD not in repr(event["InputArguments"])
        assert "***" in texts(event)
        assert event["Status"] is False
    assert PASSWORD not in repr(trail.told)


@pytest.mark.parametrize(
    "secret",
    [
        ua.Variant(list(b"pass"), ua.VariantType.Byte),
        ua.Variant(b"pass", ua.VariantType.ByteString),
        ua.Variant(4711, ua.VariantType.Int32),
        ua.Variant([112.0, 97.0], ua.VariantType.Double),
    ],
    ids=lambda one: one.VariantType.name,
)
async def test_a_password_of_another_type_is_not_told_either(
    plant: FacePlant, secret: ua.Variant
) -> None:
    async with plant.client("qa-01") as one, plant.client() as hmi:
        trail = await Trail.of(one)
        given = ["JO-9", "op-01", secret, ""]
        assert await raw(hmi, node(F), node(f"{F}/OpenSession"), *given) == "BadInvalidArgument"
        event = await trail.next(I.AuditUpdateMethodEventType, 1)
        assert texts(event)[2] == "***"


async def test_secrets_inside_of_texts_are_masked(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one, plant.client("qa-02") as other:
        trail = await Trail.of(one)
        hidden = '{"work_master_id": "X", "note": {"apiToken": "t0p-s3cret"}}'
        await call(other, "WorkMasters", "Draft", hidden)
        await call(other, "WorkMasters", "Check", "Draft", ["password=t0p-s3cret"])
        await trail.next(I.AuditUpdateMethodEventType, 2)
        assert "t0p-s3cret" not in repr(trail.told)


async def test_the_entry_of_the_clients_own_trail_comes_back(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one, plant.client() as hmi:
        trail = await Trail.of(one)
        protocol: Any = hmi.uaclient.protocol
        made = protocol._setup_request_header

        def with_entry(header: Any, *given: Any) -> None:
            made(header, *given)
            header.AuditEntryId = "entry-17"

        protocol._setup_request_header = with_entry
        await call(hmi, F, "Scan", "AA-1")
        protocol._setup_request_header = made
        await call(hmi, F, "Scan", "AA-2")
        await trail.next(I.AuditUpdateMethodEventType, 2)
        first, second = trail.of_type(I.AuditUpdateMethodEventType)
    assert first["ClientAuditEntryId"] == "entry-17"
    assert second["ClientAuditEntryId"] == ""


async def test_each_attempt_to_write_is_one_event(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one, plant.client() as hmi:
        trail = await Trail.of(one)
        variable = hmi.get_node(node(f"{F}/StepState"))
        assert await status_of(variable.write_value("Complete")) != "Good"
        event = await trail.next(I.AuditWriteUpdateEventType, 1)
    assert event["Status"] is False
    assert event["NewValue"] == "Complete"
    assert event["SourceNode"] == node(f"{F}/StepState")
    assert event["SourceName"] == "Attribute/Write"
    assert len(trail.of_type(I.AuditWriteUpdateEventType)) == 1


async def test_channels_sessions_and_logins_are_told(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one:
        trail = await Trail.of(one)
        async with plant.client("op-01"):
            login = await trail.next(I.AuditActivateSessionEventType, 1)
        assert (await trail.next(I.AuditOpenSecureChannelEventType, 1))["SecurityMode"] == 3
        assert (await trail.next(I.AuditCreateSessionEventType, 1))["Status"] is True
        assert login["Status"] is True
        assert login["ClientUserId"] == "op-01"
        assert login["UserIdentityToken"].UserName == "op-01"
        closed = await trail.next(I.AuditSessionEventType, 1)
        assert closed["SourceName"] == "Session/CloseSession"
        assert closed["SessionId"] == login["SessionId"]
        with pytest.raises(ua.UaStatusCodeError):
            async with plant.client("nobody-like-that"):
                pass
        failed = await trail.next(I.AuditActivateSessionEventType, 2)
        assert failed["Status"] is False
        assert failed["ClientUserId"] == "nobody-like-that"
        assert PASSWORD not in repr(trail.told)


async def test_an_answer_to_an_alarm_has_its_own_kind_of_event(plant: FacePlant) -> None:
    lost = c.ReportAlarm(
        alarm_id="communication:FLOOR-SCALE-01", physical_asset_id="FLOOR-SCALE-01",
        description="It says nothing", state="Lost", severity=700,
    )  # fmt: skip
    await plant.behind.path.submit(lost, SYSTEM, None)
    condition = node("Alarms/communication:FLOOR-SCALE-01")
    acknowledge = ua.NodeId(I.AcknowledgeableConditionType_Acknowledge)
    async with plant.client("qa-01") as one:
        trail = await Trail.of(one)
        await shown(one, f"{condition.Identifier}/AckedState/Id", False)
        answered = [ua.Variant(b"x"), ua.Variant(ua.LocalizedText("seen"))]
        assert await raw(one, condition, acknowledge, *answered) == "BadEventIdUnknown"
        (event,) = [x.event for x in plant.face._alarms.conditions]
        answered[0] = ua.Variant(event.event_id, ua.VariantType.ByteString)
        assert await raw(one, condition, acknowledge, *answered) == "Good"
        await trail.next(I.AuditConditionAcknowledgeEventType, 2)
    failed, done = trail.of_type(I.AuditConditionAcknowledgeEventType)
    assert (failed["Status"], done["Status"]) == (False, True)
    assert done["SourceNode"] == condition
    assert done["Comment"].Text == "seen"
    assert done["ClientUserId"] == "qa-01"


async def test_who_is_no_security_officer_hears_of_none(plant: FacePlant) -> None:
    async with plant.client("op-01") as operator, plant.client("qa-01") as quality:
        theirs, ours = await Trail.of(operator), await Trail.of(quality)
        await call(operator, F, "Check", "Scan", [])
        await ours.next(I.AuditUpdateMethodEventType, 1)
        assert theirs.told == []


async def test_the_server_says_that_it_audits(plant: FacePlant) -> None:
    async with plant.client("op-01") as one:
        assert await one.get_node(ua.NodeId(I.Server_Auditing)).read_value() is True


async def test_a_flood_of_strangers_is_summed_up(plant: FacePlant, tmp_path: Path) -> None:
    del tmp_path
    async with plant.client("qa-01") as one:
        trail = await Trail.of(one)
        audit = plant.face._server.iserver.audit
        for number in range(200):
            audit.channel(f"Knock {number}", ua.StatusCodes.BadSecurityChecksFailed, {})
        await trail.next(I.AuditOpenSecureChannelEventType, 1)

        def summed() -> bool:
            audit.channel("Knock", ua.StatusCodes.Good, {})
            return any("not told one by one" in x["Message"].Text for x in trail.told)

        await wait_until(summed)
        told = len(trail.of_type(I.AuditOpenSecureChannelEventType))
    assert told < 190
