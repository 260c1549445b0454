"""Which streams and tags a decision has to look at, found step by step from what is known."""

from collections.abc import Iterator
from typing import Final

from models.execution import commands as c
from models.execution import streams
from models.execution.needs.alarms import alarm_needs
from models.execution.needs.certificates import certificate_needs
from models.execution.needs.equipment import equipment_needs, equipment_tags
from models.execution.needs.exceptions import exception_needs
from models.execution.needs.job_orders import job_order_needs
from models.execution.needs.master_data import master_data_needs
from models.execution.needs.materials import material_needs
from models.execution.needs.personnel import personnel_needs
from models.execution.needs.station import station_needs, station_tags
from models.execution.needs.work_masters import work_master_needs
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot


def _signer_needs(command: c.Command, _: Snapshot) -> Iterator[str]:
    """Name the people who sign."""
    for name in ("identity", "second"):
        identity = getattr(command, name, None)
        if identity is not None and identity.person_id:
            yield streams.person(identity.person_id)


_PARTS: Final = (
    _signer_needs,
    station_needs,
    job_order_needs,
    material_needs,
    equipment_needs,
    personnel_needs,
    work_master_needs,
    exception_needs,
    master_data_needs,
    alarm_needs,
    certificate_needs,
)


def _accounts(command: c.Command, principal: Principal) -> Iterator[str]:
    """Name the accounts that act: one that is locked can do nothing."""
    yield streams.account(principal.account)
    for name in ("identity", "second"):
        identity = getattr(command, name, None)
        if identity is not None and identity.authenticated:
            yield streams.account(identity.account)


def streams_for(command: c.Command, principal: Principal, known: Snapshot) -> frozenset[str]:
    """Return the streams to load, as far as what is already known tells.

    Call it again with what was loaded until it names nothing new; references end after a few
    rounds (container, lot, material, its lots, their containers).
    """
    named = (name for part in _PARTS for name in part(command, known))
    who = (streams.person(principal.person_id),) if principal.person_id else ()
    accounts = _accounts(command, principal)
    return frozenset((streams.attempts(principal.account), *accounts, *who, *named))


def tags_for(command: c.Command, known: Snapshot) -> frozenset[str]:
    """Return the tags whose latest reading the decision looks at."""
    return station_tags(command, known) | equipment_tags(command, known)
