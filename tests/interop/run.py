"""Run a foreign client and read what it says, one line of JSON for each check."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
NODE: Final = HERE / "node"
_LONG_S: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One check of one client."""

    check: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A foreign client stack: its name and version, and the command that runs its checks."""

    name: str
    version: str
    command: tuple[str, ...]


async def run(stack: Stack, target: Path) -> Sequence[Row]:
    """Return what every check came to; a client that says nothing has one row that failed."""
    process = await asyncio.create_subprocess_exec(
        *stack.command, str(target), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), _LONG_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return [Row(check=f"{stack.name} ends", ok=False, detail=f"not within {_LONG_S:g} s")]
    said = [json.loads(line) for line in out.decode().splitlines() if line.startswith("{")]
    if not said:
        return [Row(check=f"{stack.name} runs", ok=False, detail=err.decode()[-500:])]
    return [Row(check=x["check"], ok=x["ok"], detail=str(x.get("detail") or "")) for x in said]


def node_stack(folder: Path) -> Stack | str:
    """Install node-opcua into a folder outside the tree; return it, or why it can't be had."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return "Node.js is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "client.mjs"):
        shutil.copy(NODE / name, folder / name)
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    fault = _installed([npm, "ci", *quiet], folder)
    if fault:
        return f"npm could not install node-opcua-client: {fault}"
    wanted = json.loads((NODE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    command = (node, str(folder / "client.mjs"))
    return Stack(name="node-opcua", version=wanted["node-opcua-client"], command=command)


def open62541_stack(folder: Path) -> Stack | str:
    """Install the bindings of open62541 into an environment of their own; return it, or why not."""
    python = folder / "bin" / "python"
    wanted = HERE / "open62541.txt"
    if not python.exists():
        fault = _installed([sys.executable, "-m", "venv", str(folder)], HERE)
        if fault:
            return f"no environment could be made: {fault}"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(wanted)]
    fault = _installed(pip, HERE)
    if fault:
        return f"pip could not install the bindings of open62541: {fault}"
    version = _pinned(wanted)["o6"]
    command = (str(python), str(HERE / "open62541_client.py"))
    return Stack(name="open62541 (o6)", version=version, command=command)


def _pinned(requirements: Path) -> Mapping[str, str]:
    lines = requirements.read_text(encoding="utf-8").splitlines()
    pins = (line.split(" ")[0].partition("==") for line in lines if "==" in line)
    return {name: version for name, _, version in pins}


def _installed(command: Sequence[str], folder: Path) -> str:
    """Run an installation; return the end of what it complained about, "" when it went well."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()[-300:]
