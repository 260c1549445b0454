"""The structures of OPC 10031-4 on the wire: what is sent comes back as it was."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import (
    extensionobject_from_binary,
    extensionobject_to_binary,
    struct_to_binary,
    variant_from_binary,
    variant_to_binary,
)
from asyncua.ua.uaerrors import UaError

from server.faces.opcua.types.job_control_structures import (
    STRUCTURES,
    ISA95EquipmentDataType,
    ISA95JobOrderAndStateDataType,
    ISA95JobOrderDataType,
    ISA95JobResponseDataType,
    ISA95MaterialDataType,
    ISA95ParameterDataType,
    ISA95PersonnelDataType,
    ISA95PhysicalAssetDataType,
    ISA95PropertyDataType,
    ISA95StateDataType,
    ISA95WorkMasterDataType,
)

KILOGRAM = ua.EUInformation(
    NamespaceUri="http://www.opcfoundation.org/UA/units/un/cefact",
    UnitId=ua.Int32(4933453),
    DisplayName=ua.LocalizedText("kg"),
    Description=ua.LocalizedText("kilogram"),
)
MOISTURE = ISA95PropertyDataType(
    ID="moisture",
    Value=ua.Variant(4.5, ua.VariantType.Double),
    Description=[ua.LocalizedText("Loss on drying", "en")],
    Subproperties=[
        ISA95PropertyDataType(
            ID="limit",
            Value=ua.Variant([3.0, 5.0], ua.VariantType.Double, is_array=True),
            Subproperties=[ISA95PropertyDataType(ID="source")],
        )
    ],
)
PARAMETER = ISA95ParameterDataType(
    ID="batch size",
    Value=ua.Variant("15.150", ua.VariantType.String),
    EngineeringUnits=KILOGRAM,
    Subparameters=[ISA95ParameterDataType(ID="reserve", Value=ua.Variant(True))],
)
RUNNING = ISA95StateDataType(StateText=ua.LocalizedText("Running", "en"), StateNumber=3)
HELD = ISA95StateDataType(
    BrowsePath=ua.RelativePath(
        Elements=[
            ua.RelativePathElement(
                ReferenceTypeId=ua.NodeId(ua.Int32(117)),
                IsInverse=False,
                IncludeSubtypes=True,
                TargetName=ua.QualifiedName("InterruptedSubstates", 5),
            )
        ]
    ),
    StateText=ua.LocalizedText("Held", "en"),
    StateNumber=1,
)
ORDER = ISA95JobOrderDataType(
    JobOrderID="JO-1",
    Description=[ua.LocalizedText("Granulate", "en"), ua.LocalizedText("Granulat", "de")],
    WorkMasterID=[
        ISA95WorkMasterDataType(
            ID="WM-1", Description=ua.LocalizedText("Mix"), Parameters=[PARAMETER]
        )
    ],
    StartTime=datetime(2026, 3, 1, 6, tzinfo=UTC),
    EndTime=datetime(2026, 3, 1, 14, tzinfo=UTC),
    Priority=-3,
    JobOrderParameters=[PARAMETER],
    PersonnelRequirements=[
        ISA95PersonnelDataType(ID="operators", PersonnelUse="Used", Quantity="2")
    ],
    EquipmentRequirements=[
        ISA95EquipmentDataType(
            ID="booth-1", EquipmentUse="Used", Quantity="1", EngineeringUnits=KILOGRAM
        )
    ],
    PhysicalAssetRequirements=[
        ISA95PhysicalAssetDataType(ID="scale-1", PhysicalAssetUse="Used", Properties=[MOISTURE])
    ],
    MaterialRequirements=[
        ISA95MaterialDataType(
            MaterialClassID="sugars",
            MaterialDefinitionID="lactose",
            MaterialLotID="L-1",
            MaterialSublotID="L-1-1",
            Description=[ua.LocalizedText("Lactose")],
            MaterialUse="Consumed",
            Quantity="15.150",
            EngineeringUnits=KILOGRAM,
            Properties=[MOISTURE],
        )
    ],
)
RESPONSE = ISA95JobResponseDataType(
    JobResponseID="JR-1",
    Description=ua.LocalizedText("Done"),
    JobOrderID="JO-1",
    StartTime=datetime(2026, 3, 1, 6, 1, tzinfo=UTC),
    EndTime=datetime(2026, 3, 1, 13, tzinfo=UTC),
    JobState=[RUNNING, HELD],
    JobResponseData=[PARAMETER],
    PersonnelActuals=[ISA95PersonnelDataType(ID="op-01")],
    EquipmentActuals=[ISA95EquipmentDataType(ID="booth-1")],
    PhysicalAssetActuals=[ISA95PhysicalAssetDataType(ID="scale-1")],
    MaterialActuals=[ISA95MaterialDataType(MaterialLotID="L-1", Quantity="15.149")],
)
FULL = (
    ORDER,
    RESPONSE,
    ISA95JobOrderAndStateDataType(JobOrder=ORDER, State=[RUNNING, HELD]),
    HELD,
    ORDER.WorkMasterID[0] if ORDER.WorkMasterID else None,
    MOISTURE,
    PARAMETER,
)


def again(structure: object) -> object:
    return extensionobject_from_binary(Buffer(extensionobject_to_binary(structure)))


@pytest.mark.parametrize("structure", FULL, ids=lambda one: type(one).__name__)
def test_a_full_structure_comes_back_as_it_was(structure: object) -> None:
    assert again(structure) == structure


@pytest.mark.parametrize("kind", STRUCTURES, ids=lambda one: one.__name__)
def test_an_empty_structure_comes_back_with_nothing_in_its_optional_fields(kind: type) -> None:
    assert again(kind()) == kind()


@pytest.mark.parametrize("structure", [ORDER, RESPONSE, MOISTURE], ids=lambda o: type(o).__name__)
def test_every_optional_field_may_be_missing_alone(structure: object) -> None:
    optional = [one.name for one in fields(structure) if one.default is None]  # type: ignore[arg-type]
    assert len(optional) >= 3
    for name in optional:
        without = replace(structure, **{name: None})  # type: ignore[type-var]
        assert again(without) == without


def test_an_empty_list_is_not_a_missing_one() -> None:
    assert again(replace(ORDER, Description=[])) == replace(ORDER, Description=[])
    assert again(replace(ORDER, Description=[])) != replace(ORDER, Description=None)


def test_the_mask_and_the_order_of_fields_are_those_of_the_standard() -> None:
    order = ISA95JobOrderDataType(JobOrderID="A", Priority=7, MaterialRequirements=[])
    assert struct_to_binary(order) == (
        b"\x10\x02\x00\x00"  # Priority is the fifth optional field, MaterialRequirements the tenth
        b"\x01\x00\x00\x00A"
        b"\x07\x00"
        b"\x00\x00\x00\x00"
    )


def test_the_type_on_the_wire_is_the_default_binary_encoding_in_namespace_5() -> None:
    assert extensionobject_to_binary(ORDER)[:4] == b"\x01\x05" + (5014).to_bytes(2, "little")


def test_an_array_of_structures_is_a_value_like_any_other() -> None:
    orders = [ISA95JobOrderAndStateDataType(JobOrder=ORDER, State=[RUNNING])] * 2
    value = ua.Variant(orders, ua.VariantType.ExtensionObject, is_array=True)
    assert variant_from_binary(Buffer(variant_to_binary(value))).Value == orders


def test_a_structure_that_is_cut_off_is_an_error_and_no_half_order() -> None:
    whole = struct_to_binary(ORDER)
    sent = extensionobject_to_binary(ORDER)
    header = len(sent) - len(whole) - 4
    for cut in range(1, len(whole)):
        body = whole[:cut]
        broken = sent[:header] + len(body).to_bytes(4, "little") + body
        with pytest.raises((UaError, ValueError, EOFError, TypeError, KeyError)):
            extensionobject_from_binary(Buffer(broken))
