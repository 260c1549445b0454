"""How a plant of any size starts and is browsed: ``python -m tests.bench.opcua_tree 50000``.

Server and client share the process, so the browse is timed with both on one core.
"""

import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path

from asyncua import Client, ua

from historian.in_memory import InMemoryExecutionLog
from tests import opcua_face_plant
from tests.big_plant import big_plant, big_plant_tags, units_for
from tests.fix_rest import running_rest_plant
from tests.opcua_face_plant import running_face

_PAGE = 200


async def main(nodes: int) -> None:
    """Measure and print."""
    units = units_for(nodes)
    records = big_plant(units)
    opcua_face_plant.TAGS = big_plant_tags(units)
    async with running_rest_plant(InMemoryExecutionLog()) as behind:
        for stream, record in records.items():
            behind.model._keep(stream, 1, record)
        before = _megabytes()
        with tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder:
            began = time.perf_counter()
            async with running_face(Path(folder), behind) as plant:
                started = time.perf_counter() - began
                _say(f"{len(plant.face.node_ids)} nodes served {started:.1f} s after the start")
                _say(f"memory: {_megabytes()} MB at most, {before} MB before")
                async with plant.client("qa-01") as client:
                    began = time.perf_counter()
                    found = await browsed(client)
                    _say(f"{found} nodes browsed in {time.perf_counter() - began:.1f} s")


async def browsed(client: Client) -> int:
    """Browse everything from the root folder on, and return how many nodes there are."""
    seen = {ua.NodeId(ua.ObjectIds.RootFolder)}
    waiting = list(seen)
    while waiting:
        some, waiting = waiting[:_PAGE], waiting[_PAGE:]
        parameters = ua.BrowseParameters(
            NodesToBrowse=[
                ua.BrowseDescription(
                    NodeId=one,
                    BrowseDirection=ua.BrowseDirection.Forward,
                    ReferenceTypeId=ua.NodeId(ua.ObjectIds.HierarchicalReferences),
                    IncludeSubtypes=True,
                    NodeClassMask=0,
                    ResultMask=63,
                )
                for one in some
            ]
        )
        results = await client.uaclient.browse(parameters)
        points = [one.ContinuationPoint for one in results if one.ContinuationPoint]
        if points:
            _say(f"{len(points)} folders did not fit into one answer")
        for result in results:
            for reference in result.References:
                node_id = ua.NodeId(reference.NodeId.Identifier, reference.NodeId.NamespaceIndex)
                if node_id not in seen:
                    seen.add(node_id)
                    waiting.append(node_id)
    return len(seen)


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
