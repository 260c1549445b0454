"""Whether the components of a step stand at its station, in usable containers (ISA-95 Part 3)."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from models.execution.records import MaterialSublotRecord
from models.execution.snapshot import Snapshot
from models.execution.usable_lot import expiry, restriction
from models.isa95.quantity import Quantity

_ANY_AMOUNT: Final[Mapping[str, Quantity]] = MappingProxyType({})


def missing_components(
    materials: Iterable[str],
    station: str,
    snapshot: Snapshot,
    amounts: Mapping[str, Quantity] = _ANY_AMOUNT,
) -> tuple[str, ...]:
    """Return a sentence for each material of which too little is staged at the station.

    Only containers count that stand there, are not held and not empty, and whose lot may be used
    now. ``amounts`` says how much is needed; without it, any amount is enough. The needs of the
    command must have named the stock of the materials (``needs.parts.stock``).
    """
    found = (_shortage(name, station, snapshot, amounts.get(name)) for name in materials)
    return tuple(shortage for shortage in found if shortage)


def _shortage(name: str, station: str, snapshot: Snapshot, needed: Quantity | None) -> str:
    staged = [item.remaining for item in _staged(name, station, snapshot)]
    if not staged:
        amount = f"; {needed} is needed" if needed else ""
        return f"no usable container of {name} stands at {station}{amount}"
    if needed is None:
        return ""
    counted = [item for item in staged if item.converts_to(needed.unit)]
    total = sum(counted, start=needed - needed)
    return f"{total} of {name} stands at {station}; {needed} is needed" if total < needed else ""


def _staged(name: str, station: str, snapshot: Snapshot) -> Iterator[MaterialSublotRecord]:
    definition = snapshot.material_definition(name)
    for lot_id in definition.material_lots if definition else ():
        lot = snapshot.material_lot(lot_id)
        if lot is None or restriction(lot.material_lot) or expiry(lot.material_lot, snapshot.time):
            continue
        for sublot_id in lot.material_sublots:
            sublot = snapshot.material_sublot(sublot_id)
            here = sublot is not None and sublot.storage_location == station
            if sublot and here and not sublot.held and sublot.remaining.value > 0:
                yield sublot
