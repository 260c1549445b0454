"""What decisions about exceptions, corrections, corrective actions and releases look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.needs.parts import container, job_order
from models.execution.records import JobOrderRecord
from models.execution.snapshot import Snapshot


def exception_needs(command: c.Command, known: Snapshot) -> Iterator[str]:
    """Name what the command names, and what follows from it."""
    match command:
        case c.ReportException() | c.CorrectEvidence():
            yield from job_order(command.job_order_id)
            yield from _corrected(command, known)
        case c.DispositionException():
            yield from _withheld_corrections(known.job_order(command.job_order_id), known)
        case c.ReleaseJobOrder():
            yield from _to_release(known.job_order(command.job_order_id))
        case c.OpenCorrectiveAction():
            yield from job_order(command.job_order_id)
            yield streams.corrective_action(command.corrective_action_id)
        case c.RecordCorrectiveAction() | c.CloseCorrectiveAction():
            yield streams.corrective_action(command.corrective_action_id)
        case _:
            return


def _corrected(command: c.ReportException | c.CorrectEvidence, known: Snapshot) -> Iterator[str]:
    """Name the container whose weight is corrected."""
    order = known.job_order(command.job_order_id)
    step = order.step(command.step_id) if order else None
    if step is None or not isinstance(command, c.CorrectEvidence):
        return
    if any(item.material_sublot_id == command.evidence_id for item in step.consumed):
        yield from container(command.evidence_id, known)


def _withheld_corrections(order: JobOrderRecord | None, known: Snapshot) -> Iterator[str]:
    """Name the containers whose weight an accepted exception would correct."""
    for item in order.open_exceptions() if order else ():
        step = order.step(item.step_id or "") if order else None
        name = getattr(item.withheld, "evidence_id", None)
        if step and any(weight.material_sublot_id == name for weight in step.consumed):
            yield from container(str(name), known)


def _to_release(order: JobOrderRecord | None) -> Iterator[str]:
    """Name the lots that were consumed, the units that were made, and the corrective actions."""
    if order is None:
        return
    for step in (*order.earlier_passes, *order.steps):
        for consumed in step.consumed:
            yield streams.material_lot(consumed.material_lot_id)
    for unit in order.units:
        yield streams.material_sublot(unit.material_sublot_id)
    for found in order.exceptions:
        for action_id in found.corrective_actions:
            yield streams.corrective_action(action_id)
