"""Whether the session at a station still counts: a person who went away has left it."""

from datetime import datetime, timedelta

from models.execution import records as r


def last_activity(session: r.StationRecord, order: r.JobOrderRecord) -> datetime | None:
    """Return when anything was last done at the station; None where nobody can tell."""
    station = session.station
    times = [session.opened_time]
    times += [step.active_time for step in order.steps if step.station == station]
    times += [unit.time for unit in order.units if unit.station == station]
    return max((time for time in times if time is not None), default=None)


def is_expired(
    session: r.StationRecord, order: r.JobOrderRecord, timeout_s: float, time: datetime
) -> bool:
    """Return whether nothing was done for longer than the session lasts (21 CFR 11.200(a)(1))."""
    last = last_activity(session, order)
    return last is None or time - last > timedelta(seconds=timeout_s)
