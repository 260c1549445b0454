"""The permit of a device: a coil that counts only while its heartbeat is alive (fails closed)."""

import math


class Permit:
    """Watches coil and heartbeat in real time: a dead server is dead at any time scale."""

    def __init__(self, timeout_s: float) -> None:
        self.coil = False
        self.heartbeat = 0
        self._timeout_s = timeout_s
        self._age_s = math.inf

    @property
    def live(self) -> bool:
        """Tell whether the coil is set and the heartbeat changed within the timeout."""
        return self.coil and self._age_s <= self._timeout_s

    def beat(self, heartbeat: int) -> None:
        """Take a written heartbeat; only a change counts as a sign of life."""
        if heartbeat != self.heartbeat:
            self._age_s = 0.0
        self.heartbeat = heartbeat

    def step(self, real_dt_s: float) -> None:
        """Let real time pass."""
        self._age_s += real_dt_s
