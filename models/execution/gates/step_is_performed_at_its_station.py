"""Gate: a step is performed at a station of the class that it asks for."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def step_is_performed_at_its_station(view: StepView) -> Iterator[Refusal]:
    """Refuse ``station-not-suitable`` at a station of another equipment class."""
    station = view.session.equipment.equipment
    wanted = view.specification.equipment_class
    if wanted not in station.equipment_classes:
        yield refuse(
            "station-not-suitable",
            station.equipment_id,
            f"{view.subject} needs a station of class {wanted};"
            f" {station.equipment_id} is of {', '.join(station.equipment_classes) or 'none'}",
        )
