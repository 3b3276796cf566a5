"""Append-only tables that grow for ever lie in one partition a month; migrations call these."""

from __future__ import annotations

from django.db import migrations

MONTHS_BACK, MONTHS_AHEAD = 3, 21

# Adds the months that are missing, and is the owner's: the worker may call it, no serving role may create tables.
EXTEND = """
CREATE OR REPLACE FUNCTION extend_partitions(parent text, back int, ahead int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date;
    made int := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = to_regclass(parent)) THEN
        RAISE EXCEPTION '% is not a partitioned table', parent;
    END IF;
    FOR month IN SELECT generate_series(date_trunc('month', now()) - make_interval(months => back),
                                        date_trunc('month', now()) + make_interval(months => ahead), '1 month')::date
    LOOP
        IF to_regclass(parent || to_char(month, '_YYYY_MM')) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                           parent || to_char(month, '_YYYY_MM'), parent,
                           month::timestamp AT TIME ZONE 'Asia/Shanghai',
                           (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai');
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION extend_partitions(text, int, int) FROM PUBLIC;
"""


def make_extender() -> migrations.RunSQL:
    """The function that adds months."""
    return migrations.RunSQL(EXTEND, "DROP FUNCTION extend_partitions(text, int, int)")


def make_monthly(table: str, columns: str, *indexes: str) -> migrations.RunSQL:
    """A table partitioned by month of `at`, key (city_id, at, id), with a DEFAULT so that no clock can stop a write."""
    index_sql = "\n".join(f"CREATE INDEX {index.split(' ', 1)[0]} ON {table} {index.split(' ', 1)[1]};" for index in indexes)
    return migrations.RunSQL(
        f"""
        CREATE TABLE {table} (
            city_id integer NOT NULL,
            at timestamptz NOT NULL,
            id bigserial NOT NULL,
            {columns},
            PRIMARY KEY (city_id, at, id)
        ) PARTITION BY RANGE (at);
        CREATE TABLE {table}_default PARTITION OF {table} DEFAULT;
        {index_sql}
        SELECT extend_partitions('{table}', {MONTHS_BACK}, {MONTHS_AHEAD});
        """,
        f"DROP TABLE {table}",
    )
