"""What decisions about job orders look at."""

from collections.abc import Iterator
from typing import Final

from models.execution import commands as c
from models.execution import streams
from models.execution.needs.parts import (
    MAX_PARTS,
    container,
    job_order,
    part_id,
    produced_lot_id,
)
from models.execution.snapshot import Snapshot

_OF_THE_ORDER: Final = (
    c.OpenStationSession
    | c.StartJobOrder
    | c.RevokeStartJobOrder
    | c.UpdateJobOrder
    | c.ClearJobOrder
    | c.HoldJobOrder
    | c.PauseJobOrder
    | c.ResumeJobOrder
    | c.ReportPhaseState
)
"""What looks at the job order and its WorkMaster copy only."""

_OF_ITS_LOTS: Final = (
    c.AbortJobOrder | c.CancelJobOrder | c.StopJobOrder | c.DispositionException | c.ReleaseJobOrder
)
"""What looks at the lots and instruments of the job order, too."""


def job_order_needs(command: c.Command, known: Snapshot) -> Iterator[str]:
    """Name the job order that the command names, and the lots that it is about."""
    if isinstance(command, c.StoreJobOrder | c.UpdateJobOrder):
        yield streams.work_master(command.work_master_id)
    if isinstance(command, c.StoreJobOrder | c.SplitJobOrder | _OF_THE_ORDER | _OF_ITS_LOTS):
        yield from job_order(command.job_order_id)
    if isinstance(command, c.StoreJobOrder):
        yield from _produced(command, known)
    if isinstance(command, c.SplitJobOrder):
        yield from _parts(command, known)
    if isinstance(command, _OF_ITS_LOTS):
        yield from _lots_of(command.job_order_id, known)


def _lots_of(job_order_id: str, known: Snapshot) -> Iterator[str]:
    """Name the produced lot, what the job order may still draw from, and what it weighed with."""
    order = known.job_order(job_order_id)
    if order is None:
        return
    yield streams.material_lot(order.material_lot_id)
    if order.part_of:
        yield streams.job_order(order.part_of)
    for item in order.open_exceptions():
        sublot_id = getattr(item.withheld, "material_sublot_id", None)
        if sublot_id:
            yield from container(sublot_id, known)
        instrument_id = getattr(item.withheld, "instrument_id", None)
        if instrument_id:
            yield streams.physical_asset(instrument_id)


def _produced(command: c.StoreJobOrder, known: Snapshot) -> Iterator[str]:
    yield streams.material_lot(produced_lot_id(command))
    masters = known.work_master(command.work_master_id)
    for master in masters.versions if masters else ():
        yield streams.material_definition(master.material_definition_id)


def _parts(command: c.SplitJobOrder, known: Snapshot) -> Iterator[str]:
    """Name the job orders, lots and WorkMaster copies that a split would make."""
    order = known.job_order(command.job_order_id)
    if order is None:
        return
    yield streams.material_lot(order.material_lot_id)
    yield streams.material_definition(order.material_definition_id)
    for number in range(1, min(len(command.quantities), MAX_PARTS) + 1):
        yield from job_order(part_id(order.job_order_id, number))
        yield streams.material_lot(part_id(order.material_lot_id, number))
