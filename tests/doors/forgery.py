"""A forged release of a lot, as somebody would append it who has all but the key."""

from collections.abc import Sequence
from dataclasses import replace

from models.execution import chain, codec
from models.execution.log_row import Chunk, LogRow, StreamHead
from models.execution.records import MaterialLotRecord
from models.isa95.material import Disposition


def forged(rows: Sequence[LogRow], head: StreamHead, key: bytes) -> Chunk:
    """Return a chunk that releases the quarantined lot, sealed with a guessed key."""
    record = codec.loads(MaterialLotRecord, head.state)
    lot = replace(record.material_lot, disposition=Disposition.UNRESTRICTED, status="released")
    payload = (
        '{"_":"MaterialLotDispositionChanged","disposition":"UnRestricted",'
        '"material_lot_id":"AA-2603","status":"released"}'
    )
    row = replace(
        rows[-1],
        version=head.version + 1,
        type="MaterialLotDispositionChanged",
        payload=payload,
        command_id="forged-1",
        previous_hash=head.hash,
        position=None,
    )
    hash_ = chain.row_hash(head.hash, row)
    row = replace(row, hash=hash_, mac=chain.row_mac(key, hash_))
    state = codec.dumps(replace(record, material_lot=lot))
    new = StreamHead(
        stream=head.stream, version=row.version, hash=hash_, state=state, mac=bytes(32)
    )
    new = replace(new, mac=chain.head_mac(key, new))
    return Chunk(rows=(row,), heads=(new,), outcomes=(), expected={head.stream: head.version})
