"""Gate: all is true of the line that must be true before the step starts."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.prerequisites import unmet
from models.execution.views import StepView


def prerequisites_are_met(view: StepView) -> Iterator[Refusal]:
    """Refuse exactly what is not true of the line, each with a code of its own.

    ``line-not-cleared``, ``label-not-verified``, ``code-not-verified``, ``device-not-verified``,
    ``components-not-staged``.
    """
    for item in view.specification.prerequisites:
        yield from unmet(view, item)
