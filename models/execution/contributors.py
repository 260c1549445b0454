"""Who had a hand in a step: all whose doing somebody else has to look at."""

from models.execution.records import StepRecord


def contributors(step: StepRecord) -> frozenset[str]:
    """Return who performed the step, attached a file to it, or corrected what it has on record."""
    values = (one for item in (*step.evidence, *step.samples) for one in item.corrections)
    weights = (one for item in step.consumed for one in item.corrections)
    corrected = (one.signature.person_id for one in (*values, *weights))
    attached = (item.person_id for item in step.attachments)
    return frozenset((*step.performers, *attached, *corrected))
