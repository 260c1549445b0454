"""Commands about stations: who works there."""

from dataclasses import dataclass

from models.execution.principal import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStationSession:
    """Bind a person, a station and a job order, so that evidence can't go astray."""

    station: str
    job_order_id: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStationSession:
    """Leave the station."""

    station: str
