"""docs/opcua-security.md: who sees and does what over OPC UA, made from the tables that decide."""

# ruff: noqa: E501 -- a row of a Markdown table is one line

from typing import Final

from server.faces.opcua.access.caller import AUTHENTICATED, EVERYBODY
from server.faces.opcua.access.readers import BRANCHES, Branch
from server.faces.opcua.access.role_table import ROLES, RoleRow
from server.faces.opcua.secure.connection import STRANGER_BYTES
from server.faces.opcua.settings import SecureServerLimits
from tests.golden.documents import table
from tests.tree import ROOT

PAGE: Final = ROOT / "docs/opcua-security.md"
_WHO: Final = {EVERYBODY: "everybody", AUTHENTICATED: "every account"}

_HEAD: Final = """\
# Security over OPC UA

Who gets in, who sees what, and who may call what; for administrators and for those who connect a
SCADA system. This page is made from the tables that decide (`server/faces/opcua/access/`); a test
compares them, and `UPDATE_GOLDEN=1` writes it anew.

## The way in

| | what is asked | otherwise |
|---|---|---|
| channel | Basic256Sha256, Aes128_Sha256_RsaOaep or Aes256_Sha256_RsaPss, Sign or SignAndEncrypt | SecurityPolicy None only tells which endpoints there are; in the demo profile it also reads live values |
| client | a certificate that lies in `certificates/trusted`, or that an authority there has issued: RSA of 2048 to 4096 bits, valid now, made for an OPC UA client | BadSecurityChecksFailed, and it is listed among the rejected ones; BadCertificateTimeInvalid, BadCertificateUseNotAllowed |
| session | the certificate of the channel, and an ApplicationUri that stands in it | BadSecurityChecksFailed, BadCertificateUriInvalid |
| user | account name and password, or a certificate that is registered for an account | BadUserAccessDenied, after the same time and without a reason, whatever was wrong |

A password is never taken without encryption: on None there is no such token, in mode Sign it is
encrypted for itself and bound to the server's nonce. A session is known by 32 random bytes and
belongs to its channel. It moves to another channel only for the same client certificate, policy
and mode, and the user has to log in again there. One channel has one session. Its user does not
change (BadIdentityChangeNotSupported): what it monitors was allowed for the first one.

A session ends at once, with its subscriptions, when its account is locked, its user's certificate
is revoked or its client is trusted no more, and within seconds when its password has expired.

## Clients: `interlock certs`

    interlock certs list --config DIR --state DIR
    interlock certs trust 3F9A1C02 --reason "panel of line 3" --config DIR --state DIR

| action | does |
|---|---|
| `list`, `show` | own, trusted, rejected and authorities: subject, application, SHA-256, validity; of rejected ones when they were first and last seen, from where, and why they were rejected |
| `trust` | lets a client in, by 8 digits of its fingerprint or more, or by its file |
| `reject` | shuts it out; its sessions are closed and its connection is cut within seconds |
| `renew` | makes a new key and certificate for the server; the old ones are kept; takes a restart |

Nothing else takes a restart. `trust` and `reject` go on record, with the reason and the account of
the operating system (`ApplicationCertificateTrusted`, `ApplicationCertificateRejected`). A file
that is put into `certificates/trusted` by hand counts, too, and is not on record.

**Authorities.** One whose certificate lies in `trusted` vouches for all that it issued; those
between lie in `issuers` and are not trusted by themselves. Each needs a list of what it revoked in
`crls`, in force: without one, nothing that it issued is trusted. Clients send their own certificate
only; a chain that is sent along is not looked at.

## Users' certificates

An administrator registers one for an account by its SHA-256 (`RegisterUserCertificate`) and takes
it away for ever (`RevokeUserCertificate`); both are on record. It is one account's. RSA of 2048 to
4096 bits, valid now, and its key has signed the server's certificate and nonce. A registered
certificate that is shown without its key is a wrong password: the fifth in a row locks the
account. It opens a session and signs nothing: signatures take account name and password.
"""

