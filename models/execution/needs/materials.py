"""What decisions about materials, lots and containers look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.needs.parts import container
from models.execution.snapshot import Snapshot


def material_needs(command: c.Command, known: Snapshot) -> Iterator[str]:
    """Name the lot and the containers that the command names."""
    match command:
        case c.ScanMaterial():
            yield streams.material_lot(command.code)
            lot = known.material_lot(command.code)
            yield from (streams.material_sublot(x) for x in (lot.material_sublots if lot else ()))
            yield from container(command.code, known)
        case _:
            return
