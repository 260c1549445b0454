"""Decisions about WorkMasters: draft, review, approval, retirement (21 CFR 111.205, 211.186)."""

from collections.abc import Iterator
from datetime import datetime

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.signing import sign_record, signer_view
from models.execution.gates import APPROVAL_GATES, CHECKER_GATES, LIFECYCLE_GATES, SIGNER_GATES
from models.execution.outcome import Refusal
from models.execution.principal import Identity, Principal, Role
from models.execution.refusal_codes import refuse
from models.execution.signature import Signature
from models.execution.snapshot import Snapshot
from models.execution.work_master_views import LifecycleView, version_view
from models.isa95.work_definition import WorkMaster, WorkMasterState

_REVIEWERS = {Role.PLANNER, Role.SUPERVISOR, Role.QUALITY}


def drafted(
    master: WorkMaster, author: str | None, snapshot: Snapshot
) -> e.WorkMasterDrafted | Refusal | None:
    """Return that a version came in as a draft; None when the very same is on record already.

    ``author`` None is the installation, which brought in a file of the plant.
    """
    record = snapshot.work_master(master.work_master_id)
    known = record.version(master.version) if record else None
    if known is None:
        return e.WorkMasterDrafted(work_master=master.content, person_id=author)
    if known.content == master.content:
        return None
    name = f"{master.work_master_id} version {master.version}"
    return refuse("work-master-changed", name, f"{name} is on record with other content")


def draft(command: c.DraftWorkMaster, principal: Principal, snapshot: Snapshot) -> Decision:
    """Bring a new version into the record as a draft; its author is the account's person.

    The same content under the same version again changes nothing.
    """
    author = principal.person_id
    if author is None or snapshot.person(author) is None:
        text = f"account {principal.account} belongs to no known person, who would be the author"
        return Decision(refusals=(refuse("person-unknown", principal.account, text),))
    found = drafted(command.work_master, author, snapshot)
    if isinstance(found, Refusal):
        return Decision(refusals=(found,), person_id=author)
    return Decision(events=(found,) if found else (), person_id=author)


def review(command: c.ReviewWorkMaster, snapshot: Snapshot) -> Decision:
    """Sign that a draft was checked, as another person than its author."""
    view = _view(command, WorkMasterState.DRAFT, snapshot)
    refusals = Verdict.of(
        ask(LIFECYCLE_GATES, view),
        ask(CHECKER_GATES, view),
        ask(SIGNER_GATES, view.signer),
        role_is_suitable(command.identity, _REVIEWERS, "review a WorkMaster"),
    ).refusals
    if refusals:
        return _decision(command.identity, refusals)
    reviewed = e.WorkMasterReviewed(
        work_master_id=command.work_master_id,
        version=command.version,
        signature=_signed(command, view, "reviewed"),
    )
    return _decision(command.identity, (), reviewed)


def approve(command: c.ApproveWorkMaster, snapshot: Snapshot) -> Decision:
    """Sign, as the quality unit, that a reviewed version is to be executed, and from when."""
    view = _view(command, WorkMasterState.REVIEWED, snapshot)
    period = _period(command, view.master)
    refusals = Verdict.of(
        ask(LIFECYCLE_GATES, view),
        ask(CHECKER_GATES, view),
        ask(APPROVAL_GATES, view),
        _possible(view, period),
        ask(SIGNER_GATES, view.signer),
        role_is_suitable(command.identity, {Role.QUALITY}, "approve a WorkMaster"),
    ).refusals
    if refusals:
        return _decision(command.identity, refusals)
    approved = e.WorkMasterApproved(
        work_master_id=command.work_master_id,
        version=command.version,
        signature=_signed(command, view, "approved", _dates(period)),
        effective_from=period[0],
        effective_until=period[1],
    )
    return _decision(command.identity, (), approved)


def retire(command: c.RetireWorkMaster, snapshot: Snapshot) -> Decision:
    """Take a version out of use, whatever its state; job orders that run keep their copy."""
    view = _view(command, None, snapshot)
    refusals = Verdict.of(
        ask(LIFECYCLE_GATES, view),
        ask(SIGNER_GATES, view.signer),
        role_is_suitable(command.identity, {Role.QUALITY}, "retire a WorkMaster"),
    ).refusals
    if refusals:
        return _decision(command.identity, refusals)
    retired = e.WorkMasterRetired(
        work_master_id=command.work_master_id,
        version=command.version,
        reason=command.reason,
        signature=_signed(command, view, "retired", command.reason),
    )
    return _decision(command.identity, (), retired)


def _view(
    command: c.ReviewWorkMaster | c.ApproveWorkMaster | c.RetireWorkMaster,
    needed: WorkMasterState | None,
    snapshot: Snapshot,
) -> LifecycleView:
    found = version_view(command.work_master_id, command.version, snapshot)
    return LifecycleView(
        wanted=found.wanted,
        master=found.master,
        lifecycle=found.lifecycle,
        snapshot=snapshot,
        signer=signer_view(command.identity, snapshot),
        needed=needed,
    )


def _signed(
    command: c.ReviewWorkMaster | c.ApproveWorkMaster | c.RetireWorkMaster,
    view: LifecycleView,
    meaning: str,
    remark: str = "",
) -> Signature:
    """Return the signature over the record of the WorkMaster; its remark says which version."""
    stream = streams.work_master(command.work_master_id)
    said = "; ".join(filter(None, (f"version {command.version}", remark)))
    signer = view.signer
    return sign_record(signer.identity, signer.person, stream, view.snapshot, meaning, said)


def _dates(period: tuple[datetime | None, datetime | None]) -> str:
    begin, end = (time.isoformat() if time else "" for time in period)
    return " ".join(filter(None, (begin and f"from {begin}", end and f"until {end}")))


def _period(
    command: c.ApproveWorkMaster, master: WorkMaster | None
) -> tuple[datetime | None, datetime | None]:
    """Return from when until when it is in effect: as approved, else as its author asks."""
    asked = (master.effective_from, master.effective_until) if master else (None, None)
    return command.effective_from or asked[0], command.effective_until or asked[1]


def _possible(
    view: LifecycleView, period: tuple[datetime | None, datetime | None]
) -> Iterator[Refusal]:
    begin, end = period
    if end is not None and end <= max(begin or view.time, view.time):
        text = f"{view.name} would be in effect until {end.isoformat()} and never after its begin"
        yield refuse("effective-period-empty", view.name, text)


def _decision(identity: Identity, refusals: tuple[Refusal, ...], *events: e.Event) -> Decision:
    return Decision(events=events, refusals=refusals, person_id=identity.person_id)
