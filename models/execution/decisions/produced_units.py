"""Decisions about units of the produced lot."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict
from models.execution.decisions.lots import contained
from models.execution.decisions.steps import about, refused
from models.execution.decisions.weighing import work
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.views import running_step_view
from models.isa95.material import MaterialSublot


def record_unit(command: c.RecordProducedUnit, snapshot: Snapshot) -> Decision:
    """Put a unit on record as a container of the produced lot, made in the running step."""
    shown = (command.job_order_id, command.step_id)
    view = running_step_view(command.station, snapshot, shown)
    if isinstance(view, Refusal):
        return refused(view)
    order = view.session.job_order
    refusals = Verdict.of(*work(view), _possible(command, snapshot)).refusals
    unit = MaterialSublot(
        material_sublot_id=command.material_sublot_id,
        material_lot_id=order.material_lot_id,
        quantity=command.quantity,
        storage_location=command.station,
    )
    recorded = e.ProducedUnitRecorded(
        job_order_id=order.job_order_id,
        step_id=view.step.step_id,
        station=command.station,
        material_sublot_id=command.material_sublot_id,
        quantity=command.quantity,
        person_id=view.session.person_id,
    )
    return about(view, refusals, *contained(unit), recorded)


def _possible(command: c.RecordProducedUnit, snapshot: Snapshot) -> Iterator[Refusal]:
    name, amount = command.material_sublot_id, command.quantity
    if snapshot.material_sublot(name) is not None:
        yield refuse("container-not-new", name, f"there is already a container {name}")
    if amount.value <= 0:
        text = f"unit {name} can't hold {amount}"
        yield refuse("container-quantity-not-possible", name, text)
