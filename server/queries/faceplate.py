"""The faceplate of a station: all that an operator has to see, in one value."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from models.execution import records as r
from models.execution.material_views import identified_target
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
from models.isa95.physical_asset import Measurement
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    EvidenceSpecification,
    MaterialSpecification,
    StepSpecification,
)
from models.tag_value import TagValue
from server.command_path.ports import LiveTagValues
from server.queries.actions import Check, actions, assets_of_class, next_material
from server.queries.read_model import LastRefusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Faceplate:
    """What a station shows. Empty texts and None mean that there is nothing to show."""

    station: str
    active_job_order_id: str = ""
    active_step_id: str = ""
    step_description: str = ""
    step_state: str = ""
    instruction: str = ""
    instruction_document: str = ""
    instruction_revision: str = ""
    person_id: str = ""
    person_name: str = ""
    target_material: str = ""
    target_quantity: Quantity | None = None
    tolerance_low: Quantity | None = None
    tolerance_high: Quantity | None = None
    live_tag: str = ""
    live_stable_tag: str = ""
    live_value: TagValue | None = None
    live_stable: bool = False
    identified_container: str = ""
    required_evidence: tuple[str, ...] = ()
    recorded_evidence: tuple[str, ...] = ()
    allowed_actions: tuple[str, ...] = ()
    blocked_actions: tuple[str, ...] = ()
    open_exceptions: tuple[str, ...] = ()
    last_refusal_codes: tuple[str, ...] = ()
    last_refusal_messages: tuple[str, ...] = ()
    last_refusal_time: datetime | None = None


async def faceplate(
    station: str,
    view: Snapshot,
    live: LiveTagValues,
    check: Check,
    last_refusal: LastRefusal | None = None,
) -> Faceplate:
    """Return what the station shows now; allowed actions come from the gates themselves."""
    shown = _with_refusal(Faceplate(station=station), last_refusal)
    session = view.station(station)
    order = view.job_order(session.job_order_id or "") if session else None
    directive = view.work_directive(order.job_order_id) if order else None
    if session is None or order is None or directive is None:
        return replace(shown, allowed_actions=("OpenSession",))
    person = view.person(session.person_id)
    shown = replace(
        shown,
        active_job_order_id=order.job_order_id,
        person_id=session.person_id or "",
        person_name=person.person.name if person else "",
        open_exceptions=tuple(
            f"{item.exception_id} {item.kind}: {item.description}"
            for item in order.open_exceptions()
        ),
        allowed_actions=("CloseSession", "OpenDeviation"),
    )
    step = _step_to_show(order, directive, station, view)
    wanted = directive.work_directive.step(step.step_id) if step else None
    if step is None or wanted is None:
        return shown
    shown = _with_weighing(_with_step(shown, step, wanted), step, wanted, view, live)
    found = await actions(station, step, wanted, view, check)
    return replace(
        shown,
        allowed_actions=(*shown.allowed_actions, *found.allowed),
        blocked_actions=found.blocked,
    )


def _with_refusal(shown: Faceplate, last: LastRefusal | None) -> Faceplate:
    if last is None:
        return shown
    refusals = last.event.refusals
    return replace(
        shown,
        last_refusal_codes=tuple(item.code for item in refusals),
        last_refusal_messages=tuple(f"{item.obstacle}. {item.remedy}" for item in refusals),
        last_refusal_time=last.time,
    )


def _step_to_show(
    order: r.JobOrderRecord, directive: r.WorkDirectiveRecord, station: str, view: Snapshot
) -> r.StepRecord | None:
    """Return the step at work here, else the next one that this station could begin."""
    here = order.step_at(station)
    if here is not None and _is_unfinished(here, directive):
        return here
    equipment = view.equipment(station)
    classes = equipment.equipment.equipment_classes if equipment else ()
    for step in order.steps:
        wanted = directive.work_directive.step(step.step_id)
        waits = step.state in (StepState.PLANNED, StepState.READY)
        if waits and wanted is not None and wanted.equipment_class in classes:
            return step
    return here


def _is_unfinished(step: r.StepRecord, directive: r.WorkDirectiveRecord) -> bool:
    if step.state is not StepState.COMPLETE:
        return step.state in (StepState.IN_PROGRESS, StepState.HELD, StepState.EXCEPTION)
    wanted = directive.work_directive.step(step.step_id)
    return wanted is not None and wanted.verification


def _with_step(shown: Faceplate, step: r.StepRecord, wanted: StepSpecification) -> Faceplate:
    return replace(
        shown,
        active_step_id=step.step_id,
        step_description=wanted.description,
        step_state=step.state.value,
        instruction=wanted.instruction.text,
        instruction_document=wanted.instruction.document_id,
        instruction_revision=wanted.instruction.revision,
        identified_container=step.identified.material_sublot_id if step.identified else "",
        required_evidence=tuple(_evidence(item) for item in wanted.evidence),
        recorded_evidence=tuple(
            f"{item.evidence_id} = {item.value} {item.unit} ({item.source.value})"
            for item in step.evidence
        ),
    )


def _evidence(item: EvidenceSpecification) -> str:
    sources = "/".join(source.value for source in item.sources)
    return f"{item.evidence_id} ({item.kind.value}, {sources}): {item.description}"


def _with_weighing(
    shown: Faceplate,
    step: r.StepRecord,
    wanted: StepSpecification,
    view: Snapshot,
    live: LiveTagValues,
) -> Faceplate:
    """Show the next material to weigh, and what a scale of its class shows now."""
    material = next_material(step, wanted)
    if material is None:
        return shown
    shown = _with_target(shown, step, material, view)
    scale = next(_scales(shown.station, material, view), None)
    if scale is None:
        return shown
    stable = live.latest(scale.stable_tag) if scale.stable_tag else None
    return replace(
        shown,
        live_tag=scale.tag,
        live_stable_tag=scale.stable_tag or "",
        live_value=live.latest(scale.tag),
        live_stable=stable is not None and stable.value is True,
    )


def _with_target(
    shown: Faceplate, step: r.StepRecord, material: MaterialSpecification, view: Snapshot
) -> Faceplate:
    """Show what is asked for: of the lot that was scanned, less what was drawn; else nominally."""
    order = view.job_order(shown.active_job_order_id)
    directive = view.work_directive(shown.active_job_order_id)
    target = None
    if order is not None and directive is not None:
        target = identified_target(order, step, directive.work_directive, view)
    asked, below, above = material.quantity, material.below, material.above
    if target is not None:
        asked, below, above = target.remaining, target.below, target.above
    return replace(
        shown,
        target_material=material.material_definition_id,
        target_quantity=asked,
        tolerance_low=asked - below,
        tolerance_high=asked + above,
    )


def _scales(station: str, material: MaterialSpecification, view: Snapshot) -> Iterator[Measurement]:
    for name in assets_of_class(station, material.instrument_class, view):
        asset = view.physical_asset(name)
        yield from asset.defined.measurements[:1] if asset else ()
