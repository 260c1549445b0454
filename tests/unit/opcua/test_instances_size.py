"""What a big plant costs: so much for each node, and for a change nothing but what it changes."""

import cProfile
import pstats
from collections.abc import Awaitable
from dataclasses import replace

from models.execution import records as r
from models.execution import streams
from tests.big_plant import big_plant, big_plant_tags, units_for
from tests.opcua_space import Space, filled_space

SMALL, BIG = 4_000, 20_000
STEPS = 24
MOST_CHILDREN = 400


async def counted(work: Awaitable[object]) -> int:
    """Return how many calls the work takes: unlike time, it does not depend on the machine."""
    profile = cProfile.Profile()
    profile.enable()
    try:
        await work
    finally:
        profile.disable()
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # not in the stubs


async def start(space: Space, units: int) -> int:
    """Return what it takes to show a plant of so many units beside what is there."""
    for stream, record in big_plant(units).items():
        space.model._keep(stream, 1, record)
    return await counted(space.projection.show_all())


def new_order() -> r.JobOrderRecord:
    record = big_plant(1)[streams.job_order("JO-00000-0")]
    assert isinstance(record, r.JobOrderRecord)
    steps = tuple(r.StepRecord(step_id=f"{number:03}") for number in range(STEPS))
    return replace(record, job_order_id="JO-NEW", steps=steps)


async def test_a_plant_costs_what_its_nodes_cost_however_many_there_are() -> None:
    per_node: list[float] = []
    change: list[tuple[int, int, int]] = []
    for nodes in (SMALL, BIG):
        units = units_for(nodes)
        space = await filled_space({}, big_plant_tags(units))
        before = len(space.tree)
        calls = await start(space, units)
        shown = len(space.tree) - before
        assert shown > 0.9 * nodes
        per_node.append(calls / shown)
        stream, order = streams.job_order("JO-NEW"), new_order()
        space.model._keep(stream, 1, order)
        was = len(space.tree)
        added = await counted(space.projection.show(stream, order))
        assert len(space.tree) - was > 200
        ended = replace(order, start_time=order.stored_time)
        space.model._keep(stream, 2, ended)
        changed = await counted(space.projection.show(stream, ended))
        removed = await counted(space.instances.hide(stream))
        change.append((added, changed, removed))
        assert biggest(space) < MOST_CHILDREN
    small, big = per_node
    assert big < 1.1 * small, "a node of a big plant costs no more than one of a small plant"
    for few, many in zip(*change, strict=True):
        assert many < 1.1 * few, "a change costs the same in a big plant"


def biggest(space: Space) -> int:
    """Return the most references that lead from one of our instances to others."""
    return max(
        sum(one.IsForward for one in space.aspace[node_id].references)
        for node_id in space.tree
        if node_id.NamespaceIndex == 4
    )
