"""Decisions about certificates of users and of client applications."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision
from models.execution.fingerprint import is_fingerprint, read_fingerprint
from models.execution.outcome import Refusal
from models.execution.principal import Principal
from models.execution.records import UserCertificateRecord
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot


def register(
    command: c.RegisterUserCertificate, principal: Principal, snapshot: Snapshot
) -> Decision:
    """Give an account a certificate that no account has or had."""
    mark = read_fingerprint(command.fingerprint)
    known = snapshot.user_certificate(mark)
    refusals = (
        *_unreadable(command.fingerprint),
        *_unknown_account(command.account, snapshot),
        *_taken(mark, known),
    )
    registered = e.UserCertificateRegistered(
        fingerprint=mark, account=command.account, reason=command.reason
    )
    return Decision(
        events=() if refusals else (registered,), refusals=refusals, person_id=principal.person_id
    )


def revoke(command: c.RevokeUserCertificate, principal: Principal, snapshot: Snapshot) -> Decision:
    """Take a certificate away from its account."""
    mark = read_fingerprint(command.fingerprint)
    known = snapshot.user_certificate(mark)
    refusals = (*_unreadable(command.fingerprint), *_not_of(command.account, mark, known))
    revoked = e.UserCertificateRevoked(
        fingerprint=mark, account=command.account, reason=command.reason
    )
    return Decision(
        events=() if refusals else (revoked,), refusals=refusals, person_id=principal.person_id
    )


def trust(
    command: c.TrustApplicationCertificate, principal: Principal, snapshot: Snapshot
) -> Decision:
    """Trust a client application; once more is no second event."""
    mark = read_fingerprint(command.fingerprint)
    known = snapshot.application_certificate(mark)
    refusals = tuple(_unreadable(command.fingerprint))
    trusted = e.ApplicationCertificateTrusted(
        fingerprint=mark, subject=command.subject, reason=command.reason
    )
    is_new = not refusals and not (known is not None and known.trusted)
    return Decision(
        events=(trusted,) if is_new else (), refusals=refusals, person_id=principal.person_id
    )


def reject(
    command: c.RejectApplicationCertificate, principal: Principal, snapshot: Snapshot
) -> Decision:
    """Trust a client application no more; what the log never heard of can be rejected, too."""
    del snapshot  # a certificate may have been trusted by hand, with its file
    refusals = tuple(_unreadable(command.fingerprint))
    rejected = e.ApplicationCertificateRejected(
        fingerprint=read_fingerprint(command.fingerprint), reason=command.reason
    )
    return Decision(
        events=() if refusals else (rejected,), refusals=refusals, person_id=principal.person_id
    )


def _unreadable(fingerprint: str) -> Iterator[Refusal]:
    if not is_fingerprint(fingerprint):
        text = f"{fingerprint[:80]} is not the SHA-256 of a certificate, which has 64 digits"
        yield refuse("fingerprint-malformed", "fingerprint", text)


def _unknown_account(account: str, snapshot: Snapshot) -> Iterator[Refusal]:
    if snapshot.account(account) is None:
        yield refuse("account-unknown", account, f"there is no account {account}")


def _taken(mark: str, known: UserCertificateRecord | None) -> Iterator[Refusal]:
    if known is not None:
        how = "was revoked" if known.revoked else "is registered"
        text = f"{mark[:16]}… {how} for account {known.account}"
        yield refuse("user-certificate-taken", mark[:16], text)


def _not_of(account: str, mark: str, known: UserCertificateRecord | None) -> Iterator[Refusal]:
    if known is None or known.account != account or known.revoked:
        text = f"account {account} has no certificate {mark[:16]}…"
        yield refuse("user-certificate-unknown", account, text)
