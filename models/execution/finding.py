"""A finding: what is not as it should be about a job order, and the exception that it opens."""

from dataclasses import dataclass

from models.execution import events as e
from models.execution.commands import Severity
from models.execution.exception_kinds import EXCEPTION_CODES, kind_of, severity_of
from models.execution.outcome import Refusal
from models.execution.records import ExceptionRecord, JobOrderRecord
from models.execution.views import StepView
from models.isa95.work_definition import WorkMaster

Withheld = e.WeightCaptured | e.EvidenceRecorded | e.EvidenceCorrected
"""What is put on record when the exception that held it back is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found, by its kind, and all that it is about.

    ``subject`` is the value, container, balance or code; ``reported`` how grave a person says
    that it is. Without a lot it is about the one that the job order produces.
    """

    kind: str
    description: str
    step_id: str | None = None
    person_id: str | None = None
    subject: str = ""
    equipment_id: str = ""
    material_lot_id: str = ""
    withheld: Withheld | None = None
    reported: Severity | None = None


def open_exception(
    order: JobOrderRecord, work_directive: WorkMaster, finding: Finding, *, before: int = 0
) -> e.ExceptionOpened:
    """Return the exception that the finding opens, as grave as the product's policy says.

    ``before`` is how many others the same decision opens before this one.
    """
    step = order.step(finding.step_id) if finding.step_id else None
    return e.ExceptionOpened(
        job_order_id=order.job_order_id,
        exception_id=f"{order.job_order_id}-E{len(order.exceptions) + 1 + before}",
        kind=finding.kind,
        description=finding.description,
        step_id=finding.step_id,
        person_id=finding.person_id,
        withheld=finding.withheld,
        severity=severity_of(finding.kind, work_directive, finding.reported),
        equipment_id=finding.equipment_id or (step.station if step and step.station else ""),
        material_lot_id=finding.material_lot_id or order.material_lot_id,
        subject=finding.subject,
        stops_step=kind_of(finding.kind).stops_step,
    )


def already_open(order: JobOrderRecord, finding: Finding) -> ExceptionRecord | None:
    """Return the open exception about the very same, so that it is opened exactly once."""
    same = (finding.kind, finding.step_id, finding.subject)
    open_ones = order.open_exceptions()
    return next((x for x in open_ones if (x.kind, x.step_id, x.subject) == same), None)


def _gravest(refusals: tuple[Refusal, ...], work_directive: WorkMaster) -> Refusal:
    """Return the refusal by which the exception is as grave as the gravest of them; the first."""
    ranks = tuple(Severity)
    return max(refusals, key=lambda item: ranks.index(severity_of(item.code, work_directive)))


def exception_of(
    view: StepView, refusals: tuple[Refusal, ...], withheld: Withheld | None = None
) -> tuple[e.ExceptionOpened, ...]:
    """Return the exception that opens when the value itself is all that stands in the way.

    With anything else wrong (an overdue scale, a stale reading) the value proves nothing, and
    nothing is opened; nor is a second one about what is open already. ``withheld`` is what would
    be on record if the value were accepted.
    """
    codes = {refusal.code for refusal in refusals}
    if not codes or not codes <= EXCEPTION_CODES:
        return ()
    session = view.session
    first = _gravest(refusals, session.directive.work_directive)
    others = (item.obstacle for item in refusals if item is not first)
    found = Finding(
        kind=first.code,
        description="; ".join((first.obstacle, *(others if withheld else ()))),
        step_id=view.step.step_id,
        person_id=session.person_id,
        subject=first.subject,
        equipment_id=session.station,
        material_lot_id=withheld.material_lot_id if isinstance(withheld, e.WeightCaptured) else "",
        withheld=withheld,
    )
    if already_open(session.job_order, found):
        return ()
    return (open_exception(session.job_order, session.directive.work_directive, found),)
