"""docs/states.md is made from the tables of the two state machines; UPDATE_GOLDEN=1 writes it."""

import os
from collections.abc import Iterator, Mapping
from enum import Enum

from models.execution.job_order_state import (
    JOB_ORDER_TRANSITIONS,
    JobOrderState,
    JobOrderTransition,
)
from models.execution.lot_disposition import LOT_TRANSITIONS
from models.execution.step_state import STEP_TRANSITIONS, StepState, StepTransition
from tests.golden.states.events import Seen, moves
from tests.tree import ROOT

PAGE = ROOT / "docs" / "states.md"

Transitions = Mapping[tuple[Enum, Enum], Enum]

INTRODUCTION = """\
# States

The life of a job order, of a step, and of a material lot. The tables are the ones that the program
runs on (`models/execution/job_order_state.py`, `models/execution/step_state.py`): a pair of state
and transition that is not listed is not possible. A command that would need one is refused with a
code of [refusals.md](refusals.md) and changes nothing; a history that holds one does not replay.
The last column names the events of the [execution log](architecture.md) that make the transition.

`tests/properties/test_state_machines.py` tries every pair, and ten thousand random walks.

This page is generated: `UPDATE_GOLDEN=1 pytest tests/golden/states` writes it, every test run
compares it.
"""

JOB_ORDER = """\
## Job order

States and transitions of OPC 10031-4, 6.3. *Start* only allows a job order to start; *Run* has no
method of its own: it happens when the first step begins. ISA-95 *Held* and *Suspended* are both
`Interrupted`. *Release* is the one way to be complete, and the standard's internal cause of Ended;
*Stop* is the early end of a job order, which is then not complete. *Split* is ours: the job order
ends because its parts take its place. *Cancel* has no state of its own in the standard: a job order
that is taken back goes by way of Aborted and leaves the lists. *Update* makes the frozen copy anew,
and is possible until work begins.

| command | who | what it moves |
|---|---|---|
| `StartJobOrder`, `RevokeStartJobOrder` | planner, ERP, supervisor | the job order |
| `UpdateJobOrder` | planner, ERP | nothing; the job order asks for something else |
| `SplitJobOrder` | planner | the job order; each part begins where it was |
| `CancelJobOrder` | planner, ERP, supervisor | the job order, each open step, its lot |
| `HoldJobOrder` | whoever works, plans or supervises | the job order, and each step under way |
| `StopJobOrder` | planner, supervisor, quality unit | the job order, each open step, its lot |
| `ClearJobOrder` | planner, ERP, supervisor | nothing; the job order leaves the lists |
| `HoldStep` | the person at the station | the step, and with it the job order |
| `PauseJobOrder` | supervisor or quality unit | the job order, and each step under way |
| `ResumeJobOrder` | supervisor or quality unit | the job order, and each held step |
| `AbortJobOrder` | supervisor or quality unit | the job order, each open step, its lot |
| `ReleaseJobOrder` | quality unit | the job order, its steps, its lot |

The last four are signed. The first step is ready from the first *Start* on. An abortion or a stop
leaves the steps that are complete as they are, and the lot Restricted; a release makes the lot
UnRestricted. A lot whose job order was cancelled is Closed.

A part has the id of the job order with `-1`, `-2` and so on, a lot of its own, and its own scaled
copy of the WorkMaster. The ERP gets one performance for all of them, when the last has ended.

A hold reaches the parent and its other steps in the same decision, and the machine within one
heartbeat of its permit: equipment whose step is not in progress loses it. While a job order is
held, every command for its work is refused with `job-order-held` and the reason. Still possible is
what explains and lifts a hold: sessions at stations, deviations, dispositions, corrections, and the
verification of steps that are complete. It is not resumed while an exception of a held step is
open, or any exception of it is under investigation.
"""

STEP = """\
## Step

*Complete* is what the person at the station says, *verified* what another qualified person signs
for, *closed* what the release makes of both. A step that needs no verification is finished when it
is complete.

| in words | states |
|---|---|
| planned | `Planned` |
| ready | `Ready` |
| in progress | `InProgress` |
| blocked | `Held`, `Exception` |
| exception | `Exception` (a deviation while the step is held leaves it `Held`) |
| complete | `Complete` |
| verified | `Verified` |
| closed | `Closed`, or never performed: `NotSelected`, `Aborted` |

`Exception` is left only by a signed disposition, `Held` only by a signed resumption; a step that
was in exception when it was held is in progress after both. `NotSelected` is a step that a branch
led past. *Reopen* is rework: a branch that leads back, or the disposition *Rework*, begins a step
anew, and what was recorded in it stays on record as an earlier pass.
"""

