"""A proof: one thing that has to be true, and what was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One thing that had to be true, and what was found."""

    what: str
    held: bool
    found: str
