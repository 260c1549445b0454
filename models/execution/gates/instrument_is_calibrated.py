"""Gate: the calibration of the instrument holds at this moment."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import InstrumentView


def instrument_is_calibrated(view: InstrumentView) -> Iterator[Refusal]:
    """Refuse ``calibration-failed``, or ``calibration-overdue`` from the due time on."""
    asset = view.asset
    if asset is None:
        return
    name = view.instrument_id
    if asset.calibration_failed:
        text = f"{name} failed its last calibration (certificate {asset.certificate})"
        yield refuse("calibration-failed", name, text)
    if not asset.defined.requires_calibration:
        return
    due = asset.calibration_due_time
    if due is None or due <= view.at.session.time:
        since = f"since {due:%Y-%m-%d %H:%M} UTC" if due else "because it never was calibrated"
        yield refuse("calibration-overdue", name, f"calibration of {name} is overdue {since}")
