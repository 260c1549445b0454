"""The structures of the companion standards against the definitions that are served with them."""

from dataclasses import fields
from enum import IntEnum

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
from server.faces.opcua.types.standard_definitions import standard_definitions

MASKS = ("Encoding", "SpecifiedAttributes", "TypeId")
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


STANDARD = dict(standard_definitions())


def test_the_standards_own_structures_have_the_fields_that_the_codec_writes() -> None:
    known = {
        kind: (encoding, STANDARD[kind.data_type])
        for encoding, kind in ua.extension_objects_by_typeid.items()
        if getattr(kind, "data_type", None) in STANDARD
    }
    assert len(known) > 150
    for kind, (encoding, definition) in known.items():
        assert isinstance(definition, ua.StructureDefinition)
        assert definition.DefaultEncodingId == encoding
        names = [one.name.rstrip("_") for one in fields(kind)]
        held = [name for name in names if name not in MASKS]
        assert [one.Name for one in definition.Fields if one.Name not in MASKS] == held, kind


def test_the_standards_own_enumerations_have_the_values_that_the_codec_knows() -> None:
    known = {
        kind: definition
        for node_id, definition in STANDARD.items()
        if isinstance(kind := getattr(ua, ua.ObjectIdNames[node_id.Identifier], None), type)
        and issubclass(kind, IntEnum)
        and isinstance(definition, ua.EnumDefinition)
    }
    assert len(known) > 30
    for kind, definition in known.items():
        assert {one.Value for one in definition.Fields} <= {one.value for one in kind}, kind
