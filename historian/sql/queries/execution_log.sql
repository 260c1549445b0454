-- Queries of the execution log, each under its name.

-- name: load
-- The heads of these streams; what does not exist is absent.
SELECT stream, version, hash, state::text, mac FROM interlock.stream_head
WHERE stream = ANY (%s);

-- name: append
-- All of the chunk or nothing, checked and written in one call.
SELECT verdict, positions, names FROM interlock.append(
    %s, %s,
    %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
    %s, %s, %s, %s, %s,
    %s, %s, %s
);

-- name: outcomes
SELECT command_id, fingerprint, outcome::text FROM interlock.outcome
WHERE command_id = ANY (%s);

-- name: read
-- Settled rows behind a cursor. A transaction that still runs could commit rows with a lower
-- number, so nothing at or above the oldest one is shown.
SELECT transaction, stream, version, type, type_version, payload::text, command_id, person,
    account, station, face, source, source_time, server_time, rule_version, previous_hash, hash,
    mac, position
FROM interlock.log_row
WHERE (transaction, position) > (%s::bigint, %s::bigint)
    AND transaction < (SELECT interlock.settled_below())
ORDER BY transaction, position LIMIT %s;

-- name: end
-- The cursor of the last settled row.
SELECT transaction, position FROM interlock.log_row
WHERE transaction < (SELECT interlock.settled_below())
ORDER BY transaction DESC, position DESC LIMIT 1;

-- name: oldest_first
-- Settled rows of a span of time, from behind (time, position) on.
SELECT transaction, stream, version, type, type_version, payload::text, command_id, person,
    account, station, face, source, source_time, server_time, rule_version, previous_hash, hash,
    mac, position
FROM interlock.log_row
WHERE server_time >= %s AND server_time < %s
    AND (server_time, position) > (%s::timestamptz, %s::bigint)
    AND transaction < (SELECT interlock.settled_below())
ORDER BY server_time, position LIMIT %s;

-- name: newest_first
SELECT transaction, stream, version, type, type_version, payload::text, command_id, person,
    account, station, face, source, source_time, server_time, rule_version, previous_hash, hash,
    mac, position
FROM interlock.log_row
WHERE server_time >= %s AND server_time < %s
    AND (server_time, position) < (%s::timestamptz, %s::bigint)
    AND transaction < (SELECT interlock.settled_below())
ORDER BY server_time DESC, position DESC LIMIT %s;

-- name: read_stream
SELECT transaction, stream, version, type, type_version, payload::text, command_id, person,
    account, station, face, source, source_time, server_time, rule_version, previous_hash, hash,
    mac, position
FROM interlock.log_row
WHERE stream = %s AND version > %s
ORDER BY version LIMIT %s;

-- name: find_command
SELECT transaction, stream, version, type, type_version, payload::text, command_id, person,
    account, station, face, source, source_time, server_time, rule_version, previous_hash, hash,
    mac, position
FROM interlock.log_row
WHERE command_id = %s ORDER BY position LIMIT 1000;

-- name: find_position
SELECT transaction, stream, version, type, type_version, payload::text, command_id, person,
    account, station, face, source, source_time, server_time, rule_version, previous_hash, hash,
    mac, position
FROM interlock.log_row
WHERE position = %s;

-- name: heads
-- Names in byte order, from just behind one name up to an end that is not included.
SELECT stream, version, hash, state::text, mac FROM interlock.stream_head
WHERE stream > %s AND stream < %s
ORDER BY stream LIMIT %s;

-- name: rows_by_stream
-- Every row, stream by stream: the order in which the chains are verified.
SELECT transaction, stream, version, type, type_version, payload::text, command_id, person,
    account, station, face, source, source_time, server_time, rule_version, previous_hash, hash,
    mac, position
FROM interlock.log_row
WHERE (stream, version) > (%s, %s::integer)
ORDER BY stream, version LIMIT %s;

-- name: all_heads
SELECT stream, version, hash, state::text, mac FROM interlock.stream_head
WHERE stream > %s ORDER BY stream LIMIT %s;

-- name: row_hashes
-- The hashes that a seal covers, in follower order.
SELECT transaction, position, hash FROM interlock.log_row
WHERE (transaction, position) > (%s::bigint, %s::bigint)
    AND (transaction, position) <= (%s::bigint, %s::bigint)
ORDER BY transaction, position LIMIT %s;

-- name: count_behind
-- How many rows lie behind a cursor.
SELECT count(*) FROM interlock.log_row
WHERE (transaction, position) > (%s::bigint, %s::bigint);

-- name: seals
SELECT number, previous_hash, first_transaction, first_position, last_transaction, last_position,
    row_count, hash, mac, sealed_time
FROM interlock.seal WHERE number > %s ORDER BY number LIMIT %s;

-- name: next_seal
-- Nothing when there is nothing to seal: a function of one row answers with nulls then.
SELECT number, hash, row_count FROM interlock.next_seal(%s) WHERE number IS NOT NULL;

-- name: append_seal
SELECT interlock.append_seal(%s, %s, %s, %s, %s);

-- name: seal
SELECT number, previous_hash, first_transaction, first_position, last_transaction, last_position,
    row_count, hash, mac, sealed_time
FROM interlock.seal WHERE number = %s;
