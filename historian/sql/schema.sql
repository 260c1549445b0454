-- The whole schema as it is today, to be read in one piece. A test proves that all migrations
-- together make exactly this. TimescaleDB, where it is used, is switched on before.

-- Where the migrations note what was done. Runs before all of them, and does nothing twice.
CREATE SCHEMA IF NOT EXISTS interlock;
CREATE TABLE IF NOT EXISTS interlock.migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    applied_time timestamptz NOT NULL DEFAULT now()
);

-- ------------------------------------------------------------------------------------------
-- The execution log: rows that may never change, and the projections written with them.
--
-- Everything lies in the schema "interlock" and belongs to the owner. The application's account
-- reads the tables and calls the functions; it cannot write a single table (see grants.sql).

-- Added to PostgreSQL's transaction numbers, so that their order goes on when a log is restored
-- into another cluster, whose numbers start again at the bottom. Set by continue_restored_log.
CREATE TABLE interlock.transaction_offset (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    added bigint NOT NULL
);
INSERT INTO interlock.transaction_offset (added) VALUES (0);

-- The number of the present transaction in the order of followers.
CREATE FUNCTION interlock.transaction_number() RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_current_xact_id()::text::bigint + added FROM interlock.transaction_offset
$$;

-- Every transaction below this number has ended: what followers see never gets older company.
CREATE FUNCTION interlock.settled_below() RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + added
    FROM interlock.transaction_offset
$$;

-- One row per event. "json" (not jsonb) keeps the payload byte for byte: the hash is over it.
CREATE TABLE interlock.log_row (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction bigint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    type text NOT NULL,
    type_version integer NOT NULL,
    payload json NOT NULL,
    command_id text NOT NULL,
    person text,
    account text NOT NULL,
    station text,
    face text NOT NULL,
    source text NOT NULL,
    source_time timestamptz NOT NULL,
    server_time timestamptz NOT NULL,
    rule_version text NOT NULL,
    previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    mac bytea NOT NULL CHECK (octet_length(mac) = 32),
    UNIQUE (stream, version)
);
CREATE INDEX log_row_follower_order ON interlock.log_row (transaction, position);
CREATE INDEX log_row_command_id ON interlock.log_row (command_id);

