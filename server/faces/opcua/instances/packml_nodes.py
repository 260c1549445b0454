"""Machines that follow PackML as nodes: their state machine, status and counts (OPC 30050).

The machine is shown, never commanded: the methods of PackML are not there. What a line file tells
nothing about is Bad_NotSupported.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from asyncua import ua

from models.tag_value import TagValue
from server.faces.opcua.instances.engineering_units import engineering_units, unit_information
from server.faces.opcua.instances.packml_states import MACHINES, Machine, active
from server.faces.opcua.instances.plant_nodes import below, isa95_id
from server.faces.opcua.instances.tag_nodes import STATUS, Range, nothing_shown, shown
from server.faces.opcua.instances.value_properties import range_property, value_property
from server.faces.opcua.namespaces import PACKML, PLANT, packml, plant, standard
from server.faces.opcua.nodes import (
    BASE_DATA_VARIABLE,
    HAS_COMPONENT,
    HAS_PROPERTY,
    ORGANIZES,
    PROPERTY,
    Link,
    Node,
    built_in,
    data_value,
    variant,
)
from server.faces.opcua.types.packml_structures import PackMLCountDataType

_C: Final = ua.NodeClass
_V: Final = ua.VariantType
PACKML_OBJECTS: Final = packml(72)
_MACHINE_TYPE, _STATUS_TYPE, _ADMIN_TYPE = packml(6), packml(4), packml(5)
_MODES: Final = packml(11)
_COUNT: Final = packml(14)
_ANALOG_ITEM: Final = standard(ua.ObjectIds.AnalogItemType)
_STATE_VARIABLE: Final = standard(ua.ObjectIds.FiniteStateVariableType)
_STATUS_VARIABLES: Final = MappingProxyType(
    {
        "UnitModeCurrent": (_V.Int32, "Producing (1), in maintenance (2) or by hand (3)."),
        "CurMachSpeed": (_V.Float, "How fast the machine runs."),
        "MachSpeed": (_V.Float, "How fast the machine is set to run."),
        "EquipmentBlocked": (_V.Boolean, "Whether what comes after the machine holds it up."),
        "EquipmentStarved": (_V.Boolean, "Whether the machine waits for what comes before it."),
    }
)
_COUNTS: Final = MappingProxyType(
    {
        "ProdProcessedCount": "What the machine has made.",
        "ProdDefectiveCount": "What the machine has spoiled.",
    }
)
VARIABLES: Final = (*_STATUS_VARIABLES, *_COUNTS)
"""The variables of PackML that a tag may deliver, by their BrowseNames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMLRow:
    """A machine whose line file gives its PackML state; ``states`` by the value of the tag.

    ``tags`` are those that deliver further variables, by the names of PackML; ``speed_range`` and
    ``speed_unit`` are those of the tag of the speed.
    """

    physical_asset_id: str
    equipment_id: str
    state_tag: str
    states: Mapping[float | str, str]
    tags: Mapping[str, str] = field(default_factory=dict)
    speed_range: Range | None = None
    speed_unit: str = ""

    @property
    def node_id(self) -> ua.NodeId:
        """The NodeId of the machine."""
        return plant("PackML", self.physical_asset_id)


def machine_nodes(row: PackMLRow) -> Iterator[Node]:
    """Yield the machine, each node after its parent."""
    owner = row.node_id
    yield _object(
        owner, ua.QualifiedName(row.physical_asset_id, PLANT),
        f"The machine {row.physical_asset_id} as PackML sees it.",
        (PACKML_OBJECTS, ORGANIZES), _MACHINE_TYPE,
    )  # fmt: skip
    yield _property(owner, "TagID", row.physical_asset_id, _V.String, "The id of the machine.")
    yield from _status(row, below(owner, "Status"))
    yield from _admin(row, below(owner, "Admin"))
    parent = owner
    for machine in MACHINES:
        parent = below(parent, machine.name)
        yield from _state_machine(machine, parent)


