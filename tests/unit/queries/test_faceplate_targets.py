"""A station shows what is asked for of the lot that was scanned, less what was drawn."""

from models.execution import commands as c
from models.execution.outcome import Accepted, Outcome
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot
from models.tag_value import TagValue
from server.queries.faceplate import Faceplate, faceplate
from tests import dispensary as d
from tests.world import World


class Live:
    """What the devices of a world show."""

    def __init__(self, world: World) -> None:
        self._world = world

    def latest(self, tag: str) -> TagValue | None:
        return self._world.live.get(tag)


async def accept(_: c.Command, __: Principal) -> Outcome:
    return Accepted()


async def shown(world: World) -> Faceplate:
    view = Snapshot(time=world.time, states=world.states, live={})
    return await faceplate(d.BOOTH, view, Live(world), accept)


def weighing() -> World:
    items = (
        d.definition("ACTIVE"),
        *d.lot("A-1", "ACTIVE", "25.000", potency="96.0"),
        *d.lot("A-2", "ACTIVE", "25.000", potency="80.0"),
    )
    active = d.wanted("ACTIVE", "12.000", tolerance="0.048", potency="100")
    return d.dispensing(items, active)


def texts(face: Faceplate) -> tuple[str, str, str]:
    return str(face.target_quantity), str(face.tolerance_low), str(face.tolerance_high)


async def test_the_target_follows_the_lot_that_was_scanned() -> None:
    world = weighing()
    assert texts(await shown(world)) == ("12.000 kg", "11.952 kg", "12.048 kg")
    world.must(d.scan("A-1-C1"))
    assert texts(await shown(world)) == ("12.500000 kg", "12.450000 kg", "12.550000 kg")


async def test_what_was_drawn_is_no_longer_asked_for() -> None:
    world = weighing()
    assert d.weigh(world, "A-1-C1", "6.25", partial=True) == ()
    world.must(d.scan("A-2-C1"))
    assert texts(await shown(world)) == ("7.500000 kg", "7.440000 kg", "7.560000 kg")


async def test_the_material_that_was_scanned_is_the_one_that_is_shown() -> None:
    items = (d.definition("A"), d.definition("B"), *d.lot("B-1", "B", "25.000"))
    world = d.dispensing(items, d.wanted("A", "1.000"), d.wanted("B", "2.000"))
    assert (await shown(world)).target_material == "A"
    world.must(d.scan("B-1-C1"))
    assert (await shown(world)).target_material == "B"
