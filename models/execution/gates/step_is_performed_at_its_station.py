"""Gate: a step is performed at a station of the class that it asks for."""

from collections.abc import Iterator
from typing import Final

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView

_MAX_NAMED: Final = 10


def step_is_performed_at_its_station(view: StepView) -> Iterator[Refusal]:
    """Refuse ``station-not-suitable`` at a station of another class, or not of the job order."""
    station = view.session.equipment.equipment
    wanted = view.specification.equipment_class
    if wanted not in station.equipment_classes:
        yield refuse(
            "station-not-suitable",
            station.equipment_id,
            f"{view.subject} needs a station of class {wanted};"
            f" {station.equipment_id} is of {', '.join(station.equipment_classes) or 'none'}",
        )
    bound = view.session.job_order.stations
    if bound and station.equipment_id not in bound:
        yield refuse(
            "station-not-suitable",
            station.equipment_id,
            f"job order {view.session.job_order.job_order_id} is for {_named(bound)},"
            f" not for {station.equipment_id}",
        )


def _named(stations: tuple[str, ...]) -> str:
    """Return the first stations by name, so that a refusal stays readable, and bounded."""
    more = len(stations) - _MAX_NAMED
    text = ", ".join(stations[:_MAX_NAMED])
    return f"{text} and {more} more" if more > 0 else text
