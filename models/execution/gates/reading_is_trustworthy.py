"""Gate: the reading is there, good, fresh and settled. Anything else refuses."""

from collections.abc import Iterator
from datetime import timedelta

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import InstrumentView
from models.tag_value import Quality, TagValue

_CLOCK_TOLERANCE = timedelta(seconds=2)


def reading_is_trustworthy(view: InstrumentView) -> Iterator[Refusal]:
    """Refuse ``reading-missing``, ``-bad``, ``-stale`` or ``-unstable``."""
    measurement, name = view.measurement, view.instrument_id
    if measurement is None or view.reading is None:
        yield refuse("reading-missing", name, f"{name} delivers no reading")
        return
    flags = [
        (measurement.stable_tag, view.stable),
        (measurement.overload_tag, view.overload),
        (measurement.tare_tag, view.tare),
    ]
    missing = [tag for tag, value in flags if tag is not None and value is None]
    for tag in missing:
        yield refuse("reading-missing", name, f"{name} does not deliver {tag}")
    for value in filter(None, (view.reading, view.stable, view.overload, view.tare)):
        yield from _bad_or_stale(view, value, measurement.maximum_age_s)
    if view.overload is not None and view.overload.value is not False:
        yield refuse("reading-bad", name, f"{name} reports an overload")
    if view.stable is not None and view.stable.value is not True:
        yield refuse("reading-unstable", name, f"{name} has not settled")


def _bad_or_stale(view: InstrumentView, value: TagValue, maximum_age_s: float) -> Iterator[Refusal]:
    name, now = view.instrument_id, view.at.session.time
    if value.quality is not Quality.GOOD or value.value is None:
        text = f"{value.tag} has quality {value.quality.name.lower()}"
        yield refuse("reading-bad", name, text)
        return
    age = now - value.source_time
    if age > timedelta(seconds=maximum_age_s) or age < -_CLOCK_TOLERANCE:
        text = f"{value.tag} is {age.total_seconds():.1f} s old; {maximum_age_s:g} s is allowed"
        yield refuse("reading-stale", name, text)
