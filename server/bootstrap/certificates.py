"""Trusting and rejecting OPC UA clients from the console of the server, on record.

The file decides, the record says who let it lie where it lies: it is written first, so that no
client is ever trusted without a reason in the log.
"""

import asyncio
import shutil
from pathlib import Path

from models.execution import commands as c
from models.execution.outcome import Accepted, Outcome
from server.bootstrap.database import open_database
from server.bootstrap.installation import open_secrets
from server.bootstrap.opcua import opcua_settings
from server.bootstrap.serve import new_id, utc_now
from server.bootstrap.start_error import StartError, told_as_start_error
from server.bootstrap.unlock import CONSOLE
from server.command_path.load import Records
from server.command_path.path import CommandPath
from server.faces.opcua.secure.server import own_certificate
from server.faces.opcua.trust.certificate_store import CertificateStore, Listed, Place
from server.faces.opcua.trust.certificates import CertificateFault, OwnCertificate
from server.settings import Settings
from server.workers.live import LiveTable


def store(settings: Settings) -> CertificateStore:
    """Return the certificates of the installation."""
    return CertificateStore(settings.certificates_dir)


async def trust(settings: Settings, listed: Listed, reason: str) -> Outcome:
    """Put on record that a client is trusted, then let it in; raises StartError."""
    command = c.TrustApplicationCertificate(
        fingerprint=listed.fingerprint, subject=listed.subject, reason=reason
    )
    outcome = await _submit(settings, command)
    if isinstance(outcome, Accepted) and listed.place is Place.REJECTED:
        store(settings).trust(listed)
    return outcome


async def reject(settings: Settings, listed: Listed, reason: str) -> Outcome:
    """Shut a client out, then put that on record; raises StartError.

    Here the file comes first: a client that must go must go even when the record can't be written.
    """
    store(settings).reject(listed)
    command = c.RejectApplicationCertificate(fingerprint=listed.fingerprint, reason=reason)
    return await _submit(settings, command)


def renew(settings: Settings) -> tuple[OwnCertificate, Path | None]:
    """Make a new key and certificate for the server; give it, and where the old ones are kept.

    A server that runs goes on with the old ones until it is started again.
    """
    own = settings.certificates_dir / "own"
    kept = None
    if own.exists() and any(own.iterdir()):
        kept = settings.certificates_dir / f"own-until-{utc_now():%Y%m%dT%H%M%SZ}"
        if kept.exists():
            raise StartError(f"{kept} exists; wait a second and try again")
        shutil.move(own, kept)
    try:
        with told_as_start_error():
            return own_certificate(opcua_settings(settings), utc_now), kept
    except CertificateFault as fault:
        raise StartError(str(fault)) from fault


async def _submit(settings: Settings, command: c.Command) -> Outcome:
    with told_as_start_error():
        key = open_secrets(settings.secrets_dir, ()).log_key
        async with open_database(settings, utc_now) as database:
            log = database.execution_log
            path = CommandPath(log, Records(log, LiveTable(), key), key, utc_now, new_id)
            running = asyncio.create_task(path.run())
            try:
                return await path.submit(command, CONSOLE)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
