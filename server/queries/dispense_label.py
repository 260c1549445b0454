"""What is printed on the label of each dispensed container (21 CFR 211.101(c), 111.410)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.execution.records import ConsumedMaterial, JobOrderRecord
from models.execution.snapshot import Snapshot
from models.isa95.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class DispenseLabel:
    """The label of one weighed portion; ``label_id`` is what its bar code says.

    ``number`` counts the portions of the step from 1 up to ``count``. ``tare`` is None where the
    scale delivers none; ``hazards`` are the GHS statements of the material.
    """

    label_id: str
    number: int
    count: int
    job_order_id: str
    step_id: str
    product: str
    product_lot_id: str
    material_definition_id: str
    description: str
    material_lot_id: str
    material_sublot_id: str
    net_weight: Quantity
    tare: Quantity | None
    instrument_id: str
    expiration_time: datetime | None
    substitute_for: str
    hazards: tuple[str, ...]
    person_id: str
    time: datetime


def dispense_labels(
    order: JobOrderRecord, step_id: str, view: Snapshot
) -> tuple[DispenseLabel, ...]:
    """Return the labels of all that was weighed in the present pass of a step, oldest first."""
    step = order.step(step_id)
    weighed = step.consumed if step else ()
    return tuple(_labels(order, step_id, weighed, view))


def _labels(
    order: JobOrderRecord, step_id: str, weighed: tuple[ConsumedMaterial, ...], view: Snapshot
) -> Iterator[DispenseLabel]:
    product = view.material_definition(order.material_definition_id)
    for number, item in enumerate(weighed, 1):
        record = view.material_definition(item.material_definition_id)
        material = record.material_definition if record else None
        lot = view.material_lot(item.material_lot_id)
        yield DispenseLabel(
            label_id=f"{order.job_order_id}-{step_id}-{number}",
            number=number,
            count=len(weighed),
            job_order_id=order.job_order_id,
            step_id=step_id,
            product=product.material_definition.description
            if product
            else order.material_definition_id,
            product_lot_id=order.material_lot_id,
            material_definition_id=item.material_definition_id,
            description=material.description if material else "",
            material_lot_id=item.material_lot_id,
            material_sublot_id=item.material_sublot_id,
            net_weight=item.quantity,
            tare=item.tare,
            instrument_id=item.instrument_id,
            expiration_time=lot.material_lot.expiration_time if lot else None,
            substitute_for=item.substitute_for,
            hazards=material.hazards if material else (),
            person_id=item.person_id,
            time=item.time,
        )
