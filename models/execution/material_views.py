"""Views of containers and weighings: what the gates of materials look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Final

from models.execution import records as r
from models.execution.consumption import factor_of
from models.execution.outcome import Refusal
from models.execution.snapshot import Snapshot
from models.execution.targets import Target, has_potency, target_of
from models.execution.usable_lot import expiry, restriction
from models.execution.views import InstrumentView, StepView
from models.isa95.material import IssuePolicy, MaterialDefinition, MaterialLot
from models.isa95.quantity import Quantity
from models.isa95.work_definition import MaterialSpecification, WorkMaster

_LAST: Final = datetime.max.replace(tzinfo=UTC)


def needed_materials(
    step: r.StepRecord, materials: tuple[MaterialSpecification, ...]
) -> tuple[MaterialSpecification, ...]:
    """Return those of the materials that are not weighed to their end; a partial draw is not."""
    done = {item.required_id for item in step.consumed if not item.partial}
    return tuple(m for m in materials if m.material_definition_id not in done)


@dataclass(frozen=True, kw_only=True)
class ContainerView:
    """A scanned code, as far as it is known, for a step; ``code`` is what was scanned.

    What follows from it is found once: a dozen gates ask for it.
    """

    at: StepView
    code: str
    sublot: r.MaterialSublotRecord | None
    lot: r.MaterialLotRecord | None

    @cached_property
    def needed(self) -> tuple[MaterialSpecification, ...]:
        """The materials of the step that have not been weighed yet."""
        return needed_materials(self.at.step, self.at.specification.materials)

    @property
    def material_definition_id(self) -> str | None:
        """The material that the container holds."""
        return self.lot.material_lot.material_definition_id if self.lot else None

    @cached_property
    def substitution(self) -> r.Substitution | None:
        """The approved substitution by which the container serves another requirement."""
        needed = {material.material_definition_id for material in self.needed}
        mine = self.material_definition_id
        if mine is None or mine in needed:
            return None
        approved = (item for item in approved_substitutions(self.at) if item.substitute_id == mine)
        return next((x for x in approved if x.material_definition_id in needed), None)

    @cached_property
    def specification(self) -> MaterialSpecification | None:
        """The requirement that this container would serve."""
        instead = self.substitution
        mine = instead.material_definition_id if instead else self.material_definition_id
        return next((m for m in self.needed if m.material_definition_id == mine), None)

    @cached_property
    def target(self) -> Target | Refusal | None:
        """What is to be weighed of this lot, or why that can't be said; None of a wrong lot."""
        wanted, instead = self.specification, self.substitution
        if wanted is None or self.lot is None:
            return None
        session = self.at.session
        return target_of(
            wanted,
            self.lot.material_lot,
            session.job_order,
            self.at.step,
            session.directive.work_directive,
            instead.factor if instead else Decimal(1),
        )

    @property
    def equivalent_to(self) -> tuple[str, ...]:
        """The needed materials for which this one could stand in, if it were approved."""
        found = []
        for material in self.needed:
            name = material.material_definition_id
            record = self.at.session.snapshot.material_definition(name)
            declared = record.material_definition.substitutes if record else ()
            if any(x.material_definition_id == self.material_definition_id for x in declared):
                found.append(name)
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingView:
    """A weight that is about to be taken; ``partial`` when more follows from elsewhere."""

    container: ContainerView
    instrument: InstrumentView
    quantity: Quantity | None
    partial: bool = False

    @property
    def at(self) -> StepView:
        """The step."""
        return self.container.at


def identified_target(
    order: r.JobOrderRecord, step: r.StepRecord, directive: WorkMaster, snapshot: Snapshot
) -> Target | None:
    """Return what is to be weighed of the container that was scanned; None when none was."""
    held, specification = step.identified, directive.step(step.step_id)
    lot = snapshot.material_lot(held.material_lot_id) if held else None
    if held is None or lot is None or specification is None:
        return None
    needed = needed_materials(step, specification.materials)
    wanted = next((m for m in needed if m.material_definition_id == held.required_id), None)
    if wanted is None:
        return None
    factor = factor_of(order, held.required_id, held.material_definition_id)
    target = target_of(wanted, lot.material_lot, order, step, directive, factor)
    return target if isinstance(target, Target) else None


