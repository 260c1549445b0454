"""The standard's own types as asyncua serves them: wrong flags, wrong data types, one-way links."""

import pytest
from asyncua import ua

from tests.contracts.opcua_defects.harness import Servers, Target

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

_A = ua.AttributeIds


async def _read(target: Target, number: int, attribute: ua.AttributeIds) -> object:
    async with target.client() as scada:
        held = await scada.get_node(ua.NodeId(number)).read_attribute(attribute)
        return held.Value.Value if held.Value is not None else None


async def _only_abstract_reference_types_say_so(target: Target) -> None:
    assert await _read(target, ua.ObjectIds.HierarchicalReferences, _A.IsAbstract) is True
    assert await _read(target, ua.ObjectIds.Organizes, _A.IsAbstract) is False


async def _a_reference_with_a_direction_is_not_symmetric(target: Target) -> None:
    assert await _read(target, ua.ObjectIds.IsPhysicallyConnectedTo, _A.Symmetric) is True
    assert await _read(target, ua.ObjectIds.HasComponent, _A.Symmetric) is False


async def _variable_types_that_instances_have_are_not_abstract(target: Target) -> None:
    assert await _read(target, ua.ObjectIds.BaseVariableType, _A.IsAbstract) is True
    assert await _read(target, ua.ObjectIds.PropertyType, _A.IsAbstract) is False


async def _what_may_hold_anything_is_of_no_certain_data_type(target: Target) -> None:
    anything = ua.NodeId(ua.ObjectIds.BaseDataType)
    for number in (
        ua.ObjectIds.BaseDataVariableType,
        ua.ObjectIds.AuditWriteUpdateEventType_NewValue,
    ):
        assert await _read(target, number, _A.DataType) == anything


async def _a_reference_is_shown_at_both_of_its_ends(target: Target) -> None:
    async with target.client() as scada:
        folder = scada.get_node(ua.NodeId(ua.ObjectIds.VariableTypesFolder))
        child = scada.get_node(ua.NodeId(ua.ObjectIds.BaseVariableType))
        assert child in await folder.get_referenced_nodes(ua.ObjectIds.Organizes)
        above = ua.BrowseDirection.Inverse
        assert folder in await child.get_referenced_nodes(ua.ObjectIds.Organizes, above)


async def _a_structure_of_the_standard_has_its_definition(target: Target) -> None:
    definition = await _read(target, ua.ObjectIds.EUInformation, _A.DataTypeDefinition)
    assert isinstance(definition, ua.StructureDefinition)
    names = [one.Name for one in definition.Fields]
    assert names == ["NamespaceUri", "UnitId", "DisplayName", "Description"]


@pytest.mark.parametrize(
    "scenario",
    [
        _a_structure_of_the_standard_has_its_definition,
        _only_abstract_reference_types_say_so,
        _a_reference_with_a_direction_is_not_symmetric,
        _variable_types_that_instances_have_are_not_abstract,
        _what_may_hold_anything_is_of_no_certain_data_type,
        _a_reference_is_shown_at_both_of_its_ends,
    ],
)
async def test_the_types_of_the_standard_are_those_of_the_standard(
    servers: Servers, scenario: object
) -> None:
    await servers.check(scenario)  # type: ignore[arg-type]
