"""What may be done about an exception, by whom, and what each disposition leads to.

None leaves a step where nothing can happen to it: what would, is refused as not possible.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from models.execution import events as e
from models.execution.commands import ExceptionDisposition, Severity
from models.execution.correcting import find
from models.execution.exception_kinds import OVERRIDE, ExceptionClass, kind_of
from models.execution.principal import Role
from models.execution.production import is_production
from models.execution.records import ExceptionRecord, JobOrderRecord, StepRecord
from models.execution.routing import reopen
from models.execution.step_state import StepState
from models.isa95.work_definition import WorkMaster

_D = ExceptionDisposition

DISPOSITION_RESULT: Final[Mapping[ExceptionDisposition, str]] = MappingProxyType(
    {
        _D.REDO: "The step goes on; what was refused is done anew.",
        _D.ADJUST: "The step goes on; what was refused is corrected and measured again.",
        _D.SUBSTITUTE: "The step goes on; the material is taken only as an approved substitute.",
        _D.REWORK: "The step, or one before it, begins once more; the earlier pass is kept.",
        _D.SCRAP: "The job order is aborted and its lot closed as scrapped.",
        _D.INVESTIGATE: "The job order is held and the exception stays open for another decision.",
        _D.ACCEPT: "The step goes on; what was held back is on record, with the deviation.",
    }
)
"""What each disposition leads to."""

_AT_WORK: Final = (StepState.IN_PROGRESS, StepState.EXCEPTION, StepState.HELD)
_BOTH: Final = frozenset({Role.SUPERVISOR, Role.QUALITY})
_QUALITY: Final = frozenset({Role.QUALITY})


def deciders(found: ExceptionRecord, wanted: ExceptionDisposition) -> frozenset[Role]:
    """Return the roles that may disposition the exception like this, by risk.

    A critical one is the quality unit's alone. So is to let a major one stand, to scrap, to rework
    beyond the limit, and to review overrides and corrections.
    """
    if found.severity is Severity.CRITICAL or kind_of(found.kind).quality_only:
        return _QUALITY
    if wanted is _D.SCRAP or (wanted is _D.ACCEPT and found.severity is not Severity.MINOR):
        return _QUALITY
    if wanted is _D.REWORK and found.kind == "rework-limit-reached":
        return _QUALITY
    return _BOTH


def is_possible(
    found: ExceptionRecord, wanted: ExceptionDisposition, order: JobOrderRecord, rework_step_id: str
) -> bool:
    """Return whether the disposition leads anywhere, for this exception, now.

    ``rework_step_id`` is the step that a rework would begin with.
    """
    step = order.step(found.step_id) if found.step_id else None
    at_work = step is not None and step.state in _AT_WORK
    reviewed = kind_of(found.kind).exception_class is ExceptionClass.REVIEW
    # What it holds is freed by its acceptance alone, so nothing else may settle it for good.
    to_work = at_work and not reviewed and not found.material_sublot_ids
    match wanted:
        case _D.REDO | _D.ADJUST:
            return to_work
        case _D.SUBSTITUTE:
            return to_work and isinstance(found.withheld, e.WeightCaptured)
        case _D.REWORK:
            return not found.material_sublot_ids and bool(reopen(order, rework_step_id, ""))
        case _D.INVESTIGATE:
            return found.disposition is not _D.INVESTIGATE
        case _D.SCRAP | _D.ACCEPT:
            return True


def possible(
    found: ExceptionRecord, order: JobOrderRecord, rework_step_id: str
) -> tuple[ExceptionDisposition, ...]:
    """Return every disposition that leads anywhere."""
    return tuple(way for way in _D if is_possible(found, way, order, rework_step_id))


def barred(found: ExceptionRecord, order: JobOrderRecord, directive: WorkMaster) -> frozenset[str]:
    """Return who may not disposition the exception, because it is about their own doing.

    Those who performed the step, in whatever pass, where it is production, and who tried what was
    refused there; and of what is only to be reviewed, those who did it (of an override, both who
    signed for it).
    """
    passes = (*order.earlier_passes, *order.steps)
    mine = [step for step in passes if step.step_id == found.step_id]
    produced = found.step_id is not None and is_production(directive.step(found.step_id))
    people = {person for step in mine for person in step.performers if produced}
    kind = kind_of(found.kind)
    tried = produced and kind.from_refusal
    if (tried or kind.exception_class is ExceptionClass.REVIEW) and found.person_id:
        people.add(found.person_id)
    if found.kind == OVERRIDE:
        people |= {person for step in mine for person in _overriders(step, found.subject)}
    return frozenset(people)


def _overriders(step: StepRecord, code: str) -> Iterator[str]:
    for item in step.overrides:
        if item.code == code:
            yield item.signature.person_id
            yield item.second.person_id


def still_counts(found: ExceptionRecord, order: JobOrderRecord) -> bool:
    """Return whether what was held back belongs to the present pass of its step.

    A correction counts while what it corrects is on record as it was.
    """
    step = order.step(found.step_id) if found.step_id else None
    if step is None or step.start_time is None or step.start_time > found.opened_time:
        return False
    corrected = found.withheld
    if isinstance(corrected, e.EvidenceCorrected):
        target = find(step, corrected.evidence_id)
        return target is not None and target.original == corrected.original
    return step.state in _AT_WORK
