"""The roles of OPC 10000-18, and which of the product's roles each of them is.

Where a well-known role means the same it stands for ours; the others have nodes of their own among
our types. Engineer, ConfigureAdmin and the key server's roles are shown as every server shows
them, and no account has them: what an engineer configures stands in files, not in nodes.
"""

from dataclasses import dataclass
from typing import Final

from asyncua import ua

from models.execution.principal import Role
from server.faces.opcua.access.caller import AUTHENTICATED, EVERYBODY
from server.faces.opcua.namespaces import standard, types

ROLE_SET: Final = standard(ua.ObjectIds.Server_ServerCapabilities_RoleSet)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow:
    """One role as clients see it; ``key`` is what a session is granted."""

    key: str
    node_id: ua.NodeId
    name: str
    about: str

    @property
    def is_well_known(self) -> bool:
        """Whether OPC UA itself defines it, so that its node is there already."""
        return self.node_id.NamespaceIndex == 0


def _ours(role: Role, number: int, name: str, about: str) -> RoleRow:
    return RoleRow(key=role.value, node_id=types(number), name=name, about=about)


def _known(key: str, number: int, name: str, about: str) -> RoleRow:
    return RoleRow(key=key, node_id=standard(number), name=name, about=about)


_ID: Final = ua.ObjectIds

ROLES: Final = (
    _known(EVERYBODY, _ID.WellKnownRole_Anonymous, "Anonymous",
           "Every session, also one without an account; there are such in a demo only."),
    _known(AUTHENTICATED, _ID.WellKnownRole_AuthenticatedUser, "AuthenticatedUser",
           "Every session of an account."),
    _known(Role.OBSERVER.value, _ID.WellKnownRole_Observer, "Observer",
           "SCADA and other systems that look and never ask for anything."),
    _known(Role.OPERATOR.value, _ID.WellKnownRole_Operator, "Operator",
           "A person who works at stations."),
    _known(Role.SUPERVISOR.value, _ID.WellKnownRole_Supervisor, "Supervisor",
           "A person who leads the work of others, and decides on exceptions."),
    _known(Role.ADMINISTRATOR.value, _ID.WellKnownRole_SecurityAdmin, "SecurityAdmin",
           "Administers accounts and certificates; never takes part in production."),
    _ours(Role.QUALITY, 901, "QualityUnit", "Decides on lots, exceptions and the release."),
    _ours(Role.PLANNER, 902, "Planner", "Plans job orders."),
    _ours(Role.ERP, 903, "Erp", "The business system that orders and receives."),
    _ours(Role.HMI, 904, "Terminal", "A terminal; it acts for its own stations only."),
    _ours(Role.METROLOGY, 905, "Metrology", "Records calibrations."),
    _ours(Role.MAINTENANCE, 906, "Maintenance", "Takes equipment out of use and back."),
    _ours(Role.WAREHOUSE, 907, "Warehouse", "Receives and moves containers."),
    _ours(Role.LABORATORY, 908, "Laboratory", "Records the results of tests."),
    _ours(Role.TRAINING, 909, "Training", "Records qualifications of persons."),
    _ours(Role.SYSTEM, 910, "System", "The installation itself; no account can have it."),
)  # fmt: skip
"""Every role that a session can be granted, with its node."""

ROLE_OF: Final = {row.key: row for row in ROLES}
