"""What decisions about certificates look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.fingerprint import read_fingerprint
from models.execution.snapshot import Snapshot


def certificate_needs(command: c.Command, _: Snapshot) -> Iterator[str]:
    """Name the certificate, and the account that it is for."""
    if isinstance(command, c.RegisterUserCertificate | c.RevokeUserCertificate):
        yield streams.account(command.account)
        yield streams.user_certificate(read_fingerprint(command.fingerprint))
    elif isinstance(command, c.TrustApplicationCertificate | c.RejectApplicationCertificate):
        yield streams.application_certificate(read_fingerprint(command.fingerprint))
