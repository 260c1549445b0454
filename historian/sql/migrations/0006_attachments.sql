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
