"""The state machine equals the published one, pair by pair (OPC 30050, ANSI/ISA-TR88.00.02)."""

from typing import Final

import pytest

from simulators.packml import STATE_COMPLETE, Command, State, after

# One row per state, one column per command; "." = the standard knows no such transition.
PUBLISHED: Final = """
state         RESET      START     STOP      HOLD     UNHOLD     SUSPEND     UNSUSPEND     ABORT     CLEAR     COMPLETE
CLEARING      .          .         .         .        .          .           .             ABORTING  .         .
STOPPED       RESETTING  .         .         .        .          .           .             ABORTING  .         .
STARTING      .          .         STOPPING  HOLDING  .          .           .             ABORTING  .         .
IDLE          .          STARTING  STOPPING  .        .          .           .             ABORTING  .         .
SUSPENDED     .          .         STOPPING  HOLDING  .          .           UNSUSPENDING  ABORTING  .         .
EXECUTE       .          .         STOPPING  HOLDING  .          SUSPENDING  .             ABORTING  .         COMPLETING
STOPPING      .          .         .         .        .          .           .             ABORTING  .         .
ABORTING      .          .         .         .        .          .           .             .         .         .
ABORTED       .          .         .         .        .          .           .             .         CLEARING  .
HOLDING       .          .         STOPPING  .        .          .           .             ABORTING  .         .
HELD          .          .         STOPPING  .        UNHOLDING  .           .             ABORTING  .         .
UNHOLDING     .          .         STOPPING  HOLDING  .          .           .             ABORTING  .         .
SUSPENDING    .          .         STOPPING  HOLDING  .          .           .             ABORTING  .         .
UNSUSPENDING  .          .         STOPPING  HOLDING  .          .           .             ABORTING  .         .
RESETTING     .          .         STOPPING  .        .          .           .             ABORTING  .         .
COMPLETING    .          .         STOPPING  .        .          .           .             ABORTING  .         .
COMPLETE      RESETTING  .         STOPPING  .        .          .           .             ABORTING  .         .
"""  # noqa: E501 - a matrix is read across

_ROWS: Final = [line.split() for line in PUBLISHED.strip().splitlines()]
PAIRS: Final = [
    (row[0], command, target)
    for row in _ROWS[1:]
    for command, target in zip(_ROWS[0][1:], row[1:], strict=True)
]


def test_every_pair_of_state_and_command_is_published() -> None:
    assert {(s, c) for s, c, _ in PAIRS} == {(s.name, c.name) for s in State for c in Command}


@pytest.mark.parametrize(("state", "command", "target"), PAIRS)
def test_a_command_leads_where_the_standard_says(state: str, command: str, target: str) -> None:
    expected = None if target == "." else State[target]
    assert after(State[state], Command[command]) is expected


def test_acting_states_complete_as_the_standard_says() -> None:
    assert {s.name: t.name for s, t in STATE_COMPLETE.items()} == {
        "RESETTING": "IDLE",
        "STARTING": "EXECUTE",
        "EXECUTE": "COMPLETING",
        "COMPLETING": "COMPLETE",
        "HOLDING": "HELD",
        "UNHOLDING": "EXECUTE",
        "SUSPENDING": "SUSPENDED",
        "UNSUSPENDING": "EXECUTE",
        "STOPPING": "STOPPED",
        "ABORTING": "ABORTED",
        "CLEARING": "STOPPED",
    }
