"""The transaction profile: the standard's own statement of what we take part in."""

from datetime import datetime
from typing import Final

from models.isa95.work_schedule import Code
from server.faces.b2mml.message import (
    ApplicationArea,
    DataArea,
    ResponseVerb,
    Sender,
    SupportedAction,
    Transaction,
    TransactionProfile,
)
from server.faces.b2mml.v0701 import V0701
from server.faces.b2mml.write import write_document

ACTIONS: Final[tuple[SupportedAction, ...]] = (
    SupportedAction(
        id="process-operations-schedule",
        descriptions=("Stores each operations request as a job order and acknowledges it.",),
        verb=Code("PROCESS"),
        noun=Code("OPERATIONS SCHEDULE"),
        receiver="true",
    ),
    SupportedAction(
        id="process-operations-performance",
        descriptions=("Reports the actuals of a job order that has ended.",),
        verb=Code("PROCESS"),
        noun=Code("OPERATIONS PERFORMANCE"),
        sender="true",
    ),
)


def render_profile(sender: Sender, created_time: datetime) -> bytes:
    """Return a ShowTransactionProfile."""
    profile = TransactionProfile(id="interlock", actions=ACTIONS)
    message = Transaction(
        release_id=V0701.release_id,
        application_area=ApplicationArea(sender=sender, creation_time=created_time),
        data_area=DataArea(verb=ResponseVerb(), nouns=(profile,)),
    )
    return write_document(V0701, "ShowTransactionProfile", message)
