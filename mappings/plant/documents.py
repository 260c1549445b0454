"""Read ``documents.yaml``: the controlled documents, and which revision of each is in force."""

from dataclasses import dataclass

from mappings.plant.names import Name
from mappings.plant.reading import Reading
from mappings.problems import did_you_mean
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Node
from models.isa95.document import DocumentRevision


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What ``documents.yaml`` says; ``superseded`` are the revisions of before."""

    in_force: tuple[DocumentRevision, ...] = ()
    superseded: tuple[tuple[str, str], ...] = ()

    def revisions_of(self, document_id: str) -> tuple[str, ...]:
        """Return the revisions of a document that are known, the one in force first."""
        now = tuple(one.revision for one in self.in_force if one.document_id == document_id)
        return now + tuple(text for name, text in self.superseded if name == document_id)


def read_documents(root: Node, reading: Reading) -> Documents:
    """Return what the file says; report everything that is wrong with it."""
    fields = Fields(root, reading.problems, required=("documents",))
    in_force, superseded = [], []
    for row in fields.each(
        "documents", required=("id", "revision"), optional=("title", "sha256", "superseded")
    ):
        document = DocumentRevision(
            document_id=reading.names.define(Name.DOCUMENT, row),
            revision=reading.names.id_of(row, "revision"),
            title=row.text("title"),
            sha256=row.parsed("sha256", _sha256, "", "write the 64 digits of sha256sum"),
        )
        in_force.append(document)
        for revision in row.texts("superseded"):
            if revision == document.revision:
                reason = f"revision '{revision}' is in force, and can't be superseded too"
                row.reject("superseded", reason, "keep it in one of the two")
            superseded.append((document.document_id, revision))
    return Documents(in_force=tuple(in_force), superseded=tuple(superseded))


def refer_to_revision(fields: Fields, documents: Documents, reading: Reading) -> tuple[str, str]:
    """Return ``document`` and ``revision`` of a mapping; a revision that nobody knows is a mistake.

    A superseded one may be named: that version of the WorkMaster was written before, and is
    refused when it is approved or ordered.
    """
    document_id = reading.names.refer_or_none(Name.DOCUMENT, fields, "document") or ""
    revision = fields.text("revision")
    known = documents.revisions_of(document_id)
    if fields.has("document") != fields.has("revision"):
        remedy = "write both, so that everybody reads the same"
        fields.problems.add(fields.place, "'document' and 'revision' belong together", remedy)
    elif known and revision not in known:
        reason = f"'{document_id}' has no revision '{revision}'"
        fields.reject("revision", reason, did_you_mean(revision, known))
    return document_id, revision


def _sha256(text: str) -> str:
    if len(text) != 64 or set(text) - set("0123456789abcdef"):  # noqa: PLR2004 -- 256 bits
        message = f"'{text}' is not a SHA-256 in lower-case hexadecimal digits"
        raise ValueError(message)
    return text
