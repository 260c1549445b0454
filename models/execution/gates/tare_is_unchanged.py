"""Gate: the tare is still the one that the scale had when the container was identified."""

from collections.abc import Iterator

from models.execution.material_views import WeighingView
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def tare_is_unchanged(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``tare-changed``, or ``tare-unknown`` when it was not read at the identification."""
    measurement, now = view.instrument.measurement, view.instrument.tare
    identified = view.at.step.identified
    if measurement is None or measurement.tare_tag is None or identified is None or now is None:
        return
    name, unit = view.instrument.instrument_id, measurement.unit
    then = next((tare for tare in identified.tares if tare.tag == measurement.tare_tag), None)
    if then is None:
        text = f"the tare of {name} was not read when {identified.material_sublot_id} was scanned"
        yield refuse("tare-unknown", name, text)
    elif then.value != now.value:
        text = f"{name} has tared {now.value} {unit}; at the scan it was {then.value} {unit}"
        yield refuse("tare-changed", name, text)
