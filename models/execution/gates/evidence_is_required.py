"""Gate: the running step asks for this evidence, from this kind of source."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import EvidenceView
from models.isa95.work_definition import Source

_CLAIMABLE = (Source.MANUAL, Source.SCAN)
"""What a caller can say of a value; that it is a device's only the server knows."""


def evidence_is_required(view: EvidenceView) -> Iterator[Refusal]:
    """Refuse ``evidence-not-required`` or ``evidence-source-not-accepted``."""
    wanted = view.specification
    if wanted is None:
        yield refuse(
            "evidence-not-required",
            view.evidence_id,
            f"{view.at.subject} does not ask for {view.evidence_id}",
            offers=tuple(item.evidence_id for item in view.at.specification.evidence),
        )
    elif view.claimed and view.source not in _CLAIMABLE:
        yield refuse(
            "evidence-source-not-accepted",
            view.evidence_id,
            f"nobody can say of {view.evidence_id} that it comes from a {view.source.value}",
        )
    elif view.source not in wanted.sources:
        accepted = ", ".join(source.value for source in wanted.sources)
        yield refuse(
            "evidence-source-not-accepted",
            view.evidence_id,
            f"{view.evidence_id} comes from {view.source.value}; accepted is {accepted}",
        )