-- The latest state of every stream. It is derived: it can be rebuilt from the rows at will.
-- Room in each page lets an update stay in its page, without touching the index.
CREATE TABLE interlock.stream_head (
    stream text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL CHECK (version > 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    state json NOT NULL,
    mac bytea NOT NULL CHECK (octet_length(mac) = 32)
) WITH (fillfactor = 70);

-- What every command was answered, so that a repeated command id gets the same answer again.
CREATE TABLE interlock.outcome (
    command_id text PRIMARY KEY,
    fingerprint bytea NOT NULL,
    outcome json NOT NULL
);

-- Seals chain all rows in follower order, whatever their stream. A row that vanishes together
-- with its whole stream is found here and nowhere else.
CREATE TABLE interlock.seal (
    number bigint PRIMARY KEY CHECK (number > 0),
    previous_hash bytea NOT NULL,
    first_transaction bigint NOT NULL,
    first_position bigint NOT NULL,
    last_transaction bigint NOT NULL,
    last_position bigint NOT NULL,
    row_count bigint NOT NULL CHECK (row_count > 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    mac bytea NOT NULL CHECK (octet_length(mac) = 32),
    sealed_time timestamptz NOT NULL
);

-- Nobody edits the record, the owner of the tables included.
CREATE FUNCTION interlock.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused. Correct a record with a new, signed event.',
        TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON interlock.log_row
FOR EACH STATEMENT EXECUTE FUNCTION interlock.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON interlock.outcome
FOR EACH STATEMENT EXECUTE FUNCTION interlock.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON interlock.seal
FOR EACH STATEMENT EXECUTE FUNCTION interlock.refuse_change();
-- ALWAYS: also in sessions that replay a replica, where ordinary triggers sleep.
ALTER TABLE interlock.log_row ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE interlock.outcome ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE interlock.seal ENABLE ALWAYS TRIGGER append_only;

-- Append one chunk, all of it or nothing, and say which: 'appended' with the positions of the
-- rows, 'conflict' with the streams that have moved, 'repeated' with the known command ids.
CREATE FUNCTION interlock.append(
    expected_stream text[], expected_version integer[],
    row_stream text[], row_version integer[], row_type text[], row_type_version integer[],
    row_payload text[], row_command_id text[], row_person text[], row_account text[],
    row_station text[], row_face text[], row_source text[], row_source_time timestamptz[],
    row_server_time timestamptz[], row_rule_version text[], row_previous_hash bytea[],
    row_hash bytea[], row_mac bytea[],
    head_stream text[], head_version integer[], head_hash bytea[], head_state text[],
    head_mac bytea[],
    outcome_command_id text[], outcome_fingerprint bytea[], outcome_body text[],
    OUT verdict text, OUT positions bigint[], OUT names text[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    broken text;
BEGIN
    -- A snapshot from before the locks would compare with versions of yesterday.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'append needs the isolation level read committed';
    END IF;

    -- 1. Take the streams and the command ids, always in the same order, so that two chunks
    -- never wait for each other in a circle. What is only read is shared. Locks on names work
    -- for streams that do not exist yet, and write nothing.
    PERFORM CASE WHEN wanted.written THEN pg_advisory_xact_lock(wanted.key)
                 ELSE pg_advisory_xact_lock_shared(wanted.key) END
    FROM (
        SELECT hashtextextended(asked.name, 0) AS key, bool_or(asked.written) AS written
        FROM (
            SELECT stream AS name, stream = ANY (row_stream) AS written
            FROM unnest(expected_stream) AS stream
            UNION ALL
            SELECT 'command_id:' || command_id, true
            FROM unnest(outcome_command_id) AS command_id
        ) AS asked
        GROUP BY 1 ORDER BY 1
    ) AS wanted;

    -- 2. A command that was answered before is answered the same again, by the caller.
    SELECT array_agg(known.command_id ORDER BY known.command_id) INTO names
    FROM interlock.outcome AS known WHERE known.command_id = ANY (outcome_command_id);
    IF names IS NOT NULL THEN
        verdict := 'repeated';
        RETURN;
    END IF;

    -- 3. Everything that was read or is written must still be as it was.
    SELECT array_agg(expected.stream ORDER BY expected.stream) INTO names
    FROM unnest(expected_stream, expected_version) AS expected (stream, version)
    LEFT JOIN interlock.stream_head AS head ON head.stream = expected.stream
    WHERE coalesce(head.version, 0) <> expected.version;
    IF names IS NOT NULL THEN
        verdict := 'conflict';
        RETURN;
    END IF;

    -- 4. The rows must continue their streams, and each head must be its stream's last row.
    SELECT incoming.stream INTO broken
    FROM (
        SELECT stream, version, previous_hash, hash,
            lag(version) OVER chain AS before, lag(hash) OVER chain AS hash_before,
            lead(version) OVER chain IS NULL AS last
        FROM unnest(row_stream, row_version, row_previous_hash, row_hash)
            AS given (stream, version, previous_hash, hash)
        WINDOW chain AS (PARTITION BY stream ORDER BY version)
    ) AS incoming
    LEFT JOIN unnest(expected_stream, expected_version) AS expected (stream, version)
        ON expected.stream = incoming.stream
    LEFT JOIN interlock.stream_head AS stored ON stored.stream = incoming.stream
    LEFT JOIN unnest(head_stream, head_version, head_hash) AS head (stream, version, hash)
        ON head.stream = incoming.stream
    WHERE incoming.version IS DISTINCT FROM coalesce(incoming.before, expected.version) + 1
        OR incoming.previous_hash
            <> coalesce(incoming.hash_before, stored.hash, incoming.previous_hash)
        OR (incoming.last AND (head.version, head.hash)
            IS DISTINCT FROM (incoming.version, incoming.hash))
    LIMIT 1;
    IF broken IS NOT NULL
        OR cardinality(head_stream) <> (SELECT count(DISTINCT s) FROM unnest(row_stream) AS s)
    THEN
        RAISE EXCEPTION 'the chunk does not continue the log: stream %',
            coalesce(broken, 'with a head but without rows')
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;

    -- 5. Write. Positions are given in the order of the rows.
    WITH written AS (
        INSERT INTO interlock.log_row (
            transaction, stream, version, type, type_version, payload, command_id, person,
            account, station, face, source, source_time, server_time, rule_version,
            previous_hash, hash, mac
        )
        SELECT interlock.transaction_number(), r1, r2, r3, r4, r5::json, r6, r7, r8, r9, r10,
            r11, r12, r13, r14, r15, r16, r17
        FROM unnest(
            row_stream, row_version, row_type, row_type_version, row_payload, row_command_id,
            row_person, row_account, row_station, row_face, row_source, row_source_time,
            row_server_time, row_rule_version, row_previous_hash, row_hash, row_mac
        ) WITH ORDINALITY AS given (
            r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, n
        )
        ORDER BY n
        RETURNING position
    )
    SELECT coalesce(array_agg(written.position ORDER BY written.position), '{}')
    INTO positions FROM written;

    INSERT INTO interlock.stream_head (stream, version, hash, state, mac)
    SELECT stream, version, hash, state::json, mac
    FROM unnest(head_stream, head_version, head_hash, head_state, head_mac)
        AS given (stream, version, hash, state, mac)
    ON CONFLICT (stream) DO UPDATE SET version = excluded.version, hash = excluded.hash,
        state = excluded.state, mac = excluded.mac;

    INSERT INTO interlock.outcome (command_id, fingerprint, outcome)
    SELECT command_id, fingerprint, body::json
    FROM unnest(outcome_command_id, outcome_fingerprint, outcome_body)
        AS given (command_id, fingerprint, body);

    -- 6. Wake the followers when this commits.
    PERFORM pg_notify('interlock_log', '');
    verdict := 'appended';
END
$$;

-- What the next seal would cover: at most so many settled rows behind the last seal.
-- Its hash is sha256 over a fixed word, the previous seal and the hashes of the rows.
CREATE FUNCTION interlock.next_seal(row_limit bigint, OUT number bigint, OUT previous_hash bytea,
    OUT first_transaction bigint, OUT first_position bigint, OUT last_transaction bigint,
    OUT last_position bigint, OUT row_count bigint, OUT hash bytea)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH previous AS (
        SELECT coalesce(max(seal.number), 0) AS number FROM interlock.seal
    ), latest AS (
        SELECT previous.number, coalesce(seal.hash, decode(repeat('00', 32), 'hex')) AS hash,
            coalesce(seal.last_transaction, 0) AS transaction,
            coalesce(seal.last_position, 0) AS position
        FROM previous LEFT JOIN interlock.seal ON seal.number = previous.number
    ), covered AS (
        SELECT log_row.transaction, log_row.position, log_row.hash
        FROM interlock.log_row, latest
        WHERE (log_row.transaction, log_row.position) > (latest.transaction, latest.position)
            AND log_row.transaction < (SELECT interlock.settled_below())
        ORDER BY log_row.transaction, log_row.position LIMIT row_limit
    )
    SELECT latest.number + 1, latest.hash,
        (array_agg(covered.transaction ORDER BY covered.transaction, covered.position))[1],
        (array_agg(covered.position ORDER BY covered.transaction, covered.position))[1],
        (array_agg(covered.transaction ORDER BY covered.transaction DESC, covered.position DESC))[1],
        (array_agg(covered.position ORDER BY covered.transaction DESC, covered.position DESC))[1],
        count(*),
        sha256('interlock-seal-1'::bytea || latest.hash
            || string_agg(covered.hash, ''::bytea ORDER BY covered.transaction, covered.position))
    FROM latest, covered GROUP BY latest.number, latest.hash
$$;

-- Store a seal that was computed by next_seal; false when another process was faster.
CREATE FUNCTION interlock.append_seal(
    new_number bigint, new_hash bytea, new_mac bytea, row_limit bigint, new_time timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('interlock.seal', 0));
    INSERT INTO interlock.seal
    SELECT next.number, next.previous_hash, next.first_transaction, next.first_position,
        next.last_transaction, next.last_position, next.row_count, next.hash, new_mac, new_time
    FROM interlock.next_seal(row_limit) AS next
    WHERE next.number = new_number AND next.hash = new_hash;
    RETURN FOUND;
END
$$;

-- For the owner, after a restore into another cluster: let the order of followers go on above
-- the highest transaction number of the restored rows. Changes nothing otherwise.
CREATE FUNCTION interlock.continue_restored_log() RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE interlock.transaction_offset
    SET added = added + highest.transaction + 1 - interlock.settled_below()
    FROM (SELECT max(transaction) AS transaction FROM interlock.log_row) AS highest
    WHERE highest.transaction >= interlock.transaction_number();
    RETURN FOUND;
END
$$;

-- ------------------------------------------------------------------------------------------
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

-- ------------------------------------------------------------------------------------------
-- Tag values: many, narrow, and thinned by policy. A hypertable where TimescaleDB is installed,
-- native daily partitions where it is not.

CREATE TABLE interlock.tag (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
);

-- kind says what was read: 0 nothing, 1 float, 2 integer, 3 boolean, 4 text. Text holds what a
-- double cannot: strings, and integers beyond 2^53.
DO $$
DECLARE
    hypertable CONSTANT boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb');
BEGIN
    EXECUTE 'CREATE TABLE interlock.tag_value (
        time timestamptz NOT NULL,
        server_time timestamptz NOT NULL,
        value double precision,
        tag_id integer NOT NULL,
        sequence integer NOT NULL,
        kind smallint NOT NULL,
        quality smallint NOT NULL,
        text text,
        PRIMARY KEY (tag_id, time, sequence)
    )' || CASE WHEN hypertable THEN '' ELSE ' PARTITION BY RANGE (time)' END;
    IF hypertable THEN
        PERFORM create_hypertable('interlock.tag_value', 'time',
            chunk_time_interval => interval '1 day', create_default_indexes => false);
        -- Compression is part of the community edition; the plain one goes without.
        IF current_setting('timescaledb.license') = 'timescale' THEN
            ALTER TABLE interlock.tag_value SET (timescaledb.compress,
                timescaledb.compress_segmentby = 'tag_id',
                timescaledb.compress_orderby = 'time, sequence');
            PERFORM add_compression_policy('interlock.tag_value', interval '7 days');
        END IF;
    ELSE
        -- Values with a time far off (a device with a wrong clock) are kept, too.
        CREATE TABLE interlock.tag_value_other PARTITION OF interlock.tag_value DEFAULT;
    END IF;
END
$$;

-- Make the partitions of these days (UTC) where they are missing. Rows that were waiting in the
-- default partition move over. Does nothing on a hypertable, which makes its own chunks.
CREATE FUNCTION interlock.make_tag_value_partitions(first_day date, last_day date)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    day date;
    name text;
    midnight text;
    next_midnight text;
BEGIN
    IF last_day - first_day > 400 THEN
        RAISE EXCEPTION 'at most 400 days at once';
    END IF;
    IF (SELECT relkind FROM pg_class WHERE oid = 'interlock.tag_value'::regclass) <> 'p' THEN
        RETURN;
    END IF;
    FOR day IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
        name := 'tag_value_' || to_char(day, 'YYYYMMDD');
        CONTINUE WHEN to_regclass('interlock.' || name) IS NOT NULL;
        -- Makers queue here, and look again. It is the lock on the table, and not one on a name,
        -- that lets this session see what the maker before it has made. No value slips into the
        -- default partition between the move and the attachment, either.
        LOCK TABLE interlock.tag_value IN SHARE ROW EXCLUSIVE MODE;
        CONTINUE WHEN to_regclass('interlock.' || name) IS NOT NULL;
        midnight := to_char(day, 'YYYY-MM-DD') || ' 00:00+00';
        next_midnight := to_char(day + 1, 'YYYY-MM-DD') || ' 00:00+00';
        EXECUTE format('CREATE TABLE interlock.%I (LIKE interlock.tag_value INCLUDING ALL)', name);
        EXECUTE format(
            'WITH moved AS (
                DELETE FROM interlock.tag_value_other WHERE time >= %L AND time < %L RETURNING *
             ) INSERT INTO interlock.%I SELECT * FROM moved', midnight, next_midnight, name);
        EXECUTE format(
            'ALTER TABLE interlock.tag_value ATTACH PARTITION interlock.%I
             FOR VALUES FROM (%L) TO (%L)', name, midnight, next_midnight);
    END LOOP;
END
$$;

-- The numbers of these tags; a name that was never seen gets one.
CREATE FUNCTION interlock.tag_ids(names text[]) RETURNS TABLE (name text, id integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO interlock.tag AS stored (name)
    SELECT DISTINCT wanted.name FROM unnest(names) AS wanted (name)
    WHERE NOT EXISTS (SELECT FROM interlock.tag AS known WHERE known.name = wanted.name)
    ORDER BY 1
    ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT tag.name, tag.id FROM interlock.tag WHERE tag.name = ANY (names);
END
$$;

-- Store values. What is there already (same tag, source time and sequence) stays as it is.
-- texts is empty when no value of the chunk needs it.
CREATE FUNCTION interlock.store_tag_values(
    tag_ids integer[], times timestamptz[], sequences integer[], kinds smallint[],
    qualities smallint[], server_times timestamptz[], numbers double precision[], texts text[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    -- A plain insert is not prepared for conflicts row by row; only a chunk that was stored
    -- before, or in part, goes the slow way.
    INSERT INTO interlock.tag_value
        (tag_id, time, sequence, kind, quality, server_time, value, text)
    SELECT tag_id, time, sequence, kind, quality, server_time,
        CASE WHEN kind IN (1, 2, 3) THEN number END, text
    FROM unnest(tag_ids, times, sequences, kinds, qualities, server_times, numbers, texts)
        AS given (tag_id, time, sequence, kind, quality, server_time, number, text);
EXCEPTION WHEN unique_violation THEN
    INSERT INTO interlock.tag_value
        (tag_id, time, sequence, kind, quality, server_time, value, text)
    SELECT tag_id, time, sequence, kind, quality, server_time,
        CASE WHEN kind IN (1, 2, 3) THEN number END, text
    FROM unnest(tag_ids, times, sequences, kinds, qualities, server_times, numbers, texts)
        AS given (tag_id, time, sequence, kind, quality, server_time, number, text)
    ON CONFLICT (tag_id, time, sequence) DO NOTHING;
END
$$;

-- ------------------------------------------------------------------------------------------
-- Files that belong to evidence (photos, chromatograms), each under the SHA-256 of its content.
-- Stored before the record names them; never changed, never removed.
CREATE TABLE interlock.attachment (
    sha256 bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
    media_type text NOT NULL,
    content bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 10485760),
    stored_time timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON interlock.attachment
FOR EACH STATEMENT EXECUTE FUNCTION interlock.refuse_change();
ALTER TABLE interlock.attachment ENABLE ALWAYS TRIGGER append_only;

-- Store a file under the hash of its content; one that is stored already stays as it is.
CREATE FUNCTION interlock.store_attachment(
    new_content bytea, new_media_type text, new_time timestamptz
) RETURNS bytea
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO interlock.attachment (sha256, media_type, content, stored_time)
    VALUES (sha256(new_content), new_media_type, new_content, new_time)
    ON CONFLICT (sha256) DO NOTHING;
    SELECT sha256(new_content)
$$;

-- ------------------------------------------------------------------------------------------
-- The rows of a span of time, for whoever reads the log by the clock (OPC UA event history).
CREATE INDEX log_row_server_time ON interlock.log_row (server_time, position);
