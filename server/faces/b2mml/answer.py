"""Answers to documents: Acknowledge where the noun was understood, else ConfirmBOD."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.isa95.work_schedule import Code, OperationsSchedule
from server.faces.b2mml.codec import Codec, Received
from server.faces.b2mml.message import (
    ApplicationArea,
    Bod,
    ChangeStatus,
    DataArea,
    ErrorMessage,
    Receiver,
    ResponseCriteria,
    ResponseExpression,
    ResponseVerb,
    Sender,
    Transaction,
    UserArea,
)
from server.faces.b2mml.problem import Problem
from server.faces.b2mml.tables import Version

_OURS: Final = uuid.UUID("5b9a2b76-5a0d-5b0f-9d3c-0a7c1f6c3d52")
"""The name space of our message ids: the same answer always has the same id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something was not done, in the words of the answer."""

    code: str
    text: str
    remedy: str = ""
    subject: str = ""


def reasons(problems: tuple[Problem, ...]) -> tuple[Reason, ...]:
    """Return the problems of a document as reasons, each with line and column."""
    return tuple(Reason(code=p.code, text=p.text(), subject=p.xpath) for p in problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """Writes answers in the name of this installation. Equal inputs give equal bytes."""

    codec: Codec
    sender: Sender

    def acknowledge(
        self,
        received: Received,
        nouns: tuple[OperationsSchedule, ...],
        verdict: str,
        why: tuple[Reason, ...],
        time: datetime,
    ) -> bytes:
        """Return an AcknowledgeOperationsSchedule: Accepted, Modified or Rejected."""
        original = received.application_area
        criteria = (_verdict(verdict, why, time), *(_one_reason(r) for r in why))
        seed = f"{verdict}|{received.content_hash}"
        message = Transaction(
            release_id=received.version.release_id,
            application_area=self._area(original, time, seed),
            data_area=DataArea(
                verb=ResponseVerb(
                    original_application_area=original,
                    criteria=criteria if why else criteria[:1],
                ),
                nouns=nouns,
            ),
        )
        return self.codec.write(received.version, "AcknowledgeOperationsSchedule", message)

    def confirm_rejected(
        self,
        version: Version,
        original: ApplicationArea | None,
        why: tuple[Reason, ...],
        time: datetime,
        error_type: str = "BusinessError",
    ) -> bytes:
        """Return a ConfirmBOD that rejects a document, with an ErrorMessage for each reason."""
        errors = tuple(
            ErrorMessage(
                descriptions=(_sentence(reason),),
                thrown_from=self.sender.logical_id or "b2mml",
                time=time,
                error_type=Code(error_type),
                error_code=reason.code,
            )
            for reason in why
        )
        seed = f"Confirm|{'|'.join(reason.text for reason in why)}"
        message = Transaction(
            application_area=self._area(original, time, seed),
            data_area=DataArea(
                verb=ResponseVerb(
                    original_application_area=original, criteria=(_verdict("Rejected", why, time),)
                ),
                nouns=(
                    Bod(
                        original_application_area=original,
                        descriptions=("rejected",),
                        user_area=UserArea(error_messages=errors),
                    ),
                ),
            ),
        )
        return self.codec.write(version, "ConfirmBOD", message)

    def _area(self, original: ApplicationArea | None, time: datetime, seed: str) -> ApplicationArea:
        theirs = original.sender if original else None
        reference = theirs.reference_id if theirs else None
        bod_id = original.bod_id if original else None
        named = f"{theirs.logical_id if theirs else ''}|{reference}|{bod_id}|{seed}"
        receivers = (
            (Receiver(logical_id=theirs.logical_id, component_id=theirs.component_id),)
            if theirs
            else ()
        )
        return ApplicationArea(
            sender=self.sender,
            receivers=receivers,
            creation_time=time,
            bod_id=str(uuid.uuid5(_OURS, named)),
        )


def _verdict(verdict: str, why: tuple[Reason, ...], time: datetime) -> ResponseCriteria:
    """Return the first criteria, which alone counts; its status names all reasons."""
    status = None
    if why:
        status = ChangeStatus(
            code=why[0].code,
            descriptions=tuple(_sentence(reason) for reason in why),
            effective_time=time,
            reason_code=why[0].code,
        )
    return ResponseCriteria(
        expression=ResponseExpression(action_code=verdict), change_status=status
    )


def _one_reason(reason: Reason) -> ResponseCriteria:
    return ResponseCriteria(
        expression=ResponseExpression(
            action_code="Rejected", expression=" ".join(reason.subject.split())
        ),
        change_status=ChangeStatus(
            code=reason.code,
            descriptions=(reason.text,),
            reason_code=reason.code,
            reasons=(reason.remedy,) if reason.remedy else (),
        ),
    )


def _sentence(reason: Reason) -> str:
    return f"{reason.text}; {reason.remedy}" if reason.remedy else reason.text
