"""Read a YAML file into nodes that know their place; refuse what configuration does not need.

Scalars stay the text that was written: ``010`` is a step and not the number 8, ``on`` is a word
and not a truth, until somebody asks for a number or a boolean (``mappings.yaml_fields``). No
anchors, aliases, tags or second documents: nobody needs them here, and an alias can make a small
file large.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path
from typing import Final, Protocol

import yaml

from mappings.problems import Place, Problem, Problems

FILE_SIZE_LIMIT: Final = 1_048_576
"""Bytes of one file."""
DEPTH_LIMIT: Final = 32
NODE_LIMIT: Final = 200_000
SENT_NODE_LIMIT: Final = 20_000
"""Values in a document that somebody sends while others work."""
SENT_ITEM_LIMIT: Final = 1_000
"""Items in a list of such a document; what refers to each other is compared with each other."""

_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the same events, 20 times faster
_EMPTY: Final = frozenset({"", "~", "null"})


@unique
class Kind(Enum):
    """What a node is, in words that a message can use."""

    EMPTY = "empty"
    TEXT = "a single value"
    SEQUENCE = "a list"
    MAPPING = "a mapping"


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a YAML document.

    ``text`` is the scalar as written, ``items`` the members of a sequence, ``entries`` the pairs
    of a mapping in their order; keys are scalars and unique.
    """

    place: Place
    kind: Kind
    text: str = ""
    items: tuple["Node", ...] = ()
    entries: tuple[tuple["Node", "Node"], ...] = ()


