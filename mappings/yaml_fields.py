"""Typed reading of YAML nodes: every accessor answers, and collects what is wrong on the way.

An accessor whose value is missing or wrong reports the problem and returns its default, so that
one pass finds everything. Whoever builds something from the answers looks at ``problems`` first.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeVar

from mappings.problems import Place, Problems, did_you_mean
from mappings.yaml_nodes import Kind, Node

_Value = TypeVar("_Value")
_Default = TypeVar("_Default")
_Choice = TypeVar("_Choice", bound=Enum)


class Fields:
    """A mapping whose keys are known: unknown ones and missing ones are reported at once."""

    def __init__(
        self,
        node: Node,
        problems: Problems,
        *,
        required: tuple[str, ...] = (),
        optional: tuple[str, ...] = (),
    ) -> None:
        self.problems = problems
        self.place = node.place
        self._known = required + optional
        self._nodes: dict[str, Node] = {}
        if node.kind is not Kind.MAPPING:
            problems.add(
                node.place,
                f"{node.kind.value}, where a mapping is expected",
                "write 'key: value' lines with " + ", ".join(self._known),
            )
            return
        for key, value in node.entries:
            if key.text in self._known:
                self._nodes[key.text] = value
            else:
                problems.add(
                    key.place, f"unknown key '{key.text}'", did_you_mean(key.text, self._known)
                )
        for key_text in required:
            if key_text not in self._nodes:
                problems.add(node.place, f"'{key_text}' is missing here", f"add '{key_text}: …'")

    def has(self, key: str) -> bool:
        """Return whether the key stands there with a value."""
        found = self.node(key)
        return found is not None and found.kind is not Kind.EMPTY

    def node(self, key: str) -> Node | None:
        """Return the node of a key as it stands there."""
        assert key in self._known, f"{key} was not announced as a key"
        return self._nodes.get(key)

    def place_of(self, key: str) -> Place:
        """Return the place of the value of a key; of the whole mapping, when it is missing."""
        found = self.node(key)
        return self.place if found is None else found.place

    def reject(self, key: str, reason: str, remedy: str) -> None:
        """Report that the value of a key is wrong."""
        self.problems.add(self.place_of(key), f"'{key}': {reason}", remedy)

    def parsed(
        self, key: str, parse: Callable[[str], _Value], default: _Default, remedy: str
    ) -> _Value | _Default:
        """Return what ``parse`` makes of the text; its ValueError becomes a problem.

        This is how a caller adds a type of value that is not known here.
        """
        found = self.node(key)
        if found is None:
            return default
        if found.kind is not Kind.TEXT:
            self.reject(key, f"{found.kind.value}, where one value is expected", remedy)
            return default
        try:
            return parse(found.text)
        except ValueError as error:
            self.reject(key, str(error), remedy)
            return default

    def text(self, key: str, default: str = "") -> str:
        """Return a text of at least one and at most 1000 characters."""
        return self.parsed(key, _text, default, "write a text")

    def text_or_none(self, key: str) -> str | None:
        """Return a text, or None when the key is not there."""
        return self.parsed(key, _text, None, "write a text, or remove the key")

    def boolean(self, key: str, *, default: bool = False) -> bool:
        """Return true or false; yes, on and 1 are not accepted."""
        return self.parsed(key, _boolean, default, "write true or false")

    def whole_number(
        self,
        key: str,
        default: int = 0,
        *,
        at_least: int = -(2**63),
        at_most: int = 2**63 - 1,
    ) -> int:
        """Return a whole number within its bounds."""

        def parse(text: str) -> int:
            return _within(_whole_number(text), at_least, at_most)

        remedy = f"write a whole number from {at_least} to {at_most}"
        return self.parsed(key, parse, default, remedy)

    def number(
        self,
        key: str,
        default: float = 0.0,
        *,
        at_least: float = -math.inf,
        at_most: float = math.inf,
    ) -> float:
        """Return a finite number within its bounds."""

        def parse(text: str) -> float:
            return _within(float(_decimal(text)), at_least, at_most)

        return self.parsed(key, parse, default, f"write a number from {at_least} to {at_most}")

    def decimal(self, key: str, default: Decimal = Decimal(0)) -> Decimal:
        """Return an exact, finite decimal number."""
        return self.parsed(key, _decimal, default, "write a decimal number such as 10.000")

    def decimal_or_none(self, key: str) -> Decimal | None:
        """Return an exact decimal number, or None when the key is not there."""
        return self.parsed(key, _decimal, None, "write a decimal number such as 10.000")

    def time_or_none(self, key: str) -> datetime | None:
        """Return a time in UTC, or None when the key is not there."""
        return self.parsed(key, _time, None, "write it as 2026-01-31T08:00:00Z")

    def choice(self, key: str, default: _Choice) -> _Choice:
        """Return the member of the default's enumeration that has this value."""
        members = {str(member.value): member for member in type(default)}

        def parse(text: str) -> _Choice:
            if text not in members:
                message = f"unknown value '{text}', {did_you_mean(text, tuple(members))}"
                raise ValueError(message)
            return members[text]

        return self.parsed(key, parse, default, "use one of " + ", ".join(members))

    def fields(
        self, key: str, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
    ) -> "Fields":
        """Return the mapping under a key; when the key is missing, one without any value."""
        found = self.node(key)
        if found is None or found.kind is Kind.EMPTY:
            empty = Node(self.place_of(key), Kind.MAPPING)
            return Fields(empty, self.problems, optional=required + optional)
        return Fields(found, self.problems, required=required, optional=optional)

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the members of a list; none when the key is missing or empty."""
        found = self.node(key)
        if found is None or found.kind is Kind.EMPTY:
            return ()
        if found.kind is not Kind.SEQUENCE:
            self.reject(key, f"{found.kind.value}, where a list is expected", "begin it with '- '")
            return ()
        return found.items

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        texts = []
        for item in self.items(key):
            if item.kind is Kind.TEXT and item.text.strip():
                texts.append(item.text)
            else:
                self.problems.add(
                    item.place, f"'{key}' holds {item.kind.value}", "write one text in each row"
                )
        return tuple(texts)

    def each(
        self, key: str, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
    ) -> tuple["Fields", ...]:
        """Return the mappings of a list."""
        return tuple(
            Fields(item, self.problems, required=required, optional=optional)
            for item in self.items(key)
        )

    def entries(self, key: str) -> tuple[tuple[Node, Node], ...]:
        """Return key and value of a mapping whose keys are free, in their order."""
        found = self.node(key)
        if found is None or found.kind is Kind.EMPTY:
            return ()
        if found.kind is not Kind.MAPPING:
            self.reject(
                key, f"{found.kind.value}, where a mapping is expected", "write 'key: value' lines"
            )
            return ()
        return found.entries


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("it is blank")
    if len(text) > 1000:  # noqa: PLR2004 -- the number of the docstring of Fields.text
        raise ValueError("longer than 1000 characters")
    return text


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        message = f"'{text}' is neither true nor false"
        raise ValueError(message)
    return text == "true"


def _whole_number(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 20):  # noqa: PLR2004 -- 64 bit
        message = f"'{text}' is not a whole number"
        raise ValueError(message)
    return int(text)


def _decimal(text: str) -> Decimal:
    message = f"'{text}' is not a number"
    if len(text) > 40 or "_" in text or not text.isascii():  # noqa: PLR2004 -- no quantity of a plant is longer
        raise ValueError(message)
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(message) from error
    if not value.is_finite() or abs(value.adjusted()) > 30:  # noqa: PLR2004 -- as above
        raise ValueError(message)
    return value


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        message = f"'{text}' does not say its time zone"
        raise ValueError(message)
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        message = f"'{text}' lies outside the calendar"
        raise ValueError(message) from error


_Ordered = TypeVar("_Ordered", int, float)


def _within(value: _Ordered, at_least: float, at_most: float) -> _Ordered:
    if not at_least <= value <= at_most:
        message = f"{value} lies outside {at_least} to {at_most}"
        raise ValueError(message)
    return value