_ROLES_TEXT: Final = """
## Roles

`Server/ServerCapabilities/RoleSet` shows these roles beside those of OPC UA that no account has
(Engineer, ConfigureAdmin and others). A session has Anonymous, AuthenticatedUser and the roles of
its account ([roles.md](roles.md)).

"""

_BRANCHES_TEXT: Final = """
## Who reads what

What a session may not browse does not exist for it: BadNodeIdUnknown, in every service. *Encrypted*
branches take mode SignAndEncrypt, else BadSecurityModeInsufficient. Nobody writes anything.

"""

_REST: Final = """
Events come to a session that may receive events of their type *and* of their source. History is
read by who reads the node, with an account.

## Whose a method is

The roles of its command ([roles.md](roles.md)), at a station those of its own terminals. It is to
be seen before the call: `UserExecutable` is false, and the call is BadUserAccessDenied. The attempt
is decided and goes on record nevertheless. A method that takes a password as an argument takes an
encrypted channel. `Check` may be called by every account.

## What nodes say about it

| attribute | says |
|---|---|
| `RolePermissions` | which role may do what; for administrator and quality |
| `UserRolePermissions` | the same for the roles of the session |
| `AccessRestrictions` | SessionRequired always; EncryptionRequired for encrypted branches and signed methods |
| `AccessLevel`, `AccessLevelEx`, `UserAccessLevel` | read and history, without what the session may not |
| `UserExecutable` | what a call will do |
| `WriteMask`, `UserWriteMask` | 0 |

## What is wrong with a call

| status | when |
|---|---|
| BadNodeIdUnknown | there is no such object, or not for this session |
| BadMethodInvalid | the method is not the object's, nor its type's |
| BadNotExecutable | nothing runs behind the method |
| BadArgumentsMissing, BadTooManyArguments | their number is wrong |
| BadInvalidArgument | `InputArgumentResults` says which: BadTypeMismatch, or BadOutOfRange for a text of more than 262144 characters or an array of more than 10000 elements |
| BadTooManyOperations | more calls at once than a session may have |

A slow method holds up nothing else on its connection.
"""


def _who(keys: frozenset[str]) -> str:
    return ", ".join(sorted(_WHO.get(key, key) for key in keys))


def _branch(one: Branch) -> tuple[str, ...]:
    encrypted = "yes" if one.is_encrypted else ""
    return one.name, one.about, _who(one.readers), _who(one.listeners), encrypted


def _role(one: RoleRow) -> tuple[str, ...]:
    node_id = f"`i={one.node_id.Identifier}`"
    if not one.is_well_known:
        node_id = f"`ns={one.node_id.NamespaceIndex};i={one.node_id.Identifier}`"
    return one.name, node_id, _WHO.get(one.key, f"`{one.key}`"), one.about


_BOUNDS_TEXT: Final = """
Where there are as many connections or sessions as may be, the oldest on which nobody has logged in
gives way to a new one; those in use stay. An answer that would have more bytes than a message is
given up while it is made, with BadResponseTooLarge. How many entries a request has is looked at
before they are read (BadTooManyOperations), and long requests are answered bit by bit, so that
other clients are served in between.
"""


def page() -> str:
    """Return docs/opcua-security.md."""
    limits = SecureServerLimits()
    bounds = (
        ("connections", limits.max_connections),
        ("sessions", limits.max_sessions),
        ("calls and history reads of a session at once", limits.max_calls_in_progress),
        ("rejected certificates that are kept", limits.max_rejected_certificates),
        ("logins that are checked at once", limits.max_logins_in_progress),
        ("bytes of a message", limits.max_message_bytes),
        ("bytes of a request before anybody has logged in", STRANGER_BYTES),
    )
    roles = table(("role", "NodeId", "who has it", "meaning"), tuple(_role(one) for one in ROLES))
    head = ("branch", "what", "read by", "events for", "encrypted")
    branches = table(head, tuple(_branch(one) for one in BRANCHES))
    numbers = table(("bound", "most"), tuple((name, str(most)) for name, most in bounds))
    return f"{_HEAD}{_ROLES_TEXT}{roles}{_BRANCHES_TEXT}{branches}{_REST}\n## Bounds\n\n{numbers}{_BOUNDS_TEXT}"
