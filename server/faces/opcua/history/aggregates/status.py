"""StatusCodes of aggregated values with their historian bits (OPC 10000-4, 7.39; 10000-13, 5.3)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Codes = NDArray[np.uint32]
Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Grades = NDArray[np.int8]

GOOD: Final = 0x00000000
UNCERTAIN_SUBNORMAL: Final = 0x40A40000
BAD: Final = 0x80000000
BAD_NO_DATA: Final = 0x809B0000

RAW: Final = 0x00
CALCULATED: Final = 0x01
INTERPOLATED: Final = 0x02
PARTIAL: Final = 0x04
EXTRA_DATA: Final = 0x08
MULTIPLE_VALUES: Final = 0x10
_DATA_VALUE: Final = 0x400
"""InfoType: without it a client must ignore the bits above."""

_SEVERITY: Final = 0xC0000000

FINE: Final = 0
DOUBTFUL: Final = 1
UNUSABLE: Final = 2
"""The grades of a value, worst last: Good, Uncertain, Bad."""


def grades(codes: Codes) -> Grades:
    """Return the grade of each StatusCode; the two upper bits tell."""
    return np.minimum(codes >> 30, UNUSABLE).astype(np.int8)


def with_bits(codes: Codes, bits: Codes) -> Codes:
    """Return the codes with historian bits, and the InfoType wherever there are any."""
    return codes | bits | np.where(bits != 0, _DATA_VALUE, 0).astype(np.uint32)


def severity(codes: Codes) -> Codes:
    """Return only the two bits that say Good, Uncertain or Bad."""
    return codes & np.uint32(_SEVERITY)


def code_of_grade(grade: Grades) -> Codes:
    """Return the StatusCode of an estimated value of this grade."""
    table = np.array([GOOD, UNCERTAIN_SUBNORMAL, BAD_NO_DATA], dtype=np.uint32)
    found: Codes = table[grade]
    return found
