"""Events of stations."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSessionOpened:
    """A person took a station for a job order."""

    station: str
    job_order_id: str
    person_id: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSessionClosed:
    """The person left the station."""

    station: str
