"""Roles over OPC UA (OPC 10000-18): what each sees, and what the nodes themselves say about it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from tests.fix_rest import PASSWORD
from tests.opcua_face_plant import FacePlant, node, running_face_plant, store_order
from tests.opcua_plant import CLIENT_URI, client_certificate, status_of

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

PERSONS = "ISA95/Personnel/Persons"
RELEASE = "JobOrders/Release"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_face_plant(folder, allow_policy_none=True) as one:
        await store_order(one)
        yield one


async def attribute(one: Client, path: Any, wanted: ua.AttributeIds) -> ua.DataValue:
    node_id = node(path) if isinstance(path, str) else path
    asked = ua.ReadValueId(NodeId=node_id, AttributeId=wanted)
    (found,) = await one.uaclient.read(ua.ReadParameters(NodesToRead=[asked]))
    return found


async def children(one: Client, path: str) -> set[str]:
    found = await one.get_node(node(path)).get_children_descriptions()
    return {str(child.BrowseName.Name) for child in found}


async def test_a_terminal_sees_who_may_release_and_is_told_so(plant: FacePlant) -> None:
    for account, wanted in (("qa-01", True), ("hmi-01", True), ("scada-01", False)):
        async with plant.client(account) as one:
            found = await attribute(one, RELEASE, ua.AttributeIds.UserExecutable)
            assert found.Value.Value is wanted, account
            executable = await attribute(one, RELEASE, ua.AttributeIds.Executable)
            assert executable.Value.Value is True


async def test_persons_do_not_exist_for_a_terminal(plant: FacePlant) -> None:
    path = ua.BrowsePath(
        StartingNode=node("ISA95/Personnel"),
        RelativePath=ua.RelativePath(
            Elements=[
                ua.RelativePathElement(
                    ReferenceTypeId=ua.NodeId(ua.ObjectIds.HierarchicalReferences),
                    IsInverse=False,
                    IncludeSubtypes=True,
                    TargetName=ua.QualifiedName("Persons", 4),
                )
            ]
        ),
    )
    async with plant.client() as hmi, plant.client("qa-01") as quality:
        assert "Persons" not in await children(hmi, "ISA95/Personnel")
        assert "Persons" in await children(quality, "ISA95/Personnel")
        person = hmi.get_node(node(f"{PERSONS}/op-01"))
        assert await status_of(person.read_browse_name()) == "BadNodeIdUnknown"
        wanted = ua.BrowseDescription(NodeId=person.nodeid, ResultMask=63)
        (result,) = await hmi.uaclient.browse(ua.BrowseParameters(NodesToBrowse=[wanted]))
        assert result.StatusCode.name == "BadNodeIdUnknown"
        assert await status_of(person.write_value(1)) == "BadNodeIdUnknown"
        (found,) = await hmi.uaclient.translate_browsepaths_to_nodeids([path])
        assert found.StatusCode.name == "BadNoMatch"
        (found,) = await quality.uaclient.translate_browsepaths_to_nodeids([path])
        assert found.StatusCode.is_good()


async def test_persons_cannot_be_monitored_by_a_terminal(plant: FacePlant) -> None:
    async with plant.client() as hmi:
        subscription = await hmi.create_subscription(1000, None)
        for wanted in (f"{PERSONS}/op-01/weighing", f"{PERSONS}/op-01"):
            item = ua.MonitoredItemCreateRequest(
                ItemToMonitor=ua.ReadValueId(
                    NodeId=node(wanted), AttributeId=ua.AttributeIds.Value
                ),
                MonitoringMode=ua.MonitoringMode.Reporting,
                RequestedParameters=ua.MonitoringParameters(ClientHandle=1),
            )
            (made,) = await hmi.uaclient.create_monitored_items(
                ua.CreateMonitoredItemsParameters(
                    SubscriptionId=subscription.subscription_id, ItemsToCreate=[item]
                )
            )
            assert made.StatusCode.name == "BadNodeIdUnknown"


async def test_a_channel_that_is_not_encrypted_gets_no_persons_and_takes_no_password(
    plant: FacePlant,
) -> None:
    certificate = client_certificate()
    one = Client(plant.face.endpoint_url, timeout=10)
    one.application_uri = CLIENT_URI
    one.set_user("qa-01")
    one.set_password(PASSWORD)
    await one.set_security(
        SecurityPolicyBasic256Sha256,
        str(certificate.certificate_path),
        str(certificate.private_key_path),
        server_certificate=str(plant.folder / "own/certificate.der"),
        mode=ua.MessageSecurityMode.Sign,
    )
    async with one:
        weighing = node(f"{PERSONS}/op-01/weighing")
        value = await attribute(one, weighing, ua.AttributeIds.Value)
        assert value.StatusCode.name == "BadSecurityModeInsufficient"
        asked = ua.CallMethodRequest(ObjectId=node("JobOrders"), MethodId=node(RELEASE))
        (answer,) = await one.uaclient.call([asked])
        assert answer.StatusCode.name == "BadSecurityModeInsufficient"


async def test_nodes_say_which_role_may_do_what(plant: FacePlant) -> None:
    supervisor, terminal = ua.NodeId(ua.ObjectIds.WellKnownRole_Supervisor), ua.NodeId(904, 3)
    async with plant.client("qa-01") as quality, plant.client() as hmi:
        found = await attribute(quality, RELEASE, ua.AttributeIds.RolePermissions)
        rows = {row.RoleId: ua.PermissionType(row.Permissions) for row in found.Value.Value}
        call = ua.PermissionType.Call
        assert call in rows[supervisor]
        assert call in rows[terminal]
        assert call not in rows[ua.NodeId(ua.ObjectIds.WellKnownRole_AuthenticatedUser)]
        assert all(ua.PermissionType.Write not in row for row in rows.values()), (
            "nobody writes anything"
        )
        found = await attribute(hmi, RELEASE, ua.AttributeIds.RolePermissions)
        assert found.StatusCode.name == "BadUserAccessDenied"
        found = await attribute(hmi, RELEASE, ua.AttributeIds.UserRolePermissions)
        assert terminal in {row.RoleId for row in found.Value.Value}
        assert supervisor not in {row.RoleId for row in found.Value.Value}
        found = await attribute(hmi, RELEASE, ua.AttributeIds.AccessRestrictions)
        wanted = ua.AccessRestrictionType.EncryptionRequired
        assert wanted in ua.AccessRestrictionType(found.Value.Value), "it takes a password"


async def test_user_attributes_of_variables_follow_the_role(plant: FacePlant) -> None:
    path = "JobOrders/JO-1/State"
    async with plant.client() as hmi:
        for wanted, value in (
            (ua.AttributeIds.AccessLevel, 1),
            (ua.AttributeIds.UserAccessLevel, 1),
            (ua.AttributeIds.AccessLevelEx, 1),
            (ua.AttributeIds.WriteMask, 0),
            (ua.AttributeIds.UserWriteMask, 0),
        ):
            assert (await attribute(hmi, path, wanted)).Value.Value == value, wanted


async def test_the_role_set_shows_the_well_known_roles_and_ours(plant: FacePlant) -> None:
    role_set = ua.NodeId(ua.ObjectIds.Server_ServerCapabilities_RoleSet)
    async with plant.client("qa-01") as quality, plant.client() as hmi:
        roles = await quality.get_node(role_set).get_children(nodeclassmask=ua.NodeClass.Object)
        names = {(await one.read_browse_name()).Name for one in roles}
        assert {"Anonymous", "AuthenticatedUser", "Observer", "Operator", "Engineer"} <= names
        assert {"Supervisor", "ConfigureAdmin", "SecurityAdmin"} <= names
        assert {"QualityUnit", "Terminal", "Planner", "Erp", "Warehouse"} <= names
        operator = quality.get_node(ua.ObjectIds.WellKnownRole_Operator)
        (rule,) = await (await operator.get_child("0:Identities")).read_value()
        assert (rule.CriteriaType, rule.Criteria) == (ua.IdentityCriteriaType.GroupId, "operator")
        mine = hmi.get_node(ua.ObjectIds.WellKnownRole_Operator)
        assert await status_of(mine.get_child("0:Identities")) == "BadNoMatch"


async def test_who_has_a_session_and_which_is_not_for_everybody(plant: FacePlant) -> None:
    sessions = ua.ObjectIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary
    async with plant.client("qa-01") as quality, plant.client() as hmi:
        assert await status_of(quality.get_node(sessions).read_browse_name()) == "Good"
        assert await status_of(hmi.get_node(sessions).read_browse_name()) == "BadNodeIdUnknown"


async def test_without_an_account_there_are_live_values_only(plant: FacePlant) -> None:
    async with Client(plant.face.endpoint_url, timeout=10) as anybody:
        assert await children(anybody, "ISA95") == {
            "Equipment", "EquipmentClasses", "PhysicalAssets", "PhysicalAssetClasses",
        }  # fmt: skip
        assert await children(anybody, "Interlock") == set()
        scale = node("ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight")
        found = await attribute(anybody, scale, ua.AttributeIds.BrowseName)
        assert found.StatusCode.is_good()
        order = await attribute(anybody, "JobOrders/JO-1/State", ua.AttributeIds.Value)
        assert order.StatusCode.name == "BadNodeIdUnknown"
        asked = ua.CallMethodRequest(ObjectId=node("JobOrders"), MethodId=node(RELEASE))
        (answer,) = await anybody.uaclient.call([asked])
        assert answer.StatusCode.name == "BadNodeIdUnknown"
