"""What a refusal is described by: its stable code, its group, its meaning and its remedy."""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class RefusalGroup(Enum):
    """Groups of refusals; the value is the bit in ReturnStatus and never changes."""

    UNKNOWN = 33
    SEQUENCE = 34
    CONTEXT = 35
    STATION = 36
    PERSON = 37
    VERIFICATION = 38
    MATERIAL = 39
    QUANTITY = 40
    INSTRUMENT = 41
    READING = 42
    EVIDENCE = 43
    EXCEPTION = 44
    MASTER_DATA = 45
    EQUIPMENT = 46
    DOCUMENT = 47
    ACCOUNT = 48
    ALARM = 49


@dataclass(frozen=True, slots=True)
class RefusalKind:
    """One code: the gate that refuses with it, what it means, and what to do about it."""

    code: str
    group: RefusalGroup
    gate: str
    meaning: str
    remedy: str
