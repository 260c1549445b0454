"""Receivers and providers as nodes: one pair for the site, one for each work centre."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.instances.plant_nodes import isa95_id
from server.faces.opcua.job_control.job_states import SUBSTATES
from server.faces.opcua.job_control.receiver_table import (
    PROVIDER_METHODS,
    RECEIVER_METHODS,
    Argument,
    StandardMethod,
)
from server.faces.opcua.job_control.work_centers import SITE
from server.faces.opcua.namespaces import (
    JOB_CONTROL,
    PLANT,
    job_control,
    standard,
    word,
)
from server.faces.opcua.namespaces import plant as plant_id
from server.faces.opcua.nodes import (
    ARRAY,
    BASE_DATA_VARIABLE,
    FOLDER,
    GENERATES_EVENT,
    HAS_COMPONENT,
    HAS_NOTIFIER,
    HAS_PROPERTY,
    ORGANIZES,
    PROPERTY,
    Link,
    Node,
    data_value,
    variant,
)
from server.faces.opcua.types.job_control_structures import (
    STRUCTURES,
    ISA95JobOrderAndStateDataType,
    ISA95JobResponseDataType,
    ISA95WorkMasterDataType,
)
from server.faces.opcua.types.own_types import JOB_ORDER_STATUS_EVENT_TYPE

_C: Final = ua.NodeClass
_V: Final = ua.VariantType

MAX_DOWNLOADABLE: Final = 200
"""Job orders that are not over which one receiver holds; Store refuses one more."""

RECEIVER_TYPE: Final = job_control(1008)
PROVIDER_TYPE: Final = job_control(1003)
FOLDER_ID: Final = isa95_id("JobControl")

_SERVER: Final = standard(ua.ObjectIds.Server)
_ARGUMENT: Final = standard(ua.ObjectIds.Argument)
_FINITE_STATE: Final = standard(ua.ObjectIds.FiniteStateVariableType)
_MACHINES: Final = {
    "NotAllowedToStartSubstates": job_control(1001),
    "AllowedToStartSubstates": job_control(1001),
    "InterruptedSubstates": job_control(1007),
    "EndedSubstates": job_control(1005),
}
_STRINGS: Final = (
    ("MaterialClassID", "Material classes that a job order may name: none, it names materials."),
    ("MaterialDefinitionID", "Materials that a job order may name."),
    ("EquipmentID", "Stations, work centres and classes that a job order may name."),
    ("PhysicalAssetID", "None: which instruments are used, the WorkMaster decides."),
    ("PersonnelID", "None: who may do the work, the WorkMaster decides."),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a receiver stands: of the site, or of a work centre."""

    center: str

    @property
    def _path(self) -> tuple[str, ...]:
        return () if self.center == SITE else ("JobControl", word(self.center))

    @property
    def folder(self) -> ua.NodeId:
        """What holds receiver and provider."""
        return isa95_id(*self._path)

    @property
    def receiver(self) -> ua.NodeId:
        """The receiver."""
        return isa95_id(*self._path, "JobOrderReceiver")

    @property
    def provider(self) -> ua.NodeId:
        """The provider."""
        return isa95_id(*self._path, "JobResponseProvider")

    def of_receiver(self, name: str) -> ua.NodeId:
        """Return the NodeId of a variable or method of the receiver."""
        return plant_id(str(self.receiver.Identifier), name)

    def of_provider(self, name: str) -> ua.NodeId:
        """Return the NodeId of a variable or method of the provider."""
        return plant_id(str(self.provider.Identifier), name)

    @property
    def name(self) -> str:
        """How people call it."""
        return self.center or "the site"


def common_nodes() -> Iterator[Node]:
    """Yield the folder of the work centres."""
    yield _object(FOLDER_ID, "JobControl", "The work centres with their job orders.",
                  isa95_id(), ORGANIZES, FOLDER)  # fmt: skip


def nodes(place: Place) -> Iterator[Node]:
    """Yield a receiver and a provider with all that they have, empty."""
    if place.center != SITE:
        text = f"The job orders of work centre {place.center}."
        yield _object(place.folder, place.center, text, FOLDER_ID, ORGANIZES, FOLDER)
    yield _object(place.receiver, "JobOrderReceiver",
                  f"Takes job orders for {place.name}, and commands to them.",
                  place.folder, ORGANIZES, RECEIVER_TYPE, is_notifier=True)  # fmt: skip
    yield from _receiver_variables(place)
    for method in RECEIVER_METHODS:
        yield from _method(method, place.receiver, place.of_receiver(method.name))
    yield _object(place.provider, "JobResponseProvider",
                  f"Tells what became of the job orders of {place.name}.",
                  place.folder, ORGANIZES, PROVIDER_TYPE, is_notifier=True)  # fmt: skip
    yield _list(place.of_provider("JobOrderResponseList"), place.provider, "JobOrderResponseList",
                "The responses of the listed job orders whose work has begun.",
                ISA95JobResponseDataType)  # fmt: skip
    for method in PROVIDER_METHODS:
        yield from _method(method, place.provider, place.of_provider(method.name))


def links(place: Place) -> Iterator[Link]:
    """Yield the way of events up to the Server object, and the way from the equipment down."""
    site = Place(SITE)
    for own, above in ((place.receiver, site.receiver), (place.provider, site.provider)):
        source = _SERVER if place == site else above
        yield Link(source=source, reference=HAS_NOTIFIER, target=own)
        yield Link(source=own, reference=GENERATES_EVENT, target=JOB_ORDER_STATUS_EVENT_TYPE)


