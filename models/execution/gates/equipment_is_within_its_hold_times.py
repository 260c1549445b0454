"""Gate: the equipment has waited neither clean nor dirty for longer than it may."""

from collections.abc import Iterator
from datetime import timedelta

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView
from models.isa95.equipment import Cleanliness


def equipment_is_within_its_hold_times(view: StepView) -> Iterator[Refusal]:
    """Refuse ``clean-hold-expired`` or ``dirty-hold-expired`` after the hold time has passed.

    At its last moment it still holds. Equipment in use waits for nothing.
    """
    record = view.session.equipment
    rule, since = record.equipment.cleaning, record.cleanliness_time
    if rule is None or since is None or record.in_use_steps:
        return
    dirty = record.cleanliness is Cleanliness.DIRTY
    hours = rule.dirty_hold_h if dirty else rule.clean_hold_h
    if hours is None or view.session.time - since <= timedelta(hours=hours):
        return
    name, state = record.equipment.equipment_id, "dirty" if dirty else "clean"
    yield refuse(
        "dirty-hold-expired" if dirty else "clean-hold-expired",
        name,
        f"{name} has been {state} since {since:%Y-%m-%d %H:%M:%S} UTC; {hours:g} h are allowed",
    )
