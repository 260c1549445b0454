"""What a piece of evidence has to be for this job order, with its placeholders filled in."""

from models.execution.records import JobOrderRecord
from models.isa95.work_definition import EvidenceSpecification


def expected_value(item: EvidenceSpecification, order: JobOrderRecord) -> str | None:
    """Return the only acceptable text; ``{lot}`` in it is the lot that the order produces."""
    if item.expected is None:
        return None
    return item.expected.replace("{lot}", order.material_lot_id)
