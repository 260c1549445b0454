"""What counts as production, whose people neither release nor judge it."""

from models.isa95.work_definition import StepSpecification


def is_production(specification: StepSpecification | None) -> bool:
    """Return whether a step consumes material or needs two people.

    Reviewing the record is the quality unit's own step and does not count. A step that the
    WorkMaster does not know counts, to be safe.
    """
    if specification is None:
        return True
    return bool(specification.materials) or specification.verification
