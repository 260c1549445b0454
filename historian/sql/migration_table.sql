-- Where the migrations note what was done. Runs before all of them, and does nothing twice.
CREATE SCHEMA IF NOT EXISTS interlock;
CREATE TABLE IF NOT EXISTS interlock.migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    applied_time timestamptz NOT NULL DEFAULT now()
);
