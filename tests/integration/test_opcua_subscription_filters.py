"""Data change filters as the tables of OPC 10000-4, 7.22.2 have them: each with its vector."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from tests.opcua_plant import Plant, client, running_plant
from tests.opcua_subscriber import Subscriber, deadband, triggered_by

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

NAN = float("nan")
STATUS, VALUE, TIME = (
    ua.DataChangeTrigger.Status,
    ua.DataChangeTrigger.StatusValue,
    ua.DataChangeTrigger.StatusValueTimestamp,
)
UNCERTAIN = ua.StatusCodes.Uncertain


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder) as one:
        await _add_ranged_nodes(one)
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


async def _add_ranged_nodes(plant: Plant) -> None:
    machine = plant.server.get_node(plant["machine"])
    index = plant["machine"].NamespaceIndex
    for name, first in (("ranged", 0.0), ("ranged-array", [0.0, 0.0])):
        node = await machine.add_variable(f"ns={index};s={name}", f"{index}:{name}", first)
        plant.nodes[name] = node.nodeid
        await node.add_property(
            ua.NodeId(f"{name}-range", index), ua.QualifiedName("EURange", 0), ua.Range(-50, 150)
        )


def at(second: int) -> datetime:
    return datetime(2024, 5, 1, 12, 0, second, tzinfo=UTC)


def good(value: Any, second: int = 0) -> ua.DataValue:
    return ua.DataValue(ua.Variant(value), SourceTimestamp=at(second))


def odd(value: Any) -> ua.DataValue:
    return ua.DataValue(
        ua.Variant(value), StatusCode=ua.StatusCode(ua.UInt32(UNCERTAIN)), SourceTimestamp=at(0)
    )


@dataclass(frozen=True)
class Vector:
    """What is written, and which of the values a client gets."""

    case: str
    wanted: Any
    written: list[ua.DataValue]
    expected: list[Any]
    node: str = "level"
    options: dict[str, Any] = field(default_factory=dict)


def steps(*values: Any) -> list[ua.DataValue]:
    return [good(value) for value in values]


VECTORS = [
    Vector("no filter: a change of value", None, steps(0.0, 1.0, 1.0, 2.0), [0.0, 1.0, 2.0]),
    Vector("no filter: a change of status", None, [good(1.0), odd(1.0)], [1.0, 1.0]),
    Vector("no filter: another time alone is none", None, [good(1.0, 1), good(1.0, 2)], [1.0]),
    Vector("no filter: NaN after NaN is none", None, steps(0.0, NAN, NAN, 1.0), [0.0, NAN, 1.0]),
    Vector("Status: values alone are none", triggered_by(STATUS), steps(0.0, 1.0, 2.0), [0.0]),
    Vector(
        "Status: a change", triggered_by(STATUS), [good(0.0), odd(1.0), good(2.0)], [0.0, 1.0, 2.0]
    ),
    Vector(
        "StatusValue: time alone is none", triggered_by(VALUE), [good(1.0, 1), good(1.0, 2)], [1.0]
    ),
    Vector(
        "StatusValueTimestamp: time alone",
        triggered_by(TIME),
        [good(1.0, 1), good(1.0, 2)],
        [1.0, 1.0],
    ),
    Vector("absolute 1: less is none", deadband(1), steps(0.0, 0.9, -0.9), [0.0]),
    Vector("absolute 1: exactly 1 is none", deadband(1), steps(0.0, 1.0), [0.0]),
    Vector("absolute 1: more", deadband(1), steps(0.0, 1.1), [0.0, 1.1]),
    Vector(
        "absolute 1: a value that creeps",
        deadband(1),
        steps(0.0, 0.6, 1.2, 1.8, 2.4),
        [0.0, 1.2, 2.4],
    ),
    Vector(
        "absolute 1: back over the edge", deadband(1), steps(0.0, 1.5, 0.6, 0.4), [0.0, 1.5, 0.4]
    ),
    Vector("absolute 0: every change", deadband(0), steps(0.0, 0.1, 0.1), [0.0, 0.1]),
    Vector("absolute: a status breaks through", deadband(10), [good(0.0), odd(0.1)], [0.0, 0.1]),
    Vector(
        "absolute: NaN breaks through", deadband(10), steps(0.0, NAN, NAN, 0.1), [0.0, NAN, 0.1]
    ),
    Vector(
        "absolute with Status: no deadband",
        deadband(1, trigger=STATUS),
        [good(0.0), good(9.0), odd(9.1)],
        [0.0, 9.1],
    ),
    Vector(
        "absolute with time: time breaks through",
        deadband(5, trigger=TIME),
        [good(0.0, 1), good(0.1, 2), good(0.2, 2)],
        [0.0, 0.1],
    ),
    Vector(
        "percent 10 of 200: 20 is none",
        deadband(10, percent=True),
        steps(0.0, 20.0, -20.0),
        [0.0],
        "ranged",
    ),
    Vector(
        "percent 10 of 200: more",
        deadband(10, percent=True),
        steps(0.0, 20.5, 41.5),
        [0.0, 20.5, 41.5],
        "ranged",
    ),
    Vector(
        "percent: a value that creeps",
        deadband(10, percent=True),
        steps(0.0, 15.0, 30.0, 45.0, 60.0),
        [0.0, 30.0, 60.0],
        "ranged",
    ),
    Vector(
        "percent 100: nothing in the range",
        deadband(100, percent=True),
        steps(-50.0, 150.0),
        [-50.0],
        "ranged",
    ),
    Vector(
        "array: one element over it",
        deadband(1),
        steps([0.0, 0.0], [0.5, 0.5], [0.0, 1.5]),
        [[0.0, 0.0], [0.0, 1.5]],
        "ranged-array",
    ),
    Vector(
        "array: another length",
        deadband(9),
        steps([0.0, 0.0], [0.0]),
        [[0.0, 0.0], [0.0]],
        "ranged-array",
    ),
    Vector(
        "array, percent",
        deadband(10, percent=True),
        steps([0.0, 0.0], [19.0, 0.0], [0.0, 21.0]),
        [[0.0, 0.0], [0.0, 21.0]],
        "ranged-array",
    ),
    Vector(
        "index range: the rest is none",
        None,
        steps([1, 2, 3], [9, 2, 3], [9, 5, 3]),
        [[2], [5]],
        "array",
        {"index_range": "1"},
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one.case)
async def test_only_what_passes_the_filter_is_reported(
    plant: Plant, hmi: Client, vector: Vector
) -> None:
    first, *others = vector.written
    await plant.server.write_value(plant[vector.node], first)
    subscriber = await Subscriber.create(hmi)
    created = await subscriber.add(plant[vector.node], wanted=vector.wanted, **vector.options)
    assert created.StatusCode.is_good()
    for value in others:
        await plant.server.write_value(plant[vector.node], value)
    assert repr(await subscriber.values()) == repr(vector.expected)
    await subscriber.delete()


@pytest.mark.parametrize(
    ("node", "wanted", "options", "expected"),
    [
        ("text", deadband(1), {}, "BadFilterNotAllowed"),
        ("level", deadband(-1), {}, "BadDeadbandFilterInvalid"),
        ("level", deadband(float("inf")), {}, "BadDeadbandFilterInvalid"),
        ("level", deadband(NAN), {}, "BadDeadbandFilterInvalid"),
        ("level", deadband(5, percent=True), {}, "BadMonitoredItemFilterUnsupported"),
        ("ranged", deadband(101, percent=True), {}, "BadDeadbandFilterInvalid"),
        ("ranged", deadband(-1, percent=True), {}, "BadDeadbandFilterInvalid"),
        ("level", deadband(1), {"attribute": ua.AttributeIds.DisplayName}, "BadFilterNotAllowed"),
        ("level", ua.EventFilter(), {}, "BadFilterNotAllowed"),
        ("level", ua.AggregateFilter(), {}, "BadMonitoredItemFilterUnsupported"),
        ("level", None, {"attribute": 99}, "BadAttributeIdInvalid"),
        ("machine", None, {}, "BadAttributeIdInvalid"),
        ("array", None, {"index_range": "3:1"}, "BadIndexRangeInvalid"),
    ],
)
async def test_a_filter_that_does_not_fit_is_refused(
    plant: Plant, hmi: Client, node: str, wanted: Any, options: dict[str, Any], expected: str
) -> None:
    subscriber = await Subscriber.create(hmi)
    result = await subscriber.add(plant[node], wanted=wanted, **options)
    assert result.StatusCode.name == expected
    await subscriber.delete()


async def test_a_filter_can_be_changed_and_compares_with_what_was_queued_last(
    plant: Plant, hmi: Client
) -> None:
    await plant.server.write_value(plant["level"], good(0.0))
    subscriber = await Subscriber.create(hmi)
    created = await subscriber.add(plant["level"])
    await subscriber.until_quiet()
    await subscriber.modify(
        created.MonitoredItemId, ClientHandle=7, QueueSize=9, wanted=deadband(2)
    )
    for value in (1.9, 2.1, 3.0):
        await plant.server.write_value(plant["level"], good(value))
    (only,) = await subscriber.until_quiet()
    assert (only.ClientHandle, only.Value.Value.Value) == (7, 2.1)
    await subscriber.delete()
