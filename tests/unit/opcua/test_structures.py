"""The structures of the companion standards against the definitions that are served with them."""

from dataclasses import fields

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import extensionobject_from_binary, extensionobject_to_binary

from server.faces.opcua.types.companion_tables import STRUCTURES, companion_tables
from server.faces.opcua.types.packml_structures import (
    PackMLDescriptorDataType,
    PackMLIngredientsDataType,
    PackMLProductDataType,
)

DEFINITIONS = {
    node.node_id: (node.name.Name, node.definition)
    for table in companion_tables()
    for node in table.nodes()
    if isinstance(node.definition, ua.StructureDefinition)
}


def test_every_structure_that_is_served_can_be_read_and_written() -> None:
    assert {ids.data_type for ids in STRUCTURES.values()} == DEFINITIONS.keys()
    assert len(DEFINITIONS) == 11 + 4 + 6


@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda one: one.__name__)
def test_the_fields_are_those_of_the_definition(structure: type) -> None:
    name, definition = DEFINITIONS[STRUCTURES[structure].data_type]
    assert structure.__name__ == name
    assert definition.DefaultEncodingId == STRUCTURES[structure].encoding
    held = [one for one in fields(structure) if one.name != "Encoding"]
    assert [one.name for one in held] == [one.Name for one in definition.Fields]
    assert [one.default is None for one in held] == [one.IsOptional for one in definition.Fields]


@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda one: one.__name__)
def test_an_empty_one_comes_back_as_it_was(structure: type) -> None:
    written = extensionobject_to_binary(structure())
    assert extensionobject_from_binary(Buffer(written)) == structure()


def test_a_product_of_packml_comes_back_with_all_its_parameters() -> None:
    speed = PackMLDescriptorDataType(ID=1, Name="speed", Value=1.5)
    product = PackMLProductDataType(
        ProductID=7,
        ProcessVariables=[speed],
        Ingredients=[PackMLIngredientsDataType(IngredientID=3, Parameter=[speed, speed])],
    )
    assert extensionobject_from_binary(Buffer(extensionobject_to_binary(product))) == product
