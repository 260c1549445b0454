"""The tables of the companion standards, read: one line a node, indented below what it hangs on.

    reference | class | number | name | type | data type | modelling rule | more | description

``reference`` names the reference from the node above; at the margin the node above is named after
it. Names are looked up among the types of the table first, then in OPC UA itself; a bare number is
a node of the table, ``i=12`` one of OPC UA, ``ours:12`` one of our own types. ``0:`` before a
name puts it into the namespace of OPC UA. ``String[0]`` is an array with its dimensions,
``String any`` an array or a scalar. ``more`` holds flags and further references, separated by
commas, and after ``=`` the value. A line that begins with ``-`` is a field of the structure, a
value of the enumeration or an argument of the method above it:

    - name | data type or value | optional | description
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a structure, a value of an enumeration or an argument of a method."""

    name: str
    what: str
    """The data type, or the number of the value."""
    is_optional: bool
    description: str


@dataclass(frozen=True, slots=True)
class Row:
    """One node as it stands in a table."""

    reference: str
    parent: str
    node_class: str
    number: int
    name: str
    type_definition: str
    data_type: str
    rule: str
    notes: tuple[str, ...]
    value: str | None
    description: str
    entries: list[Entry] = field(default_factory=list)

    def note(self, word: str) -> str | None:
        """Return what follows a word among the notes, or None."""
        found = (note.partition(" ") for note in self.notes)
        return next((rest for first, _, rest in found if first == word), None)


def read_table(name: str) -> list[Row]:
    """Return the rows of a table of ours, each after the one it hangs on."""
    text = (resources.files(__package__) / "tables" / f"{name}.txt").read_text(encoding="utf-8")
    return list(_rows(text))


def _rows(text: str) -> Iterator[Row]:
    above: list[Row] = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        depth = (len(line) - len(line.lstrip(" "))) // 2
        cells = [cell.strip() for cell in line.split("|")]
        if cells[0].startswith("- "):
            above[depth - 1].entries.append(_entry(cells))
            continue
        row = _row(cells, str(above[depth - 1].number) if depth else "")
        del above[depth:]
        above.append(row)
        yield row


def _entry(cells: list[str]) -> Entry:
    name, what, optional, description = (*cells, "", "")[:4]
    return Entry(name.removeprefix("- "), what, optional == "optional", description)


def _row(cells: list[str], parent: str) -> Row:
    reference, node_class, number, name, type_definition, data_type, rule, more, description = (
        *cells,
        *("",) * (9 - len(cells)),
    )
    reference, _, named = reference.partition(" ")
    notes, equals, value = more.partition("=")
    return Row(
        reference=reference,
        parent=parent or named,
        node_class=node_class,
        number=int(number),
        name=name,
        type_definition=type_definition,
        data_type=data_type,
        rule=rule,
        notes=tuple(note.strip() for note in notes.split(",") if note.strip()),
        value=value.strip() if equals else None,
        description=description,
    )
