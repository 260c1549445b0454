"""The one reader: from an element to a domain value, as the tables of a version say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from typing import Final

from models.isa95.work_schedule import Code
from server.faces.b2mml.lexical import READERS
from server.faces.b2mml.report import Report
from server.faces.b2mml.tables import Child, ComplexType, Version
from server.faces.b2mml.tree import Element, local_name

_OTHER: Final = "OtherValue"


class _NothingRead:
    """Stands for a value that could not be read; the report says why."""


NOTHING: Final = _NothingRead()


@dataclass(frozen=True, slots=True)
class Reading:
    """What is the same for all elements of one document."""

    zone: tzinfo
    report: Report


ElementReader = Callable[[Element, Reading], object]


@dataclass(slots=True)
class _Slot:
    """A child of a compiled type. ``read`` is None for what is allowed and not kept."""

    child: Child
    index: int
    many: bool
    read: ElementReader | None


def read_element(version: Version, type_name: str, element: Element, reading: Reading) -> object:
    """Read an element of a type; returns NOTHING when the report says why not."""
    return _reader(version, type_name)(element, reading)


@cache
def _reader(version: Version, type_name: str) -> ElementReader:
    """Return the reader of a lexical kind, an enumeration or a complex type."""
    if type_name in READERS:
        return _leaf_reader(READERS[type_name])
    if type_name in version.enumerations:
        return _enumeration_reader(type_name, version.enumerations[type_name])
    return _ComplexReader(version, version.types[type_name])


def _leaf_reader(convert: Callable[[str, tzinfo], object]) -> ElementReader:
    def read(element: Element, reading: Reading) -> object:
        if len(element):
            reading.report.add(element, "unexpected-element", _holds_text(element))
            return NOTHING
        try:
            return convert(element.text or "", reading.zone)
        except ValueError as wrong:
            reading.report.add(element, "bad-value", f"{local_name(element)}: {wrong}")
            return NOTHING

    return read


def _enumeration_reader(name: str, words: tuple[str, ...]) -> ElementReader:
    known = {word: Code(word) for word in words}
    plain = name == "ConfirmationCode"

    def read(element: Element, reading: Reading) -> object:
        text = element.text or ""
        code = known.get(text)
        if len(element):
            reading.report.add(element, "unexpected-element", _holds_text(element))
        elif code is None:
            reading.report.add(
                element,
                "bad-value",
                f"{local_name(element)}: {text!r} is none of {', '.join(words)}",
            )
        elif plain:
            return text
        else:
            other = element.get(_OTHER)
            return code if other is None else Code(text, other)
        return NOTHING

    return read


def _holds_text(element: Element) -> str:
    return (
        f"{local_name(element)} holds text, but the element {local_name(element[0])} stands in it; "
        "remove it"
    )


class _ComplexReader:
    """Reads one complex type; the table is turned into look-ups once."""

    def __init__(self, version: Version, type_: ComplexType) -> None:
        self._type = type_
        self._version = version
        self._namespace = f"{{{version.namespace}}}"
        self._slots: dict[str, _Slot] | None = None
        self._required = [
            (index, child.element)
            for index, child in enumerate(type_.children)
            if child.count in ("1", "+")
        ]
        self._required_mask = sum(1 << index for index, _ in self._required)
        self._attributes = {attribute.name for attribute in type_.attributes}
        self._choice_mask = sum(
            1 << index
            for index, child in enumerate(type_.children)
            if child.element in type_.choice
        )

    def _compiled(self) -> dict[str, _Slot]:
        # Only now, because types contain themselves.
        if self._slots is None:
            self._slots = {
                self._namespace + child.element: _Slot(
                    child,
                    index,
                    child.count in ("*", "+"),
                    None
                    if child.type == "any" or child.field is None
                    else _reader(self._version, child.type),
                )
                for index, child in enumerate(self._type.children)
            }
        return self._slots

    def __call__(self, element: Element, reading: Reading) -> object:
        """Read the children in order and build the domain value."""
        before = len(reading.report.findings)
        fields: dict[str, object] = {}
        self._read_attributes(element, reading.report, fields)
        self._read_text(element, reading.report, fields)
        seen = self._read_children(element, reading, fields)
        self._check_complete(element, seen, reading.report)
        if len(reading.report.findings) > before:
            return NOTHING
        for child in self._type.children:
            if child.field in fields and child.count in ("*", "+"):
                fields[child.field] = tuple(fields[child.field])  # type: ignore[arg-type] # a list
        return self._type.builds(**fields)

    def _read_children(self, element: Element, reading: Reading, fields: dict[str, object]) -> int:
        slots = self._slots or self._compiled()
        cursor = seen = 0
        for child in element:
            slot = slots.get(child.tag)
            if slot is None:
                self._unexpected(child, reading.report)
                continue
            bit = 1 << slot.index
            if slot.index < cursor or (seen & bit and not slot.many):
                self._misplaced(child, seen, bit, reading.report)
                continue
            cursor = slot.index
            seen |= bit
            if child.tail is not None:
                self._stray_text(element, child.tail, reading.report)
            if slot.read is not None:
                _keep(slot, slot.read(child, reading), fields)
        return seen

    def _read_attributes(self, element: Element, report: Report, fields: dict[str, object]) -> None:
        if not self._attributes and not element.attrib:
            return
        for name in map(str, element.attrib):
            if name not in self._attributes and not name.startswith("{"):
                report.add(
                    element,
                    "unexpected-attribute",
                    f"{local_name(element)} has no attribute {name}; remove it",
                )
        for attribute in self._type.attributes:
            value = element.get(attribute.name)
            if value is None and attribute.required:
                report.add(
                    element,
                    "missing-attribute",
                    f"{local_name(element)} needs the attribute {attribute.name}",
                )
            elif value is not None and attribute.field:
                self._check_attribute(element, attribute.enumeration, value, report)
                fields[attribute.field] = value

    def _check_attribute(
        self, element: Element, enumeration: str | None, value: str, report: Report
    ) -> None:
        words = self._version.enumerations[enumeration] if enumeration else ()
        if words and value not in words:
            report.add(
                element,
                "bad-value",
                f"{local_name(element)}: the attribute value {value!r} is none of "
                f"{', '.join(words)}",
            )

    def _read_text(self, element: Element, report: Report, fields: dict[str, object]) -> None:
        if self._type.text is not None:
            fields[self._type.text] = element.text or ""
        elif element.text is not None:
            self._stray_text(element, element.text, report)

    def _stray_text(self, element: Element, text: str, report: Report) -> None:
        if text.strip():
            report.add(
                element,
                "unexpected-text",
                f"{local_name(element)} holds elements, but the text {text.strip()[:40]!r} "
                "stands between them; remove it",
            )

    def _unexpected(self, child: Element, report: Report) -> None:
        parent = child.getparent()
        name = local_name(child)
        here = local_name(parent) if parent is not None else "the document"
        tag = str(child.tag)
        reason = f"{here} has no element {name} in this version; remove it or correct its name"
        if self._namespace + name in self._compiled() and tag != self._namespace + name:
            reason = f"{name} must be in the namespace {self._namespace[1:-1]}"
        report.add(child, "unexpected-element", reason)

    def _misplaced(self, child: Element, seen: int, bit: int, report: Report) -> None:
        name = local_name(child)
        if seen & bit:
            report.add(child, "repeated-element", f"{name} stands here a second time; remove it")
            return
        followers = [
            slot.child.element
            for slot in self._compiled().values()
            if seen >> slot.index & 1 and 1 << slot.index > bit
        ]
        report.add(
            child,
            "misplaced-element",
            f"{name} must stand before {followers[0]}; the order of elements is fixed",
        )

    def _check_complete(self, element: Element, seen: int, report: Report) -> None:
        if self._required_mask & ~seen:
            for index, name in self._required:
                if not seen >> index & 1:
                    report.add(
                        element,
                        "missing-element",
                        f"{local_name(element)} needs the element {name}",
                    )
        if self._choice_mask and (seen & self._choice_mask).bit_count() != 1:
            report.add(
                element,
                "missing-element",
                f"{local_name(element)} needs exactly one of {', '.join(self._type.choice)}",
            )


def _keep(slot: _Slot, value: object, fields: dict[str, object]) -> None:
    name = slot.child.field
    if value is NOTHING or name is None:
        return
    if slot.many:
        values = fields.setdefault(name, [])
        assert isinstance(values, list)
        values.append(value)
    else:
        fields[name] = value
