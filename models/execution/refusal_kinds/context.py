"""Refusals about stations and their sessions."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "session-missing", _G.CONTEXT, "station_session_is_open",
        "Nobody has opened a session at this station.",
        "Open a station session with your own account first.",
    ),
    RefusalKind(
        "station-occupied", _G.CONTEXT, "station_is_free",
        "Another person has an open session at this station.",
        "Have that person close the session, then open yours.",
    ),
    RefusalKind(
        "context-mismatch", _G.CONTEXT, "context_is_the_stations",
        "The screen shows another job order or step than the station is bound to.",
        "Refresh the screen and look again before you go on.",
    ),
    RefusalKind(
        "station-not-suitable", _G.STATION, "step_is_performed_at_its_station",
        "This step may not be performed at this kind of station.",
        "Go to a station of the class that the step asks for.",
    ),
    RefusalKind(
        "session-expired", _G.CONTEXT, "station_session_is_fresh",
        "Nothing was done at the station for so long that its session no longer counts.",
        "Open the session anew with account and password.",
    ),
    RefusalKind(
        "session-not-continued", _G.CONTEXT, "signer_continues_the_session",
        "The password alone signs only for the account of the station's open session.",
        "Sign with account and password.",
    ),
)  # fmt: skip
