"""Check every electronic signature of the log against what was signed (21 CFR 11.70).

The chained hash of the signed record is computed here again from the content of its rows, so that
a signature fails with any byte of what was signed, whatever the stored hashes say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from models.execution import chain, codec
from models.execution.event_types import read_event
from models.execution.log_row import LogRow
from models.execution.signature import Signature
from models.execution.signing_check import is_bound, signatures_in

_PAGE: Final = 2000
_MARK: Final = '"_":"Signature"'
"""What the text of a row holds that carries a signature; other rows need not be read."""


class StreamRows(Protocol):
    """Gives the rows of one stream."""

    async def read_stream(self, stream: str, after_version: int, limit: int) -> Sequence[LogRow]:
        """Return the rows of one stream in order."""
        ...


class SignatureReport(Protocol):
    """Takes what was found."""

    signatures: int
    unbound_signatures: int

    def broken(self, where: str, reason: str, position: int | None = None) -> None:
        """Take note of a signature that does not hold."""
        ...


@dataclass(slots=True)
class _At:
    """A stream as far as it was read, and where it stood before the present command."""

    stream: str = ""
    version: int = 0
    hash: bytes = chain.GENESIS
    command_id: str | None = None
    before_version: int = 0
    before_hash: bytes = chain.GENESIS


@dataclass(slots=True)
class SignatureExamination:
    """Follows the rows stream by stream; ``settle`` looks up what is bound to another stream."""

    log: StreamRows
    report: SignatureReport
    _at: _At = field(default_factory=_At)
    _elsewhere: list[tuple[LogRow, Signature]] = field(default_factory=list)

    def take(self, row: LogRow) -> None:
        """Take the next row; a stream begins with its first one."""
        if row.stream != self._at.stream:
            self._at = _At(row.stream)
        at = self._at
        if row.command_id != at.command_id:
            at.command_id, at.before_version, at.before_hash = row.command_id, at.version, at.hash
        at.version, at.hash = row.version, chain.row_hash(at.hash, row)
        if _MARK not in row.payload:
            return
        try:
            event = read_event(row.type, row.type_version, row.payload)
        except codec.CodecError as error:
            reason = f"the signature that it carries can't be read: {error}"
            self.report.broken(f"{row.stream} version {row.version}", reason, row.position)
            return
        for signature in signatures_in(event):
            self._examine(row, signature)

    def _examine(self, row: LogRow, signature: Signature) -> None:
        self.report.signatures += 1
        at = self._at
        if at.hash != row.hash:
            self._broken(row, signature, "the row that carries it, or one before it, was changed")
        elif signature.scheme == "1":
            self.report.unbound_signatures += 1
        elif (signature.stream, signature.version) == (row.stream, at.before_version):
            self._compare(row, signature, at.before_hash)
        else:
            self._elsewhere.append((row, signature))

    async def settle(self) -> None:
        """Check the signatures over a record that is not the one that carries them."""
        waiting, self._elsewhere = self._elsewhere, []
        for row, signature in waiting:
            signed = await self._hash_at(signature.stream, signature.version)
            if signed is None:
                reason = f"{signature.stream} version {signature.version}, which it signs, is gone"
                self._broken(row, signature, reason)
            else:
                self._compare(row, signature, signed)

    async def _hash_at(self, stream: str, version: int) -> bytes | None:
        """Return the chained hash of a stream at a version, from the content of its rows."""
        reached, hash_ = 0, chain.GENESIS
        while reached < version:
            rows = await self.log.read_stream(stream, reached, min(_PAGE, version - reached))
            if not rows:
                return None
            for row in rows:
                hash_ = chain.row_hash(hash_, row)
            reached += len(rows)
        return hash_

    def _compare(self, row: LogRow, signature: Signature, signed_hash: bytes) -> None:
        if not is_bound(signature, signed_hash):
            signed = f"{signature.stream} up to version {signature.version}"
            self._broken(row, signature, f"what was signed, {signed}, is not what stands there now")

    def _broken(self, row: LogRow, signature: Signature, reason: str) -> None:
        who = f"signature of {signature.name} ({signature.meaning})"
        self.report.broken(f"{who} in {row.stream} version {row.version}", reason, row.position)
