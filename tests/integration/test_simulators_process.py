"""`python -m simulators` as its users start it: ports, ports file, an end without orphans."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulators.__main__ import main

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "simulators"]


@pytest.fixture
def ports_file(tmp_path: Path) -> Path:
    return tmp_path / "ports.json"


@pytest.fixture
def plant(ports_file: Path) -> Iterator[subprocess.Popen[str]]:
    program = [*PROGRAM, "demo", "--ports-file", str(ports_file), "--seed", "42"]
    with subprocess.Popen(program, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        yield process
        process.terminate()


def wait_file(file: Path) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < deadline, "no ports file"
        time.sleep(0.05)
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended but was not yet waited for does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return not status.rpartition(") ")[2].startswith("Z")


def wait_gone(pid: int) -> None:
    deadline = time.monotonic() + 15
    while alive(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def free_base() -> int:
    """Return a port whose second and third neighbour are free just now."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return int(port) - 2


def ask(where: dict[str, Any]) -> dict[str, Any]:
    with (
        socket.create_connection((where["host"], where["hands_port"]), timeout=10) as line,
        line.makefile("rw") as file,
    ):
        file.write('{"do": "state"}\n')
        file.flush()
        answer: dict[str, Any] = json.loads(file.readline())
    return answer


def test_the_ports_file_leads_to_every_simulator_and_sigterm_ends_them(
    plant: subprocess.Popen[str], ports_file: Path
) -> None:
    document = wait_file(ports_file)
    assert (document["scenario"], document["seed"]) == ("demo", 42)
    assert list(document["simulators"]) == ["dispensing", "blender"]
    assert document["simulators"]["dispensing"]["devices"] == {"FLOOR-SCALE": 1, "BENCH-SCALE": 2}
    for name, where in document["simulators"].items():
        assert ask(where)["name"] == name
        with socket.create_connection((where["host"], where["modbus_port"]), timeout=10):
            pass
    plant.send_signal(signal.SIGTERM)
    assert plant.wait(20) == 0
    for where in document["simulators"].values():
        wait_gone(where["pid"])
    assert not ports_file.exists()


def test_one_simulator_that_dies_ends_the_others(
    plant: subprocess.Popen[str], ports_file: Path
) -> None:
    simulators = wait_file(ports_file)["simulators"]
    os.kill(simulators["blender"]["pid"], signal.SIGKILL)
    assert plant.wait(20) == 1
    wait_gone(simulators["dispensing"]["pid"])


def test_simulators_do_not_outlive_their_parent(
    plant: subprocess.Popen[str], ports_file: Path
) -> None:
    simulators = wait_file(ports_file)["simulators"]
    plant.kill()
    plant.wait(20)
    for where in simulators.values():
        wait_gone(where["pid"])


def test_only_runs_one_simulator_on_the_ports_of_its_position(ports_file: Path) -> None:
    base = free_base()
    options = ["--only", "blender", "--port-base", str(base), "--ports-file", str(ports_file)]
    program = [*PROGRAM, "demo", *options]
    with subprocess.Popen(program, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        where = wait_file(ports_file)["simulators"]["blender"]
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert (where["modbus_port"], where["hands_port"]) == (base + 2, base + 3)
    assert where["pid"] == process.pid
    assert said == f"blender: Modbus TCP 127.0.0.1:{base + 2}, hands 127.0.0.1:{base + 3}\n"


def test_a_taken_port_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["demo", "--only", "dispensing", "--port-base", str(port)]) == 2
    assert f"port {port} for Modbus is taken" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nowhere"], "one of: demo, troubled"), (["demo", "--only", "x"], "dispensing, blender")],
)
def test_an_unusable_scenario_is_told(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
