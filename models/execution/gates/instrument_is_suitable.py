"""Gate: the instrument stands at the station and is of the required class."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import InstrumentView


def instrument_is_suitable(view: InstrumentView) -> Iterator[Refusal]:
    """Refuse ``instrument-not-suitable``, or ``physical-asset-unknown`` when there is none."""
    name = view.instrument_id
    if view.asset is None:
        yield refuse(
            "physical-asset-unknown",
            name,
            f"there is no instrument {name}" if name else "no instrument was named",
        )
        return
    station = view.at.session.equipment.equipment
    if name not in station.physical_assets:
        where = station.equipment_id
        yield refuse("instrument-not-suitable", name, f"{name} does not stand at {where}")
    classes = view.asset.defined.physical_asset_classes
    if view.required_class is not None and view.required_class not in classes:
        yield refuse(
            "instrument-not-suitable",
            name,
            f"{view.at.subject} needs a {view.required_class}; {name} is a {', '.join(classes)}",
        )
