"""A companion model of the plant behind the running face: it is there, and only to be read."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from asyncua import Client, ua

from server.faces.opcua.types.companion_nodesets import (
    CompanionNodesetFault,
    read_companion_nodesets,
)
from tests.opcua_face_plant import running_face_plant

OVEN = """<?xml version="1.0"?>
<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd"
  xmlns:t="http://opcfoundation.org/UA/2008/02/Types.xsd">
<NamespaceUris><Uri>urn:example:oven</Uri></NamespaceUris>
<Models><Model ModelUri="urn:example:oven" Version="1.0" PublicationDate="2025-01-01"/></Models>
<UAObject NodeId="ns=1;s=oven" BrowseName="1:Oven"><DisplayName>Oven 1</DisplayName><References>
  <Reference ReferenceType="i=40">i=58</Reference>
  <Reference ReferenceType="i=35" IsForward="false">i=85</Reference></References></UAObject>
<UAVariable NodeId="ns=1;s=limit" BrowseName="1:Limit" DataType="i=11" AccessLevel="3"><References>
  <Reference ReferenceType="i=40">i=63</Reference>
  <Reference ReferenceType="i=47" IsForward="false">ns=1;s=oven</Reference></References>
  <Value><t:Double>230.5</t:Double></Value></UAVariable>
<UAMethod NodeId="ns=1;s=bake" BrowseName="1:Bake"><References>
  <Reference ReferenceType="i=47" IsForward="false">ns=1;s=oven</Reference></References></UAMethod>
</UANodeSet>"""

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def scada(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    folder = tmp_path_factory.mktemp("plant")
    (folder / "oven.xml").write_text(OVEN, encoding="utf-8")
    nodesets = read_companion_nodesets(folder, ["oven.xml"])
    async with (
        running_face_plant(folder, nodesets=nodesets) as plant,
        plant.client("scada-01") as one,
    ):
        yield one


async def test_its_namespace_follows_ours(scada: Client) -> None:
    assert await scada.get_namespace_index("urn:example:oven") == 7


async def test_it_is_found_by_browsing_and_read(scada: Client) -> None:
    oven = await scada.nodes.objects.get_child("7:Oven")
    assert (await oven.read_display_name()).Text == "Oven 1"
    limit = await oven.get_child("7:Limit")
    assert await limit.read_value() == 230.5


async def test_it_cannot_be_written_whatever_the_file_says(scada: Client) -> None:
    limit = scada.get_node(ua.NodeId("limit", 7))
    level = await limit.read_attribute(ua.AttributeIds.UserAccessLevel)
    assert not level.Value.Value & (1 << ua.AccessLevel.CurrentWrite)
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await limit.write_value(1.0)
    assert refused.value.code in (
        ua.StatusCodes.BadNotWritable,
        ua.StatusCodes.BadUserAccessDenied,
    )
    assert await limit.read_value() == 230.5


async def test_its_methods_do_not_run(scada: Client) -> None:
    oven = scada.get_node(ua.NodeId("oven", 7))
    with pytest.raises(ua.UaStatusCodeError):
        await oven.call_method(ua.NodeId("bake", 7))


async def test_a_server_with_a_file_that_it_cannot_serve_does_not_start(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("wrong")
    wrong = OVEN.replace("i=35", "ns=1;i=35")
    (folder / "oven.xml").write_text(wrong, encoding="utf-8")
    nodesets = read_companion_nodesets(folder, ["oven.xml"])
    with pytest.raises(CompanionNodesetFault, match=r"oven\.xml, line 8: .*no such node"):
        async with running_face_plant(folder, nodesets=nodesets):
            pass
