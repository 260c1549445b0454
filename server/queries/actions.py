"""What may be done at a station now: the gates themselves are asked, nothing is guessed."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from models.execution import commands as c
from models.execution import records as r
from models.execution.material_views import is_usable, needed_materials, sublots_of
from models.execution.outcome import Accepted, Outcome, Refused
from models.execution.principal import Principal, Role
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
from models.isa95.work_definition import (
    EvidenceSpecification,
    MaterialSpecification,
    Source,
    StepSpecification,
    ValueKind,
)

Check = Callable[[c.Command, Principal], Awaitable[Outcome]]

MAX_LOTS = 20
"""Lots that are tried before a scan counts as blocked."""

_AT_WORK = (StepState.IN_PROGRESS, StepState.HELD, StepState.EXCEPTION)

_REASON = "asked by the faceplate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The names of what would be accepted now, and of the rest with what stands in the way."""

    allowed: tuple[str, ...]
    blocked: tuple[str, ...]


async def actions(
    station: str, step: r.StepRecord, wanted: StepSpecification, view: Snapshot, check: Check
) -> Actions:
    """Return what may be done for a step at the station, as its terminal would be answered.

    A name stands for the action done right: with a lot that fits, or a value within limits. What
    takes a signature of somebody else (``VerifyStep``, ``ResumeJobOrder``) is named by its state.
    """
    terminal = Principal(
        account="faceplate", roles=frozenset({Role.HMI}), face="opcua", stations=(station,)
    )
    allowed, blocked = list[str](), list[str]()
    for name, ways in _candidates(station, step, wanted, view):
        outcomes = [await check(command, terminal) for command in ways]
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        if any(isinstance(outcome, Accepted) for outcome in outcomes):
            allowed.append(name)
        elif refused:
            blocked += [f"{name}: {item.obstacle}" for item in refused[0].refusals]
    if step.state is StepState.COMPLETE and wanted.verification:
        allowed.append("VerifyStep")
    if step.state is StepState.HELD:
        allowed.append("ResumeJobOrder")
    return Actions(allowed=tuple(allowed), blocked=tuple(blocked))


def _candidates(
    station: str, step: r.StepRecord, wanted: StepSpecification, view: Snapshot
) -> Iterator[tuple[str, tuple[c.Command, ...]]]:
    """Yield each action with the ways in which it could be done right."""
    if step.state in (StepState.PLANNED, StepState.READY):
        yield "StartStep", (c.StartStep(station=station, step_id=step.step_id),)
    if step.state not in _AT_WORK:
        return
    material = next_material(step, wanted)
    if material is not None:
        yield from _weighing(station, step, material, view)
    for item in wanted.evidence:
        yield from _evidence(station, item, view)
    yield "CompleteStep", (c.CompleteStep(station=station),)
    yield "HoldStep", (c.HoldStep(station=station, reason=_REASON),)


def next_material(step: r.StepRecord, wanted: StepSpecification) -> MaterialSpecification | None:
    """Return the material of the step that is to be weighed next: the one that was scanned."""
    needed = needed_materials(step, wanted.materials)
    scanned = step.identified.required_id if step.identified else None
    mine = (m for m in needed if m.material_definition_id == scanned)
    return next(mine, next(iter(needed), None))


def _weighing(
    station: str, step: r.StepRecord, material: MaterialSpecification, view: Snapshot
) -> Iterator[tuple[str, tuple[c.Command, ...]]]:
    lots = _lots(material, view)[:MAX_LOTS]
    yield "Scan", tuple(c.ScanMaterial(station=station, code=lot) for lot in lots)
    if step.identified is None:
        return
    for name in assets_of_class(station, material.instrument_class, view):
        command = c.CaptureWeight(station=station, instrument_id=name)
        yield f"CaptureWeight {name}", (command,)


def _lots(material: MaterialSpecification, view: Snapshot) -> list[str]:
    """Return the lots of a material and of its equivalents, those first that hold something."""
    name = material.material_definition_id
    definition = view.material_definition(name)
    declared = definition.material_definition.substitutes if definition else ()
    found = (view.material_definition(item.material_definition_id) for item in declared)
    known = [record for record in (definition, *found) if record is not None]
    lots = [lot_id for record in known for lot_id in record.material_lots]
    return sorted(lots, key=lambda lot_id: not _holds_something(lot_id, view))


def _holds_something(lot_id: str, view: Snapshot) -> bool:
    lot = view.material_lot(lot_id)
    return lot is not None and any(is_usable(item) for item in sublots_of(lot, view))


def _evidence(
    station: str, item: EvidenceSpecification, view: Snapshot
) -> Iterator[tuple[str, tuple[c.Command, ...]]]:
    if Source.DEVICE in item.sources:
        command = c.CaptureEvidence(station=station, evidence_id=item.evidence_id)
        yield f"CaptureEvidence {item.evidence_id}", (command,)
    said = [source for source in item.sources if source in (Source.MANUAL, Source.SCAN)]
    if said:
        named = tuple(assets_of_class(station, item.instrument_class, view))
        instruments: tuple[str | None, ...] = named or (None,)
        ways = tuple(
            c.RecordEvidence(
                station=station,
                evidence_id=item.evidence_id,
                value=_right_value(item),
                source=said[0],
                instrument_id=instrument,
            )
            for instrument in instruments
        )
        yield f"RecordEvidence {item.evidence_id}", ways


def _right_value(item: EvidenceSpecification) -> str:
    """Return a value that the limits accept, so that the answer is about all the rest."""
    if item.kind is ValueKind.NUMBER:
        bound = item.lower if item.lower is not None else item.upper
        return str(bound if bound is not None else 0)
    return item.expected or ("true" if item.kind is ValueKind.BOOLEAN else "text")


def assets_of_class(station: str, asset_class: str | None, view: Snapshot) -> Iterator[str]:
    """Yield the instruments of a class at the station."""
    equipment = view.equipment(station)
    for name in equipment.equipment.physical_assets if equipment else ():
        asset = view.physical_asset(name)
        if asset is not None and asset_class in asset.defined.physical_asset_classes:
            yield name
