"""A scenario file: which simulators there are, with which devices, ports, seed and timeline."""

import dataclasses
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_type_hints

import numpy
import yaml

from simulators.blender import Blender, BlenderConfig
from simulators.device import Device
from simulators.hands import act
from simulators.plc import Plc
from simulators.scale import Scale, ScaleConfig

SHIPPED: Final = Path(__file__).parent / "scenarios"
_KINDS: Final[Mapping[str, type[ScaleConfig] | type[BlenderConfig]]] = {
    "scale": ScaleConfig,
    "blender": BlenderConfig,
}
_LARGEST_PORT: Final = 65535


class ScenarioError(ValueError):
    """A scenario that cannot be run: file, place in it, reason, remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A request of the hands at a simulated time."""

    at_s: float
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """One PLC of the scenario: one process."""

    name: str
    modbus_port: int
    hands_port: int
    devices: tuple[ScaleConfig | BlenderConfig, ...]
    timeline: tuple[Deed, ...]

    def build(self, seed: int, time_scale: float = 1.0) -> Plc:
        """Return a PLC freshly powered on; the same seed gives the same PLC."""
        return Plc(self.name, {c.dev_id: self._device(c, seed) for c in self.devices}, time_scale)

    def _device(self, config: ScaleConfig | BlenderConfig, seed: int) -> Device:
        # Every device has a stream of chance of its own, so that adding one disturbs no other.
        chance = numpy.random.default_rng([seed, zlib.crc32(self.name.encode()), config.dev_id])
        match config:
            case ScaleConfig():
                return Scale(config, chance)
            case BlenderConfig():
                return Blender(config, chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything a scenario file says."""

    name: str
    seed: int
    time_scale: float
    simulators: tuple[Simulator, ...]


def load(path_or_name: str) -> Scenario:
    """Read and check a scenario file, or a shipped one by its name."""
    path = Path(path_or_name)
    if not path.suffix and not path.exists():
        path = SHIPPED / f"{path_or_name}.yaml"
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as cause:
        shipped = ", ".join(sorted(p.stem for p in SHIPPED.glob("*.yaml")))
        reason = f"{path}: {cause.strerror}; give a scenario file, or one of: {shipped}"
        raise ScenarioError(reason) from cause
    except (yaml.YAMLError, UnicodeDecodeError) as cause:
        raise ScenarioError(f"{path}: not YAML: {cause}") from cause
    return _Reader(path).scenario(document)


class _Reader:
    """Turns a parsed document into a scenario; every complaint says where it is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _wrong(self, where: str, reason: str) -> ScenarioError:
        return ScenarioError(f"{self._path}: {where}: {reason}")

    def _mapping(self, node: object, where: str, known: set[str]) -> Mapping[str, Any]:
        if not isinstance(node, dict):
            raise self._wrong(where, f"must be a mapping with {sorted(known)}")
        unknown = sorted(str(key) for key in node if key not in known)
        if unknown:
            raise self._wrong(where, f"unknown {unknown}; known are {sorted(known)}")
        return node

    def _list(self, node: object, where: str) -> list[Any]:
        if not isinstance(node, list):
            raise self._wrong(where, "must be a list")
        return node

    def _number(self, node: object, where: str, low: float, high: float) -> float:
        if isinstance(node, bool) or not isinstance(node, int | float) or not low <= node <= high:
            raise self._wrong(where, f"must be a number from {low:g} to {high:g}, not {node!r}")
        return float(node)

    def scenario(self, document: object) -> Scenario:
        known = {"name", "seed", "time_scale", "simulators"}
        node = self._mapping(document, "top level", known)
        simulators = node.get("simulators")
        if not isinstance(simulators, dict) or not simulators:
            raise self._wrong("simulators", "must be a mapping of at least one simulator by name")
        scenario = Scenario(
            name=str(node.get("name", self._path.stem)),
            seed=int(self._number(node.get("seed", 1), "seed", 0, 2**32)),
            time_scale=self._number(node.get("time_scale", 1.0), "time_scale", 0.1, 100.0),
            simulators=tuple(self._simulator(str(n), s) for n, s in simulators.items()),
        )
        for simulator in scenario.simulators:
            self._rehearse(simulator, scenario.seed)
        return scenario

    def _simulator(self, name: str, node: object) -> Simulator:
        where = f"simulators.{name}"
        known = {"modbus_port", "hands_port", "devices", "timeline"}
        fields = self._mapping(node, where, known)
        devices = self._list(fields.get("devices"), f"{where}.devices")
        timeline = self._list(fields.get("timeline", []), f"{where}.timeline")
        configs = tuple(self._device(d, f"{where}.devices[{n}]") for n, d in enumerate(devices))
        if not configs or len({c.dev_id for c in configs}) < len(configs):
            raise self._wrong(f"{where}.devices", "needs devices, each with a dev_id of its own")
        deeds = tuple(self._deed(d, f"{where}.timeline[{n}]") for n, d in enumerate(timeline))
        return Simulator(
            name=name,
            modbus_port=self._port(fields, where, "modbus_port"),
            hands_port=self._port(fields, where, "hands_port"),
            devices=configs,
            timeline=tuple(sorted(deeds, key=lambda deed: deed.at_s)),
        )

    def _port(self, fields: Mapping[str, Any], where: str, key: str) -> int:
        return int(self._number(fields.get(key, 0), f"{where}.{key}", 0, _LARGEST_PORT))

    def _device(self, node: object, where: str) -> ScaleConfig | BlenderConfig:
        kind = node.get("kind") if isinstance(node, dict) else None
        if not isinstance(kind, str) or kind not in _KINDS:
            raise self._wrong(f"{where}.kind", f"must be one of {sorted(_KINDS)}, not {kind!r}")
        config = _KINDS[kind]
        fields = {f.name: f for f in dataclasses.fields(config)}
        given = self._mapping(node, where, {*fields, "kind"})
        missing = [n for n, f in fields.items() if f.default is dataclasses.MISSING]
        missing = [n for n in missing if n not in given]
        if missing:
            raise self._wrong(where, f"a {kind} needs {missing}")
        types = get_type_hints(config)
        values: dict[str, Any] = {
            n: self._field(given[n], types[n], f"{where}.{n}") for n in given if n in fields
        }
        return config(**values)

    def _field(self, node: object, kind: type, where: str) -> str | int | float:
        if kind is str:
            if not isinstance(node, str) or not node:
                raise self._wrong(where, "must be a text")
            return node
        if kind is int:
            high = 247 if where.endswith(".dev_id") else 2**32 - 1
            return int(self._number(node, where, 1, high))
        low = 0.0 if where.endswith(("load_kg", "noise_d", "ambient_degc")) else 1e-6
        return self._number(node, where, low, 1e6)

    def _deed(self, node: object, where: str) -> Deed:
        if not isinstance(node, dict):
            raise self._wrong(where, "must be a mapping with at_s and do")
        at_s = self._number(node.get("at_s"), f"{where}.at_s", 0.0, 1e9)
        return Deed(at_s=at_s, request={k: v for k, v in node.items() if k != "at_s"})

    def _rehearse(self, simulator: Simulator, seed: int) -> None:
        """Play the timeline on a PLC nobody sees, so that its mistakes come out at the start."""
        plc = simulator.build(seed)
        for deed in simulator.timeline:
            answer = act(plc, deed.request)
            if not answer["ok"]:
                where = f"simulators.{simulator.name}.timeline at {deed.at_s:g} s"
                raise self._wrong(where, answer["error"])
