"""What the needs of several commands share."""

from collections.abc import Iterator
from typing import Final

from models.execution import commands as c
from models.execution import streams
from models.execution.snapshot import Snapshot

MAX_PARTS: Final = 100
"""Job orders that one may be split into."""


def container(code: str, known: Snapshot) -> Iterator[str]:
    """Name a container and its lot."""
    yield streams.material_sublot(code)
    sublot = known.material_sublot(code)
    if sublot:
        yield streams.material_lot(sublot.material_lot_id)


def stock(material_definition_id: str, known: Snapshot) -> Iterator[str]:
    """Name a material, its lots and their containers."""
    yield streams.material_definition(material_definition_id)
    definition = known.material_definition(material_definition_id)
    for lot_id in definition.material_lots if definition else ():
        yield streams.material_lot(lot_id)
        lot = known.material_lot(lot_id)
        yield from (streams.material_sublot(x) for x in (lot.material_sublots if lot else ()))


def job_order(job_order_id: str) -> tuple[str, str]:
    """Name a job order and its frozen WorkMaster copy."""
    return streams.job_order(job_order_id), streams.work_directive(job_order_id)


def produced_lot_id(command: c.StoreJobOrder) -> str:
    """Return the id of the lot to produce: the ERP's, or one made from the job order's."""
    return command.material_lot_id or f"LOT-{command.job_order_id}"


def part_id(whole: str, number: int) -> str:
    """Return the id of part ``number`` (from 1) of a job order or of its lot."""
    return f"{whole}-{number}"