BRANCHES = """\
## Branches

A step of a WorkMaster may carry branches. Each looks at one value of the step, and the first that
applies counts; without one the next step follows. It counts when the step is finished: verified, or
complete where nobody has to verify it.

| a branch leads to | what happens |
|---|---|
| a later step | that step is ready, those between are `NotSelected` |
| the step itself, or an earlier one | it and all after it are reopened, within the limit |
| no step | completion is refused with `branch-to-exception`, and that exception is open |

Once the limit is reached, completion is refused with `rework-limit-reached`, which opens an
exception: *Rework* by the quality unit allows one pass more, *Accept* lets this very value stand,
and the next step follows.
"""

LOT = """\
## Material lot

The dispositions of ISA-95 Part 2, and what the quality unit may decide about a lot
(`models/execution/lot_disposition.py`). A received lot begins in quarantine, `Restricted`, whatever
its sender says. From `Closed` it comes back only into quarantine, by `ReverseLotRejection`, which
two people of the quality unit sign. A lot that a job order makes follows the job order alone; a
released lot of which a later test fails becomes `Restricted` by itself.
"""


def lot_table() -> Iterator[str]:
    yield "| from | to | the lot |"
    yield "|---|---|---|"
    for (before, after), meaning in LOT_TRANSITIONS.items():
        yield f"| {before.value} | {after.value} | {meaning} |"


MADE_BY = {
    JobOrderTransition.RELEASE: "JobOrderReleased",
    JobOrderTransition.STOP: "JobOrderStopped",
    JobOrderTransition.CANCEL: "JobOrderCancelled",
    JobOrderTransition.ABORT: "JobOrderAborted",
}
"""Of transitions between the same states, the event that makes each."""


def table(transitions: Transitions, seen: Seen) -> Iterator[str]:
    yield "| from | transition | to | event |"
    yield "|---|---|---|---|"
    for (state, transition), to in transitions.items():
        found = seen.get((state, to), ())
        own = {MADE_BY.get(transition)} & set(found) or found  # type: ignore[call-overload]
        events = ", ".join(f"`{name}`" for name in sorted(own)) or "-"
        yield f"| {state.value} | {transition.value} | {to.value} | {events} |"


def drawing(transitions: Transitions, first: Enum, finals: list[Enum]) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {first.value}"
    for (state, transition), to in transitions.items():
        yield f"    {state.value} --> {to.value}: {transition.value}"
    yield from (f"    {state.value} --> [*]" for state in finals)
    yield "```"


def final_states(states: type[Enum], transitions: Transitions) -> list[Enum]:
    left = {state for state, _ in transitions}
    return [state for state in states if state not in left]


def page() -> str:
    orders, steps = moves()
    parts = (
        INTRODUCTION,
        JOB_ORDER,
        "\n".join(table(JOB_ORDER_TRANSITIONS, orders)) + "\n",
        "\n".join(
            drawing(
                JOB_ORDER_TRANSITIONS,
                JobOrderState.NOT_ALLOWED_TO_START,
                final_states(JobOrderState, JOB_ORDER_TRANSITIONS),
            )
        )
        + "\n",
        STEP,
        "\n".join(table(STEP_TRANSITIONS, steps)) + "\n",
        "\n".join(
            drawing(STEP_TRANSITIONS, StepState.PLANNED, final_states(StepState, STEP_TRANSITIONS))
        )
        + "\n",
        BRANCHES,
        LOT,
        "\n".join(lot_table()) + "\n",
    )
    return "\n".join(parts)


def test_the_page_says_what_the_tables_say() -> None:
    if os.environ.get("UPDATE_GOLDEN") == "1":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text("utf-8") == page(), "UPDATE_GOLDEN=1 writes docs/states.md anew"


def test_every_transition_is_made_by_an_event_and_no_event_makes_another() -> None:
    for transitions, seen in zip((JOB_ORDER_TRANSITIONS, STEP_TRANSITIONS), moves(), strict=True):
        assert {(state, to) for (state, _), to in transitions.items()} == set(seen)


def test_every_state_and_transition_is_used() -> None:
    for transitions, states, kinds in (
        (JOB_ORDER_TRANSITIONS, JobOrderState, JobOrderTransition),
        (STEP_TRANSITIONS, StepState, StepTransition),
    ):
        assert {kind for _, kind in transitions} == set(kinds)
        assert {state for state, _ in transitions} | set(transitions.values()) == set(states)
