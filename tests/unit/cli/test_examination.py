"""The doctor sees what is wrong, and says what to do: one spoilt installation for each row."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mappings.plant.dates import copy_with_fixed_dates
from server.cli import examination
from server.cli.finding import Finding, Level
from server.cli.terminals import now
from server.faces.opcua.trust.certificates import CertificateUse, ensure_own_certificate
from server.settings import Settings

SHIPPED = Path(__file__).parents[3] / "mappings"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config, state = tmp_path / "config", tmp_path / "state"
    copy_with_fixed_dates(SHIPPED / "demo_plant", config, date(2026, 6, 1))
    copy_with_fixed_dates(SHIPPED / "lines", config / "lines", date(2026, 6, 1))
    (state / "secrets").mkdir(parents=True, mode=0o700)
    return Settings(config_dir=config, state_dir=state, opcua_port=free(), rest_port=free())


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def worst(findings: Iterator[Finding]) -> tuple[Level, str]:
    order = (Level.OK, Level.WARN, Level.FAIL)
    found = max(findings, key=lambda one: order.index(one.level))
    assert found.remedy or found.level is Level.OK, "what is not OK says what to do"
    return found.level, found.found


Look = Callable[[Settings], Iterator[Finding]]


@pytest.mark.parametrize("look", [examination.ports, examination.permissions, examination.disk])
def test_a_good_installation_is_ok(settings: Settings, look: Look) -> None:
    level, found = worst(look(settings))
    assert level is not Level.FAIL, found


def test_a_scale_that_no_line_delivers_is_a_warning(settings: Settings) -> None:
    level, found = worst(examination.plant_files(settings))
    assert (level, found) == (Level.WARN, "no line file delivers BENCH-SCALE-02.net_weight")


@pytest.mark.parametrize("name", ["plant.yaml", "lines/dispensing.yaml"])
def test_a_wrong_file_fails_with_its_place(settings: Settings, name: str) -> None:
    with (settings.config_dir / name).open("a") as file:
        file.write("nonsense: 1\n")
    level, found = worst(examination.plant_files(settings))
    assert level is Level.FAIL
    assert f"{name}:" in found


def test_a_nodeset_that_cannot_be_read_fails_with_its_place(settings: Settings) -> None:
    (settings.config_dir / "oven.xml").write_text("<oven/>", encoding="utf-8")
    with_files = replace(settings, opcua_nodesets=("oven.xml", "missing.xml"))
    found = [(one.level, one.found) for one in examination.nodesets(with_files)]
    assert found == [
        (Level.FAIL, "oven.xml, line 1: this is XML but no UANodeSet"),
        (Level.FAIL, "missing.xml: it can't be read: No such file or directory"),
    ]
    assert list(examination.nodesets(settings)) == []


def test_a_secret_that_others_can_read_fails(settings: Settings) -> None:
    secret = settings.secrets_dir / "log.key"
    secret.write_text("k")
    secret.chmod(0o644)
    assert worst(examination.permissions(settings)) == (Level.FAIL, f"others can read {secret}")
    secret.chmod(0o600)
    assert worst(examination.permissions(settings))[0] is Level.OK


def test_passwords_that_lie_about_are_a_warning(settings: Settings) -> None:
    secret = settings.secrets_dir / "credentials.json"
    secret.touch(mode=0o600)
    assert worst(examination.permissions(settings))[0] is Level.WARN


def test_a_taken_port_fails(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.rest_port)):
        level, found = worst(examination.ports(settings))
    assert level is Level.FAIL
    assert str(settings.rest_port) in found


def test_a_server_that_runs_may_take_its_ports(settings: Settings) -> None:
    endpoints = {"pid": os.getpid(), "opcua_url": "opc.tcp://127.0.0.1:1"}
    (settings.state_dir / "endpoints.json").write_text(json.dumps(endpoints))
    level, found = worst(examination.ports(settings))
    assert (level, str(os.getpid()) in found) == (Level.OK, True)


def test_certificates_are_looked_at(settings: Settings) -> None:
    assert worst(examination.certificates(settings))[0] is Level.WARN
    ensure_own_certificate(
        settings.certificates_dir / "own",
        application_uri=settings.opcua_application_uri,
        common_name="Interlock",
        host_names=(),
        clock=now,
        use=CertificateUse.SERVER,
    )
    assert worst(examination.certificates(settings))[0] is Level.OK
    (settings.certificates_dir / "rejected").mkdir()
    (settings.certificates_dir / "rejected" / "scada.der").touch()
    assert worst(examination.certificates(settings)) == (Level.WARN, "scada.der was rejected")
    (settings.certificates_dir / "own" / "certificate.der").write_bytes(b"nonsense")
    assert worst(examination.certificates(settings))[0] is Level.FAIL
