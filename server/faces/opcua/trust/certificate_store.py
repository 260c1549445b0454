"""The folder of certificates as an engineer sees it: what lies where, and moving it.

The running server reads the same folder at every channel, so that nothing has to be restarted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from server.faces.opcua.trust.authorities import read_certificate
from server.faces.opcua.trust.certificates import application_uris
from server.faces.opcua.trust.rejected import (
    Attempt,
    certificate_files,
    file_name,
    forget,
    read_attempt,
)

LEAST_DIGITS = 8
"""How much of a fingerprint has to be given to mean a certificate."""


@unique
class Place(Enum):
    """Where a certificate lies."""

    OWN = "own"
    TRUSTED = "trusted"
    REJECTED = "rejected"
    ISSUERS = "issuers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One certificate with what an engineer wants to know of it."""

    place: Place
    path: Path
    certificate: x509.Certificate
    attempt: Attempt | None = None
    """What is known of the client that was not let in with it."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER form, in hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def subject(self) -> str:
        """Who it is made out to."""
        return self.certificate.subject.rfc4514_string() or "(no name)"

    @property
    def application_uri(self) -> str:
        """The application that it is made out to; empty where it says none."""
        return next(iter(application_uris(self.certificate)), "")

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it is valid now."""
        return self.certificate.not_valid_before_utc <= now <= self.certificate.not_valid_after_utc


class NotOneError(Exception):
    """A fingerprint means no certificate, or several; the text says which."""


class CertificateStore:
    """The certificates of one installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listed(self) -> Iterator[Listed]:
        """Yield every certificate that can be read, by place and then by name."""
        for place in Place:
            for path in sorted(certificate_files(self._folder / place.value)):
                try:
                    certificate = read_certificate(path.read_bytes())
                except (OSError, ValueError):
                    continue
                attempt = read_attempt(path) if place is Place.REJECTED else None
                yield Listed(place=place, path=path, certificate=certificate, attempt=attempt)

    def unreadable(self) -> Iterator[Path]:
        """Yield the files in ``trusted`` and ``issuers`` that hold no certificate."""
        for place in (Place.TRUSTED, Place.ISSUERS):
            for path in sorted(certificate_files(self._folder / place.value)):
                try:
                    read_certificate(path.read_bytes())
                except (OSError, ValueError):
                    yield path

    def find(self, fingerprint: str, *places: Place) -> Listed:
        """Return the one certificate whose fingerprint begins so; raises NotOneError."""
        wanted = fingerprint.lower().replace(":", "").replace(" ", "")
        if len(wanted) < LEAST_DIGITS:
            raise NotOneError(
                f"{fingerprint!r} is too short: give {LEAST_DIGITS} digits of the fingerprint or"
                " more, as `interlock certs list` shows it"
            )
        places = places or tuple(Place)
        found = {
            one.fingerprint: one
            for one in self.listed()
            if one.place in places and one.fingerprint.startswith(wanted)
        }
        where = " or ".join(place.value for place in places)
        if not found:
            raise NotOneError(f"no certificate in {where} has the fingerprint {fingerprint}")
        if len(found) > 1:
            raise NotOneError(f"{len(found)} certificates in {where} begin with {fingerprint}")
        return next(iter(found.values()))

    def adopt(self, path: Path) -> Listed:
        """Put a copy of a client's certificate, from anywhere, among those that wait for trust.

        Raises NotOneError when the file holds none.
        """
        try:
            certificate = read_certificate(path.read_bytes())
        except (OSError, ValueError) as fault:
            raise NotOneError(f"{path} holds no certificate: {fault}") from fault
        waiting = Listed(place=Place.REJECTED, path=path, certificate=certificate)
        made = self._copy(waiting, Place.REJECTED)
        return Listed(place=Place.REJECTED, path=made, certificate=certificate)

    def trust(self, listed: Listed) -> Path:
        """Move a rejected certificate to the trusted ones."""
        return self._move(listed, Place.TRUSTED)

    def reject(self, listed: Listed) -> Path:
        """Move every copy of a trusted certificate to the rejected ones."""
        path = listed.path
        for one in tuple(self.listed()):
            if one.place is Place.TRUSTED and one.fingerprint == listed.fingerprint:
                path = self._move(one, Place.REJECTED)
        return path

    def _move(self, listed: Listed, to: Place) -> Path:
        path = self._copy(listed, to)
        if listed.path != path:
            forget(listed.path)
        return path

    def _copy(self, listed: Listed, to: Place) -> Path:
        folder = self._folder / to.value
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / file_name(listed.certificate, listed.fingerprint)
        draft = path.with_suffix(".json.new")
        draft.write_bytes(listed.certificate.public_bytes(serialization.Encoding.DER))
        draft.replace(path)
        return path
