"""Walk a job order through its steps as people at terminals would: look, decide, act, look again.

What is done next follows from what the terminals show and from nothing else, so that the walk goes
on wherever it was after any of the processes died.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.cli.walk_plan import BEFORE_RELEASE, STEPS, Preparation, StepPlan, Value

FINISHED = frozenset({"Verified", "Closed"})
ENDED = frozenset({"Ended", "Aborted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StationShown:
    """What the faceplate of a station shows."""

    job_order_id: str = ""
    person_id: str = ""
    step_id: str = ""
    step_state: str = ""
    target_material: str = ""
    identified: str = ""
    required: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    open_exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is shown of the job order and of all stations."""

    job_order_id: str
    state: str
    steps: Mapping[str, str]
    stations: Mapping[str, StationShown]

    @property
    def current(self) -> str | None:
        """Return the first step that is not finished, or None when all are."""
        for step_id, state in self.steps.items():
            done = state in FINISHED or (state == "Complete" and not STEPS[step_id].verifier)
            if not done:
                return step_id
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One call at a terminal; ``person`` is who signs, if anybody does.

    ``account`` opens the session of one that is given elsewhere; ``words`` are what it needs more.
    """

    call: str
    station: str
    step: str = ""
    person: str = ""
    evidence: str = ""
    value: Value | None = None
    account: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


class StuckError(Exception):
    """The order can't go on by itself; the text says where and why."""


def next_action(shown: Shown) -> Action | None:
    """Return what has to be done next; None when the job order has ended."""
    if shown.state in ENDED:
        return None
    step_id = shown.current
    station = STEPS[step_id].station if step_id else ""
    leave = _left_behind(shown, station)
    if leave is not None:
        return leave
    if step_id is None:
        return Action(call="Release", station="QA-01", person="qa-01")
    return _on_step(shown, step_id, STEPS[step_id])


def remedies(action: Action, codes: tuple[str, ...]) -> tuple[Action, ...]:
    """Return what is to be done before an action that would be refused with these codes.

    Before a release the laboratory always reports: nobody can ask whether it would be refused
    without signing.
    """
    if action.call == "Release":
        return tuple(_prepared(action, one) for one in BEFORE_RELEASE)
    known = STEPS[action.step].remedies if action.step else {}
    return tuple(
        _prepared(action, one) for code in dict.fromkeys(codes) for one in known.get(code, ())
    )


def can_be_remedied(action: Action) -> bool:
    """Tell whether a dry run of the action may announce something that is to be done before."""
    return action.call in ("StartStep", "RecordEvidence") and bool(STEPS[action.step].remedies)


def _prepared(action: Action, preparation: Preparation) -> Action:
    return Action(
        call=preparation.call,
        station=action.station,
        step=action.step,
        person=preparation.person,
        account=preparation.account,
        words=preparation.words,
    )


def _left_behind(shown: Shown, station: str) -> Action | None:
    """Return how to leave a station at which nothing is to be done any more."""
    for other, face in shown.stations.items():
        if other != station and face.person_id and face.job_order_id == shown.job_order_id:
            return Action(call="CloseSession", station=other)
    return None


def _on_step(shown: Shown, step_id: str, plan: StepPlan) -> Action:
    face = shown.stations[plan.station]
    state = shown.steps[step_id]
    here = face.person_id == plan.person and face.job_order_id == shown.job_order_id
    if not here:
        call = "CloseSession" if face.person_id else "OpenSession"
        return Action(call=call, station=plan.station, step=step_id, person=plan.person)
    match state:
        case "Planned" | "Ready":
            return Action(call="StartStep", station=plan.station, step=step_id)
        case "InProgress":
            return _in_progress(face, step_id, plan)
        case "Complete":
            return Action(
                call="VerifyStep", station=plan.station, step=step_id, person=plan.verifier
            )
        case _:
            reasons = "; ".join(face.open_exceptions) or "no reason is shown"
            raise StuckError(f"step {step_id} at {plan.station} is {state}: {reasons}")


def _in_progress(face: StationShown, step_id: str, plan: StepPlan) -> Action:
    if face.target_material and plan.weighing is not None:
        call = "CaptureWeight" if face.identified else "Scan"
        return Action(call=call, station=plan.station, step=step_id)
    for value in plan.values:
        if value.evidence not in face.recorded:
            call = "CaptureEvidence" if value.source == "device" else "RecordEvidence"
            return Action(
                call=call,
                station=plan.station,
                step=step_id,
                evidence=value.evidence,
                value=value,
            )
    return Action(call="CompleteStep", station=plan.station, step=step_id)
