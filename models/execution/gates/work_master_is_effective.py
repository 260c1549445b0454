"""Gate: an approved version of a WorkMaster is executed only within its effective dates."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.work_master_views import VersionView
from models.isa95.work_definition import WorkMasterState


def work_master_is_effective(view: VersionView) -> Iterator[Refusal]:
    """Refuse ``work-master-not-effective`` before the first and from the last effective moment."""
    life = view.lifecycle
    if life is None or life.state is not WorkMasterState.APPROVED or life.effective(view.time):
        return
    if life.effective_from is not None and view.time < life.effective_from:
        text = f"{view.name} is in effect only from {life.effective_from.isoformat()}"
    else:
        assert life.effective_until is not None, "nothing else ends it"
        text = f"{view.name} was in effect until {life.effective_until.isoformat()}"
    yield refuse("work-master-not-effective", view.name, text)
