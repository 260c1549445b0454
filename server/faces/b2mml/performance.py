"""Renders operations performance as a B2MML V0701 message; pure, equal inputs give equal bytes."""

from datetime import datetime
from typing import Final

from models.isa95.work_performance import OperationsPerformance
from server.faces.b2mml.codec import Codec
from server.faces.b2mml.message import (
    ApplicationArea,
    DataArea,
    ProcessVerb,
    Receiver,
    Sender,
    Transaction,
)
from server.faces.b2mml.v0701 import V0701

DOCUMENT: Final = "ProcessOperationsPerformance"
"""The root element, which also names the kind of the message in the outbox."""


def render(
    performance: OperationsPerformance,
    *,
    message_id: str,
    created_time: datetime,
    sender: Sender,
    receiver: Receiver,
    codec: Codec | None = None,
) -> bytes:
    """Return a ProcessOperationsPerformance that asks for an answer only on errors.

    With a ``codec`` that has the official schemas the result is checked against them.
    """
    message = Transaction(
        release_id=V0701.release_id,
        application_area=ApplicationArea(
            sender=sender,
            receivers=(receiver,),
            creation_time=created_time,
            bod_id=message_id,
        ),
        data_area=DataArea(verb=ProcessVerb(acknowledge_code="OnError"), nouns=(performance,)),
    )
    return (codec or Codec()).write(V0701, DOCUMENT, message)
