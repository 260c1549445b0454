"""The life of a lot: which disposition follows which, and what the change means."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from models.isa95.material import Disposition

QUARANTINE: Final = "quarantine"
"""The status in which every received lot waits for the quality unit."""

OUT_OF_SPECIFICATION: Final = "out of specification"
"""The status of a released lot of which a later test failed."""

_D = Disposition

LOT_TRANSITIONS: Final[Mapping[tuple[Disposition, Disposition], str]] = MappingProxyType(
    {
        (_D.PLANNED, _D.RESTRICTED): "arrives in quarantine",
        (_D.PLANNED, _D.CLOSED): "does not come",
        (_D.IN_PROCESS, _D.RESTRICTED): "is held",
        (_D.IN_PROCESS, _D.UNRESTRICTED): "is released, all tests passed",
        (_D.IN_PROCESS, _D.CLOSED): "is rejected",
        (_D.RESTRICTED, _D.RESTRICTED): "stays restricted, with another status",
        (_D.RESTRICTED, _D.UNRESTRICTED): "is released, all tests passed",
        (_D.RESTRICTED, _D.CLOSED): "is rejected",
        (_D.UNRESTRICTED, _D.RESTRICTED): "is held",
    }
)
"""What the quality unit may decide about a lot; a pair that is not listed is not possible.

From Closed a lot comes back only to Restricted, by ``ReverseLotRejection``, which two people sign.
"""


def possible_from(disposition: Disposition) -> tuple[str, ...]:
    """Return the dispositions that may follow."""
    return tuple(after.value for before, after in LOT_TRANSITIONS if before is disposition)
