"""What a failed check of a device puts in doubt: the units since its last good one."""

from collections.abc import Iterator

from models.execution.records import JobOrderRecord, PhysicalAssetRecord, ProducedUnit
from models.execution.snapshot import Snapshot


def orders_in_doubt(station: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the job orders that used the station lately, the one that is there now at the end.

    The record of the equipment remembers the last ``RECENT_ORDERS`` of them; what was made even
    earlier without a good check in between is not found.
    """
    equipment, session = snapshot.equipment(station), snapshot.station(station)
    recent = equipment.recent_orders if equipment else ()
    now = (session.job_order_id,) if session and session.job_order_id else ()
    return tuple(dict.fromkeys(x for x in (*recent, *now)))


def units_in_doubt(
    station: str, device: PhysicalAssetRecord, snapshot: Snapshot
) -> Iterator[tuple[JobOrderRecord, ProducedUnit]]:
    """Yield the units that left the station since the last good check, oldest order first.

    A unit of the very moment of that check counts: nobody knows which came first. Without any
    good check on record, every unit counts.
    """
    since = device.verified_time
    for order_id in orders_in_doubt(station, snapshot):
        order = snapshot.job_order(order_id)
        if order is None:
            continue
        for unit in order.units:
            if unit.station == station and (since is None or unit.time >= since):
                yield order, unit
