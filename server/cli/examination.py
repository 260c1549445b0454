"""What ``interlock doctor`` looks at, but for the database: files, folders, ports, certificates."""

import json
import os
import shutil
import socket
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from mappings.check import check_file
from mappings.plant import Plant, load_plant
from server.cli.finding import Finding, fail, ok, warn
from server.cli.terminals import now
from server.faces.opcua.trust.certificates import (
    CertificateFault,
    CertificateUse,
    ensure_own_certificate,
)
from server.faces.opcua.types.companion_nodesets import read_companion_nodesets
from server.faces.opcua.types.nodeset_file import CompanionNodesetFault
from server.settings import Settings

_SMALL_DISK_BYTES: Final = 2 * 1024**3
_FULL_DISK_BYTES: Final = 200 * 1024**2
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def plant_files(settings: Settings) -> Iterator[Finding]:
    """Look at the plant files and the line files, and whether they fit together."""
    plant = load_plant(settings.config_dir)
    if isinstance(plant, Plant):
        text = f"{len(plant.stations)} stations, {len(plant.work_masters)} work masters"
        yield ok("plant files", text)
    else:
        for problem in plant.sorted():
            yield fail(
                "plant files", problem.place.as_text(), f"{problem.reason}; {problem.remedy}"
            )
    delivered: set[str] = set()
    for path in sorted(settings.lines_dir.glob("*.yaml")):
        report = check_file(path, settings.parameters)
        for problem in report.problems:
            text = problem.place.as_text()
            yield fail("line files", text, f"{problem.reason}; {problem.remedy}")
        if report.mapping is not None:
            delivered |= {tag.name for tag in report.mapping.tags}
            if report.ok:
                yield ok("line files", report.lines()[0])
    if isinstance(plant, Plant):
        yield from _missing_tags(plant, delivered)


def _missing_tags(plant: Plant, delivered: set[str]) -> Iterator[Finding]:
    for asset in plant.physical_assets:
        for measurement in asset.measurements:
            if measurement.tag not in delivered:
                yield warn(
                    "measurements",
                    f"no line file delivers {measurement.tag}",
                    f"{asset.physical_asset_id} can't be read until one does",
                )


def permissions(settings: Settings) -> Iterator[Finding]:
    """Look at who may read the secrets, and who may write the state."""
    if not settings.state_dir.is_dir():
        yield warn(
            "state folder", f"{settings.state_dir} is not there yet", "start the server once"
        )
        return
    if not os.access(settings.state_dir, os.W_OK):
        remedy = "run as its owner, or give it to this user"
        yield fail("state folder", f"{settings.state_dir} is not writable", remedy)
    exposed = [path for path in _secret_files(settings) if path.stat().st_mode & _OTHERS]
    for path in exposed:
        yield fail("secrets", f"others can read {path}", f"chmod go= {path}")
    if not exposed:
        yield ok("secrets", f"{settings.secrets_dir} is readable by its owner only")
    if (settings.secrets_dir / "credentials.json").exists():
        yield warn(
            "secrets",
            "generated passwords stand in credentials.json",
            "hand them out and remove the file; it belongs to a demo",
        )


def _secret_files(settings: Settings) -> Iterator[Path]:
    if settings.secrets_dir.is_dir():
        yield settings.secrets_dir
        yield from sorted(settings.secrets_dir.iterdir())
    yield from sorted(settings.certificates_dir.rglob("*.pem"))


def certificates(settings: Settings) -> Iterator[Finding]:
    """Look at the server's own certificate, and at clients that wait to be trusted."""
    own = settings.certificates_dir / "own"
    if not (own / "certificate.der").exists():
        yield warn("certificate", "the server has none yet", "start the server once")
    else:
        try:
            certificate = ensure_own_certificate(
                own,
                application_uri=settings.opcua_application_uri,
                common_name="",
                host_names=(),
                clock=now,
                use=CertificateUse.SERVER,
            )
            yield ok("certificate", f"SHA-256 {certificate.fingerprint}")
        except CertificateFault as fault:
            yield fail("certificate", str(fault), "correct or remove it; a new one is made")
    rejected = sorted((settings.certificates_dir / "rejected").glob("*.der"))
    for path in rejected:
        remedy = "if you know this client: interlock certs list, then interlock certs trust"
        yield warn("certificate", f"{path.name} was rejected", remedy)
    if settings.opcua_trust_unknown_clients:
        remedy = "clear opcua_trust_unknown_clients when commissioning is over"
        yield warn("certificate", "unknown clients are trusted at first use", remedy)


def nodesets(settings: Settings) -> Iterator[Finding]:
    """Look whether the companion models of the plant can be read and fit together."""
    if not settings.opcua_nodesets:
        return
    try:
        found = read_companion_nodesets(settings.config_dir, settings.opcua_nodesets)
    except CompanionNodesetFault as fault:
        for one in fault.mistakes:
            yield fail("nodesets", f"{one.where}: {one.reason}", one.remedy)
        return
    yield ok("nodesets", f"{len(found.files)} files with {', '.join(found.uris)}")


def ports(settings: Settings) -> Iterator[Finding]:
    """Look whether the ports are free, or taken by the server that runs."""
    running = _running_server(settings)
    if running:
        yield ok("server", f"runs as process {running.get('pid')} at {running.get('opcua_url')}")
        return
    for name, host, port in (
        ("OPC UA port", settings.opcua_host, settings.opcua_port),
        ("REST port", settings.rest_host, settings.rest_port),
    ):
        try:
            with socket.create_server((host, port)):
                yield ok(name, f"{host}:{port} is free")
        except OSError as error:
            remedy = "stop what listens there, or choose another port"
            yield fail(name, f"{host}:{port}: {error.strerror}", remedy)


def _running_server(settings: Settings) -> Mapping[str, object]:
    """Return the endpoints of the server that runs with this state; empty when none does."""
    try:
        endpoints = json.loads((settings.state_dir / "endpoints.json").read_text("utf-8"))
        os.kill(int(endpoints["pid"]), 0)
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return dict(endpoints)


def disk(settings: Settings) -> Iterator[Finding]:
    """Look at the room that is left for records."""
    place = settings.state_dir if settings.state_dir.is_dir() else Path.cwd()
    free = shutil.disk_usage(place).free
    text = f"{free / 1024**3:.1f} GiB free below {place}"
    if free < _FULL_DISK_BYTES:
        yield fail("disk", text, "make room: a full disk stops production")
    elif free < _SMALL_DISK_BYTES:
        yield warn("disk", text, "make room soon")
    else:
        yield ok("disk", text)
