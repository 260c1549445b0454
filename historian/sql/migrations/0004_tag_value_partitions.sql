-- Two writers that need the partition of a new day at the same moment: the second one saw
-- "relation already exists" and had to try again. Now it waits and finds the partition. And the
-- bounds no longer depend on the server's DateStyle.

CREATE OR REPLACE FUNCTION interlock.make_tag_value_partitions(first_day date, last_day date)
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
