"""What a decision at a station looks at: session, job order, instruments, material."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.needs.parts import container, job_order, stock
from models.execution.snapshot import Snapshot


def station_needs(command: c.Command, known: Snapshot) -> Iterator[str]:
    """Name the station's session, person, job order, equipment and instruments."""
    station = getattr(command, "station", None)
    if station is None:
        return
    yield streams.station(station)
    yield streams.equipment(station)
    equipment = known.equipment(station)
    for asset_id in equipment.equipment.physical_assets if equipment else ():
        yield streams.physical_asset(asset_id)
    session = known.station(station)
    if session is None or session.job_order_id is None or session.person_id is None:
        return
    yield streams.person(session.person_id)
    yield from job_order(session.job_order_id)
    if isinstance(command, c.ScanMaterial | c.CaptureWeight | c.RequestSubstitution):
        yield from _candidates(station, session.job_order_id, known)
        if isinstance(command, c.RequestSubstitution):  # perhaps one that the step does not need
            yield streams.material_definition(command.material_definition_id)
    elif isinstance(command, c.StartStep):
        yield from _components(command.step_id, session.job_order_id, known)


def _candidates(station: str, job_order_id: str, known: Snapshot) -> Iterator[str]:
    """Name the stock of what the running step needs, approved substitutes included."""
    order, directive = known.job_order(job_order_id), known.work_directive(job_order_id)
    step = order.step_at(station) if order else None
    specification = directive.work_directive.step(step.step_id) if directive and step else None
    if step and step.identified:
        yield from container(step.identified.material_sublot_id, known)
    for material in specification.materials if specification else ():
        yield from stock(material.material_definition_id, known)
    for item in order.substitutions if order else ():
        if step and item.step_id == step.step_id and item.approval is not None:
            yield from stock(item.substitute_id, known)


def _components(step_id: str, job_order_id: str, known: Snapshot) -> Iterator[str]:
    """Name the stock of the components that have to be staged before the step begins."""
    directive = known.work_directive(job_order_id)
    specification = directive.work_directive.step(step_id) if directive else None
    for prerequisite in specification.prerequisites if specification else ():
        for material_definition_id in prerequisite.materials:
            yield from stock(material_definition_id, known)


def station_tags(command: c.Command, known: Snapshot) -> frozenset[str]:
    """Return the tags whose latest reading the decision looks at."""
    if not isinstance(command, c.ScanMaterial | c.CaptureWeight | c.CaptureEvidence):
        return frozenset()
    equipment = known.equipment(command.station)
    assets = set(equipment.equipment.physical_assets) if equipment else set()
    if isinstance(command, c.CaptureWeight):
        assets.add(command.instrument_id)
    if isinstance(command, c.ScanMaterial):
        return frozenset(tag for asset_id in assets for tag in _tare_tags(asset_id, known))
    return frozenset(tag for asset_id in assets for tag in _tags_of(asset_id, known))


def _tags_of(asset_id: str, known: Snapshot) -> Iterator[str]:
    asset = known.physical_asset(asset_id)
    for measurement in asset.defined.measurements if asset else ():
        yield measurement.tag
        flags = (measurement.stable_tag, measurement.overload_tag, measurement.tare_tag)
        yield from filter(None, flags)


def _tare_tags(asset_id: str, known: Snapshot) -> Iterator[str]:
    asset = known.physical_asset(asset_id)
    tares = (item.tare_tag for item in (asset.defined.measurements if asset else ()))
    yield from filter(None, tares)
