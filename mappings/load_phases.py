"""Read the phase interfaces of a mapping file (ISA-88 Part 1, 6.5; docs/mapping.md)."""

from collections.abc import Mapping
from typing import Final

from mappings.language import Phase, PhaseCommand, PhaseMeaning, Tag
from mappings.load_rules import known_tag
from mappings.yaml_fields import Fields

_WORD: Final = (0, 65_535)
_REQUIRED: Final = (
    *("equipment", "phase", "command", "sequence", "echo", "result", "done"),
    *("state", "states", "run", "run_echo", "commands"),
)
_OPTIONAL: Final = ("results", "parameters", "acknowledged_s", "tries", "reached_s")
_NEEDED: Final = (
    PhaseMeaning.IDLE,
    PhaseMeaning.RUNNING,
    PhaseMeaning.HELD,
    PhaseMeaning.COMPLETE,
)


def read_phases(top: Fields, tags: Mapping[str, Tag]) -> tuple[Phase, ...]:
    """Return the phase interfaces; each piece of equipment has one at most."""
    found: dict[str, Phase] = {}
    for fields in top.each("phases", required=_REQUIRED, optional=_OPTIONAL):
        phase = _phase(fields, tags)
        if phase.equipment_id in found:
            reason = f"'{phase.equipment_id}' has a phase interface already"
            fields.reject("equipment", reason, "keep one of them")
        found.setdefault(phase.equipment_id, phase)
    return tuple(found.values())


def _phase(fields: Fields, tags: Mapping[str, Tag]) -> Phase:
    low, high = _WORD
    return Phase(
        equipment_id=fields.text("equipment"),
        name=fields.text("phase"),
        command_tag=_tag(fields, "command", tags, written=True),
        sequence_tag=_tag(fields, "sequence", tags, written=True),
        echo_tag=_tag(fields, "echo", tags),
        result_tag=_tag(fields, "result", tags),
        done=fields.whole_number("done", 0, at_least=low, at_most=high),
        results=_results(fields),
        state_tag=_tag(fields, "state", tags),
        states=_states(fields),
        run_tag=_tag(fields, "run", tags, written=True),
        run_echo_tag=_tag(fields, "run_echo", tags),
        commands=_commands(fields),
        parameters=_parameters(fields, tags),
        acknowledged_s=fields.number("acknowledged_s", 2.0, at_least=0.1, at_most=60.0),
        tries=fields.whole_number("tries", 3, at_least=1, at_most=10),
        reached_s=fields.number("reached_s", 30.0, at_least=0.1, at_most=3600.0),
        place=fields.place,
    )


def _tag(fields: Fields, key: str, tags: Mapping[str, Tag], *, written: bool = False) -> str:
    tag = known_tag(fields, key, tags)
    if tag is not None and not tag.address.is_whole_number:
        fields.reject(key, f"'{tag.name}' is no whole number", "name another tag")
    if tag is not None and tag.writable != written:
        wanted = "write" if written else "read"
        fields.reject(key, f"'{tag.name}' is not a tag with direction: {wanted}", "correct it")
    return fields.text(key)


def _number(text: str) -> int | None:
    low, high = _WORD
    return int(text) if text.isdecimal() and low <= int(text) <= high else None


def _results(fields: Fields) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for key, value in fields.entries("results"):
        number = _number(key.text)
        if number is None:
            fields.problems.add(key.place, f"'{key.text}' is no result", "write a number")
        else:
            found[number] = value.text
    return found


def _states(fields: Fields) -> Mapping[int, PhaseMeaning]:
    found: dict[int, PhaseMeaning] = {}
    if not fields.has("states"):
        return found
    words = {meaning.value: meaning for meaning in PhaseMeaning}
    states = fields.fields(
        "states",
        required=tuple(one.value for one in _NEEDED),
        optional=tuple(word for word, one in words.items() if one not in _NEEDED),
    )
    for word, meaning in words.items():
        for item in states.items(word) if states.has(word) else ():
            number = _number(item.text)
            if number is None:
                reason = f"'{item.text}' is no state number"
                states.problems.add(item.place, reason, "write a whole number")
            elif number in found:
                reason = f"state {number} is {found[number].value} already"
                states.problems.add(item.place, reason, "keep one of them")
            else:
                found[number] = meaning
    return found


def _commands(fields: Fields) -> Mapping[PhaseCommand, int]:
    if not fields.has("commands"):
        return {}
    row = fields.fields("commands", required=tuple(one.value for one in PhaseCommand))
    low, high = _WORD
    return {one: row.whole_number(one.value, 0, at_least=low, at_most=high) for one in PhaseCommand}


def _parameters(fields: Fields, tags: Mapping[str, Tag]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in fields.each("parameters", required=("name", "tag")):
        name, tag = row.text("name"), known_tag(row, "tag", tags)
        if tag is not None and not (tag.writable and tag.address.is_number):
            reason = f"'{tag.name}' is not a number with direction: write"
            row.reject("tag", reason, "correct the tag, or name another one")
        if name in found:
            row.reject("name", f"parameter '{name}' comes twice", "keep one of them")
        found[name] = row.text("tag")
    return found
