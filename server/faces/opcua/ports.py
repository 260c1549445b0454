"""What the face needs from the rest of the server, as protocols; ``bootstrap`` plugs things in."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from models.execution.commands import Command
from models.execution.events import Event
from models.execution.log_row import LogRow
from models.execution.outcome import Outcome
from models.execution.principal import Account, Identity, Principal
from models.execution.records import Record


class CommandPath(Protocol):
    """The single way in."""

    async def submit(
        self, command: Command, principal: Principal, command_id: str | None
    ) -> Outcome:
        """Decide the command and put what came of it on record."""
        ...

    async def check(self, command: Command, principal: Principal) -> Outcome:
        """Return what submitting it would come to, without doing or recording anything."""
        ...


class Authenticator(Protocol):
    """Knows accounts and their passwords."""

    async def account(self, name: str, password: str) -> Account | None:
        """Return the account when the password is right, else None."""
        ...

    async def identify(self, name: str, password: str) -> Identity:
        """Return who signs; ``authenticated`` is false when it is not shown."""
        ...


class Change(Protocol):
    """One row of the log with the event that it holds and the record as it is after it."""

    @property
    def row(self) -> LogRow:
        """The row."""
        ...

    @property
    def event(self) -> Event:
        """The event."""
        ...

    @property
    def stream(self) -> str:
        """The stream that it changed."""
        ...

    @property
    def record(self) -> Record:
        """The state of the stream after it."""
        ...


class ReadModel(Protocol):
    """The records as they are now."""

    def record(self, stream: str) -> Record | None:
        """Return the state of a stream."""
        ...

    def records(self, kind: str) -> Mapping[str, Any]:
        """Return the records of all streams ``kind:…`` by id."""
        ...

    def changes(self) -> AsyncIterator[Change]:
        """Yield every change from now on, in the order of the log."""
        ...


class Faceplates(Protocol):
    """What a station shows, with one attribute per variable of its faceplate."""

    def __call__(self, station: str) -> Any:
        """Return the faceplate of the station as it is now."""
        ...
