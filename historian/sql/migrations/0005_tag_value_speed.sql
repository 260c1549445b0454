-- Storing tag values takes half the time where nothing is there yet, which is nearly always.

-- Store values. What is there already (same tag, source time and sequence) stays as it is.
-- texts is empty when no value of the chunk needs it.
CREATE OR REPLACE FUNCTION interlock.store_tag_values(
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
