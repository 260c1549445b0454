"""What decisions about equipment and instruments look at."""

from collections.abc import Iterator
from typing import Final

from models.execution import commands as c
from models.execution import streams
from models.execution.allergens import consumed_materials, product_materials
from models.execution.device_checks import orders_in_doubt, units_in_doubt
from models.execution.needs.parts import job_order, stock
from models.execution.prerequisites import components_of
from models.execution.readings import environment_tags
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
from models.isa95.equipment_event import EquipmentEventKind
from models.isa95.work_definition import PrerequisiteKind

_UNDER_WAY: Final = (StepState.IN_PROGRESS, StepState.HELD, StepState.EXCEPTION)


def equipment_needs(  # noqa: C901 -- one case per command
    command: c.Command, known: Snapshot
) -> Iterator[str]:
    """Name the equipment and the instruments that the command names, and what is done there."""
    match command:
        case c.CaptureWeight():
            yield streams.physical_asset(command.instrument_id)
        case c.RecordEvidence() if command.instrument_id:
            yield streams.physical_asset(command.instrument_id)
        case c.RecordCalibration():
            yield streams.physical_asset(command.physical_asset_id)
        case c.RecordEquipmentEvent():
            yield from _event(command, known)
        case c.ChangeEquipmentStatus() | c.RecordCleaning():
            yield streams.equipment(command.equipment_id)
        case c.VerifyDevice():
            yield from _device(command, known)
        case c.StartStep():
            yield from _begin(command, known)
        case c.CompleteStep():
            yield from _consumed(_order_at(command.station, known), known)
        case c.VerifyStep():
            yield from _verified(command, known)
        case c.AbortJobOrder() | c.DispositionException():
            yield from _in_use(command.job_order_id, known)
            yield from _held(command, known)
        case c.StopJobOrder():
            yield from _in_use(command.job_order_id, known)
        case _:
            return


def _event(command: c.RecordEquipmentEvent, known: Snapshot) -> Iterator[str]:
    """Name who is at the equipment when it begins to run: it may only for them."""
    name = command.event.equipment_id
    yield streams.equipment(name)
    if command.event.kind is not EquipmentEventKind.RUNNING:
        return
    yield streams.station(name)
    session = known.station(name)
    if session is not None and session.job_order_id:
        yield from job_order(session.job_order_id)


def _device(command: c.VerifyDevice, known: Snapshot) -> Iterator[str]:
    """Name the device and, for a failed check, every unit that it puts in doubt."""
    yield streams.physical_asset(command.physical_asset_id)
    if command.passed:
        return
    yield from (streams.job_order(x) for x in orders_in_doubt(command.station, known))
    device = known.physical_asset(command.physical_asset_id)
    if device is not None:
        found = units_in_doubt(command.station, device, known)
        yield from (streams.material_sublot(unit.material_sublot_id) for _, unit in found)


def _begin(command: c.StartStep, known: Snapshot) -> Iterator[str]:
    """Name all that goes into the product, and the components that have to be staged."""
    order_id = _order_at(command.station, known)
    directive = known.work_directive(order_id)
    if directive is None:
        return
    master = directive.work_directive
    yield from (streams.material_definition(x) for x in product_materials(master))
    yield from _consumed(order_id, known)
    step = master.step(command.step_id)
    if step is None:
        return
    for prerequisite in step.prerequisites:
        if prerequisite.kind is PrerequisiteKind.COMPONENTS_STAGED:
            for material_definition_id in components_of(step, prerequisite):
                yield from stock(material_definition_id, known)


def _order_at(station: str, known: Snapshot) -> str:
    session = known.station(station)
    return (session.job_order_id if session else None) or ""


def _consumed(job_order_id: str, known: Snapshot) -> Iterator[str]:
    order = known.job_order(job_order_id)
    for material_definition_id in consumed_materials(order) if order else ():
        yield streams.material_definition(material_definition_id)


def _in_use(job_order_id: str, known: Snapshot) -> Iterator[str]:
    """Name the equipment at which steps of the job order are under way, and what is on it."""
    order = known.job_order(job_order_id)
    for step in order.steps if order else ():
        if step.station and step.state in _UNDER_WAY:
            yield streams.equipment(step.station)
    yield from _consumed(job_order_id, known)


def _held(command: c.AbortJobOrder | c.DispositionException, known: Snapshot) -> Iterator[str]:
    """Name the units that an exception holds, which accepting it frees."""
    order = known.job_order(command.job_order_id)
    for found in order.open_exceptions() if order else ():
        if found.exception_id == getattr(command, "exception_id", ""):
            yield from (streams.material_sublot(x) for x in found.material_sublot_ids)


def _verified(command: c.VerifyStep, known: Snapshot) -> Iterator[str]:
    """Name the line that the step may clear, wherever it is signed for."""
    order = known.job_order(_order_at(command.station, known))
    step = order.step(command.step_id) if order else None
    if step is not None and step.station:
        yield streams.equipment(step.station)


def equipment_tags(command: c.Command, known: Snapshot) -> frozenset[str]:
    """Return the tags of the room that a step asks about before it begins."""
    if not isinstance(command, c.StartStep):
        return frozenset()
    session = known.station(command.station)
    directive = known.work_directive(session.job_order_id or "") if session else None
    step = directive.work_directive.step(command.step_id) if directive else None
    names = {item.measurement for item in step.environment} if step else set[str]()
    return frozenset(environment_tags(command.station, names, known))
