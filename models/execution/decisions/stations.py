"""Decisions about stations: who works there, for which job order."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import signing_view
from models.execution.gates import OPEN_JOB_ORDER_GATES, SIGNER_GATES
from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.execution.views import session_view

_PRODUCERS = {Role.OPERATOR, Role.SUPERVISOR, Role.QUALITY}


def open_session(command: c.OpenStationSession, snapshot: Snapshot) -> Decision:
    """Bind the person to the station and the job order."""
    who = command.identity
    view = signing_view(command.job_order_id, who, snapshot)
    answers = [_free(command, snapshot)]
    if isinstance(view, Refusal):
        answers.append(iter((view,)))
    else:
        answers.append(ask(SIGNER_GATES, view))
        answers.append(ask(OPEN_JOB_ORDER_GATES, view.job_order))
    answers.append(role_is_suitable(who, _PRODUCERS, "work at a station"))
    refusals = Verdict.of(*answers).refusals
    opened = e.StationSessionOpened(
        station=command.station,
        job_order_id=command.job_order_id,
        person_id=str(who.person_id),
        account=who.account,
    )
    return Decision(
        events=() if refusals else (opened,),
        refusals=refusals,
        person_id=who.person_id,
        job_order_id=command.job_order_id,
    )


def _free(command: c.OpenStationSession, snapshot: Snapshot) -> Iterator[Refusal]:
    station = command.station
    equipment = snapshot.equipment(station)
    if equipment is None or not equipment.equipment.is_station:
        yield refuse("station-unknown", station, f"{station} is not a station of this plant")
        return
    session = snapshot.station(station)
    there = session.person_id if session else None
    if there not in (None, command.identity.person_id) and _counts(station, snapshot):
        yield refuse("station-occupied", station, f"{there} has an open session at {station}")


def _counts(station: str, snapshot: Snapshot) -> bool:
    """Return whether the session that is open there still counts."""
    view = session_view(station, snapshot)
    return not (isinstance(view, Refusal) and view.code == "session-expired")


def close_session(command: c.CloseStationSession, snapshot: Snapshot) -> Decision:
    """Let the person leave the station; what was started stays as it is."""
    session = session_view(command.station, snapshot, leaving=True)
    if isinstance(session, Refusal):
        return Decision(refusals=(session,))
    return Decision(
        events=(e.StationSessionClosed(station=command.station),),
        person_id=session.person_id,
        job_order_id=session.job_order.job_order_id,
    )
