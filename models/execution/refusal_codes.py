"""The catalogue of refusals: every stable code, its group, its meaning and its remedy.

A code is never reused and never changes its meaning. The order of the tables is the order of
precedence in which docs/refusals.md lists them. ``group`` has a fixed bit in the ReturnStatus of
OPC 10031-4 (Annex B.2: bits 33 to 63 are for the implementation).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from models.execution.exception_kinds import EXCEPTION_CODES
from models.execution.outcome import Refusal
from models.execution.refusal_kind import RefusalGroup, RefusalKind
from models.execution.refusal_kinds import (
    alarms,
    context,
    equipment,
    evidence,
    exceptions,
    instruments,
    lots,
    master_data,
    materials,
    people,
    sequence,
    unknown,
)

_TABLES: Final = (
    unknown.KINDS,
    master_data.KINDS,
    sequence.KINDS,
    context.KINDS,
    people.KINDS,
    materials.KINDS,
    lots.KINDS,
    equipment.KINDS,
    instruments.KINDS,
    evidence.KINDS,
    exceptions.KINDS,
    alarms.KINDS,
)

REFUSAL_KINDS: Final[Mapping[str, RefusalKind]] = MappingProxyType(
    {kind.code: kind for kinds in _TABLES for kind in kinds}
)
"""Every refusal by its code, in order of precedence."""


def refuse(code: str, subject: str, obstacle: str, offers: tuple[str, ...] = ()) -> Refusal:
    """Return the refusal of that code about the subject, with its gate and its remedy."""
    kind = REFUSAL_KINDS[code]
    return Refusal(
        code=code,
        gate=kind.gate,
        subject=subject,
        obstacle=obstacle,
        remedy=kind.remedy,
        offers=offers,
    )


__all__ = ("EXCEPTION_CODES", "REFUSAL_KINDS", "RefusalGroup", "RefusalKind", "refuse")
