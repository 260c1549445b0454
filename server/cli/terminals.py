"""Sessions of terminals: the credentials and the certificate with which a command connects."""

import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from server.cli.hmi import Hmi, Login, quiet_asyncua
from server.faces.opcua.trust.certificates import (
    CertificateUse,
    OwnCertificate,
    ensure_own_certificate,
)

APPLICATION_URI: Final = "urn:interlock-mes:hmi"
SERVER_CERTIFICATE: Final = "server.der"
"""In the folder of the certificates: the only server to talk to, where it is there."""


class CredentialsError(Exception):
    """The file with the passwords is not there, or is not one; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminals:
    """Everything that is needed to open a session under any account of an installation."""

    endpoint: str
    passwords: Mapping[str, str]
    certificates: Path

    def certificate(self) -> OwnCertificate:
        """Return the certificate of the terminals; it is made at first use."""
        return ensure_own_certificate(
            self.certificates,
            application_uri=APPLICATION_URI,
            common_name="Interlock terminal",
            host_names=(),
            clock=now,
            use=CertificateUse.CLIENT,
        )

    def login(self, account: str) -> Login:
        """Return how to connect as an account."""
        quiet_asyncua()
        if account not in self.passwords:
            raise CredentialsError(f"the credentials hold no account '{account}'; add it")
        own = self.certificate()
        return Login(
            endpoint=self.endpoint,
            account=account,
            password=self.passwords[account],
            certificate=own.certificate_path,
            private_key=own.private_key_path,
            application_uri=APPLICATION_URI,
            server_certificate=self.certificates / SERVER_CERTIFICATE,
        )

    @contextlib.asynccontextmanager
    async def session(self, account: str) -> AsyncIterator[Hmi]:
        """Return an open session, and close it afterwards."""
        async with Hmi(self.login(account)) as hmi:
            yield hmi


def read_credentials(path: Path) -> Mapping[str, str]:
    """Return the passwords by account, from JSON such as ``{"hmi-disp": "…", "op-01": "…"}``."""
    remedy = 'it holds JSON such as {"hmi-disp": "...", "op-01": "..."}'
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CredentialsError(f"{path}: {error}; {remedy}") from error
    if not isinstance(document, dict) or not all(isinstance(v, str) for v in document.values()):
        raise CredentialsError(f"{path}: not a list of passwords; {remedy}")
    return document


def now() -> datetime:
    """Return the present time; a client has a clock of its own."""
    return datetime.now(UTC)  # noqa: TID251 -- said above
