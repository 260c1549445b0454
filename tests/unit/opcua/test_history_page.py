"""docs/opcua-history.md names the aggregates and the limits that there are."""

import re
from pathlib import Path

from server.faces.opcua.history import at_time, continuations, dispatch, processed, raw
from server.faces.opcua.history.aggregates.catalogue import AGGREGATES
from server.faces.opcua.settings import SecureServerLimits

PAGE = (Path(__file__).parents[3] / "docs/opcua-history.md").read_text("utf-8")


def rows(head: str) -> list[list[str]]:
    """Return the cells of the table whose first row begins so."""
    table = PAGE[PAGE.index(f"| {head} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table[2:]]


def test_every_aggregate_has_its_row_and_no_other_has() -> None:
    named = [name for row in rows("aggregate") for name in row[0].split(", ")]
    assert sorted(named) == sorted(one.name for one in AGGREGATES.values())


def test_the_rows_say_for_which_tags_an_aggregate_is() -> None:
    by_name = {one.name: one for one in AGGREGATES.values()}
    for names, _, _, _, kinds in rows("aggregate"):
        for name in names.split(", "):
            one = by_name[name]
            wanted = (
                "numbers" if one.is_numeric else "all" if one.is_for_text else "numbers, states"
            )
            assert kinds == wanted, name


def test_the_limits_are_those_of_the_server() -> None:
    said = [number for row in rows("what") for number in re.findall(r"\d+", row[1])]
    assert said == [
        str(limit)
        for limit in (
            SecureServerLimits().max_history_nodes_per_request,
            raw.MAX_VALUES,
            raw.MAX_TEXTS,
            dispatch.MAX_VALUES_PER_ANSWER,
            at_time.MAX_TIMES,
            at_time.MAX_ASKED,
            at_time.MAX_FAR_APART,
            processed.MAX_INTERVALS,
            processed.MAX_RAW,
            continuations.MAX_CONTINUATION_POINTS,
        )
    ]
