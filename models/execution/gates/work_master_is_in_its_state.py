"""Gate: a version of a WorkMaster goes from draft to reviewed to approved, and skips nothing."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.work_master_views import LifecycleView
from models.isa95.work_definition import WorkMasterState


def work_master_is_in_its_state(view: LifecycleView) -> Iterator[Refusal]:
    """Refuse a version that is not where the signature must find it.

    ``work-master-unknown`` for none at all, ``work-master-retired`` for one that was taken out of
    use, ``work-master-not-draft`` where a draft is reviewed, ``work-master-not-reviewed`` where a
    reviewed version is approved.
    """
    if view.master is None or view.lifecycle is None:
        yield refuse("work-master-unknown", view.wanted, f"there is no WorkMaster {view.wanted}")
        return
    state = view.lifecycle.state
    if state is WorkMasterState.RETIRED:
        text = f"{view.name} is retired: {view.lifecycle.retired_reason}"
        yield refuse("work-master-retired", view.name, text)
    elif view.needed in (None, state):
        return
    elif view.needed is WorkMasterState.DRAFT:
        text = f"{view.name} is no draft, it is {state.value}"
        yield refuse("work-master-not-draft", view.name, text)
    else:
        text = f"{view.name} is {state.value}; only a reviewed version is approved"
        yield refuse("work-master-not-reviewed", view.name, text)