def machine_links(row: PackMLRow) -> Iterator[Link]:
    """Yield the ways to the machine from its asset and from the equipment that it is."""
    for source in (
        isa95_id("PhysicalAssets", row.physical_asset_id),
        isa95_id("Equipment", row.equipment_id),
    ):
        yield Link(source=source, reference=ORGANIZES, target=row.node_id)


def state_values(row: PackMLRow, reading: TagValue) -> Iterator[tuple[ua.NodeId, ua.DataValue]]:
    """Yield what the three nested state machines show for a reading of the state."""
    name = row.states.get(reading.value) if reading.value is not None else None
    code = STATUS[reading.quality]
    if name is None and reading.value is not None:
        code = ua.StatusCodes.BadConfigurationError
    place = row.node_id
    for machine, state in active(name):
        place = below(place, machine.name)
        current = below(place, "CurrentState")
        own = code if state or name is None else ua.StatusCodes.BadStateNotActive
        text = ua.Variant(ua.LocalizedText(state.name), _V.LocalizedText) if state else None
        yield current, _at(reading, text, own)
        state_id = ua.Variant(packml(state.number), _V.NodeId) if state else None
        yield below(current, "Id"), _at(reading, state_id, own)


def variable_value(row: PackMLRow, name: str, reading: TagValue) -> tuple[ua.NodeId, ua.DataValue]:
    """Return what a variable shows for a reading of its tag."""
    if name in _COUNTS:
        return below(row.node_id, "Admin", name), _count(name, reading)
    variant_type = _STATUS_VARIABLES[name][0]
    as_read = shown(reading, _READ_AS.get(variant_type, variant_type))
    held = as_read.Value.Value if as_read.Value is not None else None
    value = ua.Variant(held, variant_type) if held is not None else None
    code = as_read.StatusCode.value if as_read.StatusCode is not None else 0
    return below(row.node_id, "Status", name), _at(reading, value, code)


_READ_AS: Final = MappingProxyType({_V.Float: _V.Double, _V.Int32: _V.Int64})


def _count(name: str, reading: TagValue) -> ua.DataValue:
    as_read = shown(reading, _V.Int64)
    code = as_read.StatusCode.value if as_read.StatusCode is not None else 0
    value = as_read.Value.Value if as_read.Value is not None else None
    if value is None:
        return _at(reading, None, code)
    count = int(value) & 0x7FFF_FFFF  # the field has 31 bits, counters have more
    held = PackMLCountDataType(Name=name, Unit=unit_information("1"), Count=count, AccCount=count)
    return _at(reading, variant([held], _V.ExtensionObject), code)


def _at(reading: TagValue, value: ua.Variant | None, code: int) -> ua.DataValue:
    return ua.DataValue(
        value,
        StatusCode=ua.StatusCode(ua.UInt32(code)),
        SourceTimestamp=reading.source_time,  # type: ignore[arg-type]  # asyncua encodes datetime
        ServerTimestamp=reading.server_time,  # type: ignore[arg-type]  # asyncua encodes datetime
    )


def _status(row: PackMLRow, owner: ua.NodeId) -> Iterator[Node]:
    name = ua.QualifiedName("Status", PACKML)
    text = "What the machine is doing."
    yield _object(owner, name, text, (row.node_id, HAS_COMPONENT), _STATUS_TYPE)
    modes = _property(
        owner, "UnitSupportedModes", _MODES, _V.NodeId, "The enumeration of the modes it knows."
    )
    yield modes
    for known, (variant_type, meaning) in _STATUS_VARIABLES.items():
        is_speed = known.endswith("MachSpeed")
        node_id = below(owner, known)
        yield _variable(
            owner,
            known,
            meaning,
            _MODES if known == "UnitModeCurrent" else built_in(variant_type),
            kind=_ANALOG_ITEM if is_speed else BASE_DATA_VARIABLE,
            is_delivered=known in row.tags,
        )
        if is_speed:
            usual = row.speed_range or (0.0, 0.0)
            yield range_property(node_id, "EURange", usual, "What is usual in operation.")
            if row.speed_unit:
                yield engineering_units(node_id, row.speed_unit)


