"""Collects what is wrong with one document, up to a bound, and finds the places at the end."""

from dataclasses import dataclass, field
from xml.parsers import expat

from server.faces.b2mml.problem import MAX_PROBLEMS, Problem
from server.faces.b2mml.tree import Element, line_of, local_name


class FullReportError(Exception):
    """The bound is reached: nobody reads the fifty-first problem. Caught by the codec."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem at an element whose line and column are not yet known."""

    element: Element
    code: str
    reason: str


@dataclass(slots=True)
class Report:
    """The findings of one reading."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, element: Element, code: str, reason: str) -> None:
        """Note a problem; raises FullReportError once there are as many as are told at once."""
        self.findings.append(Finding(element, code, reason))
        if len(self.findings) >= MAX_PROBLEMS:
            raise FullReportError


def xpath(element: Element) -> str:
    """Return the path to an element in local names, counted where there are several."""
    steps: list[str] = []
    node: Element | None = element
    while node is not None:
        before = sum(1 for _ in node.itersiblings(str(node.tag), preceding=True))
        alone = not before and next(node.itersiblings(str(node.tag)), None) is None
        steps.append(local_name(node) + ("" if alone else f"[{before + 1}]"))
        node = node.getparent()
    return "/" + "/".join(reversed(steps))


def locate(body: bytes, findings: list[Finding]) -> tuple[Problem, ...]:
    """Return the findings as problems with line and column, in the order of the document."""
    if not findings:
        return ()
    wanted = {finding.element for finding in findings}
    root = findings[0].element.getroottree().getroot()
    ordinals = {e: n for n, e in enumerate(root.iter()) if e in wanted}
    places = _places(body, set(ordinals.values()))
    problems = []
    for finding in sorted(findings, key=lambda f: ordinals.get(f.element, 0)):
        fallback = (line_of(finding.element), 1)
        line, column = places.get(ordinals.get(finding.element, -1), fallback)
        problems.append(
            Problem(
                code=finding.code,
                reason=finding.reason,
                line=line,
                column=column,
                xpath=xpath(finding.element),
            )
        )
    return tuple(problems)


def _places(body: bytes, ordinals: set[int]) -> dict[int, tuple[int, int]]:
    """Find line and column of the n-th elements.

    The tree keeps no columns, and no lines beyond 65,535. So the bytes are read a second time,
    and only when there is something to tell.
    """
    places: dict[int, tuple[int, int]] = {}
    parser = expat.ParserCreate()
    count = -1

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count in ordinals:
            places[count] = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    parser.StartElementHandler = start
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError):
        return places  # an encoding that only the first parser knows: its lines are good enough
    return places
