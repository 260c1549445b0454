-- Queries of the tag values.

-- name: tag_ids
SELECT name, id FROM interlock.tag_ids(%s);

-- name: known_tag
SELECT id FROM interlock.tag WHERE name = %s;

-- name: make_partitions
SELECT interlock.make_tag_value_partitions(%s, %s);

-- name: store
SELECT interlock.store_tag_values(%s, %s, %s, %s, %s, %s, %s, %s);

-- name: read_oldest_first
SELECT kind, value, text, quality, time, server_time, sequence FROM interlock.tag_value
WHERE tag_id = %s AND time >= %s AND time < %s AND (time, sequence) > (%s, %s::integer)
ORDER BY time, sequence LIMIT %s;

-- name: read_newest_first
SELECT kind, value, text, quality, time, server_time, sequence FROM interlock.tag_value
WHERE tag_id = %s AND time >= %s AND time < %s AND (time, sequence) < (%s, %s::integer)
ORDER BY time DESC, sequence DESC LIMIT %s;

-- Whole columns in the binary format of an array: one record, whatever the number of values.

-- name: columns_oldest_first
SELECT array_send(array_agg(time)), array_send(array_agg(server_time)),
    array_send(array_agg(sequence)), array_send(array_agg(quality)), array_send(array_agg(kind)),
    array_send(array_agg(coalesce(value, 0))),
    CASE WHEN count(text) > 0 THEN array_agg(text) END
FROM (
    SELECT time, server_time, sequence, quality, kind, value, text FROM interlock.tag_value
    WHERE tag_id = %s AND time >= %s AND time < %s AND (time, sequence) > (%s, %s::integer)
    ORDER BY time, sequence LIMIT %s
) AS page;

-- name: columns_newest_first
SELECT array_send(array_agg(time)), array_send(array_agg(server_time)),
    array_send(array_agg(sequence)), array_send(array_agg(quality)), array_send(array_agg(kind)),
    array_send(array_agg(coalesce(value, 0))),
    CASE WHEN count(text) > 0 THEN array_agg(text) END
FROM (
    SELECT time, server_time, sequence, quality, kind, value, text FROM interlock.tag_value
    WHERE tag_id = %s AND time >= %s AND time < %s AND (time, sequence) < (%s, %s::integer)
    ORDER BY time DESC, sequence DESC LIMIT %s
) AS page;
