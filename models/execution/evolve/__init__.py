"""What an event makes of a record: the projections, as one pure function."""

from datetime import datetime

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve.alarms import alarms
from models.execution.evolve.certificates import certificates
from models.execution.evolve.corrective_actions import corrective_actions
from models.execution.evolve.described import described
from models.execution.evolve.equipment import equipment
from models.execution.evolve.job_order import JOB_ORDER_EVENTS, evolve_job_order
from models.execution.evolve.materials import material
from models.execution.evolve.personnel import personnel
from models.execution.evolve.work_masters import work_masters


class HistoryError(Exception):
    """The log holds an event that cannot follow what came before it."""


def evolve(record: r.Record | None, event: e.Event, time: datetime) -> r.Record:
    """Return the record after the event that was decided at ``time``.

    Raises HistoryError for an event that does not fit the record: decisions never produce
    one, so it means that the log was not written by them.
    """
    if isinstance(event, JOB_ORDER_EVENTS):
        if record is not None and not isinstance(record, r.JobOrderRecord):
            raise _misfit(record, event)
        return evolve_job_order(record, event, time)
    parts = (
        described,
        material,
        equipment,
        personnel,
        work_masters,
        corrective_actions,
        alarms,
        certificates,
    )
    for part in parts:
        found = part(record, event, time)
        if found is not None:
            return found
    raise _misfit(record, event)


def _misfit(record: r.Record | None, event: e.Event) -> HistoryError:
    return HistoryError(f"{type(event).__name__} cannot follow {type(record).__name__}")
