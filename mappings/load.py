"""Read a mapping file: everything that is wrong in it at once, or its values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mappings.language import Device, FailMode, LineMapping, Permit, Tag
from mappings.load_phases import read_phases
from mappings.load_ranges import is_analog, read_range, refuse_misfit
from mappings.load_rules import read_rules
from mappings.load_tests import read_tests
from mappings.modbus_address import ModbusAddress, parse_address
from mappings.problems import Problem, Problems, did_you_mean
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Node, read, read_text

_PROTOCOLS: Final = ("modbus-tcp",)
_DIRECTIONS: Final = ("read", "write")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")
_TAG: Final = re.compile(r"[A-Z][A-Z0-9-]{0,62}\.[a-z][a-z0-9_]{0,62}")
_PARAMETER: Final = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::([^{}$]*))?\}")
_NO_ADDRESS: Final = ModbusAddress(table="input", number=0, data_type="uint16", width=1)


def load(path: Path, parameters: Mapping[str, str]) -> LineMapping | tuple[Problem, ...]:
    """Return the mapping of a file; ``parameters`` are the values of its ``${NAME}``."""
    return _load(read(path), parameters)


def load_text(
    text: str, file: str, parameters: Mapping[str, str]
) -> LineMapping | tuple[Problem, ...]:
    """Return the mapping of a document that is at hand."""
    return _load(read_text(text, file), parameters)


def _load(
    root: Node | tuple[Problem, ...], parameters: Mapping[str, str]
) -> LineMapping | tuple[Problem, ...]:
    if not isinstance(root, Node):
        return root
    problems = Problems()
    reading = _Reading(root, problems, parameters)
    mapping = reading.mapping()
    return problems.sorted() if problems else mapping


@dataclass(slots=True)
class _Reading:
    """One pass over a file; later parts look up what earlier parts declared."""

    root: Node
    problems: Problems
    parameters: Mapping[str, str]
    devices: dict[str, Device] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)

    def mapping(self) -> LineMapping:
        """Return the mapping; it can be believed when there are no problems."""
        top = Fields(
            self.root,
            self.problems,
            required=("line", "version", "devices", "tags"),
            optional=("equipment", "permits", "phases", "tests"),
        )
        for fields in top.each(
            "devices",
            required=("name", "protocol", "host", "port"),
            optional=("unit", "poll_ms", "timeout_ms"),
        ):
            self._device(fields)
        for fields in top.each(
            "tags",
            required=("tag", "device", "address", "meaning"),
            optional=("deadband", "direction", "range", "instrument_range", "stepped"),
        ):
            self._tag(fields)
        rules = read_rules(top, self.tags)
        return LineMapping(
            line=top.parsed("line", _name, "", "write a name such as blending"),
            version=top.text("version"),
            devices=tuple(self.devices.values()),
            tags=tuple(self.tags.values()),
            rules=rules,
            permits=tuple(
                self._permit(fields)
                for fields in top.each(
                    "permits",
                    required=("equipment", "enable", "heartbeat", "fail_mode"),
                    optional=("heartbeat_s", "live"),
                )
            ),
            phases=read_phases(top, self.tags),
            tests=read_tests(top, self.tags, {rule.equipment_id for rule in rules}),
            place=top.place,
        )

    def _device(self, fields: Fields) -> None:
        device = Device(
            name=fields.parsed("name", _name, "", "write a name such as blender-plc"),
            protocol=fields.parsed("protocol", _protocol, "", "write modbus-tcp"),
            host=fields.parsed("host", self._host, "", "write a host name or an IP address"),
            port=fields.parsed("port", self._port, 0, "write a port, or ${NAME} or ${NAME:15020}"),
            unit=fields.whole_number("unit", 1, at_least=0, at_most=255),
            poll_s=fields.whole_number("poll_ms", 1000, at_least=10, at_most=3_600_000) / 1000,
            timeout_s=fields.whole_number("timeout_ms", 1000, at_least=10, at_most=60_000) / 1000,
            place=fields.place,
        )
        if device.name in self.devices:
            first = self.devices[device.name].place.line
            reason = f"device '{device.name}' stands in line {first} already"
            fields.reject("name", reason, "give each device a name of its own")
        self.devices.setdefault(device.name, device)

    def _tag(self, fields: Fields) -> None:
        address = fields.parsed("address", parse_address, None, "see docs/adapters/modbus.md")
        tag = Tag(
            name=fields.parsed("tag", _tag_name, "", "write it as BLENDER-01.speed"),
            device=fields.parsed("device", self._known_device, "", "declare it under devices"),
            address=address or _NO_ADDRESS,
            deadband=fields.number("deadband", 0.0, at_least=0.0),
            meaning=fields.text("meaning"),
            writable=fields.parsed("direction", _direction, "read", "write read or write")
            == "write",
            place=fields.place,
            range=read_range(fields, "range", address),
            instrument_range=read_range(fields, "instrument_range", address),
            stepped=fields.boolean("stepped", default=not is_analog(address)),
        )
        refuse_misfit(fields, tag.range, tag.instrument_range)
        if address is not None and not tag.stepped and not address.is_number:
            fields.reject("stepped", f"a {address.data_type} is no number", "remove it")
        if address is not None and tag.writable and not address.can_be_written:
            where = address.table if address.bit is None else "one bit of a register"
            fields.reject("direction", f"{where} cannot be written", "use a coil or a holding tag")
        if address is not None and fields.has("deadband") and not address.is_number:
            fields.reject("deadband", f"a {address.data_type} is no number", "remove it")
        if tag.name in self.tags:
            first = self.tags[tag.name].place.line
            reason = f"tag '{tag.name}' stands in line {first} already"
            fields.reject("tag", reason, "give each tag a name of its own")
        self.tags.setdefault(tag.name, tag)

    def _permit(self, fields: Fields) -> Permit:
        return Permit(
            equipment_id=fields.text("equipment"),
            enable_tag=self._written_tag(fields, "enable", "bool"),
            heartbeat_tag=self._written_tag(fields, "heartbeat", "uint16"),
            heartbeat_s=fields.number("heartbeat_s", 1.0, at_least=0.1, at_most=60.0),
            live_tag=self._live_tag(fields),
            fail_mode=fields.choice("fail_mode", FailMode.CLOSED),
            place=fields.place,
        )

    def _written_tag(self, fields: Fields, key: str, data_type: str) -> str:
        name = fields.text(key)
        tag = self.tags.get(name)
        if not name:
            return name
        if tag is None:
            fields.reject(key, f"unknown tag '{name}'", did_you_mean(name, tuple(self.tags)))
        elif not tag.writable or tag.address.data_type != data_type:
            reason = f"'{name}' is not a {data_type} tag with direction: write"
            fields.reject(key, reason, "correct the tag, or name another one")
        return name

    def _live_tag(self, fields: Fields) -> str | None:
        name = fields.text_or_none("live")
        if name is None:
            return None
        tag = self.tags.get(name)
        if tag is None:
            fields.reject("live", f"unknown tag '{name}'", did_you_mean(name, tuple(self.tags)))
        elif not tag.address.is_boolean:
            fields.reject("live", f"'{name}' is not a bool", "name a bool tag")
        return name

    def _known_device(self, text: str) -> str:
        if text not in self.devices:
            remedy = did_you_mean(text, tuple(self.devices))
            message = f"unknown device '{text}', {remedy}"
            raise ValueError(message)
        return text

    def _resolved(self, text: str) -> str:
        """Return the text with its parameters filled in, from those that were given only."""

        def value_of(match: re.Match[str]) -> str:
            name, default = match.group(1), match.group(2)
            if name in self.parameters:
                return self.parameters[name]
            if default is None:
                message = f"no value was given for ${{{name}}}"
                raise ValueError(message)
            return str(default)

        resolved = _PARAMETER.sub(value_of, text)
        if "$" in resolved:
            message = f"'{text}' is no parameter, which is written ${{NAME}} in capitals"
            raise ValueError(message)
        return resolved

    def _host(self, text: str) -> str:
        host = self._resolved(text)
        if not re.fullmatch(r"[A-Za-z0-9._:-]{1,253}", host):
            message = f"'{host}' is neither a host name nor an address"
            raise ValueError(message)
        return host

    def _port(self, text: str) -> int:
        port = self._resolved(text)
        if not (port.isascii() and port.isdigit() and len(port) <= 5):  # noqa: PLR2004 -- 65535
            message = f"'{port}' is not a port number"
            raise ValueError(message)
        if not 1 <= int(port) <= 65535:  # noqa: PLR2004 -- what TCP has
            message = f"port {port} lies outside 1 to 65535"
            raise ValueError(message)
        return int(port)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        message = f"'{text}' is not a name of small letters, digits and hyphens"
        raise ValueError(message)
    return text


def _tag_name(text: str) -> str:
    if not _TAG.fullmatch(text):
        message = f"'{text}' is not <PHYSICAL-ASSET-ID>.<snake_case_name>"
        raise ValueError(message)
    return text


def _protocol(text: str) -> str:
    if text not in _PROTOCOLS:
        message = f"unknown protocol '{text}'"
        raise ValueError(message)
    return text


def _direction(text: str) -> str:
    if text not in _DIRECTIONS:
        message = f"'{text}' is neither read nor write"
        raise ValueError(message)
    return text
