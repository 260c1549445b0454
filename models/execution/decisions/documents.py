"""Decisions about controlled documents."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign_record, signer_view
from models.execution.gates import SIGNER_GATES
from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot


def release(command: c.ReleaseDocument, snapshot: Snapshot) -> Decision:
    """Put a new revision in force, signed by the quality unit; the one before is superseded."""
    view, revision = signer_view(command.identity, snapshot), command.revision
    refusals = Verdict.of(
        _is_new(command, snapshot),
        ask(SIGNER_GATES, view),
        role_is_suitable(command.identity, {Role.QUALITY}, "release a document"),
    ).refusals
    events: tuple[e.Event, ...] = ()
    if not refusals:
        stream = streams.document(revision.document_id)
        what = f"revision {revision.revision} {revision.title} {revision.sha256}".strip()
        signature = sign_record(view.identity, view.person, stream, snapshot, "released", what)
        events = (e.DocumentReleased(revision=revision, signature=signature),)
    return Decision(events=events, refusals=refusals, person_id=command.identity.person_id)


def _is_new(command: c.ReleaseDocument, snapshot: Snapshot) -> Iterator[Refusal]:
    """Refuse a revision that was in force before: what people have read keeps its meaning."""
    known, wanted = snapshot.document(command.revision.document_id), command.revision
    if known and any(item.revision == wanted.revision for item in known.revisions):
        text = f"{wanted.document_id} revision {wanted.revision} is on record already"
        yield refuse("document-revision-exists", wanted.document_id, text)
