"""``interlock certs``: which OPC UA clients are trusted, from the console of the server."""

import argparse
import asyncio
import getpass
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from models.execution.outcome import Accepted, Invalid, Outcome, Refused
from server.cli import screen
from server.cli.run import add_places, settings_of, settings_of_installed
from server.cli.terminals import now
from server.faces.opcua.trust.certificate_store import (
    CertificateStore,
    Listed,
    NotOneError,
    Place,
)
from server.settings import Settings, SettingsError

DESCRIPTION: Final = """\
See which OPC UA clients are trusted and which wait for it, and trust or reject one. A server that
runs takes notice by itself: a client that is trusted comes in at its next try, one that is rejected
is thrown out within seconds. Both go on record, with the reason. Compare the fingerprint with the
one that the client itself shows, before you trust it."""

_SHOWN_DIGITS: Final = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    for name, text in (
        ("list", "all certificates: the server's own, trusted, rejected, authorities"),
        ("show", "one certificate in full"),
        ("trust", "let a client in, by its fingerprint or by its file"),
        ("reject", "shut a client out that is trusted"),
        ("renew", "make a new key and certificate for the server itself"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        if name in ("show", "trust", "reject"):
            what = "FINGERPRINT or FILE" if name == "trust" else "FINGERPRINT"
            said = "SHA-256 of the certificate, or the first 8 digits of it or more"
            action.add_argument("certificate", metavar=what, help=said)
        add_places(action)
        if name in ("trust", "reject"):
            said = "why; it goes on record"
            action.add_argument("--reason", required=True, metavar="TEXT", help=said)


def run(options: argparse.Namespace) -> int:
    """Do what is asked; 0 when it is done, 1 when not."""
    from server.bootstrap import StartError  # noqa: PLC0415 -- late: --help does without it

    try:
        reads = options.action in ("list", "show")
        settings = (settings_of if reads else settings_of_installed)(options)
        return _ACTIONS[options.action](settings, options)
    except (SettingsError, StartError, NotOneError, OSError) as error:
        screen.complaints().print(str(error), style="red", markup=False, soft_wrap=True)
        return 1


def _list(settings: Settings, options: argparse.Namespace) -> int:
    del options
    store, present = CertificateStore(settings.certificates_dir), now()
    table = Table(title=f"Certificates in {settings.certificates_dir}", title_justify="left")
    for name in ("Where", "Subject and application", "SHA-256", "Valid until", "Seen"):
        table.add_column(name, overflow="fold", no_wrap=name == "SHA-256")
    listed = tuple(store.listed())
    for one in listed:
        table.add_row(
            one.place.value,
            Text(f"{one.subject}\n{one.application_uri}".strip()),
            f"{one.fingerprint[:_SHOWN_DIGITS]}",
            _validity(one, present),
            Text(_seen(one)),
        )
    console = screen.output()
    console.print(table)
    waiting = [one for one in listed if one.place is Place.REJECTED]
    if waiting:
        console.print(
            f"{len(waiting)} not let in. Compare the fingerprint with the client's, then: interlock"
            f" certs trust {waiting[0].fingerprint[:_SHOWN_DIGITS]} --reason ...",
            markup=False,
            soft_wrap=True,
        )
    for path in store.unreadable():
        screen.complaints().print(f"{path} holds no certificate", style="yellow", markup=False)
    return 0


def _show(settings: Settings, options: argparse.Namespace) -> int:
    one = CertificateStore(settings.certificates_dir).find(options.certificate)
    certificate = one.certificate
    rows = {
        "where": f"{one.place.value}: {one.path}",
        "subject": one.subject,
        "issuer": certificate.issuer.rfc4514_string(),
        "application": one.application_uri or "(none; it can open no session)",
        "SHA-256": one.fingerprint,
        "serial number": f"{certificate.serial_number:x}",
        "key": f"{getattr(certificate.public_key(), 'key_size', '?')} bits",
        "valid": f"{certificate.not_valid_before_utc:%Y-%m-%d} to {_validity(one, now())}",
        "seen": _seen(one).replace("\n", ", ") or "-",
    }
    for name, text in rows.items():
        screen.output().print(f"{name + ':':<15}{text}", markup=False, soft_wrap=True)
    return 0


def _trust(settings: Settings, options: argparse.Namespace) -> int:
    from server.bootstrap import certificates  # noqa: PLC0415 -- as above

    store, path = CertificateStore(settings.certificates_dir), Path(options.certificate)
    if path.is_file():
        listed = store.adopt(path)
    else:
        listed = store.find(options.certificate, Place.TRUSTED, Place.REJECTED)
    outcome = asyncio.run(certificates.trust(settings, listed, _reason(options)))
    if not isinstance(outcome, Accepted):
        return _complain(f"{listed.subject} is not trusted", outcome)
    console = screen.output()
    console.print(f"{listed.subject} is trusted, by SHA-256 {listed.fingerprint}", markup=False)
    if not listed.is_in_force(now()):
        told = "but it is not valid now, so the client is still not let in; it needs a new one"
        console.print(told, style="yellow", markup=False)
    return 0


def _reject(settings: Settings, options: argparse.Namespace) -> int:
    from server.bootstrap import certificates  # noqa: PLC0415 -- as above

    store = CertificateStore(settings.certificates_dir)
    listed = store.find(options.certificate, Place.TRUSTED)
    outcome = asyncio.run(certificates.reject(settings, listed, _reason(options)))
    if not isinstance(outcome, Accepted):
        return _complain(f"{listed.subject} is shut out, but that is NOT ON RECORD", outcome)
    told = f"{listed.subject} is trusted no more; its sessions end within seconds"
    screen.output().print(told, markup=False)
    return 0


def _renew(settings: Settings, options: argparse.Namespace) -> int:
    from server.bootstrap import certificates  # noqa: PLC0415 -- as above

    del options
    made, kept = certificates.renew(settings)
    console = screen.output()
    console.print(f"the server has a new certificate: SHA-256 {made.fingerprint}", markup=False)
    if kept is not None:
        console.print(f"the old one is kept in {kept}", markup=False, soft_wrap=True)
    console.print("start the server again, then let every client trust the new one", markup=False)
    return 0


_ACTIONS: Final[Mapping[str, Callable[[Settings, Any], int]]] = MappingProxyType(
    {"list": _list, "show": _show, "trust": _trust, "reject": _reject, "renew": _renew}
)


def _reason(options: argparse.Namespace) -> str:
    return f"{options.reason} (at the console of the server, as {getpass.getuser()})"


def _validity(one: Listed, present: datetime) -> str:
    end = f"{one.certificate.not_valid_after_utc:%Y-%m-%d}"
    if one.is_in_force(present):
        return end
    return f"{end} EXPIRED" if one.certificate.not_valid_after_utc < present else f"{end} NOT YET"


def _seen(one: Listed) -> str:
    if one.attempt is None:
        return ""
    seen = f"first {one.attempt.first_seen}\nlast {one.attempt.last_seen}"
    return f"{seen}\nfrom {one.attempt.address}: {one.attempt.why}"


def _complain(told: str, outcome: Outcome) -> int:
    if isinstance(outcome, Refused):
        why = "; ".join(f"{one.obstacle}. {one.remedy}" for one in outcome.refusals)
    elif isinstance(outcome, Invalid):
        why = "; ".join(f"{one.where}: {one.reason}" for one in outcome.problems)
    else:
        why = str(getattr(outcome, "reason", outcome))
    screen.complaints().print(f"{told}: {why}", style="red", markup=False, soft_wrap=True)
    return 1