def approved_substitutions(at: StepView) -> tuple[r.Substitution, ...]:
    """Return the substitutions of the step that the quality unit has approved."""
    return tuple(
        item
        for item in at.session.job_order.substitutions
        if item.step_id == at.step.step_id and item.approval is not None
    )


def eligible_lots(view: ContainerView) -> tuple[str, ...]:
    """Return the lots that the step would accept, of each material the next one first."""
    named = {material.material_definition_id: material for material in view.needed}
    found = [lot for name, material in named.items() for lot in lots_of(view.at, name, material)]
    for item in approved_substitutions(view.at):
        wanted = named.get(item.material_definition_id)
        if wanted is not None:
            found += lots_of(view.at, item.substitute_id, wanted)
    return tuple(dict.fromkeys(lot.material_lot_id for lot in found))


def lots_of(
    at: StepView, material_definition_id: str, wanted: MaterialSpecification
) -> tuple[MaterialLot, ...]:
    """Return the usable lots of a material in the order in which they are to be taken."""
    snapshot = at.session.snapshot
    record = snapshot.material_definition(material_definition_id)
    if record is None:
        return ()
    allocated = dict(at.session.job_order.lot_allocations).get(material_definition_id)
    known = (snapshot.material_lot(lot_id) for lot_id in record.material_lots)
    usable = (
        lot.material_lot
        for lot in known
        if lot and allocated in (None, lot.material_lot.material_lot_id) and _usable(lot, snapshot)
    )
    potent = (lot for lot in usable if wanted.nominal_potency is None or has_potency(lot))
    definition = record.material_definition
    return tuple(sorted(potent, key=lambda lot: (_turn(lot, definition), lot.material_lot_id)))


def lots_before(view: ContainerView) -> tuple[MaterialLot, ...]:
    """Return the usable lots whose turn is before that of the scanned one, which is usable too."""
    wanted, lot = view.specification, view.lot
    record = view.at.session.snapshot.material_definition(view.material_definition_id or "")
    if wanted is None or lot is None or record is None:
        return ()
    definition = record.material_definition
    if definition.issue_policy is IssuePolicy.ANY:
        return ()
    usable = lots_of(view.at, definition.material_definition_id, wanted)
    if lot.material_lot not in usable:
        return ()
    mine = _turn(lot.material_lot, definition)
    return tuple(other for other in usable if _turn(other, definition) < mine)


def _turn(lot: MaterialLot, definition: MaterialDefinition) -> datetime:
    """Return the time by which a lot takes its turn; one that has none comes last."""
    first_in = definition.issue_policy is IssuePolicy.FIFO
    return (lot.received_time if first_in else lot.expiration_time) or _LAST


def _usable(lot: r.MaterialLotRecord, snapshot: Snapshot) -> bool:
    known = lot.material_lot
    if restriction(known) is not None or expiry(known, snapshot.time) is not None:
        return False
    return any(is_usable(sublot) for sublot in sublots_of(lot, snapshot))


def is_usable(sublot: r.MaterialSublotRecord) -> bool:
    """Return whether something may be drawn from the container."""
    return sublot.remaining.value > 0 and not sublot.held


def sublots_of(lot: r.MaterialLotRecord, snapshot: Snapshot) -> Iterator[r.MaterialSublotRecord]:
    """Yield the containers of the lot."""
    for sublot_id in lot.material_sublots:
        sublot = snapshot.material_sublot(sublot_id)
        if sublot is not None:
            yield sublot


def container_view(at: StepView, code: str) -> ContainerView:
    """Resolve a scanned code: a container, or a lot, which stands for its first usable one."""
    snapshot = at.session.snapshot
    sublot = snapshot.material_sublot(code)
    lot = snapshot.material_lot(sublot.material_lot_id if sublot else code)
    if sublot is None and lot is not None:
        known = tuple(sublots_of(lot, snapshot))
        sublot = next(filter(is_usable, known), known[0] if known else None)
    return ContainerView(at=at, code=code, sublot=sublot, lot=lot)
