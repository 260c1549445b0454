"""What an event makes of WorkMasters and controlled documents."""

from datetime import datetime

from models.execution import events as e
from models.execution import records as r


def work_masters(_: r.Record | None, __: e.Event, ___: datetime) -> r.Record | None:
    """Take in where the versions of a WorkMaster stand, and which documents are in force."""
    return None
