"""Turns operations requests into commands, or says what makes no sense as a job order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from models.execution.commands import StoreJobOrder
from models.isa95.quantity import Quantity
from models.isa95.work_schedule import (
    MaterialRequirement,
    OperationsRequest,
    OperationsSchedule,
    QuantityValue,
    SegmentRequirement,
)
from server.faces.b2mml.codec import Place, Received
from server.faces.b2mml.lexical import read_number

UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # UN/ECE Recommendation 20, the code list that B2MML names
        "GRM": "g",
        "HUR": "h",
        "KGM": "kg",
        "LTR": "l",
        "MGM": "mg",
        "MIN": "min",
        "MLT": "ml",
        "SEC": "s",
        "TNE": "t",
        # what ERPs write; "MG" is left out, for it is also the megagram
        "G": "g",
        "KG": "kg",
        "L": "l",
        "ML": "ml",
    }
)
"""Unit codes of the sender and what they are here; any other code stays as it is."""

PRODUCED: Final = ("Produced", "Material Produced", "Yield Produced")
CONSUMED: Final = ("Consumed", "Material Consumed", "Consumable")

_MAY_START: Final = ("Released", "Ready")
_STORED: Final = ("Forecast", "Waiting", "Held", "Suspended", "Other", *_MAY_START)
_MAX_ID_LENGTH: Final = 100
_INT16: Final = 32768


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why one operations request cannot become a job order."""

    request: int
    place: Place
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One operations request that became a command; ``request`` counts over all schedules."""

    request: int
    place: Place
    command: StoreJobOrder


@dataclass(slots=True)
class _Objections:
    """What speaks against the request that is being translated."""

    request: int
    found: list[Objection] = field(default_factory=list)

    def add(self, place: Place, code: str, reason: str) -> None:
        self.found.append(Objection(request=self.request, place=place, code=code, reason=reason))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A segment with its place."""

    place: Place
    segment: SegmentRequirement


def requests(received: Received) -> Iterator[tuple[Place, OperationsSchedule, OperationsRequest]]:
    """Go through all operations requests of a document in order."""
    for s, schedule in enumerate(received.schedules):
        for r, request in enumerate(schedule.requests):
            steps = (("OperationsSchedule", s), ("OperationsRequest", r))
            yield Place(steps=steps), schedule, request


def translate(
    received: Received, units: Mapping[str, str] = UNITS
) -> tuple[list[Asked], list[Objection]]:
    """Return the commands in the order of the document, and everything that became none."""
    asked: list[Asked] = []
    objections: list[Objection] = []
    seen: set[str] = set()
    envelope = _envelope(received)
    for number, (place, schedule, request) in enumerate(requests(received)):
        against = _Objections(number)
        command = _command(request, place, units, against)
        if command is not None and command.job_order_id in seen:
            against.add(
                place, "duplicate-id", f"operations request {request.id} stands twice in it"
            )
        if command is None or against.found:
            objections += against.found
            continue
        seen.add(command.job_order_id)
        complete = replace(
            command,
            operations_schedule_id=schedule.id.strip(),
            erp_reference=(*envelope, *command.erp_reference),
        )
        asked.append(Asked(request=number, place=place, command=complete))
    return asked, objections


def _envelope(received: Received) -> tuple[tuple[str, str], ...]:
    """Return who sent what, for the record; the hash makes other content another command."""
    area = received.application_area
    sender = area.sender if area else None
    named = (
        ("SenderLogicalID", sender.logical_id if sender else None),
        ("ReferenceID", sender.reference_id if sender else None),
        ("BODID", area.bod_id if area else None),
        ("ContentSha256", received.content_hash),
    )
    return tuple((name, value) for name, value in named if value)


def _command(
    request: OperationsRequest, place: Place, units: Mapping[str, str], against: _Objections
) -> StoreJobOrder | None:
    segments = list(_segments(request.segment_requirements, place, "SegmentRequirement"))
    job_order_id = request.id.strip()
    _check_id(job_order_id, place, against)
    _check_state(request, place, against)
    start, end = _times(request, place, against)
    product = _product(segments, place, against)
    quantity = _quantity(*product, units, against) if product else None
    work_master_id = (
        request.operations_definition_id or segments[0].segment.operations_definition_id
    ).strip()
    if not work_master_id:
        against.add(place, "missing-definition", "OperationsDefinitionID is empty: name the recipe")
    if quantity is None or product is None or against.found:
        return None
    state = request.request_state
    return StoreJobOrder(
        job_order_id=job_order_id,
        work_master_id=work_master_id,
        quantity=quantity,
        planned_start=start,
        planned_end=end,
        priority=int(request.priority) if request.priority is not None else None,
        material_lot_id=_first(product[1].material_lot_ids),
        allowed_to_start=state is not None and state.value in _MAY_START,
        erp_reference=_reference(request, segments),
        lot_allocations=tuple(_allocations(segments)),
    )


def _segments(
    segments: Iterable[SegmentRequirement], parent: Place, element: str
) -> Iterator[_Placed]:
    for n, segment in enumerate(segments):
        place = Place(steps=(*parent.steps, (element, n)))
        yield _Placed(place, segment)
        yield from _segments(segment.children, place, "SegmentRequirementChild")


