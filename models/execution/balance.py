"""Balances: reconciliation of labels and of yield (21 CFR 211.125, 211.103, 111.260(f))."""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from models.execution.commands import ExceptionDisposition
from models.execution.exception_kinds import BALANCE
from models.execution.outcome import Refusal
from models.execution.records import JobOrderRecord, StepRecord
from models.execution.refusal_codes import refuse
from models.execution.sampling import number_of
from models.isa95.work_definition import Balance, StepSpecification

_CONTEXT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
_SHOWN: Final = Decimal("0.000001")


def unreconciled(
    order: JobOrderRecord, step: StepRecord, specification: StepSpecification
) -> Iterator[Refusal]:
    """Yield ``balance-incomplete`` or ``balance-out-of-limits`` for each balance of the step.

    A balance that the quality unit accepted as it is now stands. A value that the step itself
    still waits for is not missed twice.
    """
    asked = {item.evidence_id for item in specification.evidence}
    here = {item.evidence_id for item in step.evidence}
    for balance in specification.balances:
        values = {term.evidence_id: _value(order, step, term.evidence_id) for term in balance.terms}
        missing = [name for name, value in values.items() if value is None]
        for name in missing:
            if name in here or name not in asked:
                text = f"{balance.description} needs {name}, which is not on record as a number"
                yield refuse("balance-incomplete", balance.balance_id, text)
        if not missing:
            yield from _outside(order, step, balance)


def _outside(order: JobOrderRecord, step: StepRecord, balance: Balance) -> Iterator[Refusal]:
    total = result(order, step, balance)
    if total is not None and balance.lower <= total <= balance.upper:
        return
    shown = "not defined" if total is None else f"{_text(total)} {balance.unit}".strip()
    limits = f"{_text(balance.lower)} to {_text(balance.upper)} {balance.unit}".strip()
    text = f"{balance.description} is {shown}; {limits} is accepted"
    if not _accepted(order, step, balance, text):
        yield refuse(BALANCE, balance.balance_id, text)


def result(order: JobOrderRecord, step: StepRecord, balance: Balance) -> Decimal | None:
    """Return what the balance comes to, in its unit; None when a value is missing."""
    total = Decimal(0)
    for term in balance.terms:
        value = _value(order, step, term.evidence_id)
        if value is None:
            return None
        total = _CONTEXT.add(total, _CONTEXT.multiply(value, Decimal(term.sign)))
    if balance.percent_of is None:
        return total
    if balance.percent_of == 0:
        return None
    return _CONTEXT.divide(_CONTEXT.multiply(total, Decimal(100)), balance.percent_of)


def _value(order: JobOrderRecord, step: StepRecord, evidence_id: str) -> Decimal | None:
    """Return the value on record: the step's own, else that of the last step that has one."""
    for one in (step, *reversed(order.steps)):
        for item in one.evidence:
            if item.evidence_id == evidence_id:
                return number_of(item.value)
    return None


def _accepted(order: JobOrderRecord, step: StepRecord, balance: Balance, text: str) -> bool:
    """Return whether this very result was accepted, in this pass of the step."""
    return any(
        item.kind == BALANCE
        and item.disposition is ExceptionDisposition.ACCEPT
        and (item.step_id, item.subject, item.description)
        == (step.step_id, balance.balance_id, text)
        and step.start_time is not None
        and item.opened_time >= step.start_time
        for item in order.exceptions
    )


def _text(number: Decimal) -> str:
    """Return a number for people, with at most six decimals and no empty ones."""
    shown = number.quantize(_SHOWN, context=_CONTEXT).normalize(_CONTEXT)
    return f"{shown:f}"
