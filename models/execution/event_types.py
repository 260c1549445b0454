"""The stable names and versions under which the log keeps events."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from models.execution import codec
from models.execution.events import Event

EVENT_VERSIONS: Final[Mapping[str, int]] = MappingProxyType(
    {kind.__name__: 1 for kind in Event.__args__}
)
"""The present version of each event type. A changed shape is a new version, read side by side."""

_KINDS: Final = MappingProxyType({kind.__name__: kind for kind in Event.__args__})


def read_event(name: str, version: int, payload: str) -> Event:
    """Return the event that a row of the log holds; raises CodecError for one nobody knows."""
    kind = _KINDS.get(name)
    if kind is None or version != EVENT_VERSIONS[name]:
        msg = f"event type {name} version {version} is not known to this release"
        raise codec.CodecError(msg)
    return cast("Event", codec.loads(kind, payload))
