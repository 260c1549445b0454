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
CREATE FUNCTION interlock.make_tag_value_partitions(first_day date, last_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    day date;
    name text;
    bounds text;
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
        -- Makers queue here, and look again.
        PERFORM pg_advisory_xact_lock(hashtextextended('interlock.tag_value', 0));
        CONTINUE WHEN to_regclass('interlock.' || name) IS NOT NULL;
        bounds := format('time >= %L AND time < %L', day || ' 00:00+00', day + 1 || ' 00:00+00');
        -- No value may slip into the default partition between the move and the attachment.
        LOCK TABLE interlock.tag_value IN SHARE ROW EXCLUSIVE MODE;
        EXECUTE format('CREATE TABLE interlock.%I (LIKE interlock.tag_value INCLUDING ALL)', name);
        EXECUTE format(
            'WITH moved AS (DELETE FROM interlock.tag_value_other WHERE %s RETURNING *)
             INSERT INTO interlock.%I SELECT * FROM moved', bounds, name);
        EXECUTE format(
            'ALTER TABLE interlock.tag_value ATTACH PARTITION interlock.%I
             FOR VALUES FROM (%L) TO (%L)', name, day || ' 00:00+00', day + 1 || ' 00:00+00');
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
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO interlock.tag_value
        (tag_id, time, sequence, kind, quality, server_time, value, text)
    SELECT tag_id, time, sequence, kind, quality, server_time,
        CASE WHEN kind IN (1, 2, 3) THEN number END, text
    FROM unnest(tag_ids, times, sequences, kinds, qualities, server_times, numbers, texts)
        AS given (tag_id, time, sequence, kind, quality, server_time, number, text)
    ON CONFLICT (tag_id, time, sequence) DO NOTHING
$$;
