"""Refusals about instruments and their readings."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "instrument-not-suitable", _G.INSTRUMENT, "instrument_is_suitable",
        "The instrument does not belong to this station, or is not of the class required.",
        "Use an instrument of the required class at this station.",
    ),
    RefusalKind(
        "calibration-overdue", _G.INSTRUMENT, "instrument_is_calibrated",
        "The calibration of the instrument is overdue or was never made.",
        "Use another instrument, or have this one calibrated.",
    ),
    RefusalKind(
        "calibration-failed", _G.INSTRUMENT, "instrument_is_calibrated",
        "The instrument failed its last calibration.",
        "Use another instrument; have this one repaired and calibrated.",
    ),
    RefusalKind(
        "reading-missing", _G.READING, "reading_is_trustworthy",
        "The device delivers no reading.",
        "Check that the device is connected and switched on.",
    ),
    RefusalKind(
        "reading-bad", _G.READING, "reading_is_trustworthy",
        "The device says that its reading is not good.",
        "Check the device; an overloaded scale must be relieved.",
    ),
    RefusalKind(
        "reading-stale", _G.READING, "reading_is_trustworthy",
        "The latest reading of the device is too old.",
        "Wait for a fresh reading; check the connection if none comes.",
    ),
    RefusalKind(
        "reading-unstable", _G.READING, "reading_is_trustworthy",
        "The reading has not settled.",
        "Wait until the device shows that it is stable.",
    ),
)  # fmt: skip
