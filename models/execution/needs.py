"""Which streams and tags a decision has to look at, found step by step from what is known."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot
from models.isa95.equipment import Equipment
from models.isa95.material import MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person
from models.isa95.physical_asset import PhysicalAsset
from models.isa95.work_definition import WorkMaster

_AT_A_STATION = (
    c.OpenStationSession
    | c.CloseStationSession
    | c.StartStep
    | c.ScanMaterial
    | c.CaptureWeight
    | c.CaptureEvidence
    | c.RecordEvidence
    | c.CompleteStep
    | c.VerifyStep
    | c.OpenDeviation
)


def streams_for(command: c.Command, principal: Principal, known: Snapshot) -> frozenset[str]:
    """Return the streams to load, as far as what is already known tells.

    Call it again with what was loaded until it names nothing new; references end after a few
    rounds (container, lot, material, its lots, their containers).
    """
    return frozenset(
        (streams.attempts(principal.account), *_own(command, known), *_context(command, known))
    )


def tags_for(command: c.Command, known: Snapshot) -> frozenset[str]:
    """Return the tags whose latest reading the decision looks at."""
    if not isinstance(command, c.CaptureWeight | c.CaptureEvidence):
        return frozenset()
    equipment = known.equipment(command.station)
    assets = set(equipment.equipment.physical_assets) if equipment else set()
    if isinstance(command, c.CaptureWeight):
        assets.add(command.instrument_id)
    return frozenset(tag for asset_id in assets for tag in _tags_of(asset_id, known))


def _tags_of(asset_id: str, known: Snapshot) -> Iterator[str]:
    asset = known.physical_asset(asset_id)
    for measurement in asset.defined.measurements if asset else ():
        yield measurement.tag
        yield from filter(None, (measurement.stable_tag, measurement.overload_tag))


def _context(command: c.Command, known: Snapshot) -> Iterator[str]:
    """Name the station's session, person, job order, equipment and instruments."""
    if not isinstance(command, _AT_A_STATION):
        return
    yield streams.station(command.station)
    yield streams.equipment(command.station)
    equipment = known.equipment(command.station)
    for asset_id in equipment.equipment.physical_assets if equipment else ():
        yield streams.physical_asset(asset_id)
    session = known.station(command.station)
    if session is None or session.job_order_id is None or session.person_id is None:
        return
    yield streams.person(session.person_id)
    yield from _job_order(session.job_order_id)
    if isinstance(command, c.ScanMaterial | c.CaptureWeight):
        yield from _candidates(command.station, session.job_order_id, known)


def _candidates(station: str, job_order_id: str, known: Snapshot) -> Iterator[str]:
    """Name the material that the running step needs, its lots and their containers."""
    order, directive = known.job_order(job_order_id), known.work_directive(job_order_id)
    step = order.step_at(station) if order else None
    specification = directive.work_directive.step(step.step_id) if directive and step else None
    if step and step.identified:
        yield from _container(step.identified.material_sublot_id, known)
    for material in specification.materials if specification else ():
        yield streams.material_definition(material.material_definition_id)
        definition = known.material_definition(material.material_definition_id)
        for lot_id in definition.material_lots if definition else ():
            yield streams.material_lot(lot_id)
            lot = known.material_lot(lot_id)
            for sublot_id in lot.material_sublots if lot else ():
                yield streams.material_sublot(sublot_id)


def _container(code: str, known: Snapshot) -> Iterator[str]:
    yield streams.material_sublot(code)
    sublot = known.material_sublot(code)
    if sublot:
        yield streams.material_lot(sublot.material_lot_id)


def _job_order(job_order_id: str) -> tuple[str, str]:
    return streams.job_order(job_order_id), streams.work_directive(job_order_id)


def _own(command: c.Command, known: Snapshot) -> Iterator[str]:  # noqa: C901 -- one case per command
    """Name what the command itself speaks of."""
    identity = getattr(command, "identity", None)
    if identity is not None and identity.person_id:
        yield streams.person(identity.person_id)
    match command:
        case c.DefineMasterData():
            for item in command.items:
                yield from _datum(item)
        case c.StoreJobOrder():
            yield from _job_order(command.job_order_id)
            yield streams.work_master(command.work_master_id)
            yield from _produced(command, known)
        case c.ScanMaterial():
            yield streams.material_lot(command.code)
            lot = known.material_lot(command.code)
            yield from (streams.material_sublot(x) for x in (lot.material_sublots if lot else ()))
            yield from _container(command.code, known)
        case c.CaptureWeight():
            yield streams.physical_asset(command.instrument_id)
        case c.RecordEvidence() if command.instrument_id:
            yield streams.physical_asset(command.instrument_id)
        case c.RecordCalibration():
            yield streams.physical_asset(command.physical_asset_id)
        case c.RecordEquipmentEvent():
            yield streams.equipment(command.event.equipment_id)
        case c.OpenStationSession() | c.StartJobOrder():
            yield from _job_order(command.job_order_id)
        case c.AbortJobOrder() | c.DispositionException() | c.ReleaseJobOrder():
            yield from _job_order(command.job_order_id)
            yield from _lots_of(command.job_order_id, known)
        case _:
            return


def _lots_of(job_order_id: str, known: Snapshot) -> Iterator[str]:
    """Name the lot that the job order produces, and the containers it may still draw from."""
    order = known.job_order(job_order_id)
    if order is None:
        return
    yield streams.material_lot(order.material_lot_id)
    for item in order.open_exceptions():
        sublot_id = getattr(item.withheld, "material_sublot_id", None)
        if sublot_id:
            yield from _container(sublot_id, known)


def _produced(command: c.StoreJobOrder, known: Snapshot) -> Iterator[str]:
    yield streams.material_lot(produced_lot_id(command))
    masters = known.work_master(command.work_master_id)
    for master in masters.versions if masters else ():
        yield streams.material_definition(master.material_definition_id)


def produced_lot_id(command: c.StoreJobOrder) -> str:
    """Return the id of the lot to produce: the ERP's, or one made from the job order's."""
    return command.material_lot_id or f"LOT-{command.job_order_id}"


def _datum(item: c.MasterDatum) -> tuple[str, ...]:
    match item:
        case Equipment():
            return (streams.equipment(item.equipment_id),)
        case PhysicalAsset():
            return (streams.physical_asset(item.physical_asset_id),)
        case MaterialDefinition():
            return (streams.material_definition(item.material_definition_id),)
        case MaterialLot():
            lot = streams.material_lot(item.material_lot_id)
            return lot, streams.material_definition(item.material_definition_id)
        case MaterialSublot():
            sublot = streams.material_sublot(item.material_sublot_id)
            return sublot, streams.material_lot(item.material_lot_id)
        case Person():
            return (streams.person(item.person_id),)
        case WorkMaster():
            return (streams.work_master(item.work_master_id),)