def read(path: Path) -> Node | tuple[Problem, ...]:
    """Return the root node of a file, or all that keeps it from being read."""
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            octets = file.read(FILE_SIZE_LIMIT + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        return (Problem(place, f"cannot be read: {reason}", "check the name and the permissions"),)
    if len(octets) > FILE_SIZE_LIMIT:
        return (Problem(place, f"larger than {FILE_SIZE_LIMIT} bytes", "split the file"),)
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        column = error.start - octets.rfind(b"\n", 0, error.start)
        return (Problem(Place(str(path), line, column), "not UTF-8", "save the file as UTF-8"),)
    return read_text(text, str(path))


def read_sent(text: str, file: str) -> Node | tuple[Problem, ...]:
    """Return the root node of a document that somebody sends, within narrower limits."""
    return _read_text(text, _Reading(file, SENT_NODE_LIMIT, SENT_ITEM_LIMIT))


def read_text(text: str, file: str) -> Node | tuple[Problem, ...]:
    """Return the root node of a document that is at hand; ``file`` is named in the problems."""
    return _read_text(text, _Reading(file))


def _read_text(text: str, reading: "_Reading") -> Node | tuple[Problem, ...]:
    file = reading.file
    if len(text) > FILE_SIZE_LIMIT:
        return (Problem(Place(file), f"larger than {FILE_SIZE_LIMIT} bytes", "split the file"),)
    try:
        root = reading.document(yaml.parse(text, Loader=_LOADER))
    except _GivenUpError:
        root = None
    except yaml.MarkedYAMLError as error:
        reading.problems.add(
            reading.mark(error.problem_mark or error.context_mark),
            f"not YAML: {error.problem or error.context or 'it cannot be understood'}",
            "correct the syntax; indent with spaces, and quote a text with ': ' or ' #' in it",
        )
        root = None
    except yaml.YAMLError as error:
        reading.problems.add(
            _place_of_position(file, text, getattr(error, "position", 0)),
            "holds a character that YAML does not allow",
            "remove it; control characters are written as escapes within double quotes",
        )
        root = None
    if root is None or reading.problems:
        return reading.problems.sorted()
    return root


class _GivenUpError(Exception):
    """Reading on would lead nowhere; the reason is among the problems."""


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    place: Place
    kind: Kind
    nodes: list[Node]


class _Mark(Protocol):
    """What the marks of both parsers have."""

    line: int
    column: int


class _Reading:
    """One pass over the events of a document; no recursion, so no depth can break it."""

    def __init__(
        self, file: str, node_limit: int = NODE_LIMIT, item_limit: int = NODE_LIMIT
    ) -> None:
        self.file = file
        self._node_limit = node_limit
        self._item_limit = item_limit
        self.problems = Problems()
        self._open: list[_Open] = []
        self._count = 0
        self._root: Node | None = None

    def mark(self, mark: _Mark | None) -> Place:
        """Return the place of a mark of the parser, which counts from 0."""
        if mark is None:
            return Place(self.file)
        return Place(self.file, mark.line + 1, mark.column + 1)

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        """Return the root of the only document."""
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second document begins here", "keep one in each file")
            elif isinstance(event, yaml.NodeEvent):
                self._begin(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end()
        if self._root is None and not self.problems:
            self.problems.add(Place(self.file), "the file is empty", "write its contents")
        return self._root

    def _begin(self, event: yaml.NodeEvent) -> None:
        """Take a scalar, or the begin of a collection."""
        self._check(event)
        place = self.mark(event.start_mark)
        match event:
            case yaml.ScalarEvent():
                # style is ' or " or | or > where the text is quoted, and None where it is plain
                empty = not event.style and event.value in _EMPTY
                self._add(Node(place, Kind.EMPTY if empty else Kind.TEXT, text=event.value))
            case yaml.SequenceStartEvent():
                self._open.append(_Open(place, Kind.SEQUENCE, []))
            case yaml.MappingStartEvent():
                self._open.append(_Open(place, Kind.MAPPING, []))
            case _:
                assert isinstance(event, yaml.AliasEvent), "and that was refused above"

    def _check(self, event: yaml.NodeEvent) -> None:
        """Refuse what configuration does not need."""
        self._count += 1
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"an alias (*{event.anchor})", "write the value out")
        if event.anchor is not None:
            self._refuse(event, f"an anchor (&{event.anchor})", "remove it, and write values out")
        if getattr(event, "tag", None) not in (None, "!"):
            self._refuse(event, "a YAML tag (!…)", "remove it; the key says what the value is")
        if len(self._open) >= DEPTH_LIMIT:
            self._refuse(event, f"nested deeper than {DEPTH_LIMIT}", "write it flatter")
        if self._count > self._node_limit:
            self._refuse(event, f"more than {self._node_limit} values", "split the file")
        if self._open and len(self._open[-1].nodes) >= self._item_limit:
            self._refuse(event, f"a list of more than {self._item_limit} items", "split it")

    def _refuse(self, event: yaml.Event, reason: str, remedy: str) -> None:
        self.problems.add(self.mark(event.start_mark), f"{reason} is not allowed", remedy)
        raise _GivenUpError

    def _end(self) -> None:
        """Close the innermost collection."""
        ended = self._open.pop()
        if ended.kind is Kind.SEQUENCE:
            self._add(Node(ended.place, ended.kind, items=tuple(ended.nodes)))
        else:
            entries = self._entries(ended)
            self._add(Node(ended.place, ended.kind, entries=entries))

    def _entries(self, ended: _Open) -> tuple[tuple[Node, Node], ...]:
        """Return the pairs of a mapping; a key that comes twice is a problem."""
        entries: dict[str, tuple[Node, Node]] = {}
        pairs = zip(ended.nodes[0::2], ended.nodes[1::2], strict=True)
        for key, value in pairs:
            if key.kind is not Kind.TEXT:
                self.problems.add(key.place, f"a key is {key.kind.value}", "name it with one word")
            elif key.text in entries:
                first = entries[key.text][0].place
                self.problems.add(
                    key.place,
                    f"'{key.text}' comes a second time (first in line {first.line})",
                    "keep one of them",
                )
            else:
                entries[key.text] = (key, value)
        return tuple(entries.values())

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self._root = node


def _place_of_position(file: str, text: str, position: int) -> Place:
    before = text[:position]
    return Place(file, before.count("\n") + 1, position - before.rfind("\n"))
