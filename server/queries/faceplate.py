"""The faceplate of a station: all that an operator has to see, in one value."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.execution import commands as c
from models.execution import records as r
from models.execution import streams
from models.execution.events import CommandRefused
from models.execution.outcome import Outcome, Refused
from models.execution.principal import Principal, Role
from models.execution.step_state import StepState
from models.isa95.quantity import Quantity
from models.isa95.work_definition import EvidenceSpecification, Source, StepSpecification
from models.tag_value import TagValue
from server.command_path.ports import LiveTagValues
from server.queries.read_model import ReadModel

Check = Callable[[c.Command, Principal], Awaitable[Outcome]]

_NOBODY: Final = Principal(
    account="faceplate", roles=frozenset({Role.HMI}), face="console", stations=()
)


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


@dataclass(frozen=True, slots=True)
class LastRefusal:
    """The last refusal at a station, and when it was."""

    event: CommandRefused
    time: datetime


async def faceplate(
    station: str,
    model: ReadModel,
    live: LiveTagValues,
    check: Check,
    last_refusal: LastRefusal | None = None,
) -> Faceplate:
    """Return what the station shows now; allowed actions come from the gates themselves."""
    session = model.record(streams.station(station))
    order = directive = person = None
    if isinstance(session, r.StationRecord) and session.job_order_id:
        order = model.record(streams.job_order(session.job_order_id))
        directive = model.record(streams.work_directive(session.job_order_id))
        person = model.record(streams.person(str(session.person_id)))
    shown = _refusal(last_refusal)
    if not isinstance(order, r.JobOrderRecord) or not isinstance(
        directive, r.WorkDirectiveRecord
    ):
        return Faceplate(station=station, allowed_actions=("OpenSession",), **shown)
    step = _step_to_show(order, station, directive, model)
    specification = directive.work_directive.step(step.step_id) if step else None
    allowed, blocked = await _actions(station, step, specification, check)
    known = person.person if isinstance(person, r.PersonRecord) else None
    return Faceplate(
        station=station,
        active_job_order_id=order.job_order_id,
        person_id=known.person_id if known else "",
        person_name=known.name if known else "",
        open_exceptions=tuple(
            f"{item.exception_id} {item.kind}: {item.description}"
            for item in order.open_exceptions()
        ),
        allowed_actions=allowed,
        blocked_actions=blocked,
        **_step(step, specification),
        **_weighing(station, step, specification, model, live),
        **shown,
    )


def _refusal(last: LastRefusal | None) -> dict[str, object]:
    if last is None:
        return {}
    refusals = last.event.refusals
    return {
        "last_refusal_codes": tuple(item.code for item in refusals),
        "last_refusal_messages": tuple(f"{item.obstacle}. {item.remedy}" for item in refusals),
        "last_refusal_time": last.time,
    }


def _step_to_show(
    order: r.JobOrderRecord, station: str, directive: r.WorkDirectiveRecord, model: ReadModel
) -> r.StepRecord | None:
    """Return the step at work here, else the next one that this station could begin."""
    here = order.step_at(station)
    if here is not None and here.state not in (StepState.VERIFIED, StepState.CLOSED):
        waits = here.state is not StepState.COMPLETE
        specification = directive.work_directive.step(here.step_id)
        if waits or (specification is not None and specification.verification):
            return here
    equipment = model.record(streams.equipment(station))
    known = isinstance(equipment, r.EquipmentRecord)
    classes = equipment.equipment.equipment_classes if known else ()
    for step in order.steps:
        specification = directive.work_directive.step(step.step_id)
        open_here = step.state in (StepState.PLANNED, StepState.READY)
        if open_here and specification and specification.equipment_class in classes:
            return step
    return here



def _step(step: r.StepRecord | None, wanted: StepSpecification | None) -> dict[str, object]:
    if step is None or wanted is None:
        return {}
    return {
        "active_step_id": step.step_id,
        "step_description": wanted.description,
        "step_state": step.state.value,
        "instruction": wanted.instruction.text,
        "instruction_document": wanted.instruction.document_id,
        "instruction_revision": wanted.instruction.revision,
        "identified_container": step.identified.material_sublot_id if step.identified else "",
        "required_evidence": tuple(_evidence(item) for item in wanted.evidence),
        "recorded_evidence": tuple(
            f"{item.evidence_id} = {item.value} {item.unit} ({item.source.value})"
            for item in step.evidence
        ),
    }


def _evidence(item: EvidenceSpecification) -> str:
    sources = "/".join(source.value for source in item.sources)
    return f"{item.evidence_id} ({item.kind.value}, {sources}): {item.description}"


def _weighing(
    station: str,
    step: r.StepRecord | None,
    wanted: StepSpecification | None,
    model: ReadModel,
    live: LiveTagValues,
) -> dict[str, object]:
    """Show the next material to weigh, and what a scale of its class shows."""
    if step is None or wanted is None:
        return {}
    done = {item.material_definition_id for item in step.consumed}
    open_ones = [m for m in wanted.materials if m.material_definition_id not in done]
    if not open_ones:
        return {}
    material = open_ones[0]
    shown: dict[str, object] = {
        "target_material": material.material_definition_id,
        "target_quantity": material.quantity,
        "tolerance_low": material.quantity - material.below,
        "tolerance_high": material.quantity + material.above,
    }
    equipment = model.record(streams.equipment(station))
    assets = equipment.equipment.physical_assets if isinstance(equipment, r.EquipmentRecord) else ()
    for asset_id in assets:
        asset = model.record(streams.physical_asset(asset_id))
        if not isinstance(asset, r.PhysicalAssetRecord):
            continue
        if material.instrument_class in asset.defined.physical_asset_classes:
            for measurement in asset.defined.measurements[:1]:
                stable = live.latest(measurement.stable_tag) if measurement.stable_tag else None
                shown["live_tag"] = measurement.tag
                shown["live_value"] = live.latest(measurement.tag)
                shown["live_stable"] = stable is not None and stable.value is True
                return shown
    return shown


async def _actions(
    station: str,
    step: r.StepRecord | None,
    wanted: StepSpecification | None,
    check: Check,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ask the gates themselves what is allowed now, and why the rest is not."""
    allowed, blocked = ["CloseSession", "OpenDeviation"], []
    if step is None or wanted is None:
        return tuple(allowed), ()
    terminal = Principal(
        account=_NOBODY.account, roles=_NOBODY.roles, face=_NOBODY.face, stations=(station,)
    )
    for name, command in _candidates(station, step, wanted):
        outcome = await check(command, terminal)
        if isinstance(outcome, Refused):
            blocked += [f"{name}: {item.obstacle}" for item in outcome.refusals]
        else:
            allowed.append(name)
    return tuple(allowed), tuple(blocked)


def _candidates(
    station: str, step: r.StepRecord, wanted: StepSpecification
) -> list[tuple[str, c.Command]]:
    if step.state in (StepState.PLANNED, StepState.READY):
        return [("StartStep", c.StartStep(station=station, step_id=step.step_id))]
    found: list[tuple[str, c.Command]] = []
    if step.state in (StepState.IN_PROGRESS, StepState.EXCEPTION):
        for item in wanted.evidence:
            if Source.DEVICE in item.sources:
                command = c.CaptureEvidence(station=station, evidence_id=item.evidence_id)
                found.append((f"CaptureEvidence {item.evidence_id}", command))
        found.append(("CompleteStep", c.CompleteStep(station=station)))
    return found