def _check_id(job_order_id: str, place: Place, against: _Objections) -> None:
    if not 0 < len(job_order_id) <= _MAX_ID_LENGTH or not job_order_id.isprintable():
        reason = f"ID of the operations request must be 1 to {_MAX_ID_LENGTH} printable characters"
        against.add(place, "bad-id", reason)


def _check_state(request: OperationsRequest, place: Place, against: _Objections) -> None:
    state, kind, priority = request.request_state, request.operations_type, request.priority
    if state is not None and state.value not in _STORED:
        reason = f"RequestState {state.value} cannot be stored; send one of {', '.join(_STORED)}"
        against.add(place, "bad-state", reason)
    if kind is not None and kind.value not in ("Production", "Mixed"):
        reason = f"OperationsType {kind.value} is not made here; only Production is"
        against.add(place, "bad-operations-type", reason)
    if priority is not None and not _is_int16(priority):
        reason = f"Priority {priority} is no whole number from -32768 to 32767"
        against.add(place, "bad-priority", reason)


def _is_int16(number: Decimal) -> bool:
    """Tell whether OPC 10031-4 can carry the priority, which is an Int16 there."""
    return abs(number) < _INT16 and number == number.to_integral_value()


def _times(
    request: OperationsRequest, place: Place, against: _Objections
) -> tuple[datetime | None, datetime | None]:
    try:
        start, end = (
            time.astimezone(UTC) if time is not None else None
            for time in (request.start_time, request.end_time)
        )
    except OverflowError:
        against.add(
            place, "bad-time", "StartTime or EndTime lies outside the years 1 to 9999 in UTC"
        )
        return None, None
    if start is not None and end is not None and end < start:
        reason = f"EndTime {end.isoformat()} lies before StartTime {start.isoformat()}"
        against.add(place, "end-before-start", reason)
    return start, end


def _materials(
    segments: Iterable[_Placed], uses: tuple[str, ...]
) -> Iterator[tuple[Place, MaterialRequirement]]:
    for placed in segments:
        for n, material in enumerate(placed.segment.material_requirements):
            if material.material_use is not None and material.material_use.value in uses:
                step = ("MaterialRequirement", n)
                yield Place(steps=(*placed.place.steps, step)), material


def _product(
    segments: list[_Placed], place: Place, against: _Objections
) -> tuple[Place, MaterialRequirement] | None:
    """Return what the order is for: what its last producing segment produces."""
    produced = list(_materials(segments, PRODUCED))
    if not produced:
        reason = "no MaterialRequirement with MaterialUse Produced says what to make, and how much"
        against.add(place, "missing-product", reason)
        return None
    return produced[-1]


def _quantity(
    place: Place, material: MaterialRequirement, units: Mapping[str, str], against: _Objections
) -> Quantity | None:
    # Quantities with a Key are further views of the same amount.
    plain = [q for q in material.quantities if not q.key] or list(material.quantities)
    if len(plain) != 1:
        reason = f"the material to produce needs one Quantity (without Key), not {len(plain)}"
        against.add(place, "bad-quantity", reason)
        return None
    return _read_quantity(plain[0], place, units, against)


def _read_quantity(
    written: QuantityValue, place: Place, units: Mapping[str, str], against: _Objections
) -> Quantity | None:
    unit = (written.unit_of_measure or "").strip()
    try:
        value = read_number(written.quantity_string)
    except ValueError as wrong:
        against.add(place, "bad-quantity", f"QuantityString: {wrong}")
        return None
    if value <= 0:
        against.add(place, "bad-quantity", f"QuantityString: {value} is not more than zero")
    if not unit:
        against.add(place, "missing-unit", "UnitOfMeasure is missing: no unit is ever assumed")
    return Quantity(value, units.get(unit, unit)) if value > 0 and unit else None


def _allocations(segments: list[_Placed]) -> Iterator[tuple[str, str]]:
    for _, material in _materials(segments, CONSUMED):
        definition = _first(material.material_definition_ids)
        for lot in material.material_lot_ids:
            if definition and lot.strip():
                yield definition, lot.strip()


def _reference(request: OperationsRequest, segments: list[_Placed]) -> tuple[tuple[str, str], ...]:
    """Return what the sender wants to see again in the actuals, as it was written."""
    pairs = [("OperationsRequestID", request.id)]
    for placed in segments:
        pairs += [
            ("SegmentRequirementID", placed.segment.id),
            ("ProcessSegmentID", placed.segment.process_segment_id),
        ]
    for _, material in _materials(segments, (*PRODUCED, *CONSUMED)):
        definition = _first(material.material_definition_ids) or ""
        pairs += [
            (f"MaterialRequirement/{definition}/{item.id}", item.values[0].value_string)
            for item in material.properties
            if item.values
        ]
    return tuple(pairs)


def _first(ids: tuple[str, ...]) -> str | None:
    """Return the first identifier, without the blanks that some senders pad with."""
    return next((i.strip() for i in ids if i.strip()), None)
