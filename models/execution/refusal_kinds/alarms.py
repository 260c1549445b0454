"""Refusals about alarms."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "alarm-unknown", _G.UNKNOWN, "alarm_is_known",
        "There is no alarm of this id, or none any more.",
        "Choose one of the alarms that are shown.",
    ),
    RefusalKind(
        "alarm-disabled", _G.ALARM, "alarm_is_enabled",
        "The alarm is switched off.",
        "Switch it on first.",
    ),
    RefusalKind(
        "alarm-came-up-again", _G.CONTEXT, "occurrence_is_the_present_one",
        "The alarm that was seen is over; it has come up again since.",
        "Look at it again.",
    ),
    RefusalKind(
        "alarm-already-acknowledged", _G.ALARM, "alarm_is_not_acknowledged",
        "Somebody has acknowledged the alarm before.",
        "Nothing is to be done.",
    ),
    RefusalKind(
        "alarm-not-acknowledged", _G.ALARM, "alarm_is_acknowledged",
        "Nobody has acknowledged the alarm yet.",
        "Acknowledge it first.",
    ),
    RefusalKind(
        "alarm-already-confirmed", _G.ALARM, "alarm_is_not_confirmed",
        "Somebody has confirmed the alarm before.",
        "Nothing is to be done.",
    ),
    RefusalKind(
        "alarm-remark-missing", _G.ALARM, "remark_says_something",
        "The remark about the alarm is empty.",
        "Say something.",
    ),
    RefusalKind(
        "alarm-not-shelvable", _G.ALARM, "alarm_may_be_shelved",
        "An alarm of this kind can't be put aside.",
        "Settle what it is about.",
    ),
    RefusalKind(
        "alarm-shelving-too-long", _G.ALARM, "shelving_is_bounded",
        "The alarm would be put aside for no time, or for too long.",
        "Choose a time of at most 12 hours.",
    ),
    RefusalKind(
        "alarm-already-shelved", _G.ALARM, "alarm_is_not_shelved",
        "The alarm is put aside already.",
        "Bring it back first.",
    ),
    RefusalKind(
        "alarm-not-shelved", _G.ALARM, "alarm_is_shelved",
        "The alarm is not put aside.",
        "Nothing is to be done.",
    ),
    RefusalKind(
        "alarm-not-disablable", _G.ALARM, "alarm_may_be_disabled",
        "An alarm of this kind can't be switched off.",
        "Settle what it is about.",
    ),
    RefusalKind(
        "alarm-already-disabled", _G.ALARM, "alarm_is_enabled",
        "The alarm is switched off already.",
        "Nothing is to be done.",
    ),
    RefusalKind(
        "alarm-already-enabled", _G.ALARM, "alarm_is_disabled",
        "The alarm is switched on.",
        "Nothing is to be done.",
    ),
)  # fmt: skip
