-- What the application's account can see of the database and of its own rights.

-- name: server
SELECT current_setting('server_version'),
    (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'),
    current_user::text, pg_database_size(current_database());

-- name: tag_values
SELECT relkind = 'p', (SELECT count(*) FROM pg_inherits WHERE inhparent = pg_class.oid)
FROM pg_class WHERE oid = 'interlock.tag_value'::regclass;

-- name: chunks
SELECT count(*) FROM timescaledb_information.chunks
WHERE hypertable_schema = 'interlock' AND hypertable_name = 'tag_value';

-- name: settings
SELECT name, current_setting(name)
FROM unnest(ARRAY['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums']) AS name;

-- name: excess_rights
-- One line for everything that this account should not be able to do, or that lets a row change.
SELECT 'is a ' || attribute
FROM pg_roles, unnest(
    ARRAY['superuser', 'creator of roles', 'creator of databases', 'replication account',
        'bypasser of row security'],
    ARRAY[rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls]
) AS attributes (attribute, has)
WHERE rolname = current_user AND has
UNION ALL
SELECT 'may act as ' || rolname FROM pg_roles
WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')
UNION ALL
SELECT lower(privilege) || ' on ' || relname
FROM pg_class, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
WHERE relnamespace = 'interlock'::regnamespace AND relkind IN ('r', 'p')
    AND has_table_privilege(oid, privilege)
UNION ALL
SELECT 'creates objects in the schema interlock'
WHERE has_schema_privilege('interlock', 'CREATE')
UNION ALL
SELECT lower(privilege) || ' on the database'
FROM unnest(ARRAY['CREATE', 'TEMPORARY']) AS privilege
WHERE has_database_privilege(current_database(), privilege)
UNION ALL
SELECT 'may call continue_restored_log'
WHERE has_function_privilege('interlock.continue_restored_log()', 'EXECUTE')
UNION ALL
SELECT relname || ' is not append-only: its trigger is off'
FROM unnest(ARRAY['log_row', 'outcome', 'seal']) AS relname
WHERE NOT EXISTS (
    SELECT FROM pg_trigger
    WHERE tgrelid = ('interlock.' || relname)::regclass AND tgname = 'append_only'
        AND tgenabled = 'A'
)
ORDER BY 1;
