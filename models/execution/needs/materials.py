"""What decisions about materials, lots and containers look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.needs.parts import container, job_order
from models.execution.snapshot import Snapshot


def material_needs(command: c.Command, known: Snapshot) -> Iterator[str]:
    """Name the lots and the containers that the command names, and what follows from them."""
    match command:
        case c.ScanMaterial():
            yield streams.material_lot(command.code)
            lot = known.material_lot(command.code)
            yield from (streams.material_sublot(x) for x in (lot.material_sublots if lot else ()))
            yield from container(command.code, known)
        case c.ReceiveMaterialLot():
            yield from _received(command)
        case c.ChangeLotDisposition() | c.ReverseLotRejection():
            yield from _lot(command.material_lot_id, known)
        case c.RecordTestResult():
            yield from _lot(command.material_lot_id, known)
            yield from _consumers(command.material_lot_id, known)
        case c.MoveSublot():
            yield streams.material_sublot(command.material_sublot_id)
        case c.RecordProducedUnit():
            yield streams.material_sublot(command.material_sublot_id)
            yield from _produced_lot(command.station, known)
        case c.ApproveSubstitution():
            yield from job_order(command.job_order_id)
        case _:
            return


def _received(command: c.ReceiveMaterialLot) -> Iterator[str]:
    yield streams.material_lot(command.lot.material_lot_id)
    yield streams.material_definition(command.lot.material_definition_id)
    for sublot in command.sublots:
        yield streams.material_sublot(sublot.material_sublot_id)


def _lot(material_lot_id: str, known: Snapshot) -> Iterator[str]:
    """Name a lot, its material, and the job order that makes it."""
    yield streams.material_lot(material_lot_id)
    record = known.material_lot(material_lot_id)
    if record is not None:
        yield streams.material_definition(record.material_lot.material_definition_id)
        if record.job_order_id:
            yield from job_order(record.job_order_id)


def _consumers(material_lot_id: str, known: Snapshot) -> Iterator[str]:
    """Name the containers of a lot and the job orders that drew from them."""
    record = known.material_lot(material_lot_id)
    for sublot_id in record.material_sublots if record else ():
        yield streams.material_sublot(sublot_id)
        sublot = known.material_sublot(sublot_id)
        for job_order_id in sublot.drawn_by if sublot else ():
            yield from job_order(job_order_id)


def _produced_lot(station: str, known: Snapshot) -> Iterator[str]:
    session = known.station(station)
    order = known.job_order(session.job_order_id or "") if session else None
    if order is not None:
        yield streams.material_lot(order.material_lot_id)
