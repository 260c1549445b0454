-- Queries of the outbox.

-- name: put
SELECT interlock.put_messages(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s);

-- name: cursor
SELECT transaction, position FROM interlock.follower WHERE follower = %s;

-- name: undelivered
-- The oldest messages that this transport has not handed over and may try now.
SELECT message.message_id, message.channel, message.kind, message.body, message.created_time
FROM interlock.message
LEFT JOIN interlock.delivery
    ON delivery.message_id = message.message_id AND delivery.transport = %s
WHERE delivery.message_id IS NULL
    OR (delivery.delivered_time IS NULL AND delivery.next_attempt_time <= %s)
ORDER BY message.number LIMIT %s;

-- name: delivered
SELECT interlock.mark_delivered(%s, %s, %s);

-- name: failed
SELECT interlock.mark_failed(%s, %s, %s, %s);

-- name: messages
-- The messages of a channel behind one of its messages, or from the first one.
SELECT message_id, channel, kind, body, created_time FROM interlock.message
WHERE channel = %s AND number > coalesce(
    (SELECT number FROM interlock.message WHERE message_id = %s), 0)
ORDER BY number LIMIT %s;
