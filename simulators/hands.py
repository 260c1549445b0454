"""What hands do on the shop floor and a PLC does not: requests, checked and done.

A request is a JSON object with ``do``; the answer is a JSON object with ``ok``.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from simulators.blender import Blender
from simulators.device import Device, WrongRequestError
from simulators.faults import Fault, UnknownFaultError
from simulators.packml import Command
from simulators.plc import Plc
from simulators.scale import Scale, ScaleCommand

Request = Mapping[str, Any]
Answer = dict[str, Any]

_KEYS: Final = {"zero": ScaleCommand.ZERO, "tare": ScaleCommand.TARE}
_KEYS_OF_TERMINAL: Final = {**_KEYS, "clear-tare": ScaleCommand.CLEAR_TARE}
_COMMANDS: Final = {c.name.title(): c for c in Command}


def act(plc: Plc, request: object) -> Answer:
    """Do a request and answer it; a wrong one changes nothing and is told what is wrong."""
    try:
        return {"ok": True, **_act(plc, request)}
    except (WrongRequestError, UnknownFaultError) as wrong:
        return {"ok": False, "error": str(wrong)}


def _act(plc: Plc, request: object) -> Answer:
    if not isinstance(request, Mapping):
        raise WrongRequestError('a request is a JSON object, for example {"do": "state"}')
    name = request.get("do")
    if not isinstance(name, str) or name not in _DEEDS:
        raise WrongRequestError(f"unknown 'do' {name!r}; one of: {', '.join(sorted(_DEEDS))}")
    deed, words = _DEEDS[name]
    unknown = sorted(set(request) - words - {"do"})
    if unknown:
        raise WrongRequestError(f"{name!r} does not take {unknown}; it takes {sorted(words)}")
    return deed(plc, request)


def _device(plc: Plc, request: Request) -> Device:
    return plc.find(request.get("device", request.get("scale")))


def _scale(plc: Plc, request: Request) -> Scale:
    device = _device(plc, request)
    if not isinstance(device, Scale):
        raise WrongRequestError(f"{device.name} is not a scale; {request['do']!r} needs one")
    return device


def _blender(plc: Plc, request: Request) -> Blender:
    device = _device(plc, request)
    if not isinstance(device, Blender):
        raise WrongRequestError(f"{device.name} is not a blender; {request['do']!r} needs one")
    return device


def _number(request: Request, key: str, *, low: float, high: float) -> float:
    value = request.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise WrongRequestError(f"{key!r} must be a number from {low:g} to {high:g}, not {value!r}")
    return float(value)


def _optional(request: Request, key: str, *, low: float, high: float) -> float | None:
    return _number(request, key, low=low, high=high) if key in request else None


def _place(plc: Plc, request: Request) -> Answer:
    scale = _scale(plc, request)
    # Ten times the capacity is what a pan survives; more is a slip of the hand.
    scale.put(_number(request, "mass_kg", low=0.0, high=10 * scale.config.capacity_kg))
    return {"load_kg": scale.load_kg}


def _pour(plc: Plc, request: Request) -> Answer:
    scale = _scale(plc, request)
    mass_kg = _number(request, "mass_kg", low=0.0, high=10 * scale.config.capacity_kg)
    scale.pour(mass_kg, _number(request, "over_s", low=0.0, high=3600.0))
    return {"load_kg": scale.load_kg}


def _remove(plc: Plc, request: Request) -> Answer:
    scale = _scale(plc, request)
    mass_kg = _optional(request, "mass_kg", low=0.0, high=10 * scale.config.capacity_kg)
    if mass_kg is None:
        scale.remove_everything()
    else:
        scale.put(-mass_kg)
    return {"load_kg": scale.load_kg}


def _press(plc: Plc, request: Request) -> Answer:
    result = _scale(plc, request).command(_KEYS_OF_TERMINAL[request["do"]])
    return {"result": int(result)}


def _command(plc: Plc, request: Request) -> Answer:
    name = request.get("name")
    if not isinstance(name, str) or name not in _COMMANDS:
        raise WrongRequestError(f"no command {name!r}; 'name' is one of: {', '.join(_COMMANDS)}")
    return {"result": int(_blender(plc, request).command(_COMMANDS[name]))}


def _guard(plc: Plc, request: Request) -> Answer:
    blender = _blender(plc, request)
    if not isinstance(request.get("open"), bool):
        raise WrongRequestError("'open' must be true or false")
    blender.guard_closed = not request["open"]
    return {"guard_closed": blender.guard_closed}


def _fault(plc: Plc, request: Request) -> Answer:
    name = request.get("name")
    if name == "offline":
        plc.go_offline(_optional(request, "for_s", low=0.1, high=1e6))
        return {"faults": ["offline"]}
    for_s = _optional(request, "for_s", low=0.1, high=1e6)
    every_s = _optional(request, "every_s", low=0.2, high=1e6)
    device = _device(plc, request)
    device.faults.inject(
        Fault(
            name=str(name),
            signal=str(request.get("signal", "")),
            size=_optional(request, "size", low=-1e6, high=1e6),
            every_s=1.0 if every_s is None else every_s,
            rate=_optional(request, "rate", low=-1e6, high=1e6) or 0.0,
            for_s=math.inf if for_s is None else for_s,
        )
    )
    return {"faults": device.faults.names}


def _clear_faults(plc: Plc, request: Request) -> Answer:
    if {"device", "scale"} & set(request):
        _device(plc, request).faults.clear()
        return {}
    plc.clear_offline()
    for device in plc.devices.values():
        device.faults.clear()
    return {}


def _state(plc: Plc, _: Request) -> Answer:
    return {
        "name": plc.name,
        "time_s": round(plc.time_s, 1),
        "offline": plc.offline,
        "devices": {
            device.name: {
                "dev_id": dev_id,
                "faults": device.faults.names,
                "truth": dict(device.truth()),
                "registers": {name: _jsonable(v) for name, v in device.values().items()},
            }
            for dev_id, device in plc.devices.items()
        },
    }


def _jsonable(value: float) -> float | None:
    """Return None for NaN, which JSON (RFC 8259, section 6) does not know."""
    return None if math.isnan(value) else value


_WHICH: Final = frozenset({"device", "scale"})
_DEEDS: Final[Mapping[str, tuple[Callable[[Plc, Request], Answer], frozenset[str]]]] = {
    "place": (_place, _WHICH | {"mass_kg"}),
    "pour": (_pour, _WHICH | {"mass_kg", "over_s"}),
    "remove": (_remove, _WHICH | {"mass_kg"}),
    "zero": (_press, _WHICH),
    "tare": (_press, _WHICH),
    "clear-tare": (_press, _WHICH),
    "command": (_command, _WHICH | {"name"}),
    "guard": (_guard, _WHICH | {"open"}),
    "fault": (_fault, _WHICH | {"name", "signal", "size", "every_s", "rate", "for_s"}),
    "clear-faults": (_clear_faults, _WHICH),
    "state": (_state, frozenset()),
}
