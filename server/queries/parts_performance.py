"""What became of a job order that was split: one operations performance for all of its parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from models.execution.job_order_state import JobOrderState
from models.execution.records import JobOrderRecord
from models.isa95.quantity import Quantity, UnitMismatchError
from models.isa95.work_definition import WorkMaster
from models.isa95.work_performance import (
    OperationsPerformance,
    OperationsResponse,
    SegmentData,
    SegmentResponse,
)
from models.isa95.work_schedule import Code, HierarchyScope, Value
from server.queries.performance import (
    PRODUCTION,
    RESPONSE_STATES,
    produced_quantity,
    requested_as,
    segments,
)

TOTAL: Final = "produced-quantity-total"
"""The data that states how much all released parts made together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a job order with the frozen WorkMaster copy that it executed."""

    order: JobOrderRecord
    directive: WorkMaster


def parts_performance(
    whole: JobOrderRecord,
    parts: Sequence[Part],
    *,
    published_time: datetime,
    hierarchy_scope: HierarchyScope | None = None,
) -> OperationsPerformance:
    """Return the actuals of all parts as one answer to what the ERP had asked for.

    Each segment of each part stands in it once, and names its part as its job response. What was
    produced stands per part, with its own lot; the total is stated beside it.
    """
    request_ids = requested_as(whole)
    made = [segment for part in parts for segment in _segments(part, request_ids)]
    made[-1] = replace(made[-1], data=(*made[-1].data, *_total(whole, parts)))
    starts = [part.order.start_time for part in parts if part.order.start_time]
    ends = [part.order.end_time for part in parts if part.order.end_time]
    released = any(part.order.release is not None for part in parts)
    state = Code(RESPONSE_STATES[JobOrderState.ENDED if released else JobOrderState.ABORTED])
    start, end = min(starts, default=None), max(ends, default=None)
    response = OperationsResponse(
        id=whole.job_order_id,
        descriptions=tuple(
            f"{part.order.job_order_id}: {part.order.ended_early}"
            for part in parts
            if part.order.ended_early
        ),
        start_time=start,
        end_time=end,
        operations_request_ids=request_ids,
        operations_definition_ids=(whole.work_master_id,),
        response_state=state,
        segment_responses=tuple(made),
    )
    return OperationsPerformance(
        id=whole.job_order_id,
        published_time=published_time,
        start_time=start,
        end_time=end,
        hierarchy_scope=hierarchy_scope,
        operations_type=PRODUCTION,
        operations_schedule_id=whole.operations_schedule_id or None,
        performance_state=state,
        responses=(response,),
    )


def _segments(part: Part, request_ids: tuple[str, ...]) -> Iterator[SegmentResponse]:
    order_id = part.order.job_order_id
    for segment in segments(part.order, part.directive, request_ids):
        yield replace(segment, id=f"{order_id}/{segment.id}", job_response_ids=(order_id,))


def _total(whole: JobOrderRecord, parts: Sequence[Part]) -> Iterator[SegmentData]:
    """Yield the sum of what the released parts made; nothing where the units do not add up."""
    released = [part for part in parts if part.order.release is not None]
    made = [produced_quantity(part.order, part.directive)[0] for part in released]
    try:
        total = sum(made, start=Quantity(whole.quantity.value * 0, whole.quantity.unit))
    except UnitMismatchError:
        return
    value = Value(
        value_string=f"{total.value:f}", data_type=Code("decimal"), unit_of_measure=total.unit
    )
    text = f"Sum of {len(released)} released parts of {len(parts)}"
    yield SegmentData(id=TOTAL, descriptions=(text,), values=(value,))
