"""Gate: the calibration of the instrument holds at this moment."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import InstrumentView


def instrument_is_calibrated(view: InstrumentView) -> Iterator[Refusal]:
    """Refuse ``calibration-overdue`` from the due time on, and when there was none ever."""
    asset = view.asset
    if asset is None or not asset.defined.requires_calibration:
        return
    due = asset.calibration_due_time
    if due is None or due <= view.at.session.time:
        since = f"since {due:%Y-%m-%d %H:%M} UTC" if due else "because it never was calibrated"
        yield refuse(
            "calibration-overdue",
            view.instrument_id,
            f"calibration of {view.instrument_id} is overdue {since}",
        )