def equipment_link(place: Place) -> Link:
    """Return the way from the equipment of a work centre to its job orders."""
    equipment = isa95_id("Equipment", place.center)
    return Link(source=equipment, reference=ORGANIZES, target=place.folder)


def _receiver_variables(place: Place) -> Iterator[Node]:
    owner = place.receiver
    yield _variable(
        place.of_receiver("MaxDownloadableJobOrders"), owner,
        ua.QualifiedName("MaxDownloadableJobOrders", JOB_CONTROL),
        "How many job orders that are not over the receiver holds.",
        reference=HAS_PROPERTY, kind=PROPERTY, data_type=standard(ua.ObjectIds.UInt16),
        value=data_value(MAX_DOWNLOADABLE, _V.UInt16),
    )  # fmt: skip
    yield _list(place.of_receiver("JobOrderList"), owner, "JobOrderList",
                "The job orders with their states: those that are not over, most urgent first, "
                "then those that ended last.", ISA95JobOrderAndStateDataType)  # fmt: skip
    yield _list(place.of_receiver("WorkMaster"), owner, "WorkMaster",
                "The approved WorkMasters that a job order may name.",
                ISA95WorkMasterDataType)  # fmt: skip
    for name, text in _STRINGS:
        yield _variable(
            place.of_receiver(name), owner, ua.QualifiedName(name, JOB_CONTROL), text,
            data_type=standard(ua.ObjectIds.String), rank=ARRAY, value=data_value([], _V.String),
        )  # fmt: skip
    yield from _current_state(owner)
    for name in SUBSTATES:
        machine = place.of_receiver(name)
        yield Node(
            node_id=machine,
            node_class=_C.Object,
            name=ua.QualifiedName(name, JOB_CONTROL),
            description="Describes states only: each job order on the list has a state of its own.",
            parent=owner,
            reference=HAS_COMPONENT,
            type_definition=_MACHINES[name],
        )
        yield from _current_state(machine)


def _current_state(machine: ua.NodeId) -> Iterator[Node]:
    """Yield the state of the machine itself: none, because job orders here are values."""
    inactive = ua.StatusCode(ua.UInt32(ua.StatusCodes.BadStateNotActive))
    state = plant_id(str(machine.Identifier), "CurrentState")
    yield _variable(
        state, machine, ua.QualifiedName("CurrentState", 0),
        "Not active: the states of the job orders stand in JobOrderList.",
        kind=_FINITE_STATE, data_type=standard(ua.ObjectIds.LocalizedText),
        value=ua.DataValue(StatusCode=inactive),
    )  # fmt: skip
    yield _variable(
        plant_id(str(state.Identifier), "Id"), state, ua.QualifiedName("Id", 0),
        "Not active: the states of the job orders stand in JobOrderList.",
        reference=HAS_PROPERTY, kind=PROPERTY, data_type=standard(ua.ObjectIds.NodeId),
        value=ua.DataValue(StatusCode=inactive),
    )  # fmt: skip


def _method(row: StandardMethod, owner: ua.NodeId, node_id: ua.NodeId) -> Iterator[Node]:
    yield Node(
        node_id=node_id,
        node_class=_C.Method,
        name=ua.QualifiedName(row.name, JOB_CONTROL),
        description=row.description,
        parent=owner,
        reference=HAS_COMPONENT,
    )
    for name, rows in (("InputArguments", row.inputs), ("OutputArguments", row.outputs)):
        yield _arguments(node_id, name, rows)


def _arguments(method: ua.NodeId, name: str, rows: Sequence[Argument]) -> Node:
    described = variant([one.described for one in rows], _V.ExtensionObject)
    return _variable(
        plant_id(str(method.Identifier), name), method, ua.QualifiedName(name, 0),
        f"What the method {'takes' if name.startswith('In') else 'gives'}, in order.",
        reference=HAS_PROPERTY, kind=PROPERTY, data_type=_ARGUMENT, rank=ARRAY,
        value=ua.DataValue(described),
    )  # fmt: skip


def _list(
    node_id: ua.NodeId, owner: ua.NodeId, name: str, description: str, structure: type
) -> Node:
    return _variable(
        node_id, owner, ua.QualifiedName(name, JOB_CONTROL), description,
        data_type=STRUCTURES[structure].data_type, rank=ARRAY,
        value=ua.DataValue(variant([], _V.ExtensionObject)),
    )  # fmt: skip


def _variable(  # noqa: PLR0913 -- a row of a table
    node_id: ua.NodeId,
    parent: ua.NodeId,
    name: ua.QualifiedName,
    description: str,
    *,
    data_type: ua.NodeId,
    value: ua.DataValue,
    reference: ua.NodeId = HAS_COMPONENT,
    kind: ua.NodeId = BASE_DATA_VARIABLE,
    rank: int = -1,
) -> Node:
    return Node(
        node_id=node_id,
        node_class=_C.Variable,
        name=name,
        description=description,
        parent=parent,
        reference=reference,
        type_definition=kind,
        data_type=data_type,
        value_rank=rank,
        value=value,
    )


def _object(
    node_id: ua.NodeId,
    name: str,
    description: str,
    parent: ua.NodeId,
    reference: ua.NodeId,
    kind: ua.NodeId,
    **more: Any,
) -> Node:
    return Node(
        node_id=node_id,
        node_class=_C.Object,
        name=ua.QualifiedName(name, PLANT),
        description=description,
        parent=parent,
        reference=reference,
        type_definition=kind,
        **more,
    )
