"""The ids of a plant: defined once, referred to often, checked when everything has been read."""

import re
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final

from mappings.problems import Place, Problems, did_you_mean
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Kind, Node

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ID_REMEDY: Final = "use 1 to 64 letters, digits, '.', '_' and '-', the first a letter or digit"


@unique
class Name(Enum):
    """What an id may name."""

    EQUIPMENT = "equipment"
    EQUIPMENT_CLASS = "equipment class"
    PHYSICAL_ASSET = "physical asset"
    PHYSICAL_ASSET_CLASS = "physical asset class"
    MATERIAL_CLASS = "material class"
    MATERIAL_DEFINITION = "material definition"
    MATERIAL_LOT = "material lot"
    MATERIAL_SUBLOT = "container"
    PERSONNEL_CLASS = "personnel class"
    QUALIFICATION = "qualification"
    PERSON = "person"
    ACCOUNT = "account"
    TAG = "tag"
    DOCUMENT = "document"
    MATERIAL_TEST = "material test"


_SHARED: Final = (
    # A fault message or a tag that names one of them must not mean the other.
    frozenset({Name.EQUIPMENT, Name.PHYSICAL_ASSET}),
    # Both are scanned with the same reader.
    frozenset({Name.MATERIAL_LOT, Name.MATERIAL_SUBLOT}),
)


@dataclass(slots=True)
class Names:
    """Collects definitions and references; neither order nor file matters."""

    problems: Problems
    _defined: dict[tuple[Name, str], Place] = field(default_factory=dict)
    _referred: list[tuple[Name, str, Place]] = field(default_factory=list)

    def for_another_reading(self, problems: Problems) -> "Names":
        """Return names that know what these define, and report where somebody else does."""
        return Names(problems, dict(self._defined))

    def define(self, name: Name, fields: Fields, key: str = "id") -> str:
        """Return the id under ``key`` as a new name of its kind."""
        text = self.id_of(fields, key)
        if text:
            self.define_at(name, text, fields.place_of(key))
        return text

    @staticmethod
    def id_of(fields: Fields, key: str) -> str:
        """Return an id that is a name only where it stands, such as that of a step."""
        return fields.parsed(key, _id, "", _ID_REMEDY)

    def define_classes(self, name: Name, fields: Fields, key: str) -> None:
        """Take every key of a mapping ``class: what it is`` as a new name."""
        for word, meaning in fields.entries(key):
            if _ID.fullmatch(word.text) is None:
                self.problems.add(word.place, f"'{word.text}' is not an id", _ID_REMEDY)
            elif meaning.kind is not Kind.TEXT:
                self.problems.add(meaning.place, f"'{word.text}' is unexplained", "describe it")
            else:
                self.define_at(name, word.text, word.place)

    def define_at(self, name: Name, text: str, place: Place) -> None:
        """Take ``text`` as a new name; report what it collides with."""
        for other in _namespace(name):
            first = self._same(other, text)
            if first is not None:
                spelt, where = first
                self.problems.add(
                    place,
                    f"{name.value} '{text}' overlaps with {other.value} '{spelt}'"
                    f" ({_short(where)})",
                    "give every one an id of its own; letter case does not tell them apart",
                )
                return
        self._defined[name, text] = place

    def refer(self, name: Name, fields: Fields, key: str) -> str:
        """Return the id under ``key``, to be found among the names of its kind."""
        text = fields.text(key)
        if text:
            self.refer_at(name, text, fields.place_of(key))
        return text

    def refer_or_none(self, name: Name, fields: Fields, key: str) -> str | None:
        """Return the id under ``key``, or None where there is none."""
        return self.refer(name, fields, key) if fields.has(key) else None

    def refer_each(self, name: Name, fields: Fields, key: str) -> tuple[str, ...]:
        """Return the ids of a list; the same one twice is a problem."""
        found: dict[str, Node] = {}
        texts = fields.texts(key)
        for item in fields.items(key):
            if item.text in found:
                self.problems.add(item.place, f"'{item.text}' comes twice", "keep one of them")
            elif item.text in texts:
                found[item.text] = item
                self.refer_at(name, item.text, item.place)
        return tuple(found)

    def refer_at(self, name: Name, text: str, place: Place) -> None:
        """Remember that ``text`` must name something."""
        self._referred.append((name, text, place))

    def place_of(self, name: Name, text: str) -> Place | None:
        """Return where ``text`` was defined."""
        return self._defined.get((name, text))

    def all_of(self, name: Name) -> tuple[str, ...]:
        """Return the names of one kind."""
        return tuple(text for kind, text in self._defined if kind is name)

    def report_unknown(self) -> None:
        """Report every reference that leads nowhere."""
        for name, text, place in self._referred:
            if (name, text) not in self._defined:
                remedy = did_you_mean(text, self.all_of(name))
                self.problems.add(place, f"unknown {name.value} '{text}'", remedy)

    def _same(self, name: Name, text: str) -> tuple[str, Place] | None:
        for (kind, known), place in self._defined.items():
            if kind is name and known.casefold() == text.casefold():
                return known, place
        return None


def _namespace(name: Name) -> tuple[Name, ...]:
    shared = next((space for space in _SHARED if name in space), frozenset({name}))
    return tuple(sorted(shared, key=lambda member: member.value))


def _short(place: Place) -> str:
    return f"{place.file.rpartition('/')[2]} line {place.line}"


def _id(text: str) -> str:
    if _ID.fullmatch(text) is None:
        message = f"'{text}' is not an id"
        raise ValueError(message)
    return text