def _admin(row: PackMLRow, owner: ua.NodeId) -> Iterator[Node]:
    name = ua.QualifiedName("Admin", PACKML)
    text = "What the machine has counted."
    yield _object(owner, name, text, (row.node_id, HAS_COMPONENT), _ADMIN_TYPE)
    for known, meaning in _COUNTS.items():
        if known in row.tags:
            yield _variable(owner, known, meaning, _COUNT)


def _state_machine(machine: Machine, owner: ua.NodeId) -> Iterator[Node]:
    above = plant(str(owner.Identifier).rpartition("/")[0])
    name = ua.QualifiedName(machine.name, PACKML)
    yield _object(
        owner, name, machine.description, (above, HAS_COMPONENT), packml(machine.type_number)
    )
    current = below(owner, "CurrentState")
    yield Node(
        node_id=current,
        node_class=_C.Variable,
        name=ua.QualifiedName("CurrentState", 0),
        description="The state that the machine is in, as long as this state machine is active.",
        parent=owner,
        reference=HAS_COMPONENT,
        type_definition=_STATE_VARIABLE,
        data_type=built_in(_V.LocalizedText),
        value=nothing_shown(),
    )
    yield value_property(
        current, "Id", ua.NodeId(), _V.NodeId, "The same state as a node of the type."
    )
    for name_, numbers in (
        ("AvailableStates", [state.number for state in machine.states]),
        ("AvailableTransitions", list(machine.transitions)),
    ):
        yield Node(
            node_id=below(owner, name_),
            node_class=_C.Variable,
            name=ua.QualifiedName(name_, 0),
            description="Those of the type, all of which this machine may go through.",
            parent=owner,
            reference=HAS_COMPONENT,
            type_definition=BASE_DATA_VARIABLE,
            data_type=built_in(_V.NodeId),
            value_rank=1,
            value=data_value([packml(number) for number in numbers], _V.NodeId),
        )


def _object(
    node_id: ua.NodeId,
    name: ua.QualifiedName,
    description: str,
    hung_on: tuple[ua.NodeId, ua.NodeId],
    kind: ua.NodeId,
) -> Node:
    return Node(
        node_id=node_id,
        node_class=_C.Object,
        name=name,
        description=description,
        parent=hung_on[0],
        reference=hung_on[1],
        type_definition=kind,
    )


def _property(
    owner: ua.NodeId, name: str, value: object, variant_type: ua.VariantType, description: str
) -> Node:
    return Node(
        node_id=below(owner, name),
        node_class=_C.Variable,
        name=ua.QualifiedName(name, PACKML),
        description=description,
        parent=owner,
        reference=HAS_PROPERTY,
        type_definition=PROPERTY,
        data_type=built_in(variant_type),
        value=data_value(value, variant_type),
    )


def _variable(
    owner: ua.NodeId,
    name: str,
    description: str,
    data_type: ua.NodeId,
    *,
    kind: ua.NodeId = BASE_DATA_VARIABLE,
    is_delivered: bool = True,
) -> Node:
    unknown = ua.DataValue(StatusCode=ua.StatusCode(ua.UInt32(ua.StatusCodes.BadNotSupported)))
    return Node(
        node_id=below(owner, name),
        node_class=_C.Variable,
        name=ua.QualifiedName(name, PACKML),
        description=description if is_delivered else f"{description} The line file has no tag.",
        parent=owner,
        reference=HAS_COMPONENT,
        type_definition=kind,
        data_type=data_type,
        value_rank=1 if name in _COUNTS else -1,
        value=nothing_shown() if is_delivered else unknown,
    )
