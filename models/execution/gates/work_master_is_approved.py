"""Gate: only an approved version of a WorkMaster is executed (21 CFR 111.205, 211.186)."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.work_master_views import VersionView
from models.isa95.work_definition import WorkMasterState


def work_master_is_approved(view: VersionView) -> Iterator[Refusal]:
    """Refuse ``work-master-unknown``, ``work-master-retired`` or ``work-master-not-approved``."""
    if view.master is None or view.lifecycle is None:
        yield refuse("work-master-unknown", view.wanted, f"there is no WorkMaster {view.wanted}")
    elif view.lifecycle.state is WorkMasterState.RETIRED:
        text = f"{view.name} is retired: {view.lifecycle.retired_reason}"
        yield refuse("work-master-retired", view.name, text)
    elif view.lifecycle.state is not WorkMasterState.APPROVED:
        text = f"{view.name} is not approved, it is {view.lifecycle.state.value}"
        yield refuse("work-master-not-approved", view.name, text)
