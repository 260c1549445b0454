"""Reads and writes B2MML documents: bytes to values and back, never an exception on the way in."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Final

from lxml import etree

from models.isa95.work_schedule import OperationsSchedule
from server.faces.b2mml.message import ApplicationArea, DataArea, ProcessVerb, Transaction
from server.faces.b2mml.parse import Limits, parse
from server.faces.b2mml.problem import MAX_PROBLEMS, Defect, Problem, Unreadable
from server.faces.b2mml.read import NOTHING, Reading, read_element
from server.faces.b2mml.report import Finding, FullReportError, Report, locate
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.tables import Version
from server.faces.b2mml.tree import Element, local_name
from server.faces.b2mml.v0701 import V0701
from server.faces.b2mml.write import write_document

VERSIONS: Final[tuple[Version, ...]] = (V0701,)
"""All versions that are read; the namespace of the root element tells which one it is."""

ANSWERS: Final = ("ConfirmBOD", "Acknowledge", "Respond", "Show")
"""Roots, or their first words, of messages that answer one of ours: they are never answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a document something stands: schedule, request, segment, material."""

    steps: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A document that was understood.

    ``content_hash`` is the SHA-256 of its nouns, so the same content has the same hash however
    it is indented and whenever it was sent again. ``locate`` turns findings of the business
    rules, each with its place, into problems with line and column.
    """

    version: Version
    root: str
    application_area: ApplicationArea | None
    verb: ProcessVerb
    schedules: tuple[OperationsSchedule, ...]
    content_hash: str
    locate: Callable[[tuple[tuple[Place, str, str], ...]], tuple[Problem, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A message that answers one of ours; it is taken note of and never answered."""

    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """Reads documents of every known version. ``zone`` is where times without offset belong."""

    limits: Limits = field(default_factory=Limits)
    zone: tzinfo = UTC
    schemas: SchemaFolder | None = None

    def read(self, body: bytes) -> Received | Answer | Unreadable:
        """Understand a document, or say everything that is wrong with it."""
        root = parse(body, self.limits)
        if isinstance(root, Unreadable):
            return root
        name = local_name(root)
        version = _version_of(root)
        # Before the version: an answer that we do not understand must not be answered either.
        if name.startswith(ANSWERS):
            return Answer(root=name)
        if version is None:
            return self._foreign(body, root)
        if name not in version.inbound:
            return self._unsupported(body, root, version)
        return self._document(body, root, version)

    def _document(self, body: bytes, root: Element, version: Version) -> Received | Unreadable:
        report = Report()
        name = local_name(root)
        try:
            value = read_element(version, version.documents[name], root, Reading(self.zone, report))
        except FullReportError:
            value = NOTHING
        # Before the schemas look at it, for they have its blanks removed.
        digest = "" if value is NOTHING else _content_hash(root)
        findings = list(report.findings)
        if self.schemas is not None and len(findings) < MAX_PROBLEMS:
            told = {finding.element for finding in findings}
            more = self.schemas.findings(root, MAX_PROBLEMS - len(findings))
            findings += [finding for finding in more if finding.element not in told]
        if findings or value is NOTHING:
            return Unreadable(
                defect=Defect.INVALID,
                problems=locate(body, findings),
                root=name,
                application_area=self._application_area(root, version),
            )
        return _received(version, root, value, digest, body)

    def _application_area(self, root: Element, version: Version) -> ApplicationArea | None:
        """Return the envelope of a document that is unreadable otherwise, for the answer."""
        area = root.find(f"{{{version.namespace}}}ApplicationArea")
        if area is None:
            return None
        try:
            value = read_element(version, "ApplicationArea", area, Reading(self.zone, Report()))
        except FullReportError:
            return None
        return value if isinstance(value, ApplicationArea) else None

    def _foreign(self, body: bytes, root: Element) -> Unreadable:
        namespace = etree.QName(root).namespace
        read = ", ".join(f"{v.namespace} ({v.name})" for v in VERSIONS)
        found = f"the namespace {namespace}" if namespace else "no namespace"
        reason = f"{local_name(root)} is in {found}; read is {read}"
        problems = locate(body, [Finding(root, "unknown-namespace", reason)])
        return Unreadable(defect=Defect.UNSUPPORTED, problems=problems, root=local_name(root))

    def _unsupported(self, body: bytes, root: Element, version: Version) -> Unreadable:
        name = local_name(root)
        reason = f"{name} is not read here; send {' or '.join(sorted(version.inbound))}"
        return Unreadable(
            defect=Defect.UNSUPPORTED,
            problems=locate(body, [Finding(root, "unsupported-document", reason)]),
            root=name,
            application_area=self._application_area(root, version),
        )

    def write(self, version: Version, root: str, value: object) -> bytes:
        """Return a document; raises ValueError when the official schemas do not accept it.

        That would be our defect, so it is raised where it happens and never sent.
        """
        body = write_document(version, root, value)
        if self.schemas is not None:
            wrong = self.schemas.findings(etree.fromstring(body), 1)
            if wrong:
                raise ValueError(f"{root} would not be valid: {wrong[0].reason}")
        return body


def _version_of(root: Element) -> Version | None:
    namespace = etree.QName(root).namespace
    return next((v for v in VERSIONS if v.namespace == namespace), None)


def _received(version: Version, root: Element, value: object, digest: str, body: bytes) -> Received:
    area, verb, schedules = None, ProcessVerb(), (value,)
    if isinstance(value, Transaction):
        data: DataArea = value.data_area
        assert isinstance(data.verb, ProcessVerb)
        area, verb, schedules = value.application_area, data.verb, data.nouns  # type: ignore[assignment]
    return Received(
        version=version,
        root=local_name(root),
        application_area=area,
        verb=verb,
        schedules=tuple(s for s in schedules if isinstance(s, OperationsSchedule)),
        content_hash=digest,
        locate=_locator(version, root, body),
    )


def _content_hash(root: Element) -> str:
    """Hash what the document is about; the envelope changes when the same is sent again."""
    area = root.find("{*}DataArea")
    text = etree.tostring(root if area is None else area, method="c14n", exclusive=True)
    return hashlib.sha256(text).hexdigest()


def _locator(
    version: Version, root: Element, body: bytes
) -> Callable[[tuple[tuple[Place, str, str], ...]], tuple[Problem, ...]]:
    def find(place: Place) -> Element:
        node = root
        bare = local_name(root) == "OperationsSchedule"
        if not bare:
            node = _nth(node, version, "DataArea", 0)
        for element, ordinal in place.steps[1:] if bare else place.steps:
            node = _nth(node, version, element, ordinal)
        return node

    def located(findings: tuple[tuple[Place, str, str], ...]) -> tuple[Problem, ...]:
        first = findings[:MAX_PROBLEMS]
        return locate(body, [Finding(find(place), code, reason) for place, code, reason in first])

    return located


def _nth(node: Element, version: Version, element: str, ordinal: int) -> Element:
    found = node.findall(f"{{{version.namespace}}}{element}")
    return found[ordinal] if ordinal < len(found) else node
