"""Gate: the room is as the step needs it, by readings that can be believed."""

from collections.abc import Iterator

from models.execution.gates.instrument_is_calibrated import instrument_is_calibrated
from models.execution.gates.reading_is_trustworthy import reading_is_trustworthy
from models.execution.outcome import Refusal
from models.execution.readings import instruments_measuring, number_of
from models.execution.refusal_codes import refuse
from models.execution.views import InstrumentView, StepView
from models.isa95.quantity import Quantity
from models.isa95.work_definition import EnvironmentCondition


def environment_is_within_limits(view: StepView) -> Iterator[Refusal]:
    """Refuse ``environment-out-of-limits`` or ``environment-not-measured``.

    Every sensor of the measurement at the station counts. One that is overdue or failed, or
    whose reading is missing, bad or stale, refuses with the code of that.
    """
    for condition in view.specification.environment:
        sensors = tuple(instruments_measuring(view, condition.measurement))
        if not sensors:
            station = view.session.station
            text = f"nothing at {station} measures {condition.measurement}"
            yield refuse("environment-not-measured", station, text)
        for sensor in sensors:
            untrusted = (*instrument_is_calibrated(sensor), *reading_is_trustworthy(sensor))
            yield from untrusted or _out_of_limits(sensor, condition)


def _out_of_limits(sensor: InstrumentView, condition: EnvironmentCondition) -> Iterator[Refusal]:
    name, number = sensor.instrument_id, number_of(sensor.reading)
    unit = sensor.measurement.unit if sensor.measurement else ""
    if number is None or sensor.reading is None:
        yield refuse("reading-bad", name, f"{name} delivers no number")
        return
    shown = Quantity(number, unit)
    if not shown.converts_to(condition.unit):
        text = f"{name} measures in {unit}; the limits of the step are in {condition.unit}"
        yield refuse("environment-out-of-limits", name, text)
        return
    value, low, high = shown.to(condition.unit).value, condition.lower, condition.upper
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = f"{'' if low is None else low} to {'' if high is None else high}"
        text = (
            f"{condition.measurement} is {shown} ({name});"
            f" {bounds.strip()} {condition.unit} is accepted"
        )
        yield refuse("environment-out-of-limits", name, text)
