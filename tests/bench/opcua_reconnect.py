"""A client whose connection is cut for twenty seconds: what it has lost, and what it got twice.

``python -m tests.bench.opcua_reconnect [seconds]``; the same with a short cut is a test.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.integration.test_opcua_reconnect import LIMITS, VALUES, received_over_a_cut
from tests.opcua_plant import running_plant
from tests.tcp_proxy import Proxy


async def main(say: Any) -> None:
    """Cut, come back, and count."""
    away_s = float(next(iter(sys.argv[1:]), "20"))
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder:
        async with (
            running_plant(Path(folder), limits=LIMITS) as plant,
            Proxy.to(plant.server.bound_port) as proxy,
        ):
            times = Counter(await received_over_a_cut(plant, proxy, away_s=away_s))
    lost = sum(1 for value in range(VALUES) if not times[value])
    doubled = sum(1 for count in times.values() if count > 1)
    say(f"away for {away_s:.0f} s: {lost} of {VALUES:,} values lost, {doubled} doubled")


if __name__ == "__main__":
    asyncio.run(main(lambda text: (sys.stdout.write(text + "\n"), sys.stdout.flush())))
