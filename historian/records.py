"""Turns chunks into columns for the database, and its records back into rows, heads and seals."""

from historian.binary_array import BinaryArray, blobs, int4s, texts, times
from historian.connections import Record
from historian.seal import Seal
from models.execution.log_row import Chunk, Cursor, LogRow, StreamHead


def append_arguments(chunk: Chunk) -> tuple[BinaryArray, ...]:
    """Return the columns of a chunk in the order of the parameters of ``append``."""
    rows, heads, outcomes = chunk.rows, chunk.heads, chunk.outcomes
    return (
        texts(tuple(chunk.expected)),
        int4s(tuple(chunk.expected.values())),
        *_row_arguments(rows),
        texts([head.stream for head in heads]),
        int4s([head.version for head in heads]),
        blobs([head.hash for head in heads]),
        texts([head.state for head in heads]),
        blobs([head.mac for head in heads]),
        texts([outcome.command_id for outcome in outcomes]),
        blobs([outcome.fingerprint for outcome in outcomes]),
        texts([outcome.outcome for outcome in outcomes]),
    )


def _row_arguments(rows: tuple[LogRow, ...]) -> tuple[BinaryArray, ...]:
    return (
        texts([row.stream for row in rows]),
        int4s([row.version for row in rows]),
        texts([row.type for row in rows]),
        int4s([row.type_version for row in rows]),
        texts([row.payload for row in rows]),
        texts([row.command_id for row in rows]),
        texts([row.person for row in rows]),
        texts([row.account for row in rows]),
        texts([row.station for row in rows]),
        texts([row.face for row in rows]),
        texts([row.source for row in rows]),
        times([row.source_time for row in rows]),
        times([row.server_time for row in rows]),
        texts([row.rule_version for row in rows]),
        blobs([row.previous_hash for row in rows]),
        blobs([row.hash for row in rows]),
        blobs([row.mac for row in rows]),
    )


def log_row(record: Record) -> LogRow:
    """Return the row of a query that selects a whole row, the transaction first."""
    return LogRow(
        stream=record[1],
        version=record[2],
        type=record[3],
        type_version=record[4],
        payload=record[5],
        command_id=record[6],
        person=record[7],
        account=record[8],
        station=record[9],
        face=record[10],
        source=record[11],
        source_time=record[12],
        server_time=record[13],
        rule_version=record[14],
        previous_hash=record[15],
        hash=record[16],
        mac=record[17],
        position=record[18],
    )


def stream_head(record: Record) -> StreamHead:
    """Return the head of a query that selects a whole head."""
    stream, version, hash_, state, mac = record
    return StreamHead(stream=stream, version=version, hash=hash_, state=state, mac=mac)


def seal(record: Record) -> Seal:
    """Return the seal of a query that selects a whole seal."""
    number, previous_hash, first_t, first_p, last_t, last_p, count, hash_, mac, time = record
    return Seal(
        number=number,
        previous_hash=previous_hash,
        first=Cursor(first_t, first_p),
        last=Cursor(last_t, last_p),
        row_count=count,
        hash=hash_,
        mac=mac,
        sealed_time=time,
    )
