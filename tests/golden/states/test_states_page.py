"""docs/states.md is made from the tables of the two state machines; UPDATE_GOLDEN=1 writes it."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import Enum

from models.execution.event_types import read_event
from models.execution.evolve import evolve
from models.execution.job_order_state import (
    JOB_ORDER_TRANSITIONS,
    JobOrderState,
    JobOrderTransition,
)
from models.execution.records import JobOrderRecord, Record
from models.execution.step_state import STEP_TRANSITIONS, StepState, StepTransition
from tests.golden.histories.test_histories import PRESENT, read
from tests.tree import ROOT

PAGE = ROOT / "docs" / "states.md"

Transitions = Mapping[tuple[Enum, Enum], Enum]
Seen = Mapping[tuple[Enum, Enum], set[str]]

INTRODUCTION = """\
# States

The life of a job order and of a step. The tables are the ones that the program runs on
(`models/execution/job_order_state.py`, `models/execution/step_state.py`): a pair of state and
transition that is not listed is not possible. The last column names the events of the
[execution log](architecture.md) that made the transition in the recorded history of this version;
a dash means that this history holds no such move.

This page is generated: `UPDATE_GOLDEN=1 pytest tests/golden/states` writes it, every test run
compares it.
"""

JOB_ORDER = """\
## Job order

States and transitions of OPC 10031-4, 6.3. *Start* only allows a job order to start; *Run* has no
method of its own: it happens when the first step begins. ISA-95 *Held* and *Suspended* are both
`Interrupted`.
"""

STEP = """\
## Step

*Complete* is what the person at the station says, *verified* what another qualified person signs
for. `Exception` is left only by a signed disposition. A step that needs no verification is
finished when it is complete.
"""


def table(transitions: Transitions, seen: Seen) -> Iterator[str]:
    yield "| from | transition | to | event |"
    yield "|---|---|---|---|"
    for (state, transition), to in transitions.items():
        events = ", ".join(f"`{name}`" for name in sorted(seen.get((state, to), ()))) or "-"
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


def moves() -> tuple[Seen, Seen]:
    """Return the changes of state in the recorded history, with the events that made them."""
    orders, steps = defaultdict(set), defaultdict(set)
    records: dict[str, Record] = {}
    for row in read(PRESENT)[0]:
        was = records.get(row.stream)
        event = read_event(row.type, row.type_version, row.payload)
        now = records[row.stream] = evolve(was, event, row.server_time)
        if isinstance(was, JobOrderRecord) and isinstance(now, JobOrderRecord):
            orders[was.state, now.state].add(row.type)
            for before, after in zip(was.steps, now.steps, strict=True):
                if row.type.startswith(("Step", "Exception")):
                    steps[before.state, after.state].add(row.type)
    return _changes(orders), _changes(steps)


def _changes(found: Seen) -> Seen:
    """Leave out what did not change the state: its events are of other things."""
    return {pair: events for pair, events in found.items() if pair[0] is not pair[1]}


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
    )
    return "\n".join(parts)


def test_the_page_says_what_the_tables_say() -> None:
    if os.environ.get("UPDATE_GOLDEN") == "1":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text("utf-8") == page(), "UPDATE_GOLDEN=1 writes docs/states.md anew"


def test_every_state_and_transition_is_used() -> None:
    for transitions, states, kinds in (
        (JOB_ORDER_TRANSITIONS, JobOrderState, JobOrderTransition),
        (STEP_TRANSITIONS, StepState, StepTransition),
    ):
        assert {kind for _, kind in transitions} == set(kinds)
        assert {state for state, _ in transitions} | set(transitions.values()) == set(states)
