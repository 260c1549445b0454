"""One event of each kind that moves a job order or a step, and what it moves."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Final

from models.execution import events as e
from models.execution.commands import ExceptionDisposition
from models.execution.evolve.job_order import evolve_job_order
from models.execution.job_order_state import JobOrderState
from models.execution.records import ExceptionRecord, JobOrderRecord, StepRecord
from models.execution.signature import Signature
from models.execution.step_state import StepState
from models.isa95.quantity import Quantity

Seen = Mapping[tuple[Enum, Enum], set[str]]

NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
ORDER: Final = "JO-1"
STEP: Final = "010"
SIGNATURE: Final = Signature(
    person_id="sup-01", account="sup-01", name="", meaning="", time=NOW, content_hash=""
)
_STEP: Final = {"job_order_id": ORDER, "step_id": STEP}

STEP_EVENTS: Final[tuple[e.Event, ...]] = (
    e.StepBecameReady(**_STEP),
    e.StepNotSelected(**_STEP),
    e.StepBegan(**_STEP, station="DISP-01", person_id="op-01"),
    e.StepHeld(**_STEP, reason=""),
    e.StepResumed(**_STEP),
    e.ExceptionOpened(**_STEP, exception_id="JO-1-E2", kind="deviation", description=""),
    e.ExceptionDispositioned(
        job_order_id=ORDER,
        exception_id="JO-1-E1",
        disposition=ExceptionDisposition.ACCEPT,
        reason="",
        signature=SIGNATURE,
    ),
    e.StepCompleted(**_STEP, person_id="op-01"),
    e.StepVerified(**_STEP, signature=SIGNATURE),
    e.StepReopened(**_STEP, iteration=2, reason=""),
    e.StepClosed(**_STEP),
    e.StepAborted(**_STEP),
)
ORDER_EVENTS: Final[tuple[e.Event, ...]] = (
    e.JobOrderAllowedToStart(job_order_id=ORDER),
    e.JobOrderStartRevoked(job_order_id=ORDER),
    e.JobOrderSplit(job_order_id=ORDER, parts=("JO-1-1", "JO-1-2")),
    e.JobOrderRunBegan(job_order_id=ORDER),
    e.JobOrderPaused(job_order_id=ORDER, reason="", signature=None),
    e.JobOrderResumed(job_order_id=ORDER, reason="", signature=SIGNATURE),
    e.JobOrderReleased(job_order_id=ORDER, signature=SIGNATURE),
    e.JobOrderAborted(job_order_id=ORDER, reason="", signature=SIGNATURE),
    e.JobOrderStopped(job_order_id=ORDER, reason=""),
    e.JobOrderCancelled(job_order_id=ORDER, reason=""),
    e.JobOrderUpdated(
        job_order_id=ORDER,
        work_master_id="WM-1",
        work_master_version="1",
        quantity=Quantity.parse("1 kg"),
        step_ids=("010",),
        planned_start=None,
        planned_end=None,
        priority=None,
        lot_allocations=(),
        stations=(),
    ),
)


def order_in(state: JobOrderState, step: StepState = StepState.PLANNED) -> JobOrderRecord:
    """Return a job order in the state, with one step, an exception of which is open."""
    opened = ExceptionRecord(
        exception_id="JO-1-E1", kind="deviation", description="", opened_time=NOW, step_id=STEP
    )
    return JobOrderRecord(
        job_order_id=ORDER,
        work_master_id="WM-1",
        work_master_version="1",
        material_definition_id="VITC",
        material_lot_id="LOT-1",
        quantity=Quantity.parse("1 kg"),
        state=state,
        steps=(StepRecord(step_id=STEP, state=step),),
        exceptions=(opened,),
    )


def moves() -> tuple[Seen, Seen]:
    """Return every change of state that an event makes of a job order, and of a step."""
    orders = ((state, order_in(state)) for state in JobOrderState)
    steps = ((state, order_in(JobOrderState.RUNNING, state)) for state in StepState)
    return (
        _seen(_after(orders, ORDER_EVENTS, lambda order: order.state)),
        _seen(_after(steps, STEP_EVENTS, lambda order: order.steps[0].state)),
    )


def _after(
    given: Iterable[tuple[Enum, JobOrderRecord]],
    events: tuple[e.Event, ...],
    state: Callable[[JobOrderRecord], Enum],
) -> Iterator[tuple[Enum, Enum, str]]:
    for was, order in given:
        for event in events:
            try:
                now = state(evolve_job_order(order, event, NOW))
            except KeyError:
                continue  # the table does not know the move
            stays = was is now and (
                type(event) is e.JobOrderUpdated
                or (type(event) is e.ExceptionOpened and was is StepState.EXCEPTION)
            )
            if now is not was or stays:
                yield was, now, type(event).__name__


def _seen(found: Iterable[tuple[Enum, Enum, str]]) -> Seen:
    seen = defaultdict[tuple[Enum, Enum], set[str]](set)
    for was, now, name in found:
        seen[was, now].add(name)
    return seen
