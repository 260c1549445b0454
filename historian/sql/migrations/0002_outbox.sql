-- The outbox: documents for other systems, written by followers of the execution log.

-- How far each follower has come. It moves in the same transaction that stores what it wrote,
-- which makes every document exactly one.
CREATE TABLE interlock.follower (
    follower text PRIMARY KEY,
    transaction bigint NOT NULL,
    position bigint NOT NULL
);

CREATE TABLE interlock.message (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id text NOT NULL UNIQUE,
    channel text NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    created_time timestamptz NOT NULL
);
CREATE INDEX message_channel ON interlock.message (channel, number);

-- What each transport has done about a message: tried so often, delivered at last.
CREATE TABLE interlock.delivery (
    transport text NOT NULL,
    message_id text NOT NULL REFERENCES interlock.message (message_id),
    attempts integer NOT NULL,
    delivered_time timestamptz,
    next_attempt_time timestamptz,
    reason text,
    PRIMARY KEY (transport, message_id)
);

-- Store the messages and move the follower, both or neither. It must still stand where the
-- caller believes: two processes that follow under one name would write everything twice.
CREATE FUNCTION interlock.put_messages(
    new_follower text, from_transaction bigint, from_position bigint, new_transaction bigint,
    new_position bigint, new_message_id text[], new_channel text[], new_kind text[],
    new_body text[], new_created_time timestamptz[]
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO interlock.follower (follower, transaction, position) VALUES (new_follower, 0, 0)
    ON CONFLICT DO NOTHING;
    UPDATE interlock.follower AS stored
    SET transaction = new_transaction, position = new_position
    WHERE stored.follower = new_follower
        AND (stored.transaction, stored.position) = (from_transaction, from_position);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO interlock.message (message_id, channel, kind, body, created_time)
    SELECT message_id, channel, kind, body, created_time
    FROM unnest(new_message_id, new_channel, new_kind, new_body, new_created_time)
        WITH ORDINALITY AS given (message_id, channel, kind, body, created_time, n)
    ORDER BY n
    ON CONFLICT (message_id) DO NOTHING;
    RETURN true;
END
$$;

CREATE FUNCTION interlock.mark_delivered(
    new_transport text, new_message_id text, new_time timestamptz
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO interlock.delivery AS stored (transport, message_id, attempts, delivered_time)
    VALUES (new_transport, new_message_id, 1, new_time)
    ON CONFLICT (transport, message_id) DO UPDATE
        SET attempts = stored.attempts + 1, delivered_time = excluded.delivered_time
        WHERE stored.delivered_time IS NULL
$$;

-- The n-th failure is followed by a pause of 2^n seconds, at most five minutes.
CREATE FUNCTION interlock.mark_failed(
    new_transport text, new_message_id text, new_time timestamptz, new_reason text
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO interlock.delivery AS stored
        (transport, message_id, attempts, next_attempt_time, reason)
    VALUES (new_transport, new_message_id, 1, new_time + interval '2 seconds', new_reason)
    ON CONFLICT (transport, message_id) DO UPDATE
        SET attempts = stored.attempts + 1, reason = excluded.reason,
            next_attempt_time = new_time
                + least(2 ^ least(stored.attempts + 1, 20), 300) * interval '1 second'
        WHERE stored.delivered_time IS NULL
$$;
