"""Corrections of what is on record: what is corrected, and what follows from the new value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from models.execution import events as e
from models.execution.consumption import as_required, consumed_in_all
from models.execution.outcome import Refusal
from models.execution.records import ConsumedMaterial, Evidence, JobOrderRecord, StepRecord
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source, StepSpecification

_LARGEST: Final = 10**9
_DECIMALS: Final = 12


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is corrected: a value, or the last weight out of a container; and what it is now."""

    step: StepRecord
    item: Evidence | ConsumedMaterial

    @property
    def original(self) -> str:
        """The value as it is on record."""
        return self.item.value if isinstance(self.item, Evidence) else str(self.item.quantity)

    def forbids_manual(self, specification: StepSpecification | None) -> bool:
        """Return whether nobody may type this value: then only the quality unit corrects it."""
        if isinstance(self.item, ConsumedMaterial) or specification is None:
            return True
        name = self.item.evidence_id
        wanted = next((x for x in specification.evidence if x.evidence_id == name), None)
        return wanted is None or Source.MANUAL not in wanted.sources


def find(step: StepRecord | None, evidence_id: str) -> Corrected | None:
    """Return what the step has on record under the id of a value, or of a container."""
    if step is None:
        return None
    for value in step.evidence:
        if value.evidence_id == evidence_id:
            return Corrected(step, value)
    for weight in reversed(step.consumed):
        if weight.material_sublot_id == evidence_id:
            return Corrected(step, weight)
    return None


def quantity_of(text: str) -> Quantity | None:
    """Return the amount that a text such as ``1.002 kg`` stands for, or None.

    None as well for one that no later sum could carry exactly.
    """
    try:
        amount = Quantity.parse(text)
    except ValueError:
        return None
    exact = -int(amount.value.as_tuple().exponent) <= _DECIMALS
    return amount if exact and abs(amount.value) <= _LARGEST else None


def outside_tolerance(
    corrected: Corrected, specification: StepSpecification | None, value: str
) -> Iterator[Refusal]:
    """Yield what is wrong with a corrected weight; all draws of a material are judged together."""
    weight = corrected.item
    if not isinstance(weight, ConsumedMaterial):
        return
    name, amount = weight.material_sublot_id, quantity_of(value)
    materials = specification.materials if specification else ()
    wanted = next((x for x in materials if x.material_definition_id == weight.required_id), None)
    if amount is None or amount.value <= 0 or not amount.converts_to(weight.quantity.unit):
        yield refuse("evidence-not-understood", name, f"{value!r} is not an amount of {name}")
        return
    if wanted is None:
        return
    target = weight.target or wanted.quantity
    draws = [x for x in corrected.step.consumed if x.required_id == weight.required_id]
    total = sum((x.quantity for x in draws if x is not weight), start=amount)
    low, high = target - wanted.below, target + wanted.above
    closed = any(not x.partial for x in draws)  # else more follows, and only too much is wrong
    if (closed and total < low) or high < total:
        text = f"{total} of {weight.required_id} would be on record; {low} to {high} is accepted"
        yield refuse("weight-out-of-tolerance", name, text)


def beyond_maximum(
    corrected: Corrected,
    specification: StepSpecification | None,
    value: str,
    order: JobOrderRecord,
) -> Iterator[Refusal]:
    """Yield ``over-consumption`` when a corrected weight is more than the job order may consume."""
    weight, amount = corrected.item, quantity_of(value)
    if not isinstance(weight, ConsumedMaterial) or amount is None or specification is None:
        return
    name, instead = weight.required_id, weight.substitute_for
    wanted = next((x for x in specification.materials if x.material_definition_id == name), None)
    if wanted is None or wanted.maximum is None or not amount.converts_to(weight.quantity.unit):
        return
    was, now = (
        as_required(order, one, weight.material_definition_id, instead)
        for one in (weight.quantity, amount)
    )
    total = consumed_in_all(order, name, wanted.maximum.unit) - was + now
    if was < now and wanted.maximum < total:
        text = f"{total} of {name} would be on record; {wanted.maximum} is allowed"
        yield refuse("over-consumption", name, text)


def overdrawn(
    value: str, weight: Evidence | ConsumedMaterial, snapshot: Snapshot
) -> Iterator[Refusal]:
    """Yield ``container-overdrawn`` when a corrected weight is more than the container held."""
    if not isinstance(weight, ConsumedMaterial):
        return
    sublot, corrected = snapshot.material_sublot(weight.material_sublot_id), quantity_of(value)
    if corrected is None or not corrected.converts_to(weight.quantity.unit):
        return  # it is refused as not understood
    if sublot is None or sublot.remaining + weight.quantity < corrected:
        text = f"{weight.material_sublot_id} did not hold {value}"
        yield refuse("container-overdrawn", weight.material_sublot_id, text)


def events_of(order: JobOrderRecord, corrected: e.EvidenceCorrected) -> Iterator[e.Event]:
    """Yield the correction and, of a weight, what it means for the container."""
    yield corrected
    found = find(order.step(corrected.step_id), corrected.evidence_id)
    amount = quantity_of(corrected.value)
    if found is None or not isinstance(found.item, ConsumedMaterial) or amount is None:
        return
    difference = amount - found.item.quantity
    if difference.value != 0:
        yield e.MaterialSublotCorrected(
            material_sublot_id=found.item.material_sublot_id,
            material_lot_id=found.item.material_lot_id,
            difference=difference,
            job_order_id=order.job_order_id,
            step_id=corrected.step_id,
        )
