"""Who may see what: one table of branches of the address space, and who reads each.

What a session may do with a node follows from the branch that the node stands in and from its
roles; methods follow from the roles of their command. The answer is a number that is looked up,
so that asking for each of ten thousand nodes costs nothing.
"""

from dataclasses import dataclass
from typing import Final

from asyncua import ua

from models.execution.principal import Role
from server.faces.opcua.access.caller import AUTHENTICATED, EVERYBODY

_ALL: Final = frozenset({EVERYBODY})
_ACCOUNTS: Final = frozenset({AUTHENTICATED})
_SECURITY: Final = frozenset({Role.ADMINISTRATOR.value, Role.QUALITY.value})
_PERSONS: Final = _SECURITY | {Role.SUPERVISOR.value, Role.TRAINING.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A part of the address space with its readers.

    ``paths`` are where it begins, as NodeIds of the plant's namespace; the longest path counts.
    ``nodes`` are single nodes there, without what is below them.
    """

    name: str
    about: str
    paths: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    readers: frozenset[str]
    """Who browses and reads it."""
    historians: frozenset[str] = _ACCOUNTS
    """Of those, who reads its history."""
    listeners: frozenset[str] = _ACCOUNTS
    """Who receives events of its nodes, and events of its types."""
    is_encrypted: bool = False
    """Whether only sessions on an encrypted channel get anything of it."""


STANDARD: Final = Branch(
    name="Types and server",
    about="Types, and what the server says about itself.",
    readers=_ALL,
)
LIVE: Final = Branch(
    name="Equipment and tags",
    about="Equipment and physical assets with their classes, states and tags.",
    nodes=("Interlock", "ISA95"),
    paths=(
        "ISA95/Equipment",
        "ISA95/EquipmentClasses",
        "ISA95/PhysicalAssets",
        "ISA95/PhysicalAssetsByClass",
        "ISA95/PhysicalAssetClasses",
    ),
    readers=_ALL,
)
PRODUCTION: Final = Branch(
    name="Production",
    about="Stations, job orders, materials, lots, methods: all of the plant that is named nowhere "
    "else in this table, and the models that a plant adds.",
    readers=_ACCOUNTS,
)
PERSONS: Final = Branch(
    name="Persons",
    about="The persons with names and qualifications.",
    paths=("ISA95/Personnel/Persons",),
    readers=_PERSONS,
    historians=_PERSONS,
    listeners=_PERSONS,
    is_encrypted=True,
)
AUDIT: Final = Branch(
    name="Audit events",
    about="Audit events of channels, sessions, certificates, calls and writes, by their types.",
    readers=_ALL,
    listeners=_SECURITY,
)
SECURITY: Final = Branch(
    name="Security",
    about="Who has a session, who has which role, and the server's own certificates.",
    readers=_SECURITY,
    historians=_SECURITY,
    listeners=_SECURITY,
    is_encrypted=True,
)

BRANCHES: Final = (STANDARD, LIVE, PRODUCTION, PERSONS, AUDIT, SECURITY)
"""The table, most open first."""

ROOTS: Final = (
    (SECURITY, ua.ObjectIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary),
    (SECURITY, ua.ObjectIds.ServerConfiguration),
    (AUDIT, ua.ObjectIds.AuditEventType),
)
"""Standard nodes that belong to another branch than Standard, with all that is below them."""
