"""The states of an equipment phase, as far as a step depends on them (ISA-88 Part 1, 6.5)."""

from enum import Enum, unique


@unique
class PhaseState(Enum):
    """What is known of an equipment phase; what is not known is ``HELD``, never ``COMPLETE``."""

    RUNNING = "Running"
    HELD = "Held"
    COMPLETE = "Complete"
