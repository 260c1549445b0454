"""Gate: the steps of a WorkMaster can be performed in the order that it describes."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.quality_problems import quality_problems
from models.execution.refusal_codes import refuse
from models.execution.routing import problems
from models.execution.work_master_views import VersionView


def work_master_is_possible(view: VersionView) -> Iterator[Refusal]:
    """Refuse ``work-master-not-possible`` for each thing that is wrong with its steps or rules.

    The plant's files are checked when they are read; a draft that came in otherwise is not.
    """
    if view.master is None:
        return
    for problem in (*problems(view.master), *quality_problems(view.master)):
        yield refuse("work-master-not-possible", view.name, f"{view.name}: {problem}")
