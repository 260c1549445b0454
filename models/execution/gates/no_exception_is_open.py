"""Gate: nothing goes on past an open exception."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.records import ExceptionRecord
from models.execution.refusal_codes import refuse


def no_exception_is_open(exceptions: tuple[ExceptionRecord, ...]) -> Iterator[Refusal]:
    """Refuse ``exception-open`` for each exception without a disposition."""
    for item in exceptions:
        at = f" at step {item.step_id}" if item.step_id else ""
        yield refuse(
            "exception-open",
            item.exception_id,
            f"{item.kind}{at} is open: {item.description}",
        )
