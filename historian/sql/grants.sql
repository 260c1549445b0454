-- What the application's account may do: read, and call the functions below. Applied at every
-- migration, so that a right that was given by hand does not survive.
--
-- The name of the account stands in the setting interlock.application_role.
DO $$
DECLARE
    application CONSTANT text := current_setting('interlock.application_role');
    callable CONSTANT text[] := ARRAY[
        'append', 'next_seal', 'append_seal', 'transaction_number', 'settled_below',
        'put_messages', 'mark_delivered', 'mark_failed',
        'make_tag_value_partitions', 'tag_ids', 'store_tag_values', 'store_attachment'];
    routine regprocedure;
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), application);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), application);
    EXECUTE format('REVOKE ALL ON SCHEMA interlock FROM PUBLIC, %I', application);
    EXECUTE format('GRANT USAGE ON SCHEMA interlock TO %I', application);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA interlock FROM PUBLIC, %I', application);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA interlock TO %I', application);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA interlock FROM PUBLIC, %I', application);
    EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA interlock FROM PUBLIC, %I', application);
    FOR routine IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'interlock'::regnamespace AND proname = ANY (callable)
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', routine, application);
    END LOOP;
END
$$;
