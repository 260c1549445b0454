"""What is wrong in a file, and where: collected until everything has been read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, TypeVar

_Value = TypeVar("_Value")

PROBLEM_LIMIT: Final = 200
"""So many problems are kept; a file with more is broken in one way, many times."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file; ``line`` and ``column`` count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def as_text(self) -> str:
        """Return the place as editors and compilers write it."""
        return f"{self.file}:{self.line}:{self.column}"

    __str__ = as_text


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    place: Place
    reason: str
    remedy: str

    def as_text(self) -> str:
        """Return the problem on one line."""
        return f"{self.place.as_text()}: {self.reason}; {self.remedy}"

    __str__ = as_text


@dataclass(slots=True)
class Problems:
    """Collects problems, at most ``PROBLEM_LIMIT``; true when there is any."""

    _found: dict[Problem, None] = field(default_factory=dict)
    left_out: int = 0

    def add(self, place: Place, reason: str, remedy: str) -> None:
        """Remember one problem; the same one twice counts once."""
        problem = Problem(place, _one_line(reason), _one_line(remedy))
        if problem in self._found:
            return
        if len(self._found) < PROBLEM_LIMIT:
            self._found[problem] = None
        else:
            self.left_out += 1

    def attempt(
        self, place: Place, build: Callable[[], _Value], remedy: str = "correct it"
    ) -> _Value | None:
        """Return what ``build`` makes; a ValueError of it becomes a problem, and the answer None.

        A value object that checks itself in ``__post_init__`` is built with this.
        """
        try:
            return build()
        except ValueError as error:
            self.add(place, str(error), remedy)
            return None

    def extend(self, problems: "Problems | tuple[Problem, ...]") -> None:
        """Take over the problems of another reading."""
        for problem in problems:
            self.add(problem.place, problem.reason, problem.remedy)

    def sorted(self) -> tuple[Problem, ...]:
        """Return the problems in the order of the files and lines."""
        return tuple(sorted(self._found))

    def __iter__(self) -> Iterator[Problem]:
        """Go through the problems in the order in which they were found."""
        return iter(tuple(self._found))

    def __len__(self) -> int:
        """Return how many problems there are, those left out included."""
        return len(self._found) + self.left_out


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """Return a remedy that names the closest known word, or all of them."""
    close = get_close_matches(word, known, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    if not known:
        return "remove it"
    return "use one of " + ", ".join(sorted(known))


def _one_line(text: str) -> str:
    """Keep a problem on one line and printable, whatever the file held."""
    line = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "?" for letter in line)
